/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a rule that matched does to the classification.
 */
#ifndef TM_CORE_RULE_APPLY_H
#define TM_CORE_RULE_APPLY_H

#include "core/classify.h"

/* Carries out the effects of `rule`; `groups` holds what its conditions captured.  Whether the later rules are still
 * asked. */
bool rule_apply (const TmRule *rule, const TmRuleInput *input, GHashTable *groups, TmMatchBudget *budget,
                 TmClassification *result);

#endif
