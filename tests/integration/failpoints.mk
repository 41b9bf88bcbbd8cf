# SPDX-License-Identifier: BSD-2-Clause
# The daemon with failpoints (tests/support/failpoints.h): its own objects, linked once more.  It is not installed.
check_PROGRAMS += tests/support/failpoint-daemon
tests_support_failpoint_daemon_SOURCES = $(ticketmilter_SOURCES) \
  tests/support/failpoints.c tests/support/failpoints.h tests/support/failpoint-wraps.c
tests_support_failpoint_daemon_LDADD = $(ticketmilter_LDADD)
tests_support_failpoint_daemon_LDFLAGS = $(AM_LDFLAGS) \
  -Wl,--wrap=screen_body -Wl,--wrap=mime_read -Wl,--wrap=store_submit -Wl,--wrap=apply_edits \
  -Wl,--wrap=lookup_facts -Wl,--wrap=commands_apply -Wl,--wrap=db_run -Wl,--wrap=db_checkpoint \
  -Wl,--wrap=store_take_outgoing -Wl,--wrap=store_end_outgoing \
  -Wl,--wrap=dialog_command -Wl,--wrap=dialog_answer \
  -Wl,--wrap=migrate_run -Wl,--wrap=db_run_text -Wl,--wrap=policy_load -Wl,--wrap=current_set
TESTS += tests/integration/failpoints.py
EXTRA_DIST += tests/integration/failpoints.py tests/support/sink.py
