# SPDX-License-Identifier: BSD-2-Clause
CLI_TEST_LIBS = src/libcli.a $(TEST_LIBS) $(JSON_LIBS)

UNIT_TESTS += \
  tests/unit/test-cli-arguments tests/unit/test-cli-explanation tests/unit/test-cli-terminal tests/unit/test-cli-tickets
tests_unit_test_cli_arguments_SOURCES = tests/unit/test-cli-arguments.c tests/support/suite.h
tests_unit_test_cli_arguments_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_cli_arguments_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_cli_terminal_SOURCES = tests/unit/test-cli-terminal.c tests/support/suite.h
tests_unit_test_cli_terminal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_cli_terminal_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_cli_explanation_SOURCES = tests/unit/test-cli-explanation.c tests/support/suite.h
tests_unit_test_cli_explanation_CPPFLAGS = $(TEST_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_test_cli_explanation_LDADD = $(CLI_TEST_LIBS)
tests_unit_test_cli_tickets_SOURCES = tests/unit/test-cli-tickets.c tests/support/suite.h
tests_unit_test_cli_tickets_CPPFLAGS = $(TEST_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_test_cli_tickets_LDADD = $(CLI_TEST_LIBS)
