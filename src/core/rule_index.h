/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which rules can match a message at all, without a look at those that cannot.
 *
 * A rule's guard is a condition that can only hold when one of some atoms does: a word that its pattern needs stands in
 * the field (core/literals.h), the field has just that value, a flag is set.  For each message every field that rules
 * ask about is read once, for all words at once; each atom that holds leads to the rules behind it.  A rule is tried
 * when all of its guards hold, or when it has none.  Pure; an index is immutable and shared by all threads.
 */
#ifndef TM_CORE_RULE_INDEX_H
#define TM_CORE_RULE_INDEX_H

#include "core/classify.h"

/* `rules` (TmRule) must outlive the index and not change. */
TmRuleIndex *rule_index_new (const GPtrArray *rules);
void rule_index_free (TmRuleIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmRuleIndex, rule_index_free)

/* Reads the message; good for it as a new ticket and as a follow-up.  The caller frees. */
TmRuleHits *rule_index_scan (const TmRuleIndex *index, const TmRuleInput *input);
void rule_hits_free (TmRuleHits *hits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmRuleHits, rule_hits_free)

/* The first rule from `from` on that may match; G_MAXUINT when there is none. */
guint rule_hits_next (const TmRuleHits *hits, guint from);

/* The condition under `all` that keeps rule number `rule` from being tried; NULL: its `any`.  Only for a rule that
 * rule_hits_next() leaves out.  Borrowed. */
const TmCondition *rule_hits_obstacle (const TmRuleHits *hits, guint rule);

#endif
