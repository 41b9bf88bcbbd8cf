/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/clock_inside.h"

/* --- the clockwork --- */

static void
move_free (TmClockMove *move)
{
  g_free (move->why);
  g_free (move);
}

void
clockwork_init (TmClockwork *work, const TmSite *site, const char *plan, const char *customer, const char *priority,
                TmStatus status, gint64 created_at, gint64 now)
{
  *work = (TmClockwork) { .site = site,
                          .plan = site_service_plan (site, plan),
                          .customer = customers_by_id (site->customers, customer),
                          .priority = priority,
                          .status = status,
                          .status_before = status,
                          .after = { TM_NEVER, TM_NEVER, 0, TM_NEVER },
                          .created_at = created_at,
                          .now = now,
                          .due_before = TM_NEVER,
                          .notify_before = TM_NEVER,
                          .clocks = g_ptr_array_new_with_free_func ((GDestroyNotify) clock_free) };
}

void
clockwork_clear (TmClockwork *work)
{
  g_clear_pointer (&work->clocks, g_ptr_array_unref);
  g_clear_pointer (&work->moves, g_ptr_array_unref);
}

TmClock *
clockwork_last (const TmClockwork *work, TmMetric metric)
{
  TmClock *last = NULL;
  for (guint i = 0; i < work->clocks->len; i++)
    {
      TmClock *clock = g_ptr_array_index (work->clocks, i);
      if (clock->metric == metric && (last == NULL || clock->cycle > last->cycle))
        last = clock;
    }
  return last;
}

TmClock *
clockwork_running (const TmClockwork *work, TmMetric metric)
{
  TmClock *clock = clockwork_last (work, metric);
  return clock != NULL && clock_is_running (clock) ? clock : NULL;
}

void
clockwork_change (TmClockwork *work, TmClock *clock)
{
  clock->revision = work->site->revision;
  if (clock->change == TM_CLOCK_KEPT)
    clock->change = TM_CLOCK_CHANGED;
}

static void
add_move (TmClockwork *work, const TmClock *clock, gint64 to_at, const char *why)
{
  if (work->moves == NULL)
    work->moves = g_ptr_array_new_with_free_func ((GDestroyNotify) move_free);
  TmClockMove *move = g_new0 (TmClockMove, 1);
  *move = (TmClockMove) { clock->metric, clock->cycle, clock->due_at, to_at, g_strdup (why) };
  g_ptr_array_add (work->moves, move);
}

void
clockwork_renew (TmClockwork *work)
{
  for (guint i = 0; i < work->clocks->len; i++)
    {
      TmClock *clock = g_ptr_array_index (work->clocks, i);
      if (clock_is_running (clock) && clock->revision != work->site->revision)
        clockwork_change (work, clock);
    }
}

/* --- due times --- */

gint64
clockwork_due_by (const TmClockwork *work, const TmClock *clock, const TmTarget *target, const TmCalendar *counts_by,
        gint64 base_at)
{
  if (clock->pauses == NULL)
    return target_due (target, counts_by, base_at, NULL, 0);
  g_autoptr (GArray) pauses = g_array_copy (clock->pauses);
  TmInterval *last = &g_array_index (pauses, TmInterval, pauses->len - 1);
  last->to_at = MIN (last->to_at, work->now);
  return target_due (target, counts_by, base_at, (const TmInterval *) (gconstpointer) pauses->data, pauses->len);
}

gint64
clockwork_due_as_written (const TmClockwork *work, const TmClock *clock)
{
  TmTarget target;
  const char *why;
  if (clock->target == NULL || !target_parse (clock->target, &target, &why))
    return TM_NEVER;
  return clockwork_due_by (work, clock, &target, site_calendar (work->site, clock->calendar), clock->base_at);
}

bool
clockwork_may_move (TmClockwork *work, TmClock *clock)
{
  if (!clock_is_breached (clock, work->now))
    return true;
  if (!clock->is_breached)
    clockwork_change (work, clock);
  clock->is_breached = true;
  return false;
}

void
clockwork_set_due (TmClockwork *work, TmClock *clock, gint64 due_at, const char *why)
{
  if (due_at == TM_NEVER && !clock_is_paused (clock) && clock_is_running (clock))
    work->uncounted |= 1u << clock->metric;
  if (clock->due_at == due_at)
    return;
  if (clock->change != TM_CLOCK_ADDED)
    add_move (work, clock, due_at, why);
  clock->due_at = due_at;
  clockwork_change (work, clock);
}

/* --- start, meet, end, pause --- */

void
clockwork_set_terms (TmClockwork *work, TmClock *clock, const TmTerms *terms, const char *priority)
{
  char text[TM_TARGET_TEXT_MAX];
  target_print (terms->target, text);
  const char *calendar = target_needs_calendar (terms->target) ? terms->calendar : NULL;
  if (g_strcmp0 (clock->target, text) != 0 || g_strcmp0 (clock->calendar, calendar) != 0
      || g_strcmp0 (clock->priority, priority) != 0)
    clockwork_change (work, clock);
  g_free (clock->target);
  g_free (clock->calendar);
  clock->target = g_strdup (text);
  clock->calendar = g_strdup (calendar);
  if (clock->priority != priority)
    {
      g_free (clock->priority);
      clock->priority = g_strdup (priority);
    }
}

TmClock *
clockwork_add (TmClockwork *work, TmMetric metric, gint64 at)
{
  const TmClock *last = clockwork_last (work, metric);
  TmClock *clock = clock_new (metric, last != NULL ? last->cycle + 1 : 1);
  clock->started_at = clock->base_at = at;
  clock->change = TM_CLOCK_ADDED;
  clock->revision = work->site->revision;
  g_ptr_array_add (work->clocks, clock);
  return clock;
}

TmClock *
clockwork_start (TmClockwork *work, TmMetric metric, gint64 at)
{
  TmTerms terms = service_terms (work->plan, work->customer, work->priority, metric);
  if (terms.target == NULL)
    return NULL;
  TmClock *clock = clockwork_add (work, metric, at);
  clockwork_set_terms (work, clock, &terms, work->priority);
  clockwork_set_due (work, clock, target_due (terms.target, terms.counts_by, at, NULL, 0), NULL);
  return clock;
}

static TmInterval *
last_pause (const TmClock *clock)
{
  return clock->pauses != NULL && clock->pauses->len > 0
           ? &g_array_index (clock->pauses, TmInterval, clock->pauses->len - 1)
           : NULL;
}

static void
close_pause (TmClockwork *work, TmClock *clock)
{
  TmInterval *pause = last_pause (clock);
  if (pause == NULL || pause->to_at != TM_NEVER)
    return;
  if (pause->from_at < work->now)
    pause->to_at = work->now;
  else
    g_array_set_size (clock->pauses, clock->pauses->len - 1);
  if (clock->pauses->len == 0)
    g_clear_pointer (&clock->pauses, g_array_unref);
  clockwork_change (work, clock);
}

/* Shown with the due time that it had when it was over. */
static void
finish (TmClockwork *work, TmClock *clock, gint64 *instant)
{
  bool is_paused = clock_is_paused (clock);
  close_pause (work, clock);
  if (is_paused && clock->due_at == TM_NEVER)
    clock->due_at = clockwork_due_as_written (work, clock);
  clock->is_breached = clock_is_breached (clock, work->now);
  *instant = work->now;
  clockwork_change (work, clock);
}

void
clockwork_meet (TmClockwork *work, TmMetric metric)
{
  TmClock *clock = clockwork_running (work, metric);
  if (clock != NULL && !(work->is_afterwards && clock->started_at > work->now))
    finish (work, clock, &clock->met_at);
}

void
clockwork_end (TmClockwork *work, TmMetric metric, const char *why)
{
  TmClock *clock = clockwork_running (work, metric);
  if (clock == NULL)
    return;
  if (clock->due_at != TM_NEVER)
    add_move (work, clock, TM_NEVER, why);
  finish (work, clock, &clock->ended_at);
}

void
clockwork_end_all (TmClockwork *work, const char *why)
{
  for (int metric = 1; metric < TM_METRIC_END; metric++)
    clockwork_end (work, (TmMetric) metric, why);
}

void
clockwork_pause (TmClockwork *work, TmClock *clock, const char *why)
{
  const TmInterval pause = { work->now, TM_NEVER };
  bool moves = clockwork_may_move (work, clock);
  if (clock->pauses == NULL)
    clock->pauses = g_array_new (FALSE, FALSE, sizeof (TmInterval));
  g_array_append_val (clock->pauses, pause);
  clockwork_change (work, clock);
  if (moves)
    clockwork_set_due (work, clock, TM_NEVER, why);
}

void
clockwork_resume (TmClockwork *work, TmClock *clock, const char *why)
{
  bool moves = clockwork_may_move (work, clock);
  close_pause (work, clock);
  if (moves)
    clockwork_set_due (work, clock, clockwork_due_as_written (work, clock), why);
}
