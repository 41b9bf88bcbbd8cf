/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages that get no ticket because somebody says no: the part of
 * plan_inbound() about refusals.  Each gives NULL when it has nothing to say.  Pure.
 */
#ifndef TM_CORE_PLAN_REFUSE_H
#define TM_CORE_PLAN_REFUSE_H

#include "core/plan.h"

/* More foreign X-Ticket-* fields than an MTA could delete. */
TmPlan *refuse_flood (const TmInbound *inbound);

/* DESIGN.md §4.1: an agent's From without proof at a reply token. */
TmPlan *refuse_unproven_agent (const TmInbound *inbound);

/* What a rule said: reject or ignore. */
TmPlan *refuse_by_rule (const TmInbound *inbound, const TmClassification *class);

#endif
