/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/figures.h"

#include "core/classify.h"
#include "core/mail.h"
#include "store/clock.h"
#include "store/reader.h"

/* How many numbers one read covers, and how far from its ends the tickets between two numbers may have come. */
enum { RUN = 1024, SLACK_S = 86400 };

typedef struct
{
  TmDb *db;
  const TmFiguresScope *scope;
  TmFiguresMaker *maker;
  TmProgress progress;
  gpointer data;
} Gatherer;

/* --- one ticket --- */

static bool
read_clocks (TmDb *db, gint64 id, TmTicketFacts **facts_out, GError **error)
{
  *facts_out = ticket_facts_new (id);
  return clock_read (db, *facts_out, error);
}

/* When a person first wrote to the outside; TM_NEVER. */
static bool
read_first_answer (TmDb *db, gint64 id, gint64 *at_out, GError **error)
{
  return db_get_int (db, SQL_FIRST_ANSWER, DB_VALUES (value_int (id), value_int (TM_DIRECTION_OUT)), TM_NEVER, at_out,
                     error);
}

static bool
has_response_clock (const GPtrArray *clocks, bool *is_running_out)
{
  bool has_any = false;
  *is_running_out = false;
  for (guint i = 0; clocks != NULL && i < clocks->len; i++)
    {
      const TmClock *clock = clocks->pdata[i];
      if (clock->metric != TM_METRIC_FIRST_RESPONSE)
        continue;
      has_any = true;
      *is_running_out = *is_running_out || clock_is_running (clock);
    }
  return has_any;
}

static bool
add_ticket (Gatherer *gatherer, sqlite3_stmt *row, GError **error)
{
  g_autoptr (TmTicketFacts) facts = NULL;
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func ((GDestroyNotify) tag_free);
  TmFiguresTicket ticket = {
    .id = sqlite3_column_int64 (row, 0),
    .status = (TmStatus) sqlite3_column_int (row, 1),
    .subject = (const char *) sqlite3_column_text (row, 2),
    .type = (const char *) sqlite3_column_text (row, 3),
    .priority = (const char *) sqlite3_column_text (row, 4),
    .customer = (const char *) sqlite3_column_text (row, 5),
    .plan = (const char *) sqlite3_column_text (row, 6),
    .created_at = sqlite3_column_int64 (row, 7),
    .resolved_at = column_instant (row, 8),
    .feedback = (TmFeedback) sqlite3_column_int (row, 9),
    .answered_at = TM_NEVER,
    .tags = tags,
  };
  bool is_running;
  if (!read_clocks (gatherer->db, ticket.id, &facts, error)
      || !record_read_tags (gatherer->db, ticket.id, tags, error)
      || (!has_response_clock (facts->clocks, &is_running)
          && !read_first_answer (gatherer->db, ticket.id, &ticket.answered_at, error)))
    return false;
  ticket.clocks = facts->clocks;
  figures_add_ticket (gatherer->maker, &ticket);
  return true;
}

/* --- those of the span --- */

typedef struct
{
  gint64 id, created_at; /* id 0: there is no such ticket */
} Post;

static bool
read_post (TmDb *db, TmSql sql, const TmDbValue *values, Post *post_out, GError **error)
{
  sqlite3_stmt *rows = db_select (db, sql, values);
  *post_out = (Post) { 0 };
  if (db_next (rows))
    *post_out = (Post) { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1) };
  return db_finish (db, rows, error);
}

static bool
may_hold_any (const TmFiguresScope *scope, const Post *first, const Post *last)
{
  gint64 earliest = MIN (first->created_at, last->created_at), latest = MAX (first->created_at, last->created_at);
  return scope->is_thorough || (latest + SLACK_S >= scope->from_at && earliest - SLACK_S < scope->to_at);
}

static bool
read_run (Gatherer *gatherer, gint64 from, GError **error)
{
  const TmFiguresScope *scope = gatherer->scope;
  bool ok = true;
  sqlite3_stmt *rows
      = db_select (gatherer->db, SQL_FIGURES_TICKETS,
                   DB_VALUES (value_int (from), value_int (from + RUN), value_int (scope->from_at),
                              value_int (scope->to_at), value_text (scope->queue), value_text (scope->customer)));
  while (ok && db_next (rows))
    ok = add_ticket (gatherer, rows, error);
  return ok ? db_finish (gatherer->db, rows, error) : (sqlite3_reset (rows), false);
}

static bool
gather_span (Gatherer *gatherer, GError **error)
{
  Post post, last;
  if (!read_post (gatherer->db, SQL_FIRST_FROM, DB_VALUES (value_int (1)), &post, error)
      || !read_post (gatherer->db, SQL_LAST_TICKET, NULL, &last, error))
    return false;
  while (post.id != 0 && post.id <= last.id)
    {
      Post next;
      if (!read_post (gatherer->db, SQL_FIRST_FROM, DB_VALUES (value_int (post.id + RUN)), &next, error)
          || (may_hold_any (gatherer->scope, &post, next.id != 0 ? &next : &last)
              && !read_run (gatherer, post.id, error)))
        return false;
      if (gatherer->progress != NULL)
        gatherer->progress (MIN (post.id + RUN, last.id), last.id, gatherer->data);
      post = next;
    }
  return true;
}

/* --- those that are open --- */

static bool
read_is_answered (TmDb *db, gint64 id, bool *is_answered_out, GError **error)
{
  g_autoptr (TmTicketFacts) facts = NULL;
  bool is_running;
  gint64 at = TM_NEVER;
  if (!read_clocks (db, id, &facts, error))
    return false;
  if (has_response_clock (facts->clocks, &is_running))
    *is_answered_out = !is_running;
  else if (read_first_answer (db, id, &at, error))
    *is_answered_out = at != TM_NEVER;
  else
    return false;
  return true;
}

/* What was closed since its number was read, or belongs to others, gives no row. */
static bool
add_open (Gatherer *gatherer, gint64 id, GError **error)
{
  const TmFiguresScope *scope = gatherer->scope;
  sqlite3_stmt *rows = db_select (gatherer->db, SQL_FIGURES_OPEN,
                                  DB_VALUES (value_int (id), value_text (scope->queue), value_text (scope->customer)));
  if (!db_next (rows))
    return db_finish (gatherer->db, rows, error);
  TmFiguresOpen ticket = { .status = (TmStatus) sqlite3_column_int (rows, 0),
                           .assignee = (const char *) sqlite3_column_text (rows, 1),
                           .created_at = sqlite3_column_int64 (rows, 2),
                           .next_due = column_instant (rows, 3) };
  bool ok = read_is_answered (gatherer->db, id, &ticket.is_answered, error);
  if (ok)
    figures_add_open (gatherer->maker, &ticket);
  return ok ? db_finish (gatherer->db, rows, error) : (sqlite3_reset (rows), false);
}

static int
compare_ids (const void *a, const void *b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;
  return left < right ? -1 : left > right;
}

/* The index of the status alone gives the numbers. */
static bool
gather_open (Gatherer *gatherer, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *rows = db_select (gatherer->db, SQL_OPEN_IDS, NULL);
  while (db_next (rows))
    {
      gint64 id = sqlite3_column_int64 (rows, 0);
      g_array_append_val (ids, id);
    }
  if (!db_finish (gatherer->db, rows, error))
    return false;
  g_array_sort (ids, compare_ids);
  for (guint i = 0; i < ids->len; i++)
    if (!add_open (gatherer, g_array_index (ids, gint64, i), error))
      return false;
  return true;
}

bool
reader_read_figures (TmReader *reader, const TmFiguresScope *scope, TmFiguresMaker *maker, TmProgress progress,
                     gpointer data, GError **error)
{
  Gatherer gatherer = { reader->db, scope, maker, progress, data };
  return gather_span (&gatherer, error) && gather_open (&gatherer, error);
}
