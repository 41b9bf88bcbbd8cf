/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages that are not taken: 5xx when every recipient is ours, else our recipients leave the envelope and
 * the rest goes on; never 5xx without an SMTP client.  Pure.
 */
#ifndef TM_CORE_REFUSAL_H
#define TM_CORE_REFUSAL_H

#include "core/plan.h"

/* The plan for a message that no ticket would change: an agent's address without a proof at a reply token, a null
 * sender at a bounce address that is not ours, thousands of foreign X-Ticket-* fields.  NULL for all others; the caller
 * frees. */
TmPlan *refusal_unconditional (const TmInbound *inbound);

/* The plan for a message from a contact whom an agent blocked, NULL for all others; the caller frees. */
TmPlan *refusal_blocked (const TmInbound *inbound, const TmFacts *facts);

/* The plan for a new request of a sender whom nobody knows, where such are refused; NULL for all others, for the null
 * sender and bounces, whose refusal nobody reads, and without an SMTP client, where it is held instead.  The caller
 * frees. */
TmPlan *refusal_unknown_sender (const TmInbound *inbound);

/* Adds to a refusal that its sender does not hear of (others' recipients, no SMTP client) what those who see the
 * ticket must know: an agent believes that he answered. */
void refusal_note (TmPlan *plan, const TmInbound *inbound, const TmFacts *facts);

/* The plan for an agent's mail that must not go out: `text` tells him why, whoever else it was for.  Without an SMTP
 * client it is kept in quarantine.  The caller frees. */
TmPlan *refusal_of_agent (const TmInbound *inbound, const char *enhanced, const char *text, const char *reason);

/* The plan for a message that is taken and kept in quarantine, and of whose recipients none that is ours gets it.  The
 * caller frees. */
TmPlan *refusal_discard (const TmInbound *inbound, const char *rule, const char *reason);

/* The plan for an agent's mail one of whose commands cannot be carried out, for the reason that `sentence` gives: as
 * refusal_of_agent().  The caller frees. */
TmPlan *refusal_by_change (const TmInbound *inbound, const char *sentence);

/* The plan for a message that a rule rejects or ignores, NULL for all others; the caller frees. */
TmPlan *refusal_by_rule (const TmInbound *inbound, const TmClassification *class);

#endif
