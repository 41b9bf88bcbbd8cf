/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/escalations.h"

#include "base/clock.h"
#include "conf/tables.h"
#include "conf/values.h"

#include <stddef.h>
#include <string.h>

enum { MAX_LEVEL = 9, MAX_TIMES = 100, DAY_S = 86400, WEEK_HOURS = 7 * 24, HOUR_S = 3600 };

static const char *const words[] = { TM_TO_MANAGER, TM_TO_ROTA, TM_TO_ASSIGNEE, NULL };

static bool
parse_metric (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  TmMetric metric;
  TmValue name = { 0 };
  if (!type_metric.parse (reader, option, node, &name))
    return false;
  metric_parse (name.object, &metric);
  g_free (name.object);
  value_out->number = metric;
  return true;
}

/* A name with a dot is none of a receiver. */
static bool
parse_to (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  if (strchr (node->text, '.') == NULL)
    return type_receiver.parse (reader, option, node, value_out);
  if (g_strv_contains (words, node->text))
    {
      value_out->object = g_strdup (node->text);
      return true;
    }
  g_autofree char *hint = findings_did_you_mean (node->text, words);
  reader_error (reader, node, "`%s` is nobody: name a receiver, or " TM_TO_MANAGER ", " TM_TO_ROTA " or "
                TM_TO_ASSIGNEE "%s", node->text, hint);
  return false;
}

static bool
parse_repeat (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out)
{
  if (strcmp (node->text, "none") != 0)
    return type_target.parse (reader, option, node, value_out);
  reader_error (reader, node, "`none`: leave it out instead");
  return false;
}

static const TmScalarType type_step_metric
  = { "metric", "a metric: dispatch, ack, first_response, next_response, update, resolution, review or postmortem",
      .parse = parse_metric };
static const TmScalarType type_to
  = { "receiver", "the name of a receiver, " TM_TO_MANAGER ", " TM_TO_ROTA " or " TM_TO_ASSIGNEE, NULL,
      .is_object = true, .is_text = true, .parse = parse_to };
static const TmScalarType type_repeat
  = { "target", "a target such as 30m, 4bh or 1bd", .is_object = true, .parse = parse_repeat };

static const TmOption options_step[] = {
  { "metric", .type = &type_step_metric, .is_required = true, AT (ITEM, TmEscalationStep, metric),
    .help = "whose clock it is" },
  { "priorities", .shape = TM_SHAPE_LIST, .type = &type_priority, .is_filled = true,
    AT (ITEM, TmEscalationStep, priorities), .help = "of tickets of these priorities; without it, of all" },
  { "lead", .type = &type_target, .is_required = true, AT (ITEM, TmEscalationStep, lead),
    .help = "so long before the due time, on the clock's calendar; none: once it is overdue" },
  { "level", .type = &type_number, .by_default = "1", .min = 1, .max = MAX_LEVEL, AT (ITEM, TmEscalationStep, level),
    .help = "tells rows of one metric apart" },
  { "to", .shape = TM_SHAPE_LIST, .type = &type_to, .is_required = true, AT (ITEM, TmEscalationStep, to),
    .help = "who is told" },
  { "repeat", .type = &type_repeat, AT (ITEM, TmEscalationStep, repeat),
    .help = "so long behind the last time they are told again; without it, once" },
  { "times", .type = &type_number, .by_default = "1", .min = 1, .max = MAX_TIMES, AT (ITEM, TmEscalationStep, times),
    .help = "so often again" },
  { .key = NULL },
};

static void *
make_step (void *escalation, const char *name G_GNUC_UNUSED)
{
  return escalation_add_step (escalation);
}

const TmOption options_escalation[] = {
  { "", .shape = TM_SHAPE_ROWS, .table = options_step, .make = make_step, .help = "whom to tell of what, and when" },
  { .key = NULL },
};

void *
make_escalation (void *site, const char *name)
{
  TmEscalation *escalation = escalation_new (name);
  g_ptr_array_add (((TmSite *) site)->escalations, escalation);
  return escalation;
}

/* --- rows among themselves --- */

static bool
is_warning (const TmEscalationStep *step)
{
  return step->lead != NULL && step->lead->kind != TM_TARGET_NONE;
}

static bool
has_priority (const TmEscalationStep *step, const char *priority)
{
  return step->priorities == NULL
         || g_ptr_array_find_with_equal_func (step->priorities, priority, g_str_equal, NULL);
}

static bool
share_priority (const TmEscalationStep *one, const TmEscalationStep *other)
{
  if (one->priorities == NULL || other->priorities == NULL)
    return true;
  for (guint i = 0; i < one->priorities->len; i++)
    if (has_priority (other, one->priorities->pdata[i]))
      return true;
  return false;
}

static void
check_twins (TmTableReader *reader, const TmEscalation *escalation, guint place_of)
{
  const TmEscalationStep *step = escalation->steps->pdata[place_of];
  const TmPlace *place = reader_place (reader, step);
  for (guint i = 0; i < place_of; i++)
    {
      const TmEscalationStep *other = escalation->steps->pdata[i];
      if (other->metric != step->metric || other->level != step->level || is_warning (other) != is_warning (step)
          || !share_priority (other, step))
        continue;
      findings_error (reader->findings, &place->node->mark, place->path,
                      "row %u is for the same %s, level and priority: give one of them another level", i + 1,
                      is_warning (step) ? "warning" : "breach");
      return;
    }
}

/* --- what they name --- */

static bool
has_manager (const TmSite *site)
{
  for (guint i = 0; i < customers_count (site->customers); i++)
    if (customers_nth (site->customers, i)->manager != NULL)
      return true;
  return false;
}

bool
check_has_rota (const TmSite *site)
{
  for (guint i = 0; i < site->queues->len; i++)
    if (((const TmQueue *) site->queues->pdata[i])->rota != NULL)
      return true;
  return false;
}

static void
check_words (TmTableReader *reader, const TmSite *site, const TmEscalationStep *step)
{
  for (guint i = 0; i < step->to->len; i++)
    {
      const char *to = step->to->pdata[i];
      const TmPlace *place = reader_place (reader, to);
      if (strcmp (to, TM_TO_ROTA) == 0 && !check_has_rota (site))
        findings_error (reader->findings, &place->node->mark, place->path,
                        "no queue has a rota: name one under queues.NAME.rota");
      else if (strcmp (to, TM_TO_MANAGER) == 0 && !has_manager (site))
        findings_warning (reader->findings, &place->node->mark, place->path, "no customer has a manager");
    }
}

static void
check_step (TmTableReader *reader, const TmEscalationStep *step)
{
  const TmPlace *place = reader_place (reader, step);
  const TmNode *times = node_get (place->node, "times");
  if (times != NULL && node_get (place->node, "repeat") == NULL)
    {
      g_autofree char *path = g_strconcat (place->path, ".times", NULL);
      findings_error (reader->findings, &times->mark, path, "means nothing without `repeat`");
    }
}

/* --- with the plans --- */

/* Whether it warns of a clock as soon as it starts, whenever in the week that is. */
static bool
is_too_long (const TmTerms *terms, const TmTarget *lead)
{
  gint64 now = clock_now ();
  for (int hour = 0; hour < WEEK_HOURS; hour++)
    {
      gint64 start_at = now + (gint64) hour * HOUR_S;
      gint64 due_at = target_due (terms->target, terms->counts_by, start_at, NULL, 0);
      if (due_at == TM_NEVER || target_warn_at (lead, terms->counts_by, due_at, NULL, 0) > start_at)
        return false;
    }
  return true;
}

typedef struct
{
  bool counts_days; /* needs a calendar, and there is none */
  const char *too_long; /* the priority of a clock that is warned of at once */
} Findings;

static void
look_at_terms (const TmSite *site, const TmTarget *lead, const TmServicePlan *plan, const char *priority,
               TmMetric metric, Findings *findings)
{
  const TmTargets *targets = targets_find (plan->targets, priority);
  const TmPromise *promise = targets != NULL ? &targets->promises[metric] : NULL;
  if (promise == NULL || promise->target == NULL || promise->target->kind == TM_TARGET_NONE)
    return;
  const char *calendar = promise->calendar != NULL ? promise->calendar : plan->calendar;
  const TmTerms terms = { promise->target, calendar, site_calendar (site, calendar) };
  if (target_needs_calendar (lead) && terms.counts_by == NULL)
    findings->counts_days = true;
  else if (findings->too_long == NULL && is_too_long (&terms, lead))
    findings->too_long = priority;
}

static void
check_lead (TmTableReader *reader, const TmSite *site, const TmServicePlan *plan, const TmEscalationStep *step,
            const TmTarget *lead, bool is_lead)
{
  const TmPlace *place = reader_place (reader, lead);
  Findings found = { false, NULL };
  for (guint i = 0; i < site->priorities->len; i++)
    {
      const TmPriority *priority = site->priorities->pdata[i];
      if (has_priority (step, priority->code))
        look_at_terms (site, lead, plan, priority->code, step->metric, &found);
    }
  if (found.counts_days)
    findings_error (reader->findings, &place->node->mark, place->path,
                    "counts business time, and plan `%s` names no calendar for it", plan->id);
  else if (is_lead && found.too_long != NULL)
    findings_warning (reader->findings, &place->node->mark, place->path,
                      "is not shorter than what plan `%s` promises for `%s`: it warns at once", plan->id,
                      found.too_long);
}

static void
check_plan (TmTableReader *reader, const TmSite *site, const TmServicePlan *plan)
{
  const TmEscalation *escalation = site_escalation (site, plan->escalation);
  for (guint i = 0; escalation != NULL && i < escalation->steps->len; i++)
    {
      const TmEscalationStep *step = escalation->steps->pdata[i];
      if (is_warning (step))
        check_lead (reader, site, plan, step, step->lead, true);
      if (step->repeat != NULL)
        check_lead (reader, site, plan, step, step->repeat, false);
    }
}

void
check_escalations (TmTableReader *reader, const TmSite *site)
{
  if (reader->findings->is_partial || reader->findings->n_errors > 0)
    return;
  for (guint i = 0; i < site->escalations->len; i++)
    {
      const TmEscalation *escalation = site->escalations->pdata[i];
      for (guint k = 0; k < escalation->steps->len; k++)
        {
          check_step (reader, escalation->steps->pdata[k]);
          check_words (reader, site, escalation->steps->pdata[k]);
          check_twins (reader, escalation, k);
        }
    }
  for (guint i = 0; i < site->plans->len; i++)
    check_plan (reader, site, site->plans->pdata[i]);
}
