/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who wrote: the From address's customer and plan, whether anybody knows him, and where he wants answers.  Pure.
 */
#ifndef TM_CORE_SENDER_H
#define TM_CORE_SENDER_H

#include "core/facts.h"
#include "core/inbound.h"

/* Fills agent, is_proven_by_dmarc, is_authenticated, vouches_from and has_failed_auth by the session and by trusted
 * Authentication-Results, in mail that is not malformed.  `inbound` has its site, envelope and mail.  By dmarc an agent
 * is one only with a valid reply or note token of a queue that he has rights on. */
void sender_authenticate (TmInbound *inbound);

/* Fills sender, is_unknown and service_plan by the configuration alone.  `inbound` has its mail, queue and agent. */
void sender_resolve (TmInbound *inbound);

/* Whose a normalised address is when the contact on file belongs to the customer `by_hand` (id; NULL: none, or nobody
 * on file); one that the configuration no longer has is as good as none. */
void sender_find_customer (const TmSite *site, const char *address, const char *by_hand,
                           TmCustomerMatch *match_out);

/* What a contact on file changes about it: his customer comes before what the configuration makes of the address.
 * When that gives another customer or plan the rules are run anew; that is rare, so it may cost.  True: they ask for
 * another alert's ticket, or for whom to acknowledge, now, so the facts have to be looked up again. */
bool sender_settle (TmInbound *inbound, const TmFacts *facts);

/* The From address, "" none.  Borrowed. */
const char *sender_address (const TmInbound *inbound);

/* Where the writer wants answers, NULL: at his own address.  A single Reply-To that is neither ours nor an agent's
 * counts when he is authenticated, or when its domain is From's, above or below it, and no public one.  Borrowed. */
const char *sender_answer_address (const TmInbound *inbound);

#endif
