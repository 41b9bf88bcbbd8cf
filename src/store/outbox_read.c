/* SPDX-License-Identifier: BSD-2-Clause */
/* What is read beside the writer for the outbox. */
#include "store/outbox_send.h"

#include "base/clock.h"
#include "core/plan.h"
#include "store/lookup.h"
#include "store/reader.h"
#include "store/thread.h"

enum { THREAD_IDS = 20 };

bool
reader_next_outgoing (TmReader *reader, gint64 *next_at_out, GError **error)
{
  return db_get_int (reader->db, SQL_OUTBOX_NEXT, DB_VALUES (value_int (TM_OUTBOX_WAITING), value_int (TM_NEVER)),
                     TM_NEVER, next_at_out, error);
}

bool
reader_count_outbox (TmReader *reader, gint64 *n_out, GError **error)
{
  return db_get_int (reader->db, SQL_OUTBOX_UNSENT,
                     DB_VALUES (value_int (TM_OUTBOX_WAITING), value_int (TM_OUTBOX_SENDING)), 0, n_out, error);
}

bool
reader_count_sending (TmReader *reader, bool of_pages, gint64 *n_out, GError **error)
{
  return db_get_int (reader->db, SQL_OUTBOX_SENDING, DB_VALUES (value_int (TM_OUTBOX_SENDING), value_int (of_pages)),
                     0, n_out, error);
}

/* --- pages --- */

void
next_page_free (TmNextPage *next)
{
  if (next == NULL)
    return;
  g_free (next->receiver);
  g_free (next);
}

/* The name behind `name`, in the order of the index; NULL in `name_out`: there is none. */
static bool
next_receiver (TmDb *db, const char *name, char **name_out, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_PAGE_RECEIVER, DB_VALUES (value_text (name)));
  *name_out = db_next (rows) ? column_text (rows, 0) : NULL;
  return db_finish (db, rows, error);
}

static bool
add_next_page (TmDb *db, const char *receiver, GPtrArray *list, GError **error)
{
  sqlite3_stmt *rows
    = db_select (db, SQL_PAGE_NEXT, DB_VALUES (value_text (receiver), value_int (TM_OUTBOX_WAITING)));
  if (db_next (rows))
    {
      TmNextPage *next = g_new0 (TmNextPage, 1);
      *next = (TmNextPage) { g_strdup (receiver), sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1) };
      g_ptr_array_add (list, next);
    }
  return db_finish (db, rows, error);
}

bool
reader_list_next_pages (TmReader *reader, GPtrArray **list_out, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) next_page_free);
  g_autofree char *name = g_strdup ("");
  while (name != NULL)
    {
      char *next = NULL;
      if (!next_receiver (reader->db, name, &next, error))
        return false;
      g_free (name);
      name = next;
      if (name != NULL && !add_next_page (reader->db, name, list, error))
        return false;
    }
  *list_out = g_steal_pointer (&list);
  return true;
}

/* --- what a mail is made of --- */

static bool
read_message (TmDb *db, gint64 id, TmLetterFacts *facts, GError **error)
{
  bool is_read = true;
  sqlite3_stmt *rows = db_select (db, SQL_MESSAGE_TO_SEND, DB_VALUES (value_int (id)));
  if (db_next (rows))
    {
      facts->has_message = true;
      facts->message_id = column_text (rows, 0);
      facts->message_from = column_text (rows, 1);
      facts->message_text = column_text (rows, 2);
      facts->marks = column_text (rows, 3);
      facts->message_subject = column_text (rows, 6);
      const void *data = sqlite3_column_blob (rows, 5);
      if (sqlite3_column_int (rows, 4) == SCHEMA_CODEC_ZSTD && data != NULL)
        is_read = (facts->raw = store_unpack (data, (gsize) sqlite3_column_bytes (rows, 5))) != NULL;
    }
  if (!db_finish (db, rows, is_read ? error : NULL))
    return false;
  if (!is_read)
    g_set_error (error, TM_ERROR, TM_ERROR_CONFIG,
                 "message %" G_GINT64_FORMAT " cannot be unpacked: see `ticketctl db check`", id);
  return is_read;
}

bool
reader_get_letter_facts (TmReader *reader, const TmOutboxRow *row, TmLetterFacts **facts_out, GError **error)
{
  g_autoptr (TmLetterFacts) facts = letter_facts_new ();
  TmDb *db = reader->db;
  if (!db_run (db, SQL_BEGIN_READ, NULL, error))
    return false;
  bool ok = (row->ticket == 0 || lookup_followed (db, row->ticket, &facts->ticket, error))
            && (row->message == 0 || read_message (db, row->message, facts, error))
            && (facts->ticket == NULL
                || thread_read (db, facts->ticket, row->message != 0 ? row->message : G_MAXINT64, THREAD_IDS,
                                facts->thread, error));
  db_end_read (db);
  if (ok)
    *facts_out = g_steal_pointer (&facts);
  return ok;
}
