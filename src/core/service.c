/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/service.h"

#include <string.h>

static const char *const metric_names[TM_METRIC_END] = {
  [TM_METRIC_DISPATCH] = "dispatch",           [TM_METRIC_ACK] = "ack",
  [TM_METRIC_FIRST_RESPONSE] = "first_response", [TM_METRIC_NEXT_RESPONSE] = "next_response",
  [TM_METRIC_UPDATE] = "update",               [TM_METRIC_RESOLUTION] = "resolution",
  [TM_METRIC_REVIEW] = "review",               [TM_METRIC_POSTMORTEM] = "postmortem",
};

const char *
metric_name (TmMetric metric)
{
  return metric > 0 && metric < TM_METRIC_END ? metric_names[metric] : NULL;
}

bool
metric_parse (const char *name, TmMetric *metric_out)
{
  for (int i = 1; i < TM_METRIC_END; i++)
    if (strcmp (metric_names[i], name) == 0)
      {
        *metric_out = (TmMetric) i;
        return true;
      }
  return false;
}

TmTargets *
targets_new (const char *priority)
{
  TmTargets *targets = g_new0 (TmTargets, 1);
  targets->priority = g_strdup (priority);
  return targets;
}

void
targets_free (TmTargets *targets)
{
  if (targets == NULL)
    return;
  for (int i = 0; i < TM_METRIC_END; i++)
    {
      g_free (targets->promises[i].target);
      g_free (targets->promises[i].calendar);
    }
  g_free (targets->priority);
  g_free (targets);
}

/* --- escalations --- */

static void
step_free (gpointer data)
{
  TmEscalationStep *step = data;
  g_clear_pointer (&step->priorities, g_ptr_array_unref);
  g_free (step->lead);
  g_ptr_array_unref (step->to);
  g_free (step->repeat);
  g_free (step);
}

TmEscalation *
escalation_new (const char *id)
{
  TmEscalation *escalation = g_new0 (TmEscalation, 1);
  escalation->id = g_strdup (id);
  escalation->steps = g_ptr_array_new_with_free_func (step_free);
  return escalation;
}

void
escalation_free (TmEscalation *escalation)
{
  if (escalation == NULL)
    return;
  g_free (escalation->id);
  g_ptr_array_unref (escalation->steps);
  g_free (escalation);
}

TmEscalationStep *
escalation_add_step (TmEscalation *escalation)
{
  TmEscalationStep *step = g_new0 (TmEscalationStep, 1);
  step->level = 1;
  step->to = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (escalation->steps, step);
  return step;
}

/* --- plans --- */

TmServicePlan *
service_plan_new (const char *id)
{
  TmServicePlan *plan = g_new0 (TmServicePlan, 1);
  plan->id = g_strdup (id);
  plan->targets = g_ptr_array_new_with_free_func ((GDestroyNotify) targets_free);
  return plan;
}

void
service_plan_free (TmServicePlan *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->id);
  g_free (plan->default_priority);
  g_free (plan->calendar);
  g_free (plan->escalation);
  g_ptr_array_unref (plan->targets);
  g_clear_pointer (&plan->stated_priority, g_ptr_array_unref);
  g_free (plan->workaround_floor);
  g_free (plan);
}

const TmTargets *
targets_find (const GPtrArray *all, const char *priority)
{
  for (guint i = 0; all != NULL && priority != NULL && i < all->len; i++)
    {
      const TmTargets *targets = g_ptr_array_index (all, i);
      if (strcmp (targets->priority, priority) == 0)
        return targets;
    }
  return NULL;
}

/* NULL: nothing is said. */
static const TmPromise *
find_promise (const GPtrArray *all, const char *priority, TmMetric metric)
{
  const TmTargets *targets = targets_find (all, priority);
  const TmPromise *promise = targets != NULL ? &targets->promises[metric] : NULL;
  return promise != NULL && promise->target != NULL ? promise : NULL;
}

TmTerms
service_terms (const TmServicePlan *plan, const TmCustomer *customer, const char *priority, TmMetric metric)
{
  const TmPromise *promise = customer != NULL ? find_promise (customer->targets, priority, metric) : NULL;
  if (promise == NULL && plan != NULL)
    promise = find_promise (plan->targets, priority, metric);
  if (promise == NULL || promise->target->kind == TM_TARGET_NONE)
    return (TmTerms) { .target = NULL };
  if (promise->calendar != NULL)
    return (TmTerms) { promise->target, promise->calendar, promise->counts_by };
  if (customer != NULL && customer->calendar != NULL)
    return (TmTerms) { promise->target, customer->calendar, customer->counts_by };
  return plan != NULL ? (TmTerms) { promise->target, plan->calendar, plan->counts_by }
                      : (TmTerms) { .target = promise->target };
}
