/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/classify.h"

#include "core/classify_stated.h"
#include "core/rule_apply.h"
#include "core/rule_index.h"
#include "core/workaround.h"

#include <string.h>

/* One run over one message. */
typedef struct
{
  const TmRuleInput *input;
  TmClassification *result;
  TmMatchBudget budget;
  GHashTable *groups; /* of the rule that is tried */
} Run;

static TmMatch
try_condition (Run *run, const TmCondition *condition)
{
  return condition_match (condition, run->input, run->result, &run->budget, run->groups);
}

/* YES when one holds, LIMITED when none does but one was given up. */
static TmMatch
try_any (Run *run, const GPtrArray *conditions)
{
  TmMatch found = TM_MATCH_NO;
  for (guint i = 0; i < conditions->len && found != TM_MATCH_YES; i++)
    {
      TmMatch match = try_condition (run, g_ptr_array_index (conditions, i));
      if (match != TM_MATCH_NO)
        found = match;
    }
  return found;
}

/* --- does a rule match? --- */

static char *
describe_any (const GPtrArray *conditions)
{
  GString *text = g_string_new ("any: ");
  for (guint i = 0; i < conditions->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", condition_text (g_ptr_array_index (conditions, i)));
  return g_string_free (text, FALSE);
}

/* Most rules leave none. */
static void
forget_groups (Run *run)
{
  if (g_hash_table_size (run->groups) > 0)
    g_hash_table_remove_all (run->groups);
}

/* Whether a rule that was tried leaves a trace; only then its obstacle is put in words. */
static bool
is_traced (const Run *run, TmMatch match)
{
  return match != TM_MATCH_NO || run->input->traces_all;
}

/* Tries all of `conditions`; YES when each of them gives `wanted`.  Else the trace gets the one that did not. */
static TmMatch
try_each (Run *run, const GPtrArray *conditions, TmMatch wanted, const char *prefix, TmRuleTrace *trace)
{
  for (guint i = 0; i < conditions->len; i++)
    {
      const TmCondition *condition = g_ptr_array_index (conditions, i);
      TmMatch match = try_condition (run, condition);
      if (match == wanted)
        continue;
      TmMatch outcome = match == TM_MATCH_LIMITED ? TM_MATCH_LIMITED : TM_MATCH_NO;
      if (is_traced (run, outcome))
        trace->condition = g_strconcat (prefix, condition_text (condition), NULL);
      return outcome;
    }
  return TM_MATCH_YES;
}

/* Takes `found`'s condition over. */
static void
add_trace (Run *run, const TmRule *rule, const TmRuleTrace *found)
{
  TmRuleTrace *trace = g_new0 (TmRuleTrace, 1);
  *trace = *found;
  trace->rule = g_strdup (rule->name);
  trace->number = rule->number;
  g_ptr_array_add (run->result->trace, trace);
}

static TmMatch
try_rule (Run *run, const TmRule *rule, TmRuleTrace *trace)
{
  TmMatch match = try_each (run, rule->all, TM_MATCH_YES, "", trace);
  if (match == TM_MATCH_YES && rule->any->len > 0)
    {
      match = try_any (run, rule->any);
      if (match != TM_MATCH_YES && is_traced (run, match))
        trace->condition = describe_any (rule->any);
    }
  return match == TM_MATCH_YES ? try_each (run, rule->none, TM_MATCH_NO, "none: ", trace) : match;
}

static bool
rule_applies (const TmRule *rule, bool is_followup)
{
  switch (rule->on)
    {
    case TM_ON_NEW:
      return !is_followup;
    case TM_ON_FOLLOWUP:
      return is_followup;
    case TM_ON_BOTH:
      return true;
    }
  return false;
}

/* --- all of them --- */

/* Whether the later rules are still asked. */
static bool
run_rule (Run *run, const TmRule *rule)
{
  TmRuleTrace trace = { 0 };
  forget_groups (run);
  TmMatch match = try_rule (run, rule, &trace);
  trace.matched = match == TM_MATCH_YES;
  trace.limited = match == TM_MATCH_LIMITED;
  if (is_traced (run, match))
    add_trace (run, rule, &trace);
  return !trace.matched || rule_apply (rule, run->input, run->groups, &run->budget, run->result);
}

/* Only for the trace: a rule that was not tried. */
static void
trace_untried (Run *run, guint number, bool asked)
{
  const TmRule *rule = g_ptr_array_index (run->input->site->rules, number);
  TmRuleTrace trace = { 0 };
  if (asked)
    {
      const TmCondition *condition = rule_hits_obstacle (run->input->hits, number);
      trace.condition = condition != NULL ? g_strdup (condition_text (condition)) : describe_any (rule->any);
    }
  add_trace (run, rule, &trace);
}

static guint
next_candidate (const Run *run, guint from)
{
  guint n = run->input->site->rules->len;
  guint next = run->input->hits != NULL ? rule_hits_next (run->input->hits, from) : from;
  return MIN (next, n);
}

static void
run_rules (Run *run)
{
  const TmRuleInput *input = run->input;
  const GPtrArray *rules = input->site->rules;
  bool going = true;
  guint next = next_candidate (run, 0);
  for (guint i = input->traces_all ? 0 : next; i < rules->len; i = input->traces_all ? i + 1 : next)
    {
      const TmRule *rule = g_ptr_array_index (rules, i);
      bool asked = going && rule_applies (rule, input->is_followup);
      if (asked && i == next)
        going = run_rule (run, rule);
      else if (input->traces_all)
        trace_untried (run, i, asked);
      if (!going && !input->traces_all)
        return;
      if (i == next)
        next = next_candidate (run, i + 1);
    }
}

/* --- what the type says about it --- */

static bool
type_allows (const TmType *type, const char *priority)
{
  for (guint i = 0; type->priorities != NULL && i < type->priorities->len; i++)
    if (strcmp (g_ptr_array_index (type->priorities, i), priority) == 0)
      return true;
  return type->priorities == NULL;
}

const char *
classify_allowed_priority (const TmSite *site, const TmType *type, const char *priority)
{
  const char *otherwise = g_hash_table_lookup (type->otherwise, priority);
  if (type_allows (type, priority))
    return priority;
  if (otherwise != NULL && type_allows (type, otherwise))
    return otherwise;
  const char *lowest = priority;
  int asked = site_priority_rank (site, priority);
  for (guint i = 0; i < site->priorities->len; i++)
    {
      const TmPriority *candidate = g_ptr_array_index (site->priorities, i);
      if (!type_allows (type, candidate->code))
        continue;
      lowest = candidate->code;
      if ((int) i > asked)
        break;
    }
  return lowest;
}

static void
fit_priority (Run *run, const TmType *type)
{
  TmClassification *result = run->result;
  if (result->priority == NULL)
    return;
  const char *allowed = classify_allowed_priority (run->input->site, type, result->priority);
  if (strcmp (allowed, result->priority) == 0)
    return;
  g_ptr_array_add (result->told, g_strdup_printf ("priority %s (%s) became %s: type %s may not have it",
                                                  result->priority, result->priority_by, allowed, type->code));
  g_free (result->priority);
  g_free (result->priority_by);
  result->priority = g_strdup (allowed);
  result->priority_by = g_strconcat ("type:", type->code, NULL);
}

/* After all rules, so that their order does not matter. */
static void
lower_by_workaround (Run *run)
{
  TmClassification *result = run->result;
  if (result->workaround_by == NULL || run->input->is_followup)
    return;
  const char *lowered = workaround_lowered (run->input->site, run->input->service_plan, result->priority);
  result->workaround_from = g_strdup (result->priority != NULL ? result->priority : "");
  if (g_strcmp0 (lowered, result->priority) == 0)
    return;
  g_ptr_array_add (result->told, g_strdup_printf ("priority %s (%s) became %s: a workaround is known", result->priority,
                                                  result->priority_by, lowered));
  g_free (result->priority);
  g_free (result->priority_by);
  result->priority = g_strdup (lowered);
  result->priority_by = g_strdup (result->workaround_by);
}

/* A need whose pattern was given up is not called missing: nobody knows. */
static void
find_missing (Run *run, const TmType *type)
{
  forget_groups (run);
  for (guint i = 0; i < type->needs->len; i++)
    {
      const TmNeed *need = g_ptr_array_index (type->needs, i);
      if (try_any (run, need->conditions) == TM_MATCH_NO)
        g_ptr_array_add (run->result->missing, g_strdup (need->name));
    }
}

static void
start_from_plan (TmClassification *result, const TmServicePlan *plan)
{
  if (plan == NULL || plan->default_priority == NULL || result->priority != NULL)
    return;
  result->priority = g_strdup (plan->default_priority);
  result->priority_by = g_strconcat ("plan:", plan->id, NULL);
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* In the order of their keys: a hash table has none. */
static void
start_from_customer (TmClassification *result, const TmCustomer *customer)
{
  if (customer == NULL || customer->tags == NULL)
    return;
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (customer->tags), compare_texts);
  for (const GList *key = keys; key != NULL; key = key->next)
    g_ptr_array_add (result->tags, tag_new (key->data, g_hash_table_lookup (customer->tags, key->data)));
}

static void
start_from_queue (TmClassification *result, const TmQueue *queue)
{
  if (queue == NULL)
    return;
  result->type = g_strdup (queue->type);
  result->type_by = queue->type != NULL ? g_strconcat ("queue:", queue->id, NULL) : NULL;
  result->priority = g_strdup (queue->priority);
  result->priority_by = queue->priority != NULL ? g_strconcat ("queue:", queue->id, NULL) : NULL;
}

TmClassification *
rules_eval (const TmRuleInput *input)
{
  g_autoptr (TmClassification) result = classification_new ();
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Run run = { .input = input, .result = result, .budget = { .steps = input->n_steps }, .groups = groups };
  if (!input->is_followup)
    {
      start_from_queue (result, input->queue);
      start_from_plan (result, input->service_plan);
      start_from_customer (result, input->customer);
    }
  result->is_spam = try_any (&run, input->site->spam) == TM_MATCH_YES;
  classify_state (input, result);
  run_rules (&run);
  lower_by_workaround (&run);
  const TmType *type = result->type != NULL ? site_type (input->site, result->type) : NULL;
  if (type != NULL)
    fit_priority (&run, type);
  if (type != NULL && !input->is_followup)
    find_missing (&run, type);
  result->n_steps = run.budget.steps;
  result->n_limited = run.budget.n_limited;
  result->n_matches = run.budget.n_matches;
  match_budget_clear (&run.budget);
  return g_steal_pointer (&result);
}
