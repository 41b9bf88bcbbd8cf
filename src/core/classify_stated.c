/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/classify_stated.h"

#include "core/stated.h"

#include <string.h>

void
statement_clear (TmStatement *stated)
{
  g_free (stated->priority);
  g_free (stated->priority_where);
  g_free (stated->type);
  g_free (stated->type_where);
  g_free (stated->other_priority);
  g_free (stated->other_priority_by);
  g_free (stated->other_type);
  g_free (stated->other_type_by);
  *stated = (TmStatement){ .priority = NULL };
}

/* --- what he may state --- */

static bool
may_state (const TmServicePlan *plan, const char *priority)
{
  return plan == NULL || plan->stated_priority == NULL
         || g_ptr_array_find_with_equal_func (plan->stated_priority, priority, g_str_equal, NULL);
}

const char *
classify_stated_priority (const TmSite *site, const TmServicePlan *plan, const char *priority)
{
  for (int rank = site_priority_rank (site, priority); rank >= 0 && rank < (int) site->priorities->len; rank++)
    {
      const TmPriority *candidate = g_ptr_array_index (site->priorities, rank);
      if (may_state (plan, candidate->code))
        return candidate->code;
    }
  return NULL;
}

char *
classify_describe_cap (const TmServicePlan *plan, const TmStatement *stated, const char *given)
{
  if (given == NULL)
    return g_strdup_printf ("stated priority %s (%s) does not count: plan %s lets customers state none as low",
                            stated->priority, stated->priority_where, plan->id);
  return g_strdup_printf ("stated priority %s (%s) became %s: plan %s does not let customers state it",
                          stated->priority, stated->priority_where, given, plan->id);
}

/* --- a new ticket --- */

/* `*value`, which `*by` set, is put aside. */
static void
replace (char **value, char **by, const char *stated, char **other, char **other_by)
{
  *other = *value;
  *other_by = *by;
  *value = g_strdup (stated);
  *by = g_strdup ("customer");
}

static void
hold_priority (const TmRuleInput *input, TmClassification *result)
{
  TmStatement *stated = &result->stated;
  const char *given = classify_stated_priority (input->site, input->service_plan, stated->priority);
  if (g_strcmp0 (given, stated->priority) != 0)
    g_ptr_array_add (result->told, classify_describe_cap (input->service_plan, stated, given));
  if (given == NULL)
    return;
  replace (&result->priority, &result->priority_by, given, &stated->other_priority, &stated->other_priority_by);
  g_array_set_size (result->priority_moves, 0);
  stated->priority_holds = true;
}

static bool
may_speak (const TmRuleInput *input, const TmClassification *result)
{
  bool is_auto = result->machine || (input->is_auto && !result->human);
  return !is_auto && !result->is_spam && result->correlate_key == NULL;
}

void
classify_state (const TmRuleInput *input, TmClassification *result)
{
  TmStatement *stated = &result->stated;
  if (stated->priority != NULL || stated->type != NULL || !may_speak (input, result))
    return;
  g_auto (TmStated) found = { .priority = NULL };
  stated_find (input->site, input->mail, input->is_followup, &found);
  if (found.priority != NULL)
    stated->priority = g_strdup (found.priority->code);
  if (found.type != NULL)
    stated->type = g_strdup (found.type->code);
  stated->priority_where = g_steal_pointer (&found.priority_where);
  stated->type_where = g_steal_pointer (&found.type_where);
  if (!input->is_followup && stated->priority != NULL)
    hold_priority (input, result);
  if (!input->is_followup && stated->type != NULL)
    {
      replace (&result->type, &result->type_by, stated->type, &stated->other_type, &stated->other_type_by);
      stated->type_holds = true;
    }
}

void
classify_unstate (TmClassification *result)
{
  TmStatement *stated = &result->stated;
  if (stated->priority_holds)
    {
      g_free (result->priority);
      g_free (result->priority_by);
      result->priority = g_steal_pointer (&stated->other_priority);
      result->priority_by = g_steal_pointer (&stated->other_priority_by);
    }
  if (stated->type_holds)
    {
      g_free (result->type);
      g_free (result->type_by);
      result->type = g_steal_pointer (&stated->other_type);
      result->type_by = g_steal_pointer (&stated->other_type_by);
    }
  statement_clear (stated);
  g_ptr_array_set_size (result->told, 0);
}
