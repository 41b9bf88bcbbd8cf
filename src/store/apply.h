/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plan → rows, inside the caller's transaction.
 */
#ifndef TM_STORE_APPLY_H
#define TM_STORE_APPLY_H

#include "core/inbound.h"
#include "core/plan.h"
#include "store/db.h"

/* Carries out the steps of `plan`.  `inbound` is NULL for a change, which has no message; `packed` is the raw message
 * of store_pack() or NULL.  `message_out` (NULL: nobody asks) is the id of the message that was added, 0 none. */
bool apply_plan (TmDb *db, const TmInbound *inbound, GBytes *packed, const TmPlan *plan, gint64 now,
                 gint64 *message_out, GError **error) TM_WARN_UNUSED;

#endif
