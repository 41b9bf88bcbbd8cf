/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/clock.h"

/* `FROM-TO FROM-`.  What is not of this form is no pause. */
static GArray *
parse_pauses (const char *text)
{
  GArray *pauses = g_array_new (FALSE, FALSE, sizeof (TmInterval));
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  for (char **word = words; *word != NULL; word++)
    {
      char *end = NULL;
      TmInterval pause = { g_ascii_strtoll (*word, &end, 10), TM_NEVER };
      if (end == *word || *end != '-')
        continue;
      if (end[1] != '\0')
        pause.to_at = g_ascii_strtoll (end + 1, NULL, 10);
      g_array_append_val (pauses, pause);
    }
  return pauses;
}

static char *
format_pauses (const GArray *pauses)
{
  if (pauses == NULL)
    return NULL;
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < pauses->len; i++)
    {
      const TmInterval *pause = &g_array_index (pauses, TmInterval, i);
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT "-", i > 0 ? " " : "", pause->from_at);
      if (pause->to_at != TM_NEVER)
        g_string_append_printf (text, "%" G_GINT64_FORMAT, pause->to_at);
    }
  return g_string_free (text, FALSE);
}

static TmClock *
from_row (sqlite3_stmt *rows)
{
  TmClock *clock = clock_new ((TmMetric) sqlite3_column_int (rows, 0), (guint) sqlite3_column_int64 (rows, 1));
  clock->target = column_text (rows, 2);
  clock->calendar = column_text (rows, 3);
  clock->priority = column_text (rows, 4);
  clock->started_at = sqlite3_column_int64 (rows, 5);
  gint64 base_at = column_instant (rows, 6);
  clock->base_at = base_at != TM_NEVER ? base_at : clock->started_at;
  clock->due_at = column_instant (rows, 7);
  clock->met_at = column_instant (rows, 8);
  clock->ended_at = column_instant (rows, 9);
  clock->is_breached = sqlite3_column_int (rows, 10) != 0;
  clock->revision = (guint32) sqlite3_column_int64 (rows, 11);
  if (sqlite3_column_type (rows, 12) != SQLITE_NULL)
    clock->pauses = parse_pauses ((const char *) sqlite3_column_text (rows, 12));
  return clock;
}

bool
clock_read (TmDb *db, TmTicketFacts *ticket, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_CLOCKS, DB_VALUES (value_int (ticket->id)));
  while (db_next (rows))
    {
      TmClock *clock = from_row (rows);
      if (ticket->clocks == NULL)
        ticket->clocks = g_ptr_array_new_with_free_func ((GDestroyNotify) clock_free);
      if (metric_name (clock->metric) != NULL)
        g_ptr_array_add (ticket->clocks, clock);
      else
        clock_free (clock);
    }
  return db_finish (db, rows, error);
}

bool
clock_write (TmDb *db, gint64 ticket, const TmClock *clock, GError **error)
{
  g_autofree char *pauses = format_pauses (clock->pauses);
  return db_run (db, clock->change == TM_CLOCK_ADDED ? SQL_ADD_CLOCK : SQL_SET_CLOCK,
                 DB_VALUES (value_int (ticket), value_int (clock->metric), value_int (clock->cycle),
                            value_text (clock->target), value_text (clock->calendar), value_text (clock->priority),
                            value_int (clock->started_at),
                            value_instant (clock->base_at != clock->started_at ? clock->base_at : TM_NEVER),
                            value_instant (clock->due_at), value_instant (clock->met_at),
                            value_instant (clock->ended_at), value_int (clock->is_breached),
                            value_int (clock->revision), value_text (pauses)),
                 error);
}
