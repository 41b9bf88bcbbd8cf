/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/silence.h"

#include "store/reader.h"

void
silenced_record_free (TmSilencedRecord *silenced)
{
  if (silenced == NULL)
    return;
  g_free (silenced->address);
  g_free (silenced->why);
  g_free (silenced);
}

static TmSilencedRecord *
from_row (sqlite3_stmt *rows)
{
  TmSilencedRecord *silenced = g_new0 (TmSilencedRecord, 1);
  silenced->address = column_text (rows, 0);
  silenced->since = sqlite3_column_int64 (rows, 1);
  silenced->why = column_text (rows, 2);
  silenced->ticket = sqlite3_column_int64 (rows, 3);
  silenced->message = sqlite3_column_int64 (rows, 4);
  return silenced;
}

bool
silence_get (TmDb *db, const char *address, TmSilencedRecord **silenced_out, GError **error)
{
  g_autoptr (TmSilencedRecord) silenced = NULL;
  sqlite3_stmt *rows = db_select (db, SQL_SILENCED, DB_VALUES (value_text (address)));
  if (db_next (rows))
    silenced = from_row (rows);
  if (!db_finish (db, rows, error))
    return false;
  *silenced_out = g_steal_pointer (&silenced);
  return true;
}

static TmDbValue
value_id (gint64 id)
{
  return id != 0 ? value_int (id) : value_text (NULL);
}

bool
silence_add (TmDb *db, const char *address, const char *why, gint64 ticket, gint64 message, gint64 now, GError **error)
{
  return db_run (db, SQL_ADD_SILENCED,
                 DB_VALUES (value_text (address), value_int (now), value_text (why), value_id (ticket),
                            value_id (message)),
                 error);
}

bool
silence_remove (TmDb *db, const char *address, GError **error)
{
  return db_run (db, SQL_DROP_SILENCED, DB_VALUES (value_text (address)), error);
}

static bool
add_if_silenced (TmDb *db, const char *address, GPtrArray *list, GError **error)
{
  TmSilencedRecord *silenced;
  if (!silence_get (db, address, &silenced, error))
    return false;
  if (silenced != NULL)
    g_ptr_array_add (list, silenced);
  return true;
}

bool
silence_of_ticket (TmDb *db, TmTicketRecord *ticket, GError **error)
{
  if (!add_if_silenced (db, ticket->facts->requester, ticket->silenced, error))
    return false;
  for (guint i = 0; i < ticket->facts->participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (ticket->facts->participants, i);
      if (g_strcmp0 (participant->address, ticket->facts->requester) != 0
          && !add_if_silenced (db, participant->address, ticket->silenced, error))
        return false;
    }
  return true;
}

/* --- readers --- */

bool
reader_get_silenced (TmReader *reader, const char *address, TmSilencedRecord **silenced_out, GError **error)
{
  return silence_get (reader->db, address, silenced_out, error);
}

bool
reader_list_silenced (TmReader *reader, GPtrArray **silenced_out, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) silenced_record_free);
  sqlite3_stmt *rows = db_select (reader->db, SQL_SILENCED_ALL, NULL);
  while (db_next (rows))
    g_ptr_array_add (list, from_row (rows));
  if (!db_finish (reader->db, rows, error))
    return false;
  *silenced_out = g_steal_pointer (&list);
  return true;
}
