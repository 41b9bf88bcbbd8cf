# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += tests/unit/test-pattern tests/unit/test-condition tests/unit/test-rules tests/unit/test-rule-index
tests_unit_test_pattern_SOURCES = tests/unit/test-pattern.c tests/support/suite.h
tests_unit_test_pattern_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_pattern_LDADD = $(TEST_LIBS)
tests_unit_test_condition_SOURCES = tests/unit/test-condition.c tests/unit/rules_sample.c tests/unit/rules_sample.h \
  tests/support/suite.h
tests_unit_test_condition_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_condition_LDADD = $(TEST_LIBS)
tests_unit_test_rules_SOURCES = tests/unit/test-rules.c tests/unit/rules-forms.h \
  tests/unit/rules_sample.c tests/unit/rules_sample.h \
  tests/support/suite.h
tests_unit_test_rules_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_rules_LDADD = $(TEST_LIBS)
tests_unit_test_rule_index_SOURCES = tests/unit/test-rule-index.c tests/unit/rules_sample.c \
  tests/unit/rules_sample.h tests/support/suite.h
tests_unit_test_rule_index_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_rule_index_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-statement
tests_unit_test_statement_SOURCES = tests/unit/test-statement.c tests/unit/rules_sample.c tests/unit/rules_sample.h
tests_unit_test_statement_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_statement_LDADD = $(TEST_LIBS)
