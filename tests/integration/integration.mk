# SPDX-License-Identifier: BSD-2-Clause
# The MTA's side of the milter protocol, for protocol tests and load: link tests/libmilterclient.a before the rooms.
check_LIBRARIES += tests/libmilterclient.a
tests_libmilterclient_a_CPPFLAGS = $(TEST_CPPFLAGS) $(MILTER_CFLAGS)
tests_libmilterclient_a_SOURCES = \
  tests/support/milter-client.c tests/support/milter-client.h tests/support/milter-dialog.c

# Tests that run the real daemon and speak the protocol with it.
INTEGRATION_TESTS = tests/integration/test-dialog tests/integration/test-daemon tests/integration/test-bounds \
  tests/integration/test-stats tests/integration/test-effects tests/integration/test-senders \
  tests/integration/test-replies tests/integration/test-faults tests/integration/test-body
INTEGRATION_CPPFLAGS = $(TEST_CPPFLAGS) $(MILTER_CFLAGS) $(SQLITE_CFLAGS) \
  -DTM_DAEMON='"$(abs_top_builddir)/ticketmilter"'
INTEGRATION_LIBS = tests/libmilterclient.a $(TEST_LIBS)
if HAVE_CHECK
check_PROGRAMS += $(INTEGRATION_TESTS)
TESTS += $(INTEGRATION_TESTS)
endif
tests_integration_test_dialog_SOURCES = tests/integration/test-dialog.c \
  tests/integration/harness.c tests/integration/harness.h tests/support/suite.h
tests_integration_test_dialog_CPPFLAGS = $(INTEGRATION_CPPFLAGS)
tests_integration_test_dialog_LDADD = $(INTEGRATION_LIBS)
tests_integration_test_daemon_SOURCES = tests/integration/test-daemon.c \
  tests/integration/harness.c tests/integration/harness.h tests/support/suite.h
tests_integration_test_daemon_CPPFLAGS = $(INTEGRATION_CPPFLAGS)
tests_integration_test_daemon_LDADD = $(INTEGRATION_LIBS)
tests_integration_test_bounds_SOURCES = tests/integration/test-bounds.c \
  tests/integration/harness.c tests/integration/harness.h tests/support/suite.h
tests_integration_test_bounds_CPPFLAGS = $(INTEGRATION_CPPFLAGS)
tests_integration_test_bounds_LDADD = $(INTEGRATION_LIBS) $(SQLITE_LIBS)
tests_integration_test_stats_SOURCES = tests/integration/test-stats.c \
  tests/integration/harness.c tests/integration/harness.h tests/support/suite.h
tests_integration_test_stats_CPPFLAGS = $(INTEGRATION_CPPFLAGS)
tests_integration_test_stats_LDADD = $(INTEGRATION_LIBS)
tests_integration_test_effects_SOURCES = tests/integration/test-effects.c \
  tests/integration/harness.c tests/integration/harness.h tests/support/suite.h
tests_integration_test_effects_CPPFLAGS = $(INTEGRATION_CPPFLAGS) $(ZSTD_CFLAGS)
tests_integration_test_effects_LDADD = $(INTEGRATION_LIBS) $(SQLITE_LIBS) $(ZSTD_LIBS)
tests_integration_test_senders_SOURCES = tests/integration/test-senders.c \
  tests/integration/harness.c tests/integration/harness.h tests/support/suite.h
tests_integration_test_senders_CPPFLAGS = $(INTEGRATION_CPPFLAGS)
tests_integration_test_senders_LDADD = $(INTEGRATION_LIBS)
tests_integration_test_replies_SOURCES = tests/integration/test-replies.c \
  tests/integration/harness.c tests/integration/harness.h tests/support/suite.h
tests_integration_test_replies_CPPFLAGS = $(INTEGRATION_CPPFLAGS)
tests_integration_test_replies_LDADD = $(INTEGRATION_LIBS)
tests_integration_test_faults_SOURCES = tests/integration/test-faults.c \
  tests/integration/harness.c tests/integration/harness.h tests/support/suite.h
tests_integration_test_faults_CPPFLAGS = $(INTEGRATION_CPPFLAGS)
tests_integration_test_faults_LDADD = $(INTEGRATION_LIBS)
tests_integration_test_body_SOURCES = tests/integration/test-body.c tests/support/suite.h
tests_integration_test_body_CPPFLAGS = $(INTEGRATION_CPPFLAGS)
tests_integration_test_body_LDADD = src/libfront.a $(INTEGRATION_LIBS) $(MILTER_LIBS)
include tests/unit/milter.mk
include tests/integration/ctl.mk
include tests/integration/failpoints.mk
