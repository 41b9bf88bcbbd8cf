/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A day of the store on a disk whose nth operation fails, once or for good, or is the last before power is lost: for
 * n = 1, 2, 3 … until a day passes untouched.  Afterwards everything that was acknowledged is there, what is sent again
 * makes one ticket and one acknowledgement for each message, and the database is sound.
 *
 * By default every few n; with TM_LONG=yes in the environment each of them, and more seeds.
 */
#define SUITE_NEEDS_PROCESSES /* fault_disk_install() */
#include "tests/support/fault-disk.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"
#include "tests/unit/store-day.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_RUNS = 3000, N_SEEDS = 8, N_SEEDS_SHORT = 4 };

/* --- what the day begins with --- */

typedef enum { NO_DATABASE, OLD_MAIL, OLD_VERSION, N_BEGINNINGS } Beginning;

/* Mail that has been kept long enough: what upkeep takes away. */
static void
fill (TmStoreBed *bed)
{
  bed_open (bed);
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("old.%d@acme.example", i);
      (void) bed_ticket (bed, &(TmMailSpec) { .message_id = id, .subject = "Old", .text = "x" });
    }
  bed_close (bed);
  bed_sql (bed, "UPDATE message SET received_at = received_at - 1000000");
  bed_sql (bed, "UPDATE outbox SET state = 3, ended_at = 1");
}

static void
begin_with_version_1 (TmStoreBed *bed)
{
  g_autofree char *sql = NULL;
  sqlite3 *handle;
  ck_assert (g_file_get_contents (TM_TOP_SRCDIR "/tests/data/schema-1.sql", &sql, NULL, NULL));
  ck_assert_int_eq (sqlite3_open (bed->path, &handle), SQLITE_OK);
  ck_assert_int_eq (sqlite3_exec (handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL), SQLITE_OK);
  ck_assert_int_eq (sqlite3_exec (handle, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close (handle);
}

/* What a day begins with, made once. */
static TmStoreBed *
make_model (Beginning beginning)
{
  TmStoreBed *bed = day_bed ();
  if (beginning == OLD_MAIL)
    fill (bed);
  if (beginning == OLD_VERSION)
    begin_with_version_1 (bed);
  return bed;
}

static TmStoreBed *
begin_like (const TmStoreBed *model)
{
  static const char *const suffixes[] = { "", "-wal" };
  TmStoreBed *bed = day_bed ();
  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = bed_file (model, suffixes[i]), *to = bed_file (bed, suffixes[i]), *contents = NULL;
      gsize len;
      if (g_file_get_contents (from, &contents, &len, NULL))
        ck_assert (g_file_set_contents (to, contents, (gssize) len, NULL));
    }
  return bed;
}

/* --- the days --- */

static DayWorld *
new_world (void)
{
  DayWorld *world = mmap (NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ck_assert (world != MAP_FAILED);
  return world;
}

/* Whether the day had its fault. */
static bool
live_with_fault (const TmStoreBed *model, const DiskPlan *plan, bool loses_power_later)
{
  g_autoptr (TmStoreBed) bed = begin_like (model);
  Day day = { .bed = bed, .world = new_world () };
  bed->fills_index = !loses_power_later; /* by a thread of its own: what it does is nobody's nth operation twice */
  fault_disk_begin (bed->directory, plan);
  day_live (&day);
  bool had_fault = fault_disk_end ();
  ck_assert (had_fault || day.world->n_failed == 0);
  if (had_fault && loses_power_later)
    fault_disk_lose_power ();
  day_check_after (&day);
  munmap (day.world, sizeof *day.world);
  return had_fault;
}

/* Whether it came to that. */
static bool
live_until_power_is_lost (const TmStoreBed *model, const DiskPlan *plan)
{
  g_autoptr (TmStoreBed) bed = begin_like (model);
  Day day = { .bed = bed, .world = new_world () };
  int status;
  fault_disk_begin (bed->directory, plan);
  pid_t child = fork ();
  if (child == 0)
    {
      alarm (DAY_PATIENCE_S);
      day_live (&day);
      _exit (day.world->n_failed == 0 ? 0 : 1);
    }
  (void) fault_disk_end ();
  ck_assert_int_eq (waitpid (child, &status, 0), child);
  ck_assert_msg (WIFEXITED (status), "signal %d", WTERMSIG (status));
  ck_assert (WEXITSTATUS (status) == 0 || WEXITSTATUS (status) == DISK_POWER_LOST);
  day_check_after (&day);
  munmap (day.world, sizeof *day.world);
  return WEXITSTATUS (status) == DISK_POWER_LOST;
}

static bool
is_long (void)
{
  return g_strcmp0 (g_getenv ("TM_LONG"), "yes") == 0;
}

static bool
live_one (const TmStoreBed *model, const DiskPlan *plan, bool loses_power_later)
{
  return plan->fault == DISK_LOSES_POWER ? live_until_power_is_lost (model, plan)
                                         : live_with_fault (model, plan, loses_power_later);
}

static void
live_from (Beginning beginning, const char *what, DiskPlan plan, unsigned first, unsigned stride,
           bool loses_power_later)
{
  static const char *const beginnings[] = { "no database", "old mail", "version 1" };
  g_autoptr (TmStoreBed) model = make_model (beginning);
  unsigned n_runs = 0;
  for (plan.nth = first; live_one (model, &plan, loses_power_later); plan.nth += stride)
    ck_assert_uint_lt (++n_runs, MOST_RUNS);
  ck_assert_uint_gt (n_runs, 0);
  printf ("%s, seed %u, %s: %u days with a fault, one untouched\n", what, plan.seed, beginnings[beginning], n_runs);
  fflush (stdout);
}

/* In the short form every `stride`th operation, each test from another one and another beginning on. */
static void
live_all (const char *what, int index, DiskPlan plan, unsigned stride, bool loses_power_later)
{
  if (!is_long ())
    live_from ((Beginning) (index % N_BEGINNINGS), what, plan, 1 + (unsigned) index * stride / 4, stride,
               loses_power_later);
  else
    for (int beginning = 0; beginning < N_BEGINNINGS; beginning++)
      live_from ((Beginning) beginning, what, plan, 1, 1, loses_power_later);
}

/* Hundreds of databases: in memory, where what a disk would do is decided here anyhow. */
static void
prepare (void)
{
  if (access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  fault_disk_install ();
}

START_TEST (fault_3_each_operation_fails)
{
  static const char *const names[] = { "fails once", "fails for good", "is full once", "is full for good" };
  prepare ();
  const DiskPlan plan = { .fault = (DiskFault) _i, .operations = DISK_CHANGES };
  live_all (names[_i], _i, plan, 23, false);
}
END_TEST

START_TEST (fault_3_each_read_fails)
{
  prepare ();
  const DiskPlan plan = { .fault = (DiskFault) _i, .operations = 1 << DISK_READ };
  live_all (_i == DISK_FAILS_ONCE ? "read fails once" : "reads fail for good", _i, plan, 97, false);
}
END_TEST

/* What was written before a sync that failed is not on the disk, whatever the next sync says. */
START_TEST (fault_4_sync_fails_and_power_is_lost)
{
  prepare ();
  const DiskPlan plan = { .fault = DISK_FAILS_ONCE, .operations = 1 << DISK_SYNC, .seed = (guint32) _i };
  if (is_long () || _i < N_SEEDS_SHORT)
    live_all ("a sync fails, then power", _i, plan, 5, true);
}
END_TEST

START_TEST (fault_1_power_is_lost)
{
  prepare ();
  const DiskPlan plan = { .fault = DISK_LOSES_POWER, .operations = DISK_CHANGES, .seed = (guint32) _i };
  if (is_long () || _i < N_SEEDS_SHORT)
    live_all ("power", _i, plan, 19, false);
}
END_TEST

SUITE_MAIN ("store-disk", tcase_set_timeout (tc, 1800);
            tcase_add_loop_test (tc, fault_3_each_operation_fails, DISK_FAILS_ONCE, DISK_FULL_FOR_GOOD + 1);
            tcase_add_loop_test (tc, fault_3_each_read_fails, DISK_FAILS_ONCE, DISK_FAILS_FOR_GOOD + 1);
            tcase_add_loop_test (tc, fault_4_sync_fails_and_power_is_lost, 0, N_SEEDS);
            tcase_add_loop_test (tc, fault_1_power_is_lost, 0, N_SEEDS);)
