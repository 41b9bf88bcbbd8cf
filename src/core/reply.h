/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What goes out of an agent's mail: its marks, edits and footer, written once its commands are carried out, because
 * they say what is due then.  Pure.
 */
#ifndef TM_CORE_REPLY_H
#define TM_CORE_REPLY_H

#include "core/plan.h"

/* Turns plan->unfinished, which must be there, into marks (to be stored with the message), edits, footer and
 * removes_commands.  `ticket` is the plan's ticket (merges followed) after steps and changes, with its clocks; `now` is
 * that of plan_inbound(). */
void reply_finish (const TmInbound *inbound, const TmTicketFacts *ticket, gint64 now, TmPlan *plan);

/* The same without a database: by what `facts` and the steps say of the ticket.  What changes would do is not foreseen,
 * but who is taken in and out.  Does nothing for plans that are complete. */
void reply_finish_foreseen (const TmInbound *inbound, const TmFacts *facts, gint64 now, TmPlan *plan);

/* The normalised addresses that `changes` (TmChange; NULL: none) let into the ticket; the caller frees the array. */
GPtrArray *reply_find_shared (const GPtrArray *changes);

#endif
