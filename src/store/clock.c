/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/clock.h"

/* As many as a new ticket begins with, usually. */
enum { PLAIN_AT_ONCE = 3 };

/* A row's key, as schema_3.c and SCHEMA_CLOCKS_OF() have it: from the top, ticket, metric and cycle. */
enum { METRIC_BITS = 4, CYCLE_BITS = 24 };
G_STATIC_ASSERT (TM_METRIC_END <= 1 << METRIC_BITS);
G_STATIC_ASSERT (CLOCK_MAX_CYCLE == (1 << CYCLE_BITS) - 1);
G_STATIC_ASSERT (CLOCK_MAX_TICKET == G_MAXINT64 >> (METRIC_BITS + CYCLE_BITS));

static bool
make_id (gint64 ticket, const TmClock *clock, gint64 *id_out, GError **error)
{
  if (ticket < 0 || ticket > CLOCK_MAX_TICKET || clock->cycle > CLOCK_MAX_CYCLE)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE,
                   "ticket %" G_GINT64_FORMAT ", clock %s %u: the database has room for tickets up to %" G_GINT64_FORMAT
                   " and cycles up to %d; go on in another ticket",
                   ticket, metric_name (clock->metric), clock->cycle, CLOCK_MAX_TICKET, CLOCK_MAX_CYCLE);
      return false;
    }
  *id_out = ticket << (METRIC_BITS + CYCLE_BITS) | (gint64) clock->metric << CYCLE_BITS | (gint64) clock->cycle;
  return true;
}

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
  if (ticket->id > CLOCK_MAX_TICKET)
    return true;
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

static bool
write_any (TmDb *db, gint64 ticket, const TmClock *clock, GError **error)
{
  gint64 id;
  if (!make_id (ticket, clock, &id, error))
    return false;
  g_autofree char *pauses = format_pauses (clock->pauses);
  return db_run (db, clock->change == TM_CLOCK_ADDED ? SQL_ADD_CLOCK : SQL_SET_CLOCK,
                 DB_VALUES (value_int (id), value_text (clock->target), value_text (clock->calendar),
                            value_text (clock->priority), value_int (clock->started_at),
                            value_instant (clock->base_at != clock->started_at ? clock->base_at : TM_NEVER),
                            value_instant (clock->due_at), value_instant (clock->met_at),
                            value_instant (clock->ended_at), value_int (clock->is_breached),
                            value_int (clock->revision), value_text (pauses)),
                 error);
}

static bool
is_plain (const TmClock *clock)
{
  return clock->change == TM_CLOCK_ADDED && clock_is_running (clock) && clock->base_at == clock->started_at
         && !clock->is_breached && clock->pauses == NULL;
}

static bool
add_plain (TmDb *db, gint64 ticket, TmClock *const *clocks, guint n_clocks, GError **error)
{
  enum { N_COLUMNS = 7 };
  static const TmSql by_number[PLAIN_AT_ONCE] = { SQL_ADD_PLAIN_CLOCK, SQL_ADD_2_PLAIN_CLOCKS, SQL_ADD_3_PLAIN_CLOCKS };
  TmDbValue values[N_COLUMNS * PLAIN_AT_ONCE + 1] = { { .kind = DB_VALUE_END } }, *next = values;
  for (guint i = 0; i < n_clocks; i++)
    {
      gint64 id;
      if (!make_id (ticket, clocks[i], &id, error))
        return false;
      *next++ = value_int (id);
      *next++ = value_text (clocks[i]->target);
      *next++ = value_text (clocks[i]->calendar);
      *next++ = value_text (clocks[i]->priority);
      *next++ = value_int (clocks[i]->started_at);
      *next++ = value_instant (clocks[i]->due_at);
      *next++ = value_int (clocks[i]->revision);
    }
  return db_run (db, by_number[n_clocks - 1], values, error);
}

bool
clock_write (TmDb *db, gint64 ticket, TmClock *const *clocks, guint n_clocks, GError **error)
{
  for (guint i = 0, n; i < n_clocks; i += MAX (n, 1))
    {
      for (n = 0; n < PLAIN_AT_ONCE && i + n < n_clocks && is_plain (clocks[i + n]); n++)
        continue;
      if (!(n > 0 ? add_plain (db, ticket, clocks + i, n, error) : write_any (db, ticket, clocks[i], error)))
        return false;
    }
  return true;
}
