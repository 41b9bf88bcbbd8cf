# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += tests/unit/test-automatic
tests_unit_test_automatic_SOURCES = tests/unit/test-automatic.c tests/support/suite.h
tests_unit_test_automatic_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_automatic_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-quote
tests_unit_test_quote_SOURCES = tests/unit/test-quote.c tests/support/suite.h
tests_unit_test_quote_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_quote_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-authres
tests_unit_test_authres_SOURCES = tests/unit/test-authres.c tests/support/suite.h
tests_unit_test_authres_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_authres_LDADD = $(TEST_LIBS)
