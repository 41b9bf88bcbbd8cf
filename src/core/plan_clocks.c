/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "base/clock.h"
#include "core/after.h"
#include "core/agents.h"
#include "core/detail.h"
#include "core/escalation.h"
#include "core/footer.h"

static void
add_moves (TmPlan *plan, const TmClockwork *work, const char *actor)
{
  for (guint i = 0; work->moves != NULL && i < work->moves->len; i++)
    {
      const TmClockMove *move = g_ptr_array_index (work->moves, i);
      g_autofree char *cycle = g_strdup_printf ("%u", move->cycle);
      g_autofree char *from = instant_format (move->from_at);
      g_autofree char *to = instant_format (move->to_at);
      g_autofree char *detail
          = detail_new ("metric", metric_name (move->metric), "cycle", cycle, "from", from, "to", to, "why", move->why,
                        NULL);
      plan_add_step (plan, TM_STEP_EVENT, actor, "clock", detail, 0);
    }
}

static void
add_uncounted (TmPlan *plan, unsigned metrics)
{
  g_autoptr (GString) names = g_string_new (plan->uncounted);
  for (int i = 1; i < TM_METRIC_END; i++)
    if ((metrics & 1u << i) != 0)
      g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", metric_name ((TmMetric) i));
  g_free (plan->uncounted);
  plan->uncounted = g_strdup (names->str);
}

/* A plan that names no escalation costs a look at its name. */
static gint64
find_notification (const TmClockwork *work)
{
  const TmEscalationFacts facts = { .site = work->site,
                                    .plan = work->plan,
                                    .customer = work->customer,
                                    .priority = work->priority,
                                    .status = work->status,
                                    .clocks = work->clocks,
                                    .notified = work->notified };
  if (work->is_acknowledged)
    return work->now;
  bool is_escalated = work->notified != NULL || (work->plan != NULL && work->plan->escalates != NULL);
  return is_escalated ? escalation_next (&facts, work->now) : TM_NEVER;
}

/* Of a new ticket it is a step like any other: hardly any begins with waiting. */
static void
add_after (TmPlan *plan, const TmClockwork *work)
{
  TmAfterState state;
  if (!after_follow (work, &state))
    return;
  g_autofree char *since = g_strdup_printf ("%" G_GINT64_FORMAT " %u", state.since_at, state.done);
  plan_add_step (plan, TM_STEP_AFTER, NULL, NULL, state.since_at != TM_NEVER ? since : NULL, state.at);
}

void
plan_take_clocks (TmPlan *plan, TmClockwork *work, const char *actor, bool is_new)
{
  guint n_before = plan->clocks != NULL ? plan->clocks->len : 0;
  gint64 next_at = clocks_next_due (work->clocks);
  for (guint i = 0; i < work->clocks->len; i++)
    if (((const TmClock *) g_ptr_array_index (work->clocks, i))->change != TM_CLOCK_KEPT)
      plan_add_step (plan, TM_STEP_CLOCK, NULL, NULL, NULL, (gint64) (n_before + i + 1));
  if (next_at != work->due_before && !is_new)
    plan_add_step (plan, TM_STEP_DUE, NULL, NULL, NULL, next_at);
  gint64 notify_at = find_notification (work);
  if (is_new)
    plan->notify_at = notify_at;
  else if (notify_at != work->notify_before)
    plan_add_step (plan, TM_STEP_NOTIFY, NULL, NULL, NULL, notify_at);
  add_after (plan, work);
  add_moves (plan, work, actor);
  if (work->uncounted != 0)
    add_uncounted (plan, work->uncounted);
  if (plan->clocks == NULL)
    plan->clocks = g_steal_pointer (&work->clocks);
  else
    g_ptr_array_extend_and_steal (plan->clocks, g_steal_pointer (&work->clocks));
  plan->next_due_at = next_at;
}

void
draft_run_clocks (TmDraft *draft, TmStatus status, bool is_customers)
{
  const TmTicketFacts *ticket = draft->match->ticket;
  TmPlan *plan = draft->plan;
  TmClockwork *work = draft->work;
  clockwork_init_ticket (work, draft->inbound->site, ticket, draft->now);
  if (plan->direction == TM_DIRECTION_OUT && ticket->status == TM_STATUS_UNSORTED)
    clockwork_set_status (work, TM_STATUS_OPEN, false);
  if (plan->direction == TM_DIRECTION_OUT && agents_answer (draft->inbound, ticket, plan->agents))
    clockwork_answered (work);
  else if (plan->direction != TM_DIRECTION_IN || (plan->assignee != NULL && ticket->assignee == NULL))
    clockwork_touched (work);
  clockwork_set_status (work, status, false);
  if (is_customers)
    clockwork_customer_wrote (work);
  clockwork_set_priority (work, plan->priority);
  if (draft->pages)
    clockwork_paged (work);
  if (draft->acknowledges)
    clockwork_acknowledged (work);
  plan_take_clocks (plan, work, "desk", false);
}

/* --- marks --- */

static gint32
offset_at (const TmSite *site, gint64 at)
{
  return site->zone_table != NULL ? (gint32) (zone_table_local (site->zone_table, at) - at) : 0;
}

void
draft_mark_due (const GPtrArray *clocks, const TmSite *site, bool is_out, TmMarks *marks)
{
  for (guint i = 0; clocks != NULL && i < clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (clocks, i);
      if (clock_is_running (clock) && clock->due_at != TM_NEVER && (!is_out || footer_is_owed (clock->metric)))
        marks_add_due (marks, clock->metric, clock->due_at, offset_at (site, clock->due_at));
    }
}
