/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an agent's mail is held against before it goes to the outside.  Each guard refuses, notes or is off, by the
 * configuration (`guards`).  Pure.
 *
 * A person is another customer's when the ticket's customer is not his; somebody whom no customer has passes, and so
 * does who receives the ticket: him somebody put in who may.  A ticket of nobody's is not for customers.
 * `answered`: since the message that the mail answers, by In-Reply-To and References; where it answers none that the
 * ticket has, since the customer last wrote or the agent did, whichever was later.
 */
#ifndef TM_CORE_GUARD_H
#define TM_CORE_GUARD_H

#include "core/facts.h"
#include "core/inbound.h"

enum { TM_GUARD_SENTENCE_MAX = 350 };

typedef struct
{
  TmGuard guard;
  char *sentence; /* for the agent, who reads it in his own mail program: one clean line of less than
                     TM_GUARD_SENTENCE_MAX bytes */
} TmGuardHit;

void guard_hit_free (TmGuardHit *hit);

/* The name of a guard in the configuration: "other_customer" …; static. */
const char *guard_name (TmGuard guard);

/* Whether `#send` gets past it: a right is not given by asking twice. */
bool guard_gives_way (TmGuard guard);

/* What is to be said against sending `inbound` of a proven agent about `ticket` (NULL: none yet, of `customer`) to
 * `outside` (char *, normalised addresses): TmGuardHit, of every guard that is not off, in their order.  When `outside`
 * is empty, nothing leaves: then only commands and rights count.  `#send` is the caller's to honour.  The caller
 * frees. */
GPtrArray *guards_check (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket,
                         const char *customer, const GPtrArray *outside);

#endif
