# SPDX-License-Identifier: BSD-2-Clause
STORE_TEST_SUPPORT = \
  tests/support/suite.h \
  tests/support/inbound-maker.c tests/support/inbound-maker.h \
  tests/support/store-bed.c tests/support/store-bed.h
STORE_TEST_CPPFLAGS = $(TEST_CPPFLAGS) $(SQLITE_CFLAGS) $(ZSTD_CFLAGS)

UNIT_TESTS += tests/unit/test-store
tests_unit_test_store_SOURCES = tests/unit/test-store.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-clock
tests_unit_test_store_clock_SOURCES = tests/unit/test-store-clock.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_clock_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_clock_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-notify
tests_unit_test_store_notify_SOURCES = tests/unit/test-store-notify.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_notify_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_notify_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-page
tests_unit_test_store_page_SOURCES = tests/unit/test-store-page.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_page_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_page_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-reader
tests_unit_test_store_reader_SOURCES = tests/unit/test-store-reader.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_reader_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_reader_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-open
tests_unit_test_store_open_SOURCES = tests/unit/test-store-open.c $(STORE_TEST_SUPPORT) \
  tests/support/flaky-disk.c tests/support/flaky-disk.h
tests_unit_test_store_open_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_open_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-faults
tests_unit_test_store_faults_SOURCES = tests/unit/test-store-faults.c $(STORE_TEST_SUPPORT) \
  tests/support/flaky-disk.c tests/support/flaky-disk.h
tests_unit_test_store_faults_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_faults_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-kill
tests_unit_test_store_kill_SOURCES = tests/unit/test-store-kill.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_kill_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_kill_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-migrate
tests_unit_test_store_migrate_SOURCES = tests/unit/test-store-migrate.c $(STORE_TEST_SUPPORT) \
  tests/support/flaky-disk.c tests/support/flaky-disk.h
tests_unit_test_store_migrate_CPPFLAGS = $(STORE_TEST_CPPFLAGS) -DTM_TOP_SRCDIR='"$(abs_top_srcdir)"'
tests_unit_test_store_migrate_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-backup
tests_unit_test_store_backup_SOURCES = tests/unit/test-store-backup.c $(STORE_TEST_SUPPORT) \
  tests/support/flaky-disk.c tests/support/flaky-disk.h
tests_unit_test_store_backup_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_backup_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-upkeep
tests_unit_test_store_upkeep_SOURCES = tests/unit/test-store-upkeep.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_upkeep_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_upkeep_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-search
tests_unit_test_store_search_SOURCES = tests/unit/test-store-search.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_search_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_search_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-bounce
tests_unit_test_store_bounce_SOURCES = tests/unit/test-store-bounce.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_bounce_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_bounce_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-change
tests_unit_test_store_change_SOURCES = tests/unit/test-store-change.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_change_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_change_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-ack
tests_unit_test_store_ack_SOURCES = tests/unit/test-store-ack.c tests/unit/plan_site.c tests/unit/plan_site.h \
  $(STORE_TEST_SUPPORT)
tests_unit_test_store_ack_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_ack_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-confirm
tests_unit_test_store_confirm_SOURCES = tests/unit/test-store-confirm.c tests/unit/plan_site.c tests/unit/plan_site.h \
  $(STORE_TEST_SUPPORT)
tests_unit_test_store_confirm_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_confirm_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-commands
tests_unit_test_store_commands_SOURCES = tests/unit/test-store-commands.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_commands_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_commands_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-linger
tests_unit_test_linger_SOURCES = tests/unit/test-linger.c tests/support/suite.h
tests_unit_test_linger_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_linger_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-guard
tests_unit_test_store_guard_SOURCES = tests/unit/test-store-guard.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_guard_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_guard_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-figures
tests_unit_test_store_figures_SOURCES = tests/unit/test-store-figures.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_figures_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_figures_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-after
tests_unit_test_store_after_SOURCES = tests/unit/test-store-after.c $(STORE_TEST_SUPPORT)
tests_unit_test_store_after_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_store_after_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-store-disk
tests_unit_test_store_disk_SOURCES = tests/unit/test-store-disk.c tests/unit/store-day.c tests/unit/store-day.h \
  tests/unit/plan_site.c tests/unit/plan_site.h \
  $(STORE_TEST_SUPPORT) tests/support/fault-disk.c tests/support/fault-disk.h \
  tests/support/disk-image.c tests/support/disk-image.h
tests_unit_test_store_disk_CPPFLAGS = $(STORE_TEST_CPPFLAGS) -DTM_TOP_SRCDIR='"$(abs_top_srcdir)"'
tests_unit_test_store_disk_LDADD = $(TEST_LIBS)
