/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/clock_inside.h"

#include <string.h>

static bool
is_promised (const TmClock *clock)
{
  return g_strcmp0 (clock->target, TM_CLOCK_AS_AGREED) == 0;
}

bool
clockwork_promise (TmClockwork *work, gint64 at)
{
  TmClock *clock = clockwork_running (work, TM_METRIC_UPDATE);
  if (at == TM_NEVER)
    {
      if (clock == NULL || !is_promised (clock))
        return true;
      TmTerms terms = service_terms (work->plan, work->customer, work->priority, TM_METRIC_UPDATE);
      if (terms.target == NULL)
        {
          clockwork_end (work, TM_METRIC_UPDATE, "no longer promised");
          return true;
        }
      clockwork_set_terms (work, clock, &terms, work->priority);
      clockwork_set_due (work, clock, clockwork_due_by (work, clock, terms.target, terms.counts_by, clock->base_at),
                         "no longer promised");
      return true;
    }
  if (!clockwork_is_working (work->status))
    return false;
  if (clock == NULL)
    clock = clockwork_add (work, TM_METRIC_UPDATE, work->now);
  clockwork_may_move (work, clock);
  g_free (clock->target);
  g_clear_pointer (&clock->calendar, g_free);
  clock->target = g_strdup (TM_CLOCK_AS_AGREED);
  clockwork_set_due (work, clock, at, "promised");
  return true;
}

/* --- other terms --- */

static void
count_by_priority (TmClockwork *work, TmClock *clock, bool is_raise, const char *why)
{
  TmTerms terms = service_terms (work->plan, work->customer, work->priority, clock->metric);
  if (is_promised (clock) || !clockwork_may_move (work, clock))
    return;
  if (terms.target == NULL)
    {
      clockwork_end (work, clock->metric, why);
      return;
    }
  bool is_from_now = is_raise && (work->plan == NULL || work->plan->on_raise == TM_RAISE_FROM_NOW);
  gint64 base_at = is_from_now ? work->now : clock->started_at;
  gint64 due_at = clockwork_due_by (work, clock, terms.target, terms.counts_by, base_at);
  gint64 old_due_at = clock_is_paused (clock) ? clockwork_due_as_written (work, clock) : clock->due_at;
  if (is_from_now && old_due_at <= due_at)
    return;
  clock->base_at = base_at;
  clockwork_set_terms (work, clock, &terms, work->priority);
  clockwork_set_due (work, clock, clock_is_paused (clock) ? TM_NEVER : due_at, why);
}

/* What the priority before promised nothing of. */
static void
start_missing (TmClockwork *work, gint64 at)
{
  static const TmMetric metrics[] = { TM_METRIC_DISPATCH, TM_METRIC_FIRST_RESPONSE, TM_METRIC_RESOLUTION };
  for (size_t i = 0; i < G_N_ELEMENTS (metrics); i++)
    {
      const TmClock *last = clockwork_last (work, metrics[i]);
      bool is_untouched = work->status == TM_STATUS_NEW && (last == NULL || last->ended_at != TM_NEVER);
      bool is_unresolved = metrics[i] == TM_METRIC_RESOLUTION && clockwork_is_working (work->status)
                           && clockwork_running (work, metrics[i]) == NULL;
      if (is_untouched || is_unresolved)
        clockwork_start (work, metrics[i], at);
    }
  clockwork_pause_or_resume (work);
}

void
clockwork_set_priority (TmClockwork *work, const char *priority)
{
  if (g_strcmp0 (work->priority, priority) == 0)
    return;
  int before = site_priority_rank (work->site, work->priority), after = site_priority_rank (work->site, priority);
  bool is_raise = after >= 0 && (before < 0 || after < before);
  g_autofree char *why = g_strdup_printf ("priority %s from %s to %s", is_raise ? "raised" : "lowered",
                                          work->priority != NULL ? work->priority : "none",
                                          priority != NULL ? priority : "none");
  work->priority = priority;
  guint n_clocks = work->clocks->len;
  for (guint i = 0; i < n_clocks; i++)
    {
      TmClock *clock = g_ptr_array_index (work->clocks, i);
      if (clock_is_running (clock))
        count_by_priority (work, clock, is_raise, why);
    }
  bool is_from_now = is_raise && (work->plan == NULL || work->plan->on_raise == TM_RAISE_FROM_NOW);
  start_missing (work, is_from_now ? work->now : work->created_at);
}

static void
count_by_plan (TmClockwork *work, TmClock *clock, const char *why)
{
  if (is_promised (clock) || !clockwork_may_move (work, clock))
    return;
  TmTerms terms = service_terms (work->plan, work->customer, clock->priority, clock->metric);
  if (terms.target == NULL)
    {
      clockwork_end (work, clock->metric, why);
      return;
    }
  clockwork_set_terms (work, clock, &terms, clock->priority);
  gint64 due_at = clockwork_due_by (work, clock, terms.target, terms.counts_by, clock->base_at);
  clockwork_set_due (work, clock, clock_is_paused (clock) ? TM_NEVER : due_at, why);
}

static void
count_all_by_plan (TmClockwork *work, const char *why)
{
  guint n_clocks = work->clocks->len;
  for (guint i = 0; i < n_clocks; i++)
    {
      TmClock *clock = g_ptr_array_index (work->clocks, i);
      if (clock_is_running (clock))
        count_by_plan (work, clock, why);
    }
  clockwork_pause_or_resume (work);
}

void
clockwork_set_plan (TmClockwork *work, const char *plan, const char *why)
{
  work->plan = site_service_plan (work->site, plan);
  count_all_by_plan (work, why);
  start_missing (work, work->created_at);
}

void
clockwork_init_ticket (TmClockwork *work, const TmSite *site, const TmTicketFacts *ticket, gint64 now)
{
  clockwork_init (work, site, ticket->service_plan, ticket->customer, ticket->priority, ticket->status,
                  ticket->created_at, now);
  work->wants_postmortem = ticket->wants_postmortem;
  work->due_before = clocks_next_due (ticket->clocks);
  work->notify_before = ticket->notify_at;
  work->notified = ticket->notified;
  work->after = ticket->after;
  work->is_quiet = ticket->is_quiet;
  bool is_older = false;
  for (guint i = 0; ticket->clocks != NULL && i < ticket->clocks->len; i++)
    {
      TmClock *clock = clock_copy (g_ptr_array_index (ticket->clocks, i));
      clock->change = TM_CLOCK_KEPT;
      is_older = is_older || (clock_is_running (clock) && clock->revision != site->revision);
      g_ptr_array_add (work->clocks, clock);
    }
  if (is_older)
    count_all_by_plan (work, "the policy was changed");
}

/* --- merge and split --- */

/* Since when the customer waits for an answer; TM_NEVER: he does not. */
static gint64
unanswered_since (const TmClockwork *work)
{
  const TmClock *first = clockwork_running (work, TM_METRIC_FIRST_RESPONSE);
  const TmClock *next = clockwork_running (work, TM_METRIC_NEXT_RESPONSE);
  return MIN (first != NULL ? first->started_at : TM_NEVER, next != NULL ? next->started_at : TM_NEVER);
}

/* The answer is owed since another time; a clock that is overdue stays as it is. */
static void
start_otherwise (TmClockwork *work, TmClock *next, gint64 since_at, const char *why)
{
  if (!clockwork_may_move (work, next))
    return;
  next->base_at = next->base_at == next->started_at ? since_at : next->base_at;
  next->started_at = since_at;
  clockwork_change (work, next);
  clockwork_set_due (work, next, clockwork_due_as_written (work, next), why);
}

void
clockwork_merge (TmClockwork *into, TmClockwork *from)
{
  gint64 since_at = unanswered_since (from);
  clockwork_set_status (from, TM_STATUS_MERGED, true);
  if (since_at == TM_NEVER || !clockwork_is_working (into->status)
      || clockwork_running (into, TM_METRIC_FIRST_RESPONSE) != NULL)
    return;
  TmClock *next = clockwork_running (into, TM_METRIC_NEXT_RESPONSE);
  if (next == NULL)
    clockwork_start (into, TM_METRIC_NEXT_RESPONSE, since_at);
  else if (next->started_at > since_at)
    start_otherwise (into, next, since_at, "an older message of the merged ticket is not answered");
}

void
clockwork_split (TmClockwork *work, gint64 since_at)
{
  TmClock *next = clockwork_running (work, TM_METRIC_NEXT_RESPONSE);
  if (next == NULL || next->started_at >= since_at)
    return;
  if (since_at == TM_NEVER)
    clockwork_end (work, TM_METRIC_NEXT_RESPONSE, "ended: its message was split off");
  else
    start_otherwise (work, next, since_at, "its message was split off");
}
