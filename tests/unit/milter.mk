# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += tests/unit/test-gather tests/unit/test-apply tests/unit/test-gate
tests_unit_test_gather_SOURCES = tests/unit/test-gather.c tests/support/suite.h
tests_unit_test_gather_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_gather_LDADD = src/libfront.a $(TEST_LIBS)
tests_unit_test_apply_SOURCES = tests/unit/test-apply.c tests/support/suite.h
tests_unit_test_apply_CPPFLAGS = $(TEST_CPPFLAGS) $(MILTER_CFLAGS)
tests_unit_test_apply_LDADD = src/libfront.a $(TEST_LIBS) $(MILTER_LIBS)
tests_unit_test_gate_SOURCES = tests/unit/test-gate.c tests/support/suite.h
tests_unit_test_gate_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_gate_LDADD = src/libfront.a $(TEST_LIBS)
UNIT_TESTS += tests/unit/test-cork
tests_unit_test_cork_SOURCES = tests/unit/test-cork.c tests/support/suite.h
tests_unit_test_cork_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_cork_LDADD = src/libfront.a $(TEST_LIBS)
