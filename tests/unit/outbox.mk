# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += tests/unit/test-smtp tests/unit/test-backoff
tests_unit_test_smtp_SOURCES = tests/unit/test-smtp.c tests/support/smtp-script.c tests/support/smtp-script.h \
  tests/support/suite.h
tests_unit_test_smtp_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_smtp_LDADD = $(TEST_LIBS)
tests_unit_test_backoff_SOURCES = tests/unit/test-backoff.c tests/support/suite.h
tests_unit_test_backoff_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_backoff_LDADD = $(TEST_LIBS)
