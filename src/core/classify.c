/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/classify.h"

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

/* Tries all of `conditions`; YES when each of them gives `wanted`.  Else the trace gets the one that did not. */
static TmMatch
try_each (Run *run, const GPtrArray *conditions, TmMatch wanted, const char *prefix, TmRuleTrace *trace)
{
  for (guint i = 0; i < conditions->len; i++)
    {
      const TmCondition *condition = g_ptr_array_index (conditions, i);
      TmMatch match = try_condition (run, condition);
      if (match != wanted)
        {
          trace->condition = g_strconcat (prefix, condition_text (condition), NULL);
          return match == TM_MATCH_LIMITED ? TM_MATCH_LIMITED : TM_MATCH_NO;
        }
    }
  return TM_MATCH_YES;
}

static TmMatch
try_rule (Run *run, const TmRule *rule, TmRuleTrace *trace)
{
  TmMatch match = try_each (run, rule->all, TM_MATCH_YES, "", trace);
  if (match == TM_MATCH_YES && rule->any->len > 0)
    {
      match = try_any (run, rule->any);
      if (match != TM_MATCH_YES)
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

/* --- what it does --- */

static void
set_string (char **where, const char *value)
{
  g_free (*where);
  *where = g_strdup (value);
}

static void
set_by_rule (char **where, const TmRule *rule)
{
  g_free (*where);
  *where = g_strconcat ("rule:", rule->name, NULL);
}

static void
set_priority (TmClassification *result, const char *code, const TmRule *rule)
{
  set_string (&result->priority, code);
  set_by_rule (&result->priority_by, rule);
  result->priority_shift = 0;
}

static void
shift_priority (Run *run, const TmRule *rule, int by)
{
  TmClassification *result = run->result;
  const TmSite *site = run->input->site;
  int rank = result->priority != NULL ? site_priority_rank (site, result->priority) : -1;
  if (rank < 0)
    {
      result->priority_shift += by;
      set_by_rule (&result->priority_by, rule);
      return;
    }
  rank = CLAMP (rank + by, 0, (int) site->priorities->len - 1);
  const TmPriority *priority = g_ptr_array_index (site->priorities, rank);
  set_priority (result, priority->code, rule);
}

static bool
has_tag (const GPtrArray *tags, const char *key, const char *value)
{
  for (guint i = 0; i < tags->len; i++)
    {
      const TmTag *tag = g_ptr_array_index (tags, i);
      if (strcmp (tag->key, key) == 0 && strcmp (tag->value, value) == 0)
        return true;
    }
  return false;
}

static bool
add_tag (Run *run, const TmEffect *effect)
{
  g_autofree char *value = effect_expand (effect, run->groups);
  if (value == NULL || has_tag (run->result->tags, effect->key, value))
    return false;
  g_ptr_array_add (run->result->tags, tag_new (effect->key, value));
  return true;
}

static bool
add_note (Run *run, const TmEffect *effect)
{
  char *note = effect_expand (effect, run->groups);
  if (note != NULL)
    g_ptr_array_add (run->result->notes, note);
  return note != NULL;
}

static void
set_verdict (TmClassification *result, TmRuleVerdict verdict, const TmRule *rule, const char *text)
{
  result->verdict = verdict;
  set_string (&result->verdict_rule, rule->name);
  set_string (&result->verdict_text, text);
}

/* Whether the effect changed anything. */
static bool
apply_effect (Run *run, const TmRule *rule, const TmEffect *effect)
{
  TmClassification *result = run->result;
  switch (effect->kind)
    {
    case TM_EFFECT_TYPE:
      set_string (&result->type, effect->value);
      set_by_rule (&result->type_by, rule);
      return true;
    case TM_EFFECT_PRIORITY:
      set_priority (result, effect->value, rule);
      return true;
    case TM_EFFECT_PRIORITY_RAISE:
      shift_priority (run, rule, -(int) effect->steps);
      return true;
    case TM_EFFECT_PRIORITY_LOWER:
      shift_priority (run, rule, (int) effect->steps);
      return true;
    case TM_EFFECT_TAG:
      return add_tag (run, effect);
    case TM_EFFECT_QUEUE:
      set_string (&result->queue, effect->value);
      return true;
    case TM_EFFECT_ASSIGN:
      set_string (&result->assignee, effect->value);
      return true;
    case TM_EFFECT_NO_ACK:
      result->no_ack = true;
      return true;
    case TM_EFFECT_HUMAN:
    case TM_EFFECT_MACHINE:
      result->human = effect->kind == TM_EFFECT_HUMAN;
      result->machine = !result->human;
      return true;
    case TM_EFFECT_IGNORE:
      set_verdict (result, TM_RULE_IGNORE, rule, NULL);
      return true;
    case TM_EFFECT_REJECT:
      set_verdict (result, TM_RULE_REJECT, rule, effect->value);
      return true;
    case TM_EFFECT_NOTE:
      return add_note (run, effect);
    case TM_EFFECT_STOP:
      return false;
    }
  return false;
}

/* Whether the later rules are still asked. */
static bool
apply_rule (Run *run, const TmRule *rule)
{
  for (guint i = 0; i < rule->effects->len; i++)
    {
      const TmEffect *effect = g_ptr_array_index (rule->effects, i);
      if (effect->kind == TM_EFFECT_STOP)
        return false;
      if (apply_effect (run, rule, effect))
        set_string (&run->result->last_rule, rule->name);
    }
  return true;
}

static void
run_rules (Run *run)
{
  const GPtrArray *rules = run->input->site->rules;
  bool going = true;
  for (guint i = 0; i < rules->len; i++)
    {
      const TmRule *rule = g_ptr_array_index (rules, i);
      TmRuleTrace *trace = g_new0 (TmRuleTrace, 1);
      trace->rule = g_strdup (rule->name);
      trace->number = i;
      g_ptr_array_add (run->result->trace, trace);
      if (!going || !rule_applies (rule, run->input->is_followup))
        continue;
      g_hash_table_remove_all (run->groups);
      TmMatch match = try_rule (run, rule, trace);
      trace->matched = match == TM_MATCH_YES;
      trace->limited = match == TM_MATCH_LIMITED;
      if (trace->matched)
        going = apply_rule (run, rule);
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
  g_ptr_array_add (result->notes, g_strdup_printf ("priority %s (%s) became %s: type %s may not have it",
                                                   result->priority, result->priority_by, allowed, type->code));
  set_string (&result->priority, allowed);
}

/* A need whose pattern was given up is not called missing: nobody knows. */
static void
find_missing (Run *run, const TmType *type)
{
  g_hash_table_remove_all (run->groups);
  for (guint i = 0; i < type->needs->len; i++)
    {
      const TmNeed *need = g_ptr_array_index (type->needs, i);
      if (try_any (run, need->conditions) == TM_MATCH_NO)
        g_ptr_array_add (run->result->missing, g_strdup (need->name));
    }
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
    start_from_queue (result, input->queue);
  result->is_spam = try_any (&run, input->site->spam) == TM_MATCH_YES;
  run_rules (&run);
  const TmType *type = result->type != NULL ? site_type (input->site, result->type) : NULL;
  if (type != NULL)
    fit_priority (&run, type);
  if (type != NULL && !input->is_followup)
    find_missing (&run, type);
  result->n_steps = run.budget.steps;
  result->n_limited = run.budget.n_limited;
  match_budget_clear (&run.budget);
  return g_steal_pointer (&result);
}
