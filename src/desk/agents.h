/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an agent's mail costs more than others': its commands are read, whether they can be taken out of it is tried,
 * and what goes out is written anew once everything is committed.
 */
#ifndef TM_DESK_AGENTS_H
#define TM_DESK_AGENTS_H

#include "base/error.h"
#include "core/inbound.h"
#include "core/limits.h"
#include "core/plan.h"

/* Fills commands, stuck, texts, on_behalf and the keys for guards, when there is an agent.  `inbound` has all that
 * comes before the rules. */
void agents_read (TmInbound *inbound, const TmLimits *limits);

/* The new body and the fields that say how it is written go into plan->edits, as far as the plan asks for footer or
 * commands to be removed.  Signed, encrypted and broken bodies stay as they are, without a footer.  TM_ERROR_TEMP: it
 * could not be done, though it must: commands are in it. */
bool agents_rewrite (const TmInbound *inbound, const TmLimits *limits, TmPlan *plan, GError **error) TM_WARN_UNUSED;

#endif
