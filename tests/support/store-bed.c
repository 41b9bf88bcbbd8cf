/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/store-bed.h"

#include "base/clock.h"

#include <check.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <sys/stat.h>

TmStoreBed *
bed_new (void)
{
  TmStoreBed *bed = g_new0 (TmStoreBed, 1);
  g_autoptr (GError) error = NULL;
  umask (027); /* as the daemon's: a database that is open to others is refused */
  bed->directory = g_dir_make_tmp ("ticketmilter-store-XXXXXX", &error);
  ck_assert_msg (bed->directory != NULL, "%s", error != NULL ? error->message : "");
  bed->path = g_build_filename (bed->directory, "tickets.db", NULL);
  bed->site = maker_site ();
  bed->max_jobs = 1000;
  return bed;
}

/* The store itself does not ask SQLite to hold them at each insert. */
static void
check_foreign_keys (const TmStoreBed *bed)
{
  sqlite3 *handle;
  sqlite3_stmt *statement;
  ck_assert_int_eq (sqlite3_open_v2 (bed->path, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  ck_assert_int_eq (sqlite3_prepare_v2 (handle, "PRAGMA foreign_key_check", -1, &statement, NULL), SQLITE_OK);
  if (sqlite3_step (statement) == SQLITE_ROW)
    ck_abort_msg ("a row of %s refers to nothing in %s", (const char *) sqlite3_column_text (statement, 0),
                  (const char *) sqlite3_column_text (statement, 2));
  sqlite3_finalize (statement);
  sqlite3_close (handle);
}

void
bed_close (TmStoreBed *bed)
{
  bool was_open = bed->store != NULL;
  store_close (bed->store);
  bed->store = NULL;
  if (was_open && g_atomic_int_get (&bed->n_fatal) == 0 && !bed->is_spoiled)
    check_foreign_keys (bed);
}

void
bed_free (TmStoreBed *bed)
{
  if (bed == NULL)
    return;
  bed_close (bed);
  g_autoptr (GDir) dir = g_dir_open (bed->directory, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *file = g_build_filename (bed->directory, name, NULL);
      g_remove (file);
    }
  g_rmdir (bed->directory);
  g_free (bed->directory);
  g_free (bed->path);
  site_free (bed->site);
  g_free (bed);
}

static void
count_fatal (const char *what, gpointer data)
{
  TmStoreBed *bed = data;
  ck_assert_str_ne (what, "");
  g_atomic_int_inc (&bed->n_fatal);
}

int
bed_try_open (TmStoreBed *bed, char **message_out)
{
  g_autoptr (GError) error = NULL;
  TmStoreOptions options
      = { .path = bed->path, .max_jobs = bed->max_jobs, .on_fatal = count_fatal, .on_fatal_data = bed,
          .keep = bed->keep, .fills_index = bed->fills_index,
          .small_bytes = bed->small_bytes, .min_free = bed->min_free,
          .wal_pages = bed->wal_pages != 0 ? bed->wal_pages : 4096 };
  if (store_open (&options, &bed->store, &error))
    return -1;
  ck_assert_ptr_nonnull (error);
  if (message_out != NULL)
    *message_out = g_strdup (error->message);
  return error->code;
}

void
bed_open (TmStoreBed *bed)
{
  g_autofree char *message = NULL;
  ck_assert_msg (bed_try_open (bed, &message) == -1, "%s", message);
}

TmPlan *
bed_submit_until (TmStoreBed *bed, TmInbound *inbound, double seconds, int *kind_out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) packed = store_pack (inbound->raw);
  TmPlan *plan = NULL;
  gint64 deadline_us = clock_monotonic_us () + (gint64) (seconds * 1e6);
  bool ok = store_submit (bed->store, inbound, packed, deadline_us, &plan, &error);
  ck_assert_int_eq (ok, plan != NULL);
  ck_assert_int_eq (ok, error == NULL);
  ck_assert_msg (ok || kind_out != NULL, "%s", error != NULL ? error->message : "");
  if (kind_out != NULL)
    *kind_out = ok ? -1 : error->code;
  return plan;
}

TmPlan *
bed_submit (TmStoreBed *bed, const TmMailSpec *spec, int *kind_out)
{
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, spec);
  return bed_submit_until (bed, inbound, BED_PATIENCE_S, kind_out);
}

gint64
bed_ticket (TmStoreBed *bed, const TmMailSpec *spec)
{
  g_autoptr (TmPlan) plan = bed_submit (bed, spec, NULL);
  return plan->ticket;
}

static gint64
run_sql (TmStoreBed *bed, const char *sql)
{
  sqlite3 *handle;
  sqlite3_stmt *statement;
  gint64 number = 0;
  ck_assert_int_eq (sqlite3_open_v2 (bed->path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
  sqlite3_busy_timeout (handle, 5000);
  for (const char *rest = sql; *rest != '\0';)
    {
      ck_assert_msg (sqlite3_prepare_v2 (handle, rest, -1, &statement, &rest) == SQLITE_OK, "%s",
                     sqlite3_errmsg (handle));
      int rc = sqlite3_step (statement);
      ck_assert_msg (rc == SQLITE_ROW || rc == SQLITE_DONE, "%s", sqlite3_errmsg (handle));
      number = rc == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
      sqlite3_finalize (statement);
    }
  sqlite3_close (handle);
  return number;
}

void
bed_sql (TmStoreBed *bed, const char *sql)
{
  (void) run_sql (bed, sql);
}

gint64
bed_count (TmStoreBed *bed, const char *sql)
{
  return run_sql (bed, sql);
}

TmReader *
bed_reader (const TmStoreBed *bed)
{
  g_autoptr (GError) error = NULL;
  TmReader *reader = NULL;
  ck_assert_msg (reader_open (bed->path, &reader, &error), "%s", error != NULL ? error->message : "");
  return reader;
}

TmTicketRecord *
bed_get (TmStoreBed *bed, gint64 number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TmReader) reader = bed_reader (bed);
  TmTicketRecord *ticket = NULL;
  ck_assert_msg (reader_get (reader, number, &ticket, &error), "%s", error != NULL ? error->message : "");
  return ticket;
}

char *
bed_file (const TmStoreBed *bed, const char *suffix)
{
  return g_strconcat (bed->path, suffix, NULL);
}
