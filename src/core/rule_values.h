/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The values that a field of the rule language has in a message.
 */
#ifndef TM_CORE_RULE_VALUES_H
#define TM_CORE_RULE_VALUES_H

#include "core/classify.h"
#include "core/condition.h"

/* One value, `len` bytes, not ended by NUL.  Answers whether the next one is wanted. */
typedef bool (*TmRuleValueFunc) (const char *value, gsize len, gpointer data);

/* Gives each value of `field` in turn; of TM_FIELD_HEADER those of the fields called `header`, any case, of
 * TM_FIELD_TAG those of the key `header`.  queue, type, priority and tags are those of `so_far`, or none when it is
 * NULL. */
void rule_values_each (TmConditionField field, const char *header, const TmRuleInput *input,
                       const TmClassification *so_far, TmRuleValueFunc func, gpointer data);

/* Whether earlier rules may change the values of `field` or the state of `flag`. */
bool rule_field_moves (TmConditionField field);
bool rule_flag_moves (TmConditionFlag flag);

/* Whether `flag` is set; `so_far` may be NULL for those that do not move. */
bool rule_flag_is_set (TmConditionFlag flag, const TmRuleInput *input, const TmClassification *so_far);

#endif
