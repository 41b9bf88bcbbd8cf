/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message with what its commands change, in the caller's transaction: all of it or nothing.
 */
#ifndef TM_STORE_COMMANDS_H
#define TM_STORE_COMMANDS_H

#include "core/inbound.h"
#include "core/plan.h"
#include "store/db.h"

/* Carries out the plan of `inbound`, then its changes, then completes what goes out by the ticket as it is then.  When
 * a change is refused, nothing of all that is done, and the plan is replaced by the refusal; whoever shares the
 * transaction does not notice.  Mail without changes costs what apply_plan() does. */
bool commands_apply (TmDb *db, const TmInbound *inbound, GBytes *packed, gint64 now, TmPlan **plan_io,
                     GError **error) TM_WARN_UNUSED;

#endif
