# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += tests/unit/test-automatic
tests_unit_test_automatic_SOURCES = tests/unit/test-automatic.c tests/support/suite.h
tests_unit_test_automatic_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_automatic_LDADD = $(TEST_LIBS)
