/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/condition.h"
#include "core/rule_values.h"

#include <string.h>

typedef struct
{
  const TmCondition *condition;
  const TmMatchLimits *limits;
  TmMatchBudget *budget;
  GHashTable *groups;
  TmMatch match; /* so far */
} Probe;

/* Any case, the whole value but for white space around it. */
static bool
value_equals (const TmCondition *condition, const char *value, gsize len)
{
  g_autofree char *folded = condition_fold_value (value, len, strlen (condition->folded));
  return folded != NULL && strcmp (folded, condition->folded) == 0;
}

char *
condition_fold_value (const char *value, gsize len, gsize max_len)
{
  while (len > 0 && g_ascii_isspace (*value))
    value++, len--;
  while (len > 0 && g_ascii_isspace (value[len - 1]))
    len--;
  /* Folding makes no character shorter than a third: long texts need not be copied. */
  return len <= 3 * max_len ? g_utf8_casefold (value, (gssize) len) : NULL;
}

static TmMatch
probe_value (const Probe *probe, const char *value, gsize len)
{
  const TmCondition *condition = probe->condition;
  switch (condition->test)
    {
    case TM_TEST_PATTERN:
      return pattern_match (condition->pattern, value, len, probe->limits, probe->budget, probe->groups);
    case TM_TEST_VALUE:
      return value_equals (condition, value, len) ? TM_MATCH_YES : TM_MATCH_NO;
    case TM_TEST_NETWORK:
      return network_has (&condition->network, value) ? TM_MATCH_YES : TM_MATCH_NO;
    case TM_TEST_FLAG:
    case TM_TEST_CALENDAR:
      break;
    }
  return TM_MATCH_NO;
}

/* One value that matches is enough; one that was given up leaves it open when none does. */
static bool
probe_next (const char *value, gsize len, gpointer data)
{
  Probe *probe = data;
  TmMatch match = probe_value (probe, value, len);
  if (match != TM_MATCH_NO)
    probe->match = match;
  return match != TM_MATCH_YES;
}

static bool
is_inside (const char *calendar, const TmRuleInput *input)
{
  const TmCalendar *found = site_calendar (input->site, calendar);
  return found != NULL && calendar_is_open (found, input->arrived_at, NULL, 0);
}

TmMatch
condition_match (const TmCondition *condition, const TmRuleInput *input, const TmClassification *so_far,
                 TmMatchBudget *budget, GHashTable *groups)
{
  Probe probe = { condition, &input->site->match, budget, condition->is_negated ? NULL : groups, TM_MATCH_NO };
  if (condition->test == TM_TEST_CALENDAR)
    probe.match = is_inside (condition->value, input) ? TM_MATCH_YES : TM_MATCH_NO;
  else if (condition->test != TM_TEST_FLAG)
    rule_values_each (condition->field, condition->header, input, so_far, probe_next, &probe);
  else if (rule_flag_is_set (condition->flag, input, so_far))
    probe.match = TM_MATCH_YES;
  if (!condition->is_negated || probe.match == TM_MATCH_LIMITED)
    return probe.match;
  return probe.match == TM_MATCH_YES ? TM_MATCH_NO : TM_MATCH_YES;
}
