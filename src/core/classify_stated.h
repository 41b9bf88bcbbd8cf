/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the writer states about priority and type, as a part of the classification.  Pure.
 */
#ifndef TM_CORE_CLASSIFY_STATED_H
#define TM_CORE_CLASSIFY_STATED_H

#include "core/classify.h"

/* Fills result->stated from the message, unless a machine wrote it, it is spam, or an alert.  A new ticket begins with
 * what it holds: the priority as far as the plan lets a customer state it. */
void classify_state (const TmRuleInput *input, TmClassification *result);

/* Machines state nothing: what defaults and rules say without the statement. */
void classify_unstate (TmClassification *result);

/* What a customer of `plan` (NULL: none) gets who states `priority`: that, else the next lower one that he may state,
 * else NULL.  Borrowed. */
const char *classify_stated_priority (const TmSite *site, const TmServicePlan *plan, const char *priority);

/* One line for both sides: why he gets `given` (NULL: nothing) instead of what he states.  The caller frees. */
char *classify_describe_cap (const TmServicePlan *plan, const TmStatement *stated, const char *given);

void statement_clear (TmStatement *stated);

#endif
