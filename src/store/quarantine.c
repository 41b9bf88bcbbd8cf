/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/quarantine.h"

#include "store/reader.h"
#include "store/task.h"

void
quarantined_free (TmQuarantined *quarantined)
{
  if (quarantined == NULL)
    return;
  g_free (quarantined->rule);
  g_free (quarantined->reason);
  g_free (quarantined->queue_id);
  g_free (quarantined->sender);
  g_ptr_array_unref (quarantined->recipients);
  g_free (quarantined->from);
  g_free (quarantined->subject);
  g_clear_pointer (&quarantined->raw, g_bytes_unref);
  g_free (quarantined);
}

/* --- readers --- */

static TmQuarantined *
from_row (sqlite3_stmt *rows)
{
  TmQuarantined *one = g_new0 (TmQuarantined, 1);
  one->id = sqlite3_column_int64 (rows, 0);
  one->at = sqlite3_column_int64 (rows, 1);
  one->rule = column_text (rows, 2);
  one->reason = column_text (rows, 3);
  one->queue_id = column_text (rows, 4);
  one->sender = column_text (rows, 5);
  one->recipients = column_lines (rows, 6);
  one->from = column_text (rows, 7);
  one->subject = column_text (rows, 8);
  one->size = sqlite3_column_int64 (rows, 9);
  one->is_kept = sqlite3_column_int (rows, 10) != 0;
  return one;
}

bool
reader_list_quarantine (TmReader *reader, unsigned limit, GPtrArray **list_out, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) quarantined_free);
  sqlite3_stmt *rows = db_select (reader->db, SQL_QUARANTINE_LIST, DB_VALUES (value_limit (limit)));
  while (db_next (rows))
    g_ptr_array_add (list, from_row (rows));
  if (!db_finish (reader->db, rows, error))
    return false;
  *list_out = g_steal_pointer (&list);
  return true;
}

static void
set_not_found (gint64 id, GError **error)
{
  g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND,
               "no message %" G_GINT64_FORMAT " in quarantine: `ticketctl quarantine list` has them", id);
}

static bool
unpack_raw (sqlite3_stmt *rows, TmQuarantined *one, GError **error)
{
  const void *data = sqlite3_column_blob (rows, 12);
  one->raw = sqlite3_column_int (rows, 11) == SCHEMA_CODEC_ZSTD
               ? store_unpack (data, (gsize) sqlite3_column_bytes (rows, 12))
               : NULL;
  if (one->raw != NULL)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_CONFIG,
               "message %" G_GINT64_FORMAT " in quarantine cannot be unpacked: see `ticketctl db check`", one->id);
  return false;
}

bool
reader_get_quarantined (TmReader *reader, gint64 id, TmQuarantined **quarantined_out, GError **error)
{
  g_autoptr (TmQuarantined) found = NULL;
  bool is_read = true;
  sqlite3_stmt *rows = db_select (reader->db, SQL_QUARANTINED, DB_VALUES (value_int (id)));
  if (db_next (rows))
    {
      found = from_row (rows);
      is_read = !found->is_kept || unpack_raw (rows, found, error);
    }
  if (!db_finish (reader->db, rows, is_read ? error : NULL) || !is_read)
    return false;
  if (found == NULL)
    {
      set_not_found (id, error);
      return false;
    }
  *quarantined_out = g_steal_pointer (&found);
  return true;
}

/* --- the writer --- */

typedef struct
{
  TmTask task;
  GArray *ids;
} DropTask;

static void
free_task (TmTask *task)
{
  DropTask *drop = (DropTask *) task;
  g_array_unref (drop->ids);
  g_free (drop);
}

static bool
run_task (TmDb *db, TmTask *task, gint64 now G_GNUC_UNUSED, GError **refusal_out, GError **error)
{
  const GArray *ids = ((DropTask *) task)->ids;
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i), is_there;
      if (!db_get_int (db, SQL_QUARANTINE_HAS, DB_VALUES (value_int (id)), 0, &is_there, error))
        return false;
      if (is_there == 0)
        {
          set_not_found (id, refusal_out);
          return true;
        }
    }
  for (guint i = 0; i < ids->len; i++)
    if (!db_run (db, SQL_ERASE_QUARANTINE, DB_VALUES (value_int (g_array_index (ids, gint64, i))), error))
      return false;
  return true;
}

bool
store_drop_quarantined (TmStore *store, const GArray *ids, gint64 deadline_us, GError **error)
{
  DropTask *drop = g_new0 (DropTask, 1);
  task_init (&drop->task, run_task, free_task);
  drop->ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), ids->len);
  g_array_append_vals (drop->ids, ids->data, ids->len);
  bool ok = store_run_task (store, &drop->task, deadline_us, error);
  task_unref (&drop->task);
  return ok;
}
