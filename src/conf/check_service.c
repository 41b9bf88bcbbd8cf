/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold of plans and their targets.
 */
#include "conf/check.h"

#include "base/clock.h"

enum { DAY_S = 86400, HOUR_S = 3600 };

/* Whether a start within the next year has no due time: a start in each hour of the week, and each day of the year. */
static bool
may_be_never (const TmTarget *target, const TmCalendar *calendar)
{
  gint64 now = clock_now ();
  for (int day = 0; day < TM_CALENDAR_HORIZON_DAYS; day++)
    if (target_due (target, calendar, now + (gint64) day * (DAY_S + HOUR_S), NULL, 0) == TM_NEVER)
      return true;
  return false;
}

static bool
is_beyond (const TmTarget *target, const TmCalendar *calendar)
{
  if (target->kind == TM_TARGET_ELAPSED)
    return target->amount > (gint64) TM_CALENDAR_HORIZON_DAYS * DAY_S;
  return calendar != NULL && !calendar_never_opens (calendar) && may_be_never (target, calendar);
}

/* `calendar` is the one that holds where the target names none; `is_known`: nothing else can name one. */
static void
check_promise (TmTableReader *reader, const TmSite *site, const TmPromise *promise, const char *calendar, bool is_known)
{
  const TmPlace *place = promise->target != NULL ? reader_place (reader, promise->target) : NULL;
  const char *name = promise->calendar != NULL ? promise->calendar : calendar;
  if (place == NULL)
    return;
  if (target_needs_calendar (promise->target) && name == NULL && is_known && !reader->findings->is_partial)
    findings_error (reader->findings, &place->node->mark, place->path,
                    "counts business time, and no calendar is named: give it one, or the plan");
  else if (is_beyond (promise->target, site_calendar (site, name)))
    findings_warning (reader->findings, &place->node->mark, place->path,
                      "may lie more than %d days ahead: such a clock is never due", TM_CALENDAR_HORIZON_DAYS);
}

static void
check_targets (TmTableReader *reader, const TmSite *site, const GPtrArray *all, const char *calendar, bool is_known)
{
  for (guint i = 0; all != NULL && i < all->len; i++)
    for (int metric = 1; metric < TM_METRIC_END; metric++)
      check_promise (reader, site, &((const TmTargets *) all->pdata[i])->promises[metric], calendar, is_known);
}

static bool
has_target (const TmTargets *targets)
{
  for (int metric = 1; metric < TM_METRIC_END; metric++)
    if (targets->promises[metric].target != NULL)
      return true;
  return false;
}

static bool
covers (const TmServicePlan *plan, const char *priority)
{
  const TmTargets *targets = targets_find (plan->targets, priority);
  return targets != NULL && has_target (targets);
}

static bool
has_any_target (const TmServicePlan *plan)
{
  for (guint i = 0; i < plan->targets->len; i++)
    if (has_target (plan->targets->pdata[i]))
      return true;
  return false;
}

static void
check_covered (TmTableReader *reader, const TmSite *site, const TmPriority *priority)
{
  const TmPlace *place = reader_place (reader, priority);
  bool is_promised = false;
  for (guint i = 0; i < site->plans->len; i++)
    {
      is_promised = is_promised || has_any_target (site->plans->pdata[i]);
      if (covers (site->plans->pdata[i], priority->code))
        return;
    }
  if (is_promised && place != NULL && priority->code != NULL)
    findings_warning (reader->findings, &place->node->mark, place->path,
                      "no plan has targets for priority `%s`: its tickets have no clocks", priority->code);
}

/* --- after --- */

static bool
has_calendar (const TmSite *site)
{
  for (guint i = 0; i < site->plans->len; i++)
    if (((const TmServicePlan *) site->plans->pdata[i])->calendar != NULL)
      return true;
  for (guint i = 0; i < customers_count (site->customers); i++)
    if (customers_nth (site->customers, i)->calendar != NULL)
      return true;
  return false;
}

/* Only what is written is found fault with. */
static void
check_counts (TmTableReader *reader, const TmSite *site, const TmTarget *target)
{
  const TmPlace *place = target != NULL ? reader_place (reader, target) : NULL;
  if (place != NULL && target_needs_calendar (target) && !has_calendar (site))
    findings_warning (reader->findings, &place->node->mark, place->path,
                      "counts business time, and no plan or customer names a calendar: it never comes");
}

/* Where both count alike. */
static bool
is_behind (const TmTarget *target, const TmTarget *other)
{
  return target != NULL && other != NULL && target->kind != TM_TARGET_NONE && target->kind == other->kind
         && target->amount >= other->amount;
}

static void
check_after (TmTableReader *reader, const TmSite *site)
{
  const TmAfterSettings *after = &site->after;
  const TmPlace *place = after->close_notice != NULL ? reader_place (reader, after->close_notice) : NULL;
  if (!after->acts || reader->findings->is_partial)
    return;
  check_counts (reader, site, after->resolve);
  check_counts (reader, site, after->close);
  if (place != NULL && is_behind (after->close_notice, after->close))
    findings_error (reader->findings, &place->node->mark, place->path,
                    "is not shorter than `close`: a ticket would be about to be closed before it is resolved");
  for (guint i = 0; after->remind != NULL && i < after->remind->len; i++)
    {
      const TmTarget *target = after->remind->pdata[i];
      place = reader_place (reader, target);
      check_counts (reader, site, target);
      if (place != NULL && target->kind == TM_TARGET_NONE)
        findings_error (reader->findings, &place->node->mark, place->path, "`none`: leave it out, or write []");
      else if (place != NULL && i > 0 && is_behind (after->remind->pdata[i - 1], target))
        findings_error (reader->findings, &place->node->mark, place->path,
                        "is not later than the reminder before it: write them in their order");
    }
}

void
check_service (TmTableReader *reader, const TmSite *site)
{
  check_after (reader, site);
  for (guint i = 0; i < site->plans->len; i++)
    {
      const TmServicePlan *plan = site->plans->pdata[i];
      const TmPlace *place = reader_place (reader, plan);
      check_targets (reader, site, plan->targets, plan->calendar, true);
      if (!has_any_target (plan) && place != NULL && !reader->findings->is_partial)
        findings_warning (reader->findings, &place->node->mark, place->path,
                          "has no targets: its tickets have no clocks");
    }
  for (guint i = 0; i < customers_count (site->customers); i++)
    {
      const TmCustomer *customer = customers_nth (site->customers, i);
      const TmServicePlan *plan = site_service_plan (site, customer->plan);
      const char *calendar = customer->calendar != NULL ? customer->calendar : plan != NULL ? plan->calendar : NULL;
      check_targets (reader, site, customer->targets, calendar, plan != NULL);
    }
  for (guint i = 0; i < site->priorities->len && !reader->findings->is_partial && reader->findings->n_errors == 0; i++)
    check_covered (reader, site, site->priorities->pdata[i]);
}
