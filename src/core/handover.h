/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ticket changes hands: what its new owner or queue is told.  Pure.
 */
#ifndef TM_CORE_HANDOVER_H
#define TM_CORE_HANDOVER_H

#include "core/change.h"

/* Whether `change` may hand the ticket over, so that facts->last_message and into_subject are to be looked up. */
bool change_may_hand_over (const TmChange *change);

/* Adds to `plan`, which is complete otherwise, a mail to whom the ticket is given by its steps: to the agent's first
 * address, to the queue's own; of a merge, to whoever has the ticket that stays.  None to who does it himself. */
void handover_add (const TmChange *change, const TmChangeFacts *facts, TmPlan *plan);

#endif
