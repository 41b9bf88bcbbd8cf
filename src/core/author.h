/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * As whom a message goes on to the agents, and where their answers go: From, Reply-To and envelope sender, by the
 * queue's `mailboxes` and `reply_to`.  Pure.
 */
#ifndef TM_CORE_AUTHOR_H
#define TM_CORE_AUTHOR_H

#include "core/plan.h"

/* Of a queue that has none of its own. */
#define TM_AUTHOR_FORM "{agent} via {queue}"

/* Puts into `marks`, whose recipients are complete, what the queues of the message ask for and the marks do not have: a
 * message that came before keeps what it got, and may now go to a queue that asks for more.  `plan` has action, ticket,
 * queue and direction.  `is_trial`: no token is made, its place is shown as TOKEN (and the ticket as NEW when it has no
 * number yet). */
void author_mark (const TmInbound *inbound, const TmPlan *plan, bool is_trial, TmMarks *marks);

/* The queue's address with the token of `purpose`, without one when no key signs.  The caller frees. */
char *author_token_address (const TmSite *site, const TmQueue *queue, gint64 ticket, char purpose, bool is_trial);

/* The same of a purpose that is bound to `person`, a normalised address. */
char *author_person_address (const TmSite *site, const TmQueue *queue, gint64 ticket, char purpose,
                             const char *person);

/* `name` as a phrase in front of an address (RFC 5322 §3.2.5), in quotes or encoded words, on one line; "" stays.  The
 * caller frees. */
char *author_phrase (const char *name);

/* The phrase that `form` gives with the names in the places of {agent} and {queue}.  The caller frees. */
char *author_by_form (const char *form, const char *agent, const char *queue);

/* `"Joe via Example Support"`, or encoded words (RFC 2047): `name` of anybody, made fit for a From field on one line;
 * an address in it is left out, so that nobody takes it for the real one.  `queue` is the queue's name.  The caller
 * frees. */
char *author_display (const char *name, const char *queue);

#endif
