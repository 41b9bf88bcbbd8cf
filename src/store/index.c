/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/index.h"

#include "store/dbfile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* In the index's header (`TKMS`). */
enum { INDEX_APPLICATION_ID = 0x544b4d53, INDEX_VERSION = 1 };

char *
index_name (const char *path)
{
  return g_strconcat (path, ".search", NULL);
}

/* --- the file --- */

static bool
make_if_absent (const char *name, const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  if (access (name, F_OK) == 0 || dbfile_make_empty (name, path, &cause) || access (name, F_OK) == 0)
    return true;
  g_propagate_error (error, g_steal_pointer (&cause));
  return false;
}

static bool
make_tables (TmDb *index, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("BEGIN IMMEDIATE; PRAGMA application_id = %d; PRAGMA user_version = %d;"
                                          "%s COMMIT", INDEX_APPLICATION_ID, INDEX_VERSION, schema_index_sql);
  return db_run_text (index, sql, error);
}

/* Ours, or without anything in it. */
static bool
check_tables (TmDb *index, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *ours = g_strdup_printf ("%d %d", INDEX_APPLICATION_ID, INDEX_VERSION);
  if (!db_read_lines (index,
                      "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version"
                      " WHERE EXISTS (SELECT 1 FROM sqlite_schema)",
                      lines, error))
    return false;
  if (lines->len == 0)
    return make_tables (index, error);
  if (strcmp (g_ptr_array_index (lines, 0), ours) == 0)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s: not an index of this ticketmilter; move it away", index->path);
  return false;
}

/* Unlike the database's writer it has nobody who checkpoints for it; what is merged must not stay behind. */
bool
index_open (const char *path, TmDb **index_out, GError **error)
{
  g_autofree char *name = index_name (path);
  g_autoptr (TmDb) index = NULL;
  if (!make_if_absent (name, path, error) || !db_open (name, DB_WRITE, &index, error)
      || !db_run_text (index, "PRAGMA wal_autocheckpoint = 1000; PRAGMA secure_delete = ON", error)
      || !check_tables (index, error))
    return false;
  *index_out = g_steal_pointer (&index);
  return true;
}

/* --- how far it is --- */

bool
index_read_mark (TmDb *index, TmIndexMark *mark_out, GError **error)
{
  sqlite3_stmt *rows = db_select (index, SQL_INDEX_MARK, NULL);
  *mark_out = (TmIndexMark) { 0 };
  if (db_next (rows))
    *mark_out
      = (TmIndexMark) { .message = sqlite3_column_int64 (rows, 0), .received_at = sqlite3_column_int64 (rows, 1) };
  return db_finish (index, rows, error);
}

/* The message it was filled up to tells whether it is of this database: a restored one may be older. */
bool
index_count_missing (TmDb *source, const TmIndexMark *mark, gint64 *n_out, bool *is_foreign_out, GError **error)
{
  gint64 received_at = mark->received_at;
  if (mark->message != 0
      && !db_get_int (source, SQL_MESSAGE_RECEIVED, DB_VALUES (value_int (mark->message)), -1, &received_at, error))
    return false;
  *is_foreign_out = received_at != mark->received_at;
  gint64 from = *is_foreign_out ? 0 : mark->message;
  return db_get_int (source, SQL_COUNT_MESSAGES_AFTER, DB_VALUES (value_int (from)), 0, n_out, error);
}

/* --- its content --- */

typedef struct
{
  gint64 id, received_at;
  char *subject, *from, *text;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;
  g_free (row->subject);
  g_free (row->from);
  g_free (row->text);
  g_free (row);
}

/* A bounded lot, so that the source is read for a moment only: a long one would keep its log from being emptied. */
static bool
read_rows (TmDb *source, gint64 after, gint64 max_rows, GPtrArray *rows_io, GError **error)
{
  enum { MAX_BYTES = 2 << 20 };
  gint64 n_bytes = 0;
  sqlite3_stmt *rows = db_select (source, SQL_MESSAGES_AFTER, DB_VALUES (value_int (after), value_int (max_rows)));
  while (n_bytes < MAX_BYTES && db_next (rows))
    {
      Row *row = g_new0 (Row, 1);
      row->id = sqlite3_column_int64 (rows, 0);
      row->received_at = sqlite3_column_int64 (rows, 1);
      row->subject = column_text (rows, 2);
      row->from = column_text (rows, 3);
      row->text = column_text (rows, 4);
      n_bytes += sqlite3_column_bytes (rows, 4);
      g_ptr_array_add (rows_io, row);
    }
  return db_finish (source, rows, error);
}

static bool
write_row (TmDb *index, TmSql sql, const Row *row, GError **error)
{
  return db_run (index, sql, DB_VALUES (value_int (row->id), value_text (row->subject), value_text (row->from),
                                        value_text (row->text)), error);
}

static bool
add_rows (TmDb *index, const GPtrArray *rows, GError **error)
{
  for (guint i = 0; i < rows->len; i++)
    if (!write_row (index, SQL_INDEX_ADD, g_ptr_array_index (rows, i), error))
      return false;
  const Row *last = rows->len > 0 ? g_ptr_array_index (rows, rows->len - 1) : NULL;
  return last == NULL
         || db_run (index, SQL_SET_INDEX_MARK, DB_VALUES (value_int (last->id), value_int (last->received_at)), error);
}

static bool
add_lot (TmDb *index, TmDb *source, gint64 *n_added_out, GError **error)
{
  enum { MAX_ROWS = 200 };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  TmIndexMark mark;
  gint64 n_missing;
  bool is_foreign;
  if (!index_read_mark (index, &mark, error)
      || !index_count_missing (source, &mark, &n_missing, &is_foreign, error)
      || (is_foreign && !index_clear (index, error))
      || !read_rows (source, is_foreign ? 0 : mark.message, MAX_ROWS, rows, error)
      || !add_rows (index, rows, error))
    return false;
  *n_added_out = rows->len;
  return true;
}

/* Many lots in one transaction: each commit waits for the disk, and mail with it. */
static bool
add_some (TmDb *index, TmDb *source, gint64 *n_added_out, GError **error)
{
  enum { MAX_LOTS = 20 };
  gint64 n_added = 1;
  *n_added_out = 0;
  for (int lot = 0; lot < MAX_LOTS && n_added > 0; lot++)
    {
      if (!add_lot (index, source, &n_added, error))
        return false;
      *n_added_out += n_added;
    }
  return true;
}

bool
index_add_some (TmDb *index, TmDb *source, gint64 *n_added_out, GError **error)
{
  if (!db_run (index, SQL_BEGIN_WRITE, NULL, error))
    return false;
  if (add_some (index, source, n_added_out, error) && db_run (index, SQL_COMMIT, NULL, error))
    return true;
  db_end_read (index);
  return false;
}

bool
index_clear (TmDb *index, GError **error)
{
  return db_run (index, SQL_INDEX_CLEAR, NULL, error)
         && db_run (index, SQL_SET_INDEX_MARK, DB_VALUES (value_int (0), value_int (0)), error);
}

/* To take out what is not in it would damage it. */
bool
index_remove (TmDb *index, TmDb *source, gint64 message, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  gint64 has;
  if (!db_get_int (index, SQL_INDEX_HAS, DB_VALUES (value_int (message)), 0, &has, error)
      || (has != 0 && !read_rows (source, message - 1, 1, rows, error)))
    return false;
  const Row *row = rows->len > 0 ? g_ptr_array_index (rows, 0) : NULL;
  return row == NULL || row->id != message || write_row (index, SQL_INDEX_REMOVE, row, error);
}
