/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/due.h"

static void
due_clear (gpointer data)
{
  g_free (((TmDueTicket *) data)->subject);
}

bool
due_find (TmDb *db, TmSql statement, gint64 now, gint64 most, GArray **list_out, GError **error)
{
  GArray *list = *list_out = g_array_new (FALSE, FALSE, sizeof (TmDueTicket));
  g_array_set_clear_func (list, due_clear);
  sqlite3_stmt *rows = db_select (db, statement, DB_VALUES (value_int (now), value_int (most)));
  while (db_next (rows))
    {
      const TmDueTicket due = { sqlite3_column_int64 (rows, 0), column_text (rows, 1) };
      g_array_append_val (list, due);
    }
  return db_finish (db, rows, error);
}
