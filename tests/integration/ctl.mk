# SPDX-License-Identifier: BSD-2-Clause
check_PROGRAMS += tests/support/feed
tests_support_feed_SOURCES = tests/support/feed.c
tests_support_feed_LDADD = $(ROOM_LIBS)
TESTS += tests/integration/ctl.py tests/integration/ctl-who.py
EXTRA_DIST += tests/integration/ctl.py tests/integration/ctl-who.py
TESTS += tests/integration/mta-check.py
EXTRA_DIST += tests/integration/mta-check.py
