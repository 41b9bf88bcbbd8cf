/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an agent's mail is: an answer, a note, a ticket that he opens for a customer or for himself, or nobody's
 * business.  Told from envelope, header and the ticket that it names.  Pure.
 */
#ifndef TM_CORE_AGENTS_H
#define TM_CORE_AGENTS_H

#include "core/plan.h"

/* Fills inbound->on_behalf, and inbound->queue of a mail that an agent writes as a queue, to people outside only.
 * `inbound` has agent, mail, envelope, queue and automatic. */
void agents_resolve (TmInbound *inbound);

TmAgentsMail agents_kind (const TmInbound *inbound, const TmTicketMatch *match);

/* Whether the agent has a right on one of the ticket's queues. */
bool agents_have_right (const TmInbound *inbound, const TmTicketFacts *ticket);

/* Whether somebody outside gets such mail. */
bool agents_go_out (TmAgentsMail kind);

/* Whether such mail answers the requester of the ticket: to others who receive it, it is no answer. */
bool agents_answer (const TmInbound *inbound, const TmTicketFacts *ticket, TmAgentsMail kind);

/* Whether a recipient is a valid reply or note token. */
bool recipient_is_agents_token (const TmRecipient *recipient);

/* Whether a recipient is neither a queue's nor an agent's, whatever form it has. */
bool recipient_is_outside (const TmRecipient *recipient);

/* The recipient with that very address, or NULL; borrowed. */
const TmRecipient *agents_find_recipient (const TmInbound *inbound, const char *address);

/* Calls `f` for each address outside that stands in To or Cc and in the envelope, in that order, once. */
void agents_for_typed (const TmInbound *inbound, void (*f) (const TmMailbox *mailbox, gpointer data), gpointer data);

#endif
