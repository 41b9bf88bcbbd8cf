/* SPDX-License-Identifier: BSD-2-Clause */
/* Databases of older versions: brought to ours whole or not at all, with everything that was in them. */
#include "store/care.h"
#include "store/schema.h"
#include "store/store.h"
#include "tests/support/flaky-disk.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

/* A database of version 1, as its daemon left it. */
static void
make_version_1 (const TmStoreBed *bed)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA journal_mode = WAL; BEGIN; PRAGMA application_id = %d;"
                                          "PRAGMA user_version = 1; %s"
                                          "INSERT INTO ticket (id, status, subject, requester, created_at)"
                                          " VALUES (41, 2, 'Old', 'eve@acme.example', 1795190400); COMMIT",
                                          SCHEMA_APPLICATION_ID, schema_create_sql);
  sqlite3 *handle;
  char *message = NULL;
  ck_assert_int_eq (sqlite3_open (bed->path, &handle), SQLITE_OK);
  ck_assert_msg (sqlite3_exec (handle, sql, NULL, NULL, &message) == SQLITE_OK, "%s", message);
  sqlite3_close (handle);
}

/* What it holds as SQL of its schema, one line each. */
static char *
read_schema (const TmStoreBed *bed)
{
  sqlite3 *handle;
  sqlite3_stmt *rows;
  GString *schema = g_string_new (NULL);
  ck_assert_int_eq (sqlite3_open (bed->path, &handle), SQLITE_OK);
  static const char sql[] = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name, type";
  ck_assert_int_eq (sqlite3_prepare_v2 (handle, sql, -1, &rows, NULL), SQLITE_OK);
  while (sqlite3_step (rows) == SQLITE_ROW)
    g_string_append_printf (schema, "%s\n", (const char *) sqlite3_column_text (rows, 0));
  sqlite3_finalize (rows);
  sqlite3_close (handle);
  return g_string_free (schema, FALSE);
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
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE id = 41 AND subject = 'Old'"), 1);
}

START_TEST (start_migrates)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  make_version_1 (bed);
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
  make_version_1 (bed);
  ck_assert (store_migrate (bed->path, &from, &to, NULL));
  ck_assert_int_eq (from, 1);
  ck_assert_int_eq (to, SCHEMA_VERSION);
  check_is_current (bed);
  ck_assert (store_migrate (bed->path, &from, &to, NULL));
  ck_assert_int_eq (from, SCHEMA_VERSION);
  bed_open (bed);
  ck_assert (!store_migrate (bed->path, &from, &to, &error));
  ck_assert_int_eq (error->code, TM_ERROR_UNAVAILABLE);
}
END_TEST

START_TEST (readers_wait_for_it)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GError) error = NULL;
  TmReader *reader = NULL;
  make_version_1 (bed);
  ck_assert (!reader_open (bed->path, &reader, &error));
  ck_assert_int_eq (error->code, TM_ERROR_CONFIG);
  ck_assert_ptr_nonnull (strstr (error->message, "db migrate"));
  ck_assert_int_eq (bed_count (bed, "PRAGMA user_version"), 1);
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
      flaky_disk_install ();
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

START_TEST (fault_26_killed_at_each_write)
{
  g_autofree char *schema_1 = NULL;
  int n_before = 0, n_after = 0;
  for (bool is_over = false; !is_over;)
    {
      g_autoptr (TmStoreBed) bed = bed_new ();
      make_version_1 (bed);
      if (schema_1 == NULL)
        schema_1 = read_schema (bed);
      is_over = migrate_in_child (bed, n_before + n_after + 1);
      if (bed_count (bed, "PRAGMA user_version") == 1)
        {
          n_before++;
          g_autofree char *schema = read_schema (bed);
          ck_assert_str_eq (schema, schema_1);
        }
      else
        {
          n_after++;
          check_is_current (bed);
        }
      bed_open (bed);
      bed_close (bed);
      check_is_current (bed);
    }
  ck_assert_int_gt (n_before, 0);
  ck_assert_int_gt (n_after, 0);
}
END_TEST

SUITE_MAIN ("store-migrate", tcase_add_test (tc, start_migrates);
            tcase_add_test (tc, by_hand);
            tcase_add_test (tc, readers_wait_for_it);
            tcase_add_test (tc, fault_26_killed_at_each_write);)
