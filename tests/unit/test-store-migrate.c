/* SPDX-License-Identifier: BSD-2-Clause */
/* Databases of older versions: brought to ours whole or not at all, with everything that was in them. */
#define SUITE_NEEDS_PROCESSES /* flaky_disk_install() */
#include "store/care.h"
#include "store/schema.h"
#include "store/store.h"
#include "tests/support/flaky-disk.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The first column of all rows of `sql`, one line each. */
static char *
read_lines (const TmStoreBed *bed, const char *sql)
{
  sqlite3 *handle;
  sqlite3_stmt *rows;
  GString *lines = g_string_new (NULL);
  ck_assert_int_eq (sqlite3_open (bed->path, &handle), SQLITE_OK);
  ck_assert_msg (sqlite3_prepare_v2 (handle, sql, -1, &rows, NULL) == SQLITE_OK, "%s", sql);
  while (sqlite3_step (rows) == SQLITE_ROW)
    g_string_append_printf (lines, "%s\n", (const char *) sqlite3_column_text (rows, 0));
  sqlite3_finalize (rows);
  sqlite3_close (handle);
  return g_string_free (lines, FALSE);
}

static char *
read_schema (const TmStoreBed *bed)
{
  return read_lines (bed, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name, type");
}

static void
run_sql (const TmStoreBed *bed, const char *sql)
{
  sqlite3 *handle;
  char *message = NULL;
  ck_assert_int_eq (sqlite3_open (bed->path, &handle), SQLITE_OK);
  ck_assert_msg (sqlite3_exec (handle, sql, NULL, NULL, &message) == SQLITE_OK, "%s", message);
  sqlite3_close (handle);
}

/* A database of that version, as its daemon left it. */
static void
make_version (const TmStoreBed *bed, int version)
{
  g_autofree char *file = g_strdup_printf (TM_TOP_SRCDIR "/tests/data/schema-%d.sql", version), *sql = NULL;
  ck_assert_msg (g_file_get_contents (file, &sql, NULL, NULL), "%s", file);
  run_sql (bed, "PRAGMA journal_mode = WAL");
  run_sql (bed, sql);
}

/* Statements that read the columns which `bed` has now, a line for each table. */
static char *
read_selects (const TmStoreBed *bed)
{
  return read_lines (bed, "SELECT 'SELECT ' || group_concat ('quote (' || c.name || ')', ' || '','' || ') || ' FROM '"
                          " || t.name || ' ORDER BY 1' FROM sqlite_schema AS t, pragma_table_info (t.name) AS c"
                          " WHERE t.type = 'table' GROUP BY t.name");
}

static char *
read_all (const TmStoreBed *bed, const char *selects)
{
  g_auto (GStrv) lines = g_strsplit (selects, "\n", -1);
  GString *rows = g_string_new (NULL);
  for (char **line = lines; **line != '\0'; line++)
    {
      g_autofree char *part = read_lines (bed, *line);
      g_string_append_printf (rows, "%s\n%s", *line, part);
    }
  return g_string_free (rows, FALSE);
}

static void
check_is_current (TmStoreBed *bed)
{
  g_autoptr (TmStoreBed) fresh = bed_new ();
  bed_open (fresh);
  bed_close (fresh);
  g_autofree char *expected = read_schema (fresh), *schema = read_schema (bed);
  ck_assert_str_eq (schema, expected);
  ck_assert_int_eq (bed_count (bed, "PRAGMA user_version"), SCHEMA_VERSION);
}

/* The versions before ours: each test runs once for each. */
enum { FIRST = 1, LAST = SCHEMA_VERSION - 1 };

/* Old versions are what they were when they were released. */
START_TEST (old_versions_stay)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (TmStoreBed) made = bed_new ();
  make_version (bed, _i);
  run_sql (made, schema_create_sql);
  for (const char *const *piece = schema_pieces_2; _i >= 2 && *piece != NULL; piece++)
    run_sql (made, *piece);
  g_autofree char *fixture = read_schema (bed), *schema = read_schema (made);
  ck_assert_str_eq (fixture, schema);
  ck_assert_int_eq (bed_count (bed, "PRAGMA application_id"), SCHEMA_APPLICATION_ID);
}
END_TEST

START_TEST (nothing_is_lost)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  gint64 from, to;
  make_version (bed, _i);
  g_autofree char *selects = read_selects (bed), *before = read_all (bed, selects);
  ck_assert_ptr_nonnull (strstr (before, "c12"));
  ck_assert (store_migrate (bed->path, &from, &to, NULL));
  g_autofree char *after = read_all (bed, selects);
  ck_assert_str_eq (before, after);
}
END_TEST

START_TEST (start_migrates)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  make_version (bed, _i);
  bed_open (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@x" }), 42);
  bed_close (bed);
  check_is_current (bed);
}
END_TEST

START_TEST (by_hand)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GError) error = NULL;
  gint64 from, to;
  ck_assert (!store_migrate (bed->path, &from, &to, &error));
  ck_assert_int_eq (error->code, TM_ERROR_NOT_FOUND);
  g_clear_error (&error);
  make_version (bed, _i);
  ck_assert (store_migrate (bed->path, &from, &to, NULL));
  ck_assert_int_eq (from, _i);
  ck_assert_int_eq (to, SCHEMA_VERSION);
  check_is_current (bed);
  ck_assert (store_migrate (bed->path, &from, &to, NULL));
  ck_assert_int_eq (from, SCHEMA_VERSION);
  bed_open (bed);
  ck_assert (!store_migrate (bed->path, &from, &to, &error));
  ck_assert_int_eq (error->code, TM_ERROR_UNAVAILABLE);
}
END_TEST

/* What no key can be made of: nothing is migrated, rather than something wrong. */
static const char *const too_large[] = {
  "UPDATE clock SET cycle = 16777216",
  "UPDATE clock SET cycle = -1",
  "UPDATE clock SET metric = 16",
  "UPDATE clock SET ticket = 34359738368",
};

START_TEST (refuses_clocks_beyond_the_limits)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  gint64 from, to;
  make_version (bed, 2);
  run_sql (bed, too_large[_i]);
  g_autofree char *selects = read_selects (bed), *before = read_all (bed, selects), *schema = read_schema (bed);
  ck_assert (!store_migrate (bed->path, &from, &to, NULL));
  g_autofree char *after = read_all (bed, selects), *schema_after = read_schema (bed);
  ck_assert_str_eq (before, after);
  ck_assert_str_eq (schema, schema_after);
  ck_assert_int_eq (bed_count (bed, "PRAGMA user_version"), 2);
}
END_TEST

START_TEST (readers_wait_for_it)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GError) error = NULL;
  TmReader *reader = NULL;
  make_version (bed, _i);
  ck_assert (!reader_open (bed->path, &reader, &error));
  ck_assert_int_eq (error->code, TM_ERROR_CONFIG);
  ck_assert_ptr_nonnull (strstr (error->message, "db migrate"));
  ck_assert_int_eq (bed_count (bed, "PRAGMA user_version"), _i);
}
END_TEST

/* Killed before its nth change of a file; true when it was over before. */
static bool
migrate_in_child (const TmStoreBed *bed, int nth)
{
  pid_t child = fork ();
  if (child == 0)
    {
      gint64 from, to;
      g_atomic_int_set (&flaky_disk.kill_at, nth);
      _exit (store_migrate (bed->path, &from, &to, NULL) ? 0 : 1);
    }
  int status;
  ck_assert_int_eq (waitpid (child, &status, 0), child);
  if (WIFEXITED (status))
    ck_assert_int_eq (WEXITSTATUS (status), 0);
  else
    ck_assert_int_eq (WTERMSIG (status), SIGKILL);
  return WIFEXITED (status);
}

/* What stands in the database is whole, of the version that it says. */
START_TEST (fault_26_killed_at_each_write)
{
  g_autoptr (GPtrArray) schemas = g_ptr_array_new_with_free_func (g_free);
  int n_at[SCHEMA_VERSION + 1] = { 0 }, n = 0;
  flaky_disk_install (); /* before the store looks what is there to write through */
  for (int version = FIRST; version <= LAST; version++)
    {
      g_autoptr (TmStoreBed) bed = bed_new ();
      make_version (bed, version);
      g_ptr_array_add (schemas, read_schema (bed));
    }
  for (bool is_over = false; !is_over;)
    {
      g_autoptr (TmStoreBed) bed = bed_new ();
      make_version (bed, _i);
      is_over = migrate_in_child (bed, ++n);
      gint64 version = bed_count (bed, "PRAGMA user_version");
      ck_assert (version >= _i && version <= SCHEMA_VERSION);
      n_at[version]++;
      if (version == SCHEMA_VERSION)
        check_is_current (bed);
      else
        {
          g_autofree char *schema = read_schema (bed);
          ck_assert_str_eq (schema, g_ptr_array_index (schemas, (guint) (version - FIRST)));
        }
      bed_open (bed);
      bed_close (bed);
      check_is_current (bed);
    }
  for (int version = _i; version <= SCHEMA_VERSION; version++)
    ck_assert_msg (n_at[version] > 0, "never of version %d", version);
}
END_TEST

SUITE_MAIN ("store-migrate", tcase_add_loop_test (tc, old_versions_stay, FIRST, LAST + 1);
            tcase_add_loop_test (tc, nothing_is_lost, FIRST, LAST + 1);
            tcase_add_loop_test (tc, start_migrates, FIRST, LAST + 1);
            tcase_add_loop_test (tc, by_hand, FIRST, LAST + 1);
            tcase_add_loop_test (tc, refuses_clocks_beyond_the_limits, 0, G_N_ELEMENTS (too_large));
            tcase_add_loop_test (tc, readers_wait_for_it, FIRST, LAST + 1);
            tcase_add_loop_test (tc, fault_26_killed_at_each_write, FIRST, LAST + 1);)
