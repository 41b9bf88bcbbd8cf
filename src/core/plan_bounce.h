/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a bounce at a bounce token does to its ticket: the message that failed is marked, addresses that
 * no mail reaches are silenced.  Pure.
 */
#ifndef TM_CORE_PLAN_BOUNCE_H
#define TM_CORE_PLAN_BOUNCE_H

#include "core/plan.h"

/* Adds the steps and events to a plan that has the bounce's own TM_STEP_MESSAGE already; nothing when `inbound` is no
 * bounce, or its token names another ticket than `ticket`. */
void plan_add_bounce (TmPlan *plan, const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket);

#endif
