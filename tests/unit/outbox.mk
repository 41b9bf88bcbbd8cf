# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += tests/unit/test-smtp tests/unit/test-backoff
tests_unit_test_smtp_SOURCES = tests/unit/test-smtp.c tests/support/smtp-script.c tests/support/smtp-script.h \
  tests/support/suite.h
tests_unit_test_smtp_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_smtp_LDADD = $(TEST_LIBS)
tests_unit_test_backoff_SOURCES = tests/unit/test-backoff.c tests/support/suite.h
tests_unit_test_backoff_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_backoff_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/test-sending tests/unit/test-compose tests/unit/test-outbox-sender
tests_unit_test_sending_SOURCES = tests/unit/test-sending.c tests/support/suite.h
tests_unit_test_sending_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_sending_LDADD = $(TEST_LIBS)
tests_unit_test_compose_SOURCES = tests/unit/test-compose.c tests/support/suite.h
tests_unit_test_compose_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_compose_LDADD = $(TEST_LIBS)
tests_unit_test_outbox_sender_SOURCES = tests/unit/test-outbox-sender.c \
  tests/support/flaky-disk.c tests/support/flaky-disk.h \
  tests/support/smtp-script.c tests/support/smtp-script.h $(STORE_TEST_SUPPORT)
tests_unit_test_outbox_sender_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_outbox_sender_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/test-page tests/unit/test-hook
tests_unit_test_page_SOURCES = tests/unit/test-page.c tests/support/suite.h
tests_unit_test_page_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_page_LDADD = $(TEST_LIBS)
tests_unit_test_hook_SOURCES = tests/unit/test-hook.c tests/support/suite.h
tests_unit_test_hook_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_hook_LDADD = $(TEST_LIBS)
