/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/rule.h"

TmRule *
rule_new (const char *name)
{
  TmRule *rule = g_new0 (TmRule, 1);
  rule->name = g_strdup (name);
  rule->on = TM_ON_NEW;
  rule->all = g_ptr_array_new_with_free_func ((GDestroyNotify) condition_free);
  rule->any = g_ptr_array_new_with_free_func ((GDestroyNotify) condition_free);
  rule->none = g_ptr_array_new_with_free_func ((GDestroyNotify) condition_free);
  rule->effects = g_ptr_array_new_with_free_func ((GDestroyNotify) effect_free);
  return rule;
}

void
rule_free (TmRule *rule)
{
  if (rule == NULL)
    return;
  g_free (rule->name);
  g_clear_pointer (&rule->all, g_ptr_array_unref);
  g_clear_pointer (&rule->any, g_ptr_array_unref);
  g_clear_pointer (&rule->none, g_ptr_array_unref);
  g_clear_pointer (&rule->effects, g_ptr_array_unref);
  g_free (rule);
}
