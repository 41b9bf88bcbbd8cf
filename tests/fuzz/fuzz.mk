# SPDX-License-Identifier: BSD-2-Clause
# Any bytes, for all that reads what strangers send: by libFuzzer (`make fuzz`), and what is kept, in `make check`.
check_LIBRARIES += tests/fuzz/libfuzz.a
tests_fuzz_libfuzz_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(GMIME_CFLAGS) $(MILTER_CFLAGS)
tests_fuzz_libfuzz_a_SOURCES = \
  tests/fuzz/fuzz.h tests/fuzz/laws.c \
  tests/fuzz/mail.c tests/fuzz/fields.c tests/fuzz/texts.c tests/fuzz/files.c tests/fuzz/session.c \
  tests/fuzz/calendar.c \
  tests/support/inbound-maker.c tests/support/inbound-maker.h \
  tests/support/mail-difference.c tests/support/mail-difference.h \
  tests/support/mail-law.c tests/support/mail-law.h \
  tests/support/rewrite-law.c tests/support/rewrite-law.h
fuzz_libs = tests/fuzz/libfuzz.a src/libfront.a $(ROOM_LIBS)


# By gcc as by clang: the seeds, and what fuzzing found once.
check_PROGRAMS += tests/fuzz/replay
tests_fuzz_replay_SOURCES = tests/fuzz/replay.c
tests_fuzz_replay_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_fuzz_replay_LDADD = $(fuzz_libs)
TESTS += tests/fuzz/replay.sh
EXTRA_DIST += tests/fuzz/replay.sh tests/fuzz/fuzz.py tests/fuzz/gmime.sh tests/fuzz/seeds tests/fuzz/cases

fuzz:
	$(PYTHON3) -B '$(srcdir)/tests/fuzz/fuzz.py' '$(srcdir)' --seconds '$(or $(SECONDS),60)' $(TARGET:%=--target %)
.PHONY: fuzz

# Each is the engine and one target; built by clang alone, in a build of its own.
fuzzer_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)
fuzzer_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
EXTRA_PROGRAMS += tests/fuzz/fuzz-mime
tests_fuzz_fuzz_mime_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_mime_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_mime
tests_fuzz_fuzz_mime_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_mime_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-rewrite
tests_fuzz_fuzz_rewrite_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_rewrite_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_rewrite
tests_fuzz_fuzz_rewrite_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_rewrite_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-address
tests_fuzz_fuzz_address_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_address_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_address
tests_fuzz_fuzz_address_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_address_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-msgid
tests_fuzz_fuzz_msgid_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_msgid_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_msgid
tests_fuzz_fuzz_msgid_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_msgid_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-authres
tests_fuzz_fuzz_authres_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_authres_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_authres
tests_fuzz_fuzz_authres_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_authres_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-token
tests_fuzz_fuzz_token_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_token_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_token
tests_fuzz_fuzz_token_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_token_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-quote
tests_fuzz_fuzz_quote_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_quote_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_quote
tests_fuzz_fuzz_quote_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_quote_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-html
tests_fuzz_fuzz_html_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_html_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_html
tests_fuzz_fuzz_html_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_html_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-command
tests_fuzz_fuzz_command_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_command_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_command
tests_fuzz_fuzz_command_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_command_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-subject
tests_fuzz_fuzz_subject_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_subject_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_subject
tests_fuzz_fuzz_subject_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_subject_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-session
tests_fuzz_fuzz_session_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_session_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_session
tests_fuzz_fuzz_session_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_session_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-config
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_config_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_config
tests_fuzz_fuzz_config_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_config_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-template
tests_fuzz_fuzz_template_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_template_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_template
tests_fuzz_fuzz_template_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_template_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-calendar
tests_fuzz_fuzz_calendar_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_calendar_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_calendar
tests_fuzz_fuzz_calendar_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_calendar_LDADD = $(fuzz_libs)
EXTRA_PROGRAMS += tests/fuzz/fuzz-ical
tests_fuzz_fuzz_ical_SOURCES = tests/fuzz/engine.c
tests_fuzz_fuzz_ical_CPPFLAGS = $(fuzzer_cppflags) -DFUZZ_TARGET=fuzz_ical
tests_fuzz_fuzz_ical_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_ical_LDADD = $(fuzz_libs)
