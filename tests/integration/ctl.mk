# SPDX-License-Identifier: BSD-2-Clause
check_PROGRAMS += tests/support/feed
tests_support_feed_SOURCES = tests/support/feed.c
tests_support_feed_LDADD = $(ROOM_LIBS)
check_PROGRAMS += tests/support/timed-desk
tests_support_timed_desk_SOURCES = tests/support/timed-desk.c
tests_support_timed_desk_LDADD = $(ROOM_LIBS)
tests_support_timed_desk_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_now
check_PROGRAMS += tests/support/naive-reader
tests_support_naive_reader_SOURCES = tests/support/naive-reader.c
tests_support_naive_reader_CPPFLAGS = $(TEST_CPPFLAGS) $(GMIME_CFLAGS)
tests_support_naive_reader_LDADD = $(GMIME_LIBS) $(GLIB_LIBS)
CTL_TESTS = \
  tests/integration/automatic.py \
  tests/integration/calendars.py \
  tests/integration/care.py \
  tests/integration/clock-jumps.py \
  tests/integration/completion.py \
  tests/integration/ctl.py \
  tests/integration/ctl-db.py \
  tests/integration/ctl-who.py \
  tests/integration/escalation.py tests/integration/pages.py \
  tests/integration/faults.py \
  tests/integration/floods.py \
  tests/integration/guesses.py \
  tests/integration/histories.py \
  tests/integration/hostile.py \
  tests/integration/isolation.py \
  tests/integration/json-schema.py \
  tests/integration/log-lines.py \
  tests/integration/change.py \
  tests/integration/contact.py \
  tests/integration/outbox.py \
  tests/integration/quarantine.py \
  tests/integration/real-mail.py \
  tests/integration/receive.py \
  tests/integration/receivers.py \
  tests/integration/report.py \
  tests/integration/sla.py \
  tests/integration/stated.py \
  tests/integration/stats.py \
  tests/integration/mta-check.py
TESTS += $(CTL_TESTS)
EXTRA_DIST += $(CTL_TESTS) tests/integration/reportdesk.py tests/support/leakworld.py tests/support/milter.py \
  tests/support/webhook.py
