# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += tests/unit/test-calendar-vectors
tests_unit_test_calendar_vectors_SOURCES = tests/unit/test-calendar-vectors.c tests/support/suite.h
tests_unit_test_calendar_vectors_CPPFLAGS = $(TEST_CPPFLAGS) -DTM_TOP_SRCDIR='"$(abs_top_srcdir)"'
tests_unit_test_calendar_vectors_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/data/own.tsv
