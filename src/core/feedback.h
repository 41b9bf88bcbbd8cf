/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a customer is satisfied with how his ticket was resolved: addresses with a token of purpose f and a word
 * behind it, `support+1042-f…-good@…`, and what mail to them says.  Such a token gives no right: a mail to it is
 * recorded, and neither reopens the ticket nor starts a clock.  Pure.
 */
#ifndef TM_CORE_FEEDBACK_H
#define TM_CORE_FEEDBACK_H

#include "core/facts.h"
#include "core/inbound.h"

/* The address to which a mail says `value` of the ticket; NULL: no key signs, or the queue has no address.  The caller
 * frees. */
char *feedback_address (const TmSite *site, const TmQueue *queue, gint64 ticket, TmFeedback value);

/* "good", "bad"; NULL for none.  Static. */
const char *feedback_name (TmFeedback value);
bool feedback_parse (const char *name, TmFeedback *value_out);

/* Whether the mail came to a feedback address of `ticket` (NULL: to none), and what it says by that: TM_FEEDBACK_NONE
 * where the word is none of ours. */
bool feedback_of_mail (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket,
                       TmFeedback *value_out);

/* Whether, of our queues' addresses, it came to feedback addresses alone. */
bool feedback_is_only (const TmEnvelope *envelope);

#endif
