# SPDX-License-Identifier: BSD-2-Clause
UNIT_TESTS += \
  tests/unit/test-address tests/unit/test-token tests/unit/test-dedup tests/unit/test-subject tests/unit/test-edit
tests_unit_test_address_SOURCES = tests/unit/test-address.c
tests_unit_test_address_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_address_LDADD = $(TEST_LIBS)
tests_unit_test_token_SOURCES = tests/unit/test-token.c
tests_unit_test_token_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_token_LDADD = $(TEST_LIBS)
tests_unit_test_dedup_SOURCES = tests/unit/test-dedup.c
tests_unit_test_dedup_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_dedup_LDADD = $(TEST_LIBS)
tests_unit_test_subject_SOURCES = tests/unit/test-subject.c
tests_unit_test_subject_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_subject_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/test-author
tests_unit_test_author_SOURCES = tests/unit/test-author.c
tests_unit_test_author_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_author_LDADD = $(TEST_LIBS)
tests_unit_test_edit_SOURCES = tests/unit/test-edit.c
tests_unit_test_edit_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_edit_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-plan
tests_unit_test_plan_SOURCES = tests/unit/test-plan.c tests/unit/plan_site.c tests/unit/plan_site.h \
  tests/unit/plan-acks.h tests/unit/plan-agents.h tests/unit/plan-clocks.h tests/unit/plan-page.h \
  tests/unit/plan-remote.h \
  tests/unit/plan-rules.h tests/unit/plan-stated.h tests/unit/plan-which.h tests/unit/plan-who.h
tests_unit_test_plan_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_plan_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/data/plans.golden
UNIT_TESTS += tests/unit/test-matrix
tests_unit_test_matrix_SOURCES = tests/unit/test-matrix.c tests/unit/plan_site.c tests/unit/plan_site.h
tests_unit_test_matrix_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_matrix_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-sender
tests_unit_test_sender_SOURCES = tests/unit/test-sender.c tests/unit/plan_site.c tests/unit/plan_site.h
tests_unit_test_sender_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_sender_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-forwarded
tests_unit_test_forwarded_SOURCES = tests/unit/test-forwarded.c
tests_unit_test_forwarded_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_forwarded_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-failure tests/unit/test-plan-bounce tests/unit/test-refusal
tests_unit_test_failure_SOURCES = tests/unit/test-failure.c
tests_unit_test_failure_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_failure_LDADD = $(TEST_LIBS)
tests_unit_test_plan_bounce_SOURCES = tests/unit/test-plan-bounce.c
tests_unit_test_plan_bounce_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_plan_bounce_LDADD = $(TEST_LIBS)
tests_unit_test_refusal_SOURCES = tests/unit/test-refusal.c
tests_unit_test_refusal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_refusal_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-change
tests_unit_test_change_SOURCES = tests/unit/test-change.c tests/unit/change-cases.h
tests_unit_test_change_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_change_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-detail
tests_unit_test_detail_SOURCES = tests/unit/test-detail.c
tests_unit_test_detail_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_detail_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-stated
tests_unit_test_stated_SOURCES = tests/unit/test-stated.c
tests_unit_test_stated_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_stated_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-clock
tests_unit_test_clock_SOURCES = tests/unit/test-clock.c tests/unit/clock-cases.h
tests_unit_test_clock_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_clock_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-command tests/unit/test-command-changes tests/unit/test-when
tests_unit_test_command_changes_SOURCES = tests/unit/test-command-changes.c
tests_unit_test_command_changes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_command_changes_LDADD = $(TEST_LIBS)
tests_unit_test_command_SOURCES = tests/unit/test-command.c
tests_unit_test_command_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_command_LDADD = $(TEST_LIBS)
tests_unit_test_when_SOURCES = tests/unit/test-when.c
tests_unit_test_when_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_when_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-shingle tests/unit/test-guard
tests_unit_test_shingle_SOURCES = tests/unit/test-shingle.c tests/support/suite.h
tests_unit_test_shingle_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_shingle_LDADD = $(TEST_LIBS)
tests_unit_test_guard_SOURCES = tests/unit/test-guard.c tests/unit/plan_site.c tests/unit/plan_site.h \
  tests/support/suite.h
tests_unit_test_guard_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_guard_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-template
tests_unit_test_template_SOURCES = tests/unit/test-template.c
tests_unit_test_template_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_template_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-acknowledge
tests_unit_test_acknowledge_SOURCES = tests/unit/test-acknowledge.c tests/unit/plan_site.c tests/unit/plan_site.h \
  tests/support/suite.h
tests_unit_test_acknowledge_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_acknowledge_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-figures
tests_unit_test_figures_SOURCES = tests/unit/test-figures.c
tests_unit_test_figures_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_figures_LDADD = $(TEST_LIBS)
