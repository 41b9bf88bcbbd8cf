/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/outbox.h"

#include "base/clock.h"
#include "base/metrics.h"
#include "core/detail.h"
#include "store/reader.h"

static TmDbValue
value_id (gint64 id)
{
  return id != 0 ? value_int (id) : value_text (NULL);
}

bool
outbox_add (TmDb *db, const TmOutgoing *outgoing, gint64 ticket, gint64 added, gint64 now, GError **error)
{
  g_autofree char *recipients = outgoing_recipients (outgoing);
  const char sender[] = { outgoing->sender_purpose, '\0' }, reply[] = { outgoing->reply_purpose, '\0' };
  gint64 message = outgoing->message == TM_OUTGOING_ADDED ? added : outgoing->message;
  db->has_outgoing = true;
  return db_run (db, SQL_ADD_OUTBOX,
                 DB_VALUES (value_text (outgoing_kind_name (outgoing->kind)), value_id (ticket), value_id (message),
                            value_text (outgoing->actor), value_text (recipients), value_text (sender),
                            value_text (reply), value_text (outgoing->subject), value_text (outgoing->text),
                            value_int (outgoing->may_repeat), value_int (TM_OUTBOX_WAITING), value_int (now),
                            value_int (MAX (outgoing->not_before, now)), value_text (outgoing->html),
                            value_text (outgoing->rate_key), value_text (outgoing->receiver),
                            value_text (outgoing->page)),
                 error);
}

/* --- acknowledgements --- */

bool
outbox_delay_ack (TmDb *db, gint64 ticket, gint64 message, gint64 until, GError **error)
{
  return db_run (db, SQL_ACK_DELAY,
                 DB_VALUES (value_int (ticket), value_int (message), value_int (TM_OUTBOX_WAITING), value_int (until)),
                 error);
}

bool
outbox_drop_ack (TmDb *db, gint64 ticket, const char *actor, const char *why, gint64 now, GError **error)
{
  if (!db_run (db, SQL_ACK_DROP,
               DB_VALUES (value_int (ticket), value_int (TM_OUTBOX_WAITING), value_int (TM_OUTBOX_CANCELLED),
                          value_int (now)),
               error))
    return false;
  if (sqlite3_changes (db->handle) == 0)
    return true;
  metrics_count (TM_COUNT_ACK_DROPPED);
  g_autofree char *detail = detail_new ("why", why, NULL);
  return db_run (db, SQL_ADD_EVENT,
                 DB_VALUES (value_int (ticket), value_int (now), value_text (actor), value_text ("acknowledgement"),
                            value_text (detail)),
                 error);
}

/* --- readers --- */

TmOutboxRow *
outbox_row_read (sqlite3_stmt *rows)
{
  TmOutboxRow *row = g_new0 (TmOutboxRow, 1);
  row->id = sqlite3_column_int64 (rows, 0);
  row->kind = column_text (rows, 1);
  row->ticket = sqlite3_column_int64 (rows, 2);
  row->message = sqlite3_column_int64 (rows, 3);
  row->actor = column_text (rows, 4);
  row->recipients = column_lines (rows, 5);
  row->sender_purpose = column_text (rows, 6);
  row->reply_purpose = column_text (rows, 7);
  row->subject = column_text (rows, 8);
  row->may_repeat = sqlite3_column_int (rows, 9) != 0;
  row->state = (TmOutboxState) sqlite3_column_int (rows, 10);
  row->created_at = sqlite3_column_int64 (rows, 11);
  row->next_at = sqlite3_column_int64 (rows, 12);
  row->tries = sqlite3_column_int64 (rows, 13);
  row->error = column_text (rows, 14);
  row->ended_at = column_instant (rows, 15);
  row->settled = column_lines (rows, 16);
  row->receiver = column_text (rows, 17);
  row->text = sqlite3_column_count (rows) > 18 ? column_text (rows, 18) : NULL;
  row->html = sqlite3_column_count (rows) > 18 ? column_text (rows, 19) : NULL;
  row->page = sqlite3_column_count (rows) > 18 ? column_text (rows, 20) : NULL;
  return row;
}

void
outbox_set_not_found (gint64 id, GError **error)
{
  g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND,
               "no mail %" G_GINT64_FORMAT " in the outbox: `ticketctl outbox list --all` has them", id);
}

bool
reader_list_outbox (TmReader *reader, bool is_all, unsigned limit, GPtrArray **list_out, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) outbox_row_free);
  sqlite3_stmt *rows = db_select (reader->db, SQL_OUTBOX_LIST, DB_VALUES (value_limit (limit), value_int (is_all)));
  while (db_next (rows))
    g_ptr_array_add (list, outbox_row_read (rows));
  if (!db_finish (reader->db, rows, error))
    return false;
  *list_out = g_steal_pointer (&list);
  return true;
}

bool
reader_get_outgoing (TmReader *reader, gint64 id, TmOutboxRow **row_out, GError **error)
{
  g_autoptr (TmOutboxRow) row = NULL;
  sqlite3_stmt *rows = db_select (reader->db, SQL_OUTBOX_ROW, DB_VALUES (value_int (id)));
  if (db_next (rows))
    row = outbox_row_read (rows);
  if (!db_finish (reader->db, rows, error))
    return false;
  if (row == NULL)
    {
      outbox_set_not_found (id, error);
      return false;
    }
  *row_out = g_steal_pointer (&row);
  return true;
}
