# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += tests/unit/test-calendar-vectors
tests_unit_test_calendar_vectors_SOURCES = tests/unit/test-calendar-vectors.c tests/support/suite.h
tests_unit_test_calendar_vectors_CPPFLAGS = $(TEST_CPPFLAGS) -DTM_TOP_SRCDIR='"$(abs_top_srcdir)"'
tests_unit_test_calendar_vectors_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/data/own.tsv

CALENDAR_SKETCH = tests/support/calendar-sketch.c tests/support/calendar-sketch.h tests/support/suite.h
UNIT_TESTS += tests/unit/test-calendar-recount
tests_unit_test_calendar_recount_SOURCES = tests/unit/test-calendar-recount.c $(CALENDAR_SKETCH)
tests_unit_test_calendar_recount_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_calendar_recount_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-calendar-laws
tests_unit_test_calendar_laws_SOURCES = tests/unit/test-calendar-laws.c $(CALENDAR_SKETCH)
tests_unit_test_calendar_laws_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_calendar_laws_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-rota
tests_unit_test_rota_SOURCES = tests/unit/test-rota.c
tests_unit_test_rota_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_rota_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-escalation
tests_unit_test_escalation_SOURCES = tests/unit/test-escalation.c
tests_unit_test_escalation_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_escalation_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-after
tests_unit_test_after_SOURCES = tests/unit/test-after.c
tests_unit_test_after_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_after_LDADD = $(TEST_LIBS)
