/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open time in order: a date after the other, each with what is open on it, cut by the pauses.
 */
#include "core/calendar_inside.h"

#include <stdlib.h>

static const gint64 horizon_s = (gint64) TM_CALENDAR_HORIZON_DAYS * TM_DAY_S;

static int
compare_intervals (const void *a, const void *b)
{
  const TmInterval *first = a, *second = b;
  return (first->from_at > second->from_at) - (first->from_at < second->from_at);
}

guint
pauses_unite (TmInterval *pauses, gsize n_pauses)
{
  guint n = 0;
  if (n_pauses > 1)
    qsort (pauses, n_pauses, sizeof *pauses, compare_intervals);
  for (gsize i = 0; i < n_pauses; i++)
    if (pauses[i].from_at >= pauses[i].to_at)
      continue;
    else if (n > 0 && pauses[i].from_at <= pauses[n - 1].to_at)
      pauses[n - 1].to_at = MAX (pauses[n - 1].to_at, pauses[i].to_at);
    else
      pauses[n++] = pauses[i];
  return n;
}

static void
take_pauses (TmWalk *walk, const TmInterval *pauses, gsize n_pauses)
{
  walk->all_pauses = walk->pauses = g_memdup2 (pauses, n_pauses * sizeof *pauses);
  walk->n_pauses = pauses_unite (walk->pauses, n_pauses);
}

void
walk_forward (TmWalk *walk, const TmCalendar *calendar, gint64 from_at, gint64 to_at, const TmInterval *pauses,
              gsize n_pauses)
{
  *walk = (TmWalk){ .calendar = calendar, .from_at = from_at, .to_at = to_at };
  take_pauses (walk, pauses, n_pauses);
  gint64 begin_at = from_at;
  for (guint i = 0; i < walk->n_pauses; i++)
    if (walk->pauses[i].to_at != TM_NEVER)
      begin_at = MAX (begin_at, walk->pauses[i].to_at);
  if (to_at == G_MAXINT64)
    walk->to_at = begin_at + horizon_s;
  walk->date = calendar_date (calendar, walk->from_at);
  /* Clocks that are put back over midnight show a date again that was over. */
  walk->end_date = calendar_date (calendar, walk->to_at) + 1;
}

void
walk_backward (TmWalk *walk, const TmCalendar *calendar, gint64 from_at, gint64 to_at, const TmInterval *pauses,
               gsize n_pauses)
{
  *walk = (TmWalk){ .calendar = calendar, .from_at = from_at, .to_at = to_at };
  take_pauses (walk, pauses, n_pauses);
  gint64 begin_at = walk->n_pauses > 0 ? MIN (to_at, walk->pauses[0].from_at) : to_at;
  if (from_at == G_MININT64)
    walk->from_at = begin_at - horizon_s;
  walk->date = calendar_date (calendar, walk->to_at) + 1;
  walk->end_date = calendar_date (calendar, walk->from_at);
}

void
walk_clear (TmWalk *walk)
{
  g_free (walk->all_pauses);
}

static const GArray *
open_on (const TmCalendar *calendar, gint32 date)
{
  const GArray *open = calendar_hours_of (calendar, date)->open;
  return open->len > 0 && !calendar_is_closed (calendar, date) ? open : NULL;
}

static void
set_rest (TmWalk *walk, gint32 date, const TmSpan *span)
{
  gint64 from_at = calendar_boundary (walk->calendar, date, span->from_s, &walk->hint);
  gint64 to_at = calendar_boundary (walk->calendar, date, span->to_s, &walk->hint);
  walk->rest.from_at = MAX (from_at, walk->from_at);
  walk->rest.to_at = MIN (to_at, walk->to_at);
}

static bool
load_next (TmWalk *walk)
{
  while (walk->rest.from_at >= walk->rest.to_at)
    if (walk->open != NULL && walk->next < walk->open->len)
      set_rest (walk, walk->date - 1, &g_array_index (walk->open, TmSpan, walk->next++));
    else if (walk->date > walk->end_date)
      return false;
    else
      {
        walk->open = open_on (walk->calendar, walk->date++);
        walk->next = 0;
      }
  return true;
}

bool
walk_next (TmWalk *walk, TmInterval *piece_out)
{
  while (load_next (walk))
    {
      TmInterval *rest = &walk->rest;
      for (; walk->n_pauses > 0 && walk->pauses->to_at <= rest->from_at; walk->n_pauses--)
        walk->pauses++;
      gint64 pause_at = walk->n_pauses > 0 ? walk->pauses->from_at : G_MAXINT64;
      *piece_out = (TmInterval){ rest->from_at, MIN (rest->to_at, pause_at) };
      rest->from_at = pause_at < rest->to_at ? MIN (rest->to_at, walk->pauses->to_at) : rest->to_at;
      if (piece_out->from_at < piece_out->to_at)
        return true;
    }
  return false;
}

static bool
load_previous (TmWalk *walk)
{
  while (walk->rest.from_at >= walk->rest.to_at)
    if (walk->open != NULL && walk->next > 0)
      set_rest (walk, walk->date + 1, &g_array_index (walk->open, TmSpan, --walk->next));
    else if (walk->date < walk->end_date)
      return false;
    else
      {
        walk->open = open_on (walk->calendar, walk->date--);
        walk->next = walk->open != NULL ? walk->open->len : 0;
      }
  return true;
}

bool
walk_previous (TmWalk *walk, TmInterval *piece_out)
{
  while (load_previous (walk))
    {
      TmInterval *rest = &walk->rest;
      while (walk->n_pauses > 0 && walk->pauses[walk->n_pauses - 1].from_at >= rest->to_at)
        walk->n_pauses--;
      const TmInterval *pause = walk->n_pauses > 0 ? &walk->pauses[walk->n_pauses - 1] : NULL;
      gint64 resume_at = pause != NULL ? pause->to_at : G_MININT64;
      *piece_out = (TmInterval){ MAX (rest->from_at, resume_at), rest->to_at };
      rest->to_at = resume_at > rest->from_at ? MAX (rest->from_at, pause->from_at) : rest->from_at;
      if (piece_out->from_at < piece_out->to_at)
        return true;
    }
  return false;
}
