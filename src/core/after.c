/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/after.h"

#include "base/clock.h"

static const TmAfterState nothing = { TM_NEVER, TM_NEVER, 0, TM_NEVER };

void
after_settings_clear (TmAfterSettings *settings)
{
  g_clear_pointer (&settings->remind, g_ptr_array_unref);
  g_clear_pointer (&settings->resolve, g_free);
  g_clear_pointer (&settings->close, g_free);
  g_clear_pointer (&settings->close_notice, g_free);
}

const char *
after_template (TmAfterAction action)
{
  switch (action)
    {
    case TM_AFTER_RESOLVED:
      return "resolved";
    case TM_AFTER_REMIND:
      return "remind";
    case TM_AFTER_CLOSING:
      return "closing";
    case TM_AFTER_NOTHING:
    case TM_AFTER_RESOLVE:
    case TM_AFTER_CLOSE:
      return NULL;
    }
  return NULL;
}

static const TmCalendar *
calendar_of (const TmServicePlan *plan, const TmCustomer *customer)
{
  if (customer != NULL && customer->counts_by != NULL)
    return customer->counts_by;
  return plan != NULL ? plan->counts_by : NULL;
}

TmAfterFacts
after_facts (const TmSite *site, const TmTicketFacts *ticket)
{
  return (TmAfterFacts) { .site = site,
                          .calendar = calendar_of (site_service_plan (site, ticket->service_plan),
                                                   customers_by_id (site->customers, ticket->customer)),
                          .status = ticket->status,
                          .state = &ticket->after,
                          .is_quiet = ticket->is_quiet };
}

/* --- times --- */

static gint64
due (const TmAfterFacts *facts, const TmTarget *target, gint64 from_at)
{
  bool is_none = target == NULL || target->kind == TM_TARGET_NONE || from_at == TM_NEVER;
  return is_none ? TM_NEVER : target_due (target, facts->calendar, from_at, NULL, 0);
}

static bool
has_notice (const TmAfterFacts *facts)
{
  const TmTarget *lead = facts->site->after.close_notice;
  return lead != NULL && lead->kind != TM_TARGET_NONE && !facts->is_quiet;
}

static gint64
close_at (const TmAfterFacts *facts)
{
  const TmAfterState *state = facts->state;
  gint64 at = due (facts, facts->site->after.close, state->since_at);
  if (at == TM_NEVER || !has_notice (facts) || state->told_at == TM_NEVER)
    return at;
  gint64 noticed_at = due (facts, facts->site->after.close_notice, state->told_at);
  return MAX (at, noticed_at);
}

/* Of a notice that reaches back behind the resolution: at once. */
static gint64
closing_at (const TmAfterFacts *facts)
{
  gint64 at = due (facts, facts->site->after.close, facts->state->since_at);
  if (at == TM_NEVER || !has_notice (facts) || facts->state->told_at != TM_NEVER)
    return TM_NEVER;
  gint64 warn_at = target_warn_at (facts->site->after.close_notice, facts->calendar, at, NULL, 0);
  return MAX (warn_at, facts->state->since_at);
}

static gint64
resolved_at (const TmAfterFacts *facts)
{
  bool is_told = (facts->state->done & TM_AFTER_IS_TOLD) != 0;
  bool is_wanted = facts->site->after.tells && !facts->is_quiet && !is_told && facts->state->since_at != TM_NEVER;
  return is_wanted ? facts->state->since_at + facts->site->ack.delay_s : TM_NEVER;
}

static gint64
remind_at (const TmAfterFacts *facts, guint i)
{
  const GPtrArray *remind = facts->site->after.remind;
  bool is_one = remind != NULL && i < remind->len && !facts->is_quiet;
  return is_one ? due (facts, g_ptr_array_index (remind, i), facts->state->since_at) : TM_NEVER;
}

/* Reminders whose time has come, each behind the one before. */
static guint
n_reminders_over (const TmAfterFacts *facts, gint64 now)
{
  guint n = 0;
  while (remind_at (facts, n) <= now)
    n++;
  return n;
}

/* Not before the ones before it would be over. */
static gint64
next_reminder (const TmAfterFacts *facts)
{
  gint64 at = G_MININT64;
  for (guint i = 0; i <= facts->state->done; i++)
    at = MAX (at, remind_at (facts, i));
  return at;
}

gint64
after_ends_at (const TmAfterFacts *facts, gint64 now)
{
  if (!facts->site->after.acts)
    return TM_NEVER;
  if (facts->status == TM_STATUS_WAITING)
    return due (facts, facts->site->after.resolve, facts->state->since_at);
  if (facts->status != TM_STATUS_RESOLVED)
    return TM_NEVER;
  gint64 at = close_at (facts), notice_at = closing_at (facts);
  return at == TM_NEVER || notice_at == TM_NEVER || notice_at > now
             ? at
             : MAX (at, due (facts, facts->site->after.close_notice, now));
}

gint64
after_next (const TmAfterFacts *facts)
{
  if (!facts->site->after.acts)
    return TM_NEVER;
  if (facts->status == TM_STATUS_WAITING)
    return MIN (next_reminder (facts), due (facts, facts->site->after.resolve, facts->state->since_at));
  if (facts->status != TM_STATUS_RESOLVED)
    return TM_NEVER;
  gint64 notice_at = closing_at (facts);
  return MIN (resolved_at (facts), notice_at != TM_NEVER ? notice_at : close_at (facts));
}

/* --- what is due --- */

TmAfterAction
after_due (const TmAfterFacts *facts, gint64 now)
{
  if (!facts->site->after.acts)
    return TM_AFTER_NOTHING;
  if (facts->status == TM_STATUS_WAITING)
    {
      if (due (facts, facts->site->after.resolve, facts->state->since_at) <= now)
        return TM_AFTER_RESOLVE;
      return n_reminders_over (facts, now) > facts->state->done ? TM_AFTER_REMIND : TM_AFTER_NOTHING;
    }
  if (facts->status != TM_STATUS_RESOLVED)
    return TM_AFTER_NOTHING;
  gint64 notice_at = closing_at (facts);
  if (notice_at <= now)
    return TM_AFTER_CLOSING;
  if (notice_at == TM_NEVER && close_at (facts) <= now)
    return TM_AFTER_CLOSE;
  return resolved_at (facts) <= now ? TM_AFTER_RESOLVED : TM_AFTER_NOTHING;
}

TmAfterState
after_done (const TmAfterFacts *facts, TmAfterAction action, gint64 now)
{
  TmAfterState state = *facts->state;
  if (action == TM_AFTER_REMIND)
    state.done = n_reminders_over (facts, now);
  if (action == TM_AFTER_RESOLVED || action == TM_AFTER_CLOSING)
    state.done |= TM_AFTER_IS_TOLD;
  if (action == TM_AFTER_CLOSING)
    state.told_at = now;
  return state;
}

/* --- what begins it, and ends it --- */

bool
after_follow (const TmClockwork *work, TmAfterState *state_out)
{
  const TmAfterState *before = &work->after;
  bool is_other = work->status != work->status_before;
  bool may_begin = work->status == TM_STATUS_WAITING || work->status == TM_STATUS_RESOLVED;
  *state_out = nothing;
  if (!is_other && !work->is_answered)
    return false;
  if (work->site->after.acts && may_begin)
    {
      const TmAfterFacts facts = { work->site, calendar_of (work->plan, work->customer), work->status, state_out,
                                   work->is_quiet };
      state_out->since_at = work->now;
      state_out->done = !is_other && work->status == TM_STATUS_RESOLVED ? before->done : 0;
      state_out->at = after_next (&facts);
    }
  return state_out->at != TM_NEVER || before->at != TM_NEVER;
}

TmAfterState
after_told (const TmSite *site, const TmTicketFacts *ticket)
{
  TmAfterState state = ticket->after;
  const TmAfterFacts facts
      = { .site = site, .calendar = after_facts (site, ticket).calendar, .status = ticket->status, .state = &state,
          .is_quiet = ticket->is_quiet };
  state.done |= TM_AFTER_IS_TOLD;
  state.at = after_next (&facts);
  return state;
}
