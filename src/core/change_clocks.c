/* SPDX-License-Identifier: BSD-2-Clause */
/* What a change by hand does to clocks. */
#include "core/change.h"

#include "base/clock.h"
#include "core/detail.h"

#include <string.h>

const char *
change_setting (const TmChange *change, const char *key)
{
  size_t len = strlen (key);
  for (guint i = 0; i < change->settings->len; i++)
    {
      const char *setting = g_ptr_array_index (change->settings, i);
      if (strncmp (setting, key, len) == 0 && setting[len] == '=')
        return setting + len + 1;
    }
  return NULL;
}

bool
change_parse_instant (const TmSite *site, const char *text, gint64 *at_out, GError **error)
{
  if (instant_parse (text, at_out))
    return true;
  g_autofree char *wall = g_strconcat (text, strlen (text) == strlen ("2026-11-24T16:00") ? ":00Z" : "Z", NULL);
  if (instant_parse (wall, at_out))
    {
      if (site->zone != NULL)
        *at_out = zone_boundary (site->zone, *at_out);
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE,
               "`%s` is no time: give one like 2026-11-24T16:00, or 2026-11-24T15:00:00Z", text);
  return false;
}

/* The work of what the steps of one ticket set. */
static void
follow_step (TmClockwork *work, const TmTicketFacts *ticket, const TmStep *step, bool is_reply)
{
  TmStatus status;
  if (step->kind == TM_STEP_TAG && strcmp (step->key, TM_POSTMORTEM_TAG) == 0)
    clockwork_flag_postmortem (work, ticket->resolved_at);
  if (step->kind != TM_STEP_SET)
    return;
  if (strcmp (step->key, "status") == 0 && status_parse (step->value, &status))
    clockwork_set_status (work, status, !is_reply);
  else if (strcmp (step->key, "priority") == 0)
    clockwork_set_priority (work, step->value);
  else if (strcmp (step->key, "plan") == 0)
    clockwork_set_plan (work, step->value, "another plan");
}

/* `value` as an instant to come; `none` is TM_NEVER. */
static bool
read_coming (const TmSite *site, const char *value, gint64 now, gint64 *at_out, GError **error)
{
  *at_out = TM_NEVER;
  if (strcmp (value, "none") != 0 && !change_parse_instant (site, value, at_out, error))
    return false;
  if (*at_out > now)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is past: give a time to come", value);
  return false;
}

static bool
has_promise (const TmClockwork *work)
{
  for (guint i = 0; i < work->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (work->clocks, i);
      if (clock->metric == TM_METRIC_UPDATE && clock_is_running (clock)
          && g_strcmp0 (clock->target, TM_CLOCK_AS_AGREED) == 0)
        return true;
    }
  return false;
}

static bool
promise (const TmChange *change, TmClockwork *work, gint64 now, TmPlan *plan, GError **error)
{
  const char *value = change_setting (change, "promise");
  gint64 at;
  if (value == NULL)
    return true;
  if (!read_coming (change->site, value, now, &at, error))
    return false;
  if (at == TM_NEVER && !has_promise (work))
    return true;
  if (!clockwork_promise (work, at))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
                   "ticket %" G_GINT64_FORMAT " is %s, no update of it is due: set status=open with the promise",
                   plan->ticket, status_name (work->status));
      return false;
    }
  g_autofree char *text = instant_format (at);
  change_add_event (change, plan, "promise", detail_new ("to", text, CHANGE_REASONS (change)));
  return true;
}

/* The end of waiting is an event only: who wakes the ticket up goes by the newest one. */
static bool
pend (const TmChange *change, const TmClockwork *work, gint64 now, TmPlan *plan, GError **error)
{
  const char *value = change_setting (change, "until");
  gint64 at;
  if (value == NULL)
    return true;
  if (work->status != TM_STATUS_PENDING)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "until=%s: only what is pending waits; set status=pending with it",
                   value);
      return false;
    }
  if (!read_coming (change->site, value, now, &at, error))
    return false;
  g_autofree char *text = instant_format (at);
  change_add_event (change, plan, "pending", detail_new ("until", text, CHANGE_REASONS (change)));
  return true;
}

static bool
record (const TmChange *change, TmMetric metric, TmClockwork *work, TmPlan *plan, GError **error)
{
  if (change_setting (change, metric_name (metric)) == NULL)
    return true;
  if (!clockwork_record (work, metric))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "no %s is due for ticket %" G_GINT64_FORMAT, metric_name (metric),
                   plan->ticket);
      return false;
    }
  change_add_event (change, plan, metric_name (metric), detail_new ("to", "done", CHANGE_REASONS (change)));
  return true;
}

bool
change_plan_clocks (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan, GError **error)
{
  g_auto (TmClockwork) work = { .clocks = NULL };
  if (change->kind == TM_CHANGE_MERGE || change->kind == TM_CHANGE_SPLIT)
    return true;
  bool is_reply = change->kind == TM_CHANGE_REPLY, is_call = change->kind == TM_CHANGE_ANSWERED;
  clockwork_init_ticket (&work, change->site, facts->ticket, is_call && change->at != TM_NEVER ? change->at : now);
  guint n_steps = plan->steps->len;
  work.is_afterwards = is_call && change->at != TM_NEVER;
  if (is_reply && facts->ticket->status == TM_STATUS_UNSORTED)
    clockwork_set_status (&work, TM_STATUS_OPEN, false);
  if (is_call || is_reply)
    clockwork_answered (&work);
  if (is_call && facts->unanswered_at != TM_NEVER)
    clockwork_wrote_since (&work, facts->unanswered_at);
  for (guint i = 0; i < n_steps; i++)
    follow_step (&work, facts->ticket, g_ptr_array_index (plan->steps, i), is_reply);
  if (!promise (change, &work, now, plan, error) || !pend (change, &work, now, plan, error)
      || !record (change, TM_METRIC_REVIEW, &work, plan, error)
      || !record (change, TM_METRIC_POSTMORTEM, &work, plan, error))
    return false;
  if (change->kind == TM_CHANGE_ACK && plan->steps->len > 0)
    clockwork_acknowledged (&work);
  else if (plan->steps->len > 0)
    clockwork_touched (&work);
  plan_take_clocks (plan, &work, change->actor, false);
  return true;
}

void
change_merge_clocks (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan,
                     void (*turn_to) (const TmChange *change, const TmChangeFacts *facts, TmPlan *plan))
{
  g_auto (TmClockwork) into = { .clocks = NULL }, from = { .clocks = NULL };
  clockwork_init_ticket (&into, change->site, facts->into, now);
  clockwork_init_ticket (&from, change->site, facts->ticket, now);
  clockwork_merge (&into, &from);
  clockwork_touched (&into);
  plan_take_clocks (plan, &into, change->actor, false);
  gint64 next_due_at = plan->next_due_at;
  turn_to (change, facts, plan);
  plan_take_clocks (plan, &from, change->actor, false);
  plan->next_due_at = next_due_at;
}

void
change_split_off_clocks (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan)
{
  g_auto (TmClockwork) work = { .clocks = NULL };
  gint64 next_due_at = plan->next_due_at;
  clockwork_init_ticket (&work, change->site, facts->ticket, now);
  clockwork_split (&work, facts->unanswered_at);
  plan_take_clocks (plan, &work, change->actor, false);
  plan->next_due_at = next_due_at;
}

void
change_split_clocks (const TmChange *change, gint64 opened_at, gint64 now, TmPlan *plan)
{
  g_auto (TmClockwork) work = { .clocks = NULL };
  clockwork_init (&work, change->site, plan->service_plan, plan->customer, plan->priority, TM_STATUS_OPEN,
                  opened_at, now);
  clockwork_open (&work);
  clockwork_touched (&work);
  plan_take_clocks (plan, &work, change->actor, true);
}
