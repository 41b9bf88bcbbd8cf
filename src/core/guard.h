/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an agent's mail is held against before it goes to the outside.  Each guard refuses, notes or is off, by the
 * configuration (`guards`).  Pure.
 */
#ifndef TM_CORE_GUARD_H
#define TM_CORE_GUARD_H

#include "core/facts.h"
#include "core/inbound.h"

typedef struct
{
  TmGuard guard;
  char *sentence; /* for the agent, who reads it in his own mail program */
} TmGuardHit;

void guard_hit_free (TmGuardHit *hit);

/* The name of a guard in the configuration: "other_customer" …; static. */
const char *guard_name (TmGuard guard);

/* What is to be said against sending `inbound` of a proven agent about `ticket` (NULL: none yet, of `customer`) to
 * `outside` (char *, normalised addresses): TmGuardHit, of every guard that is not off.  The caller frees. */
GPtrArray *guards_check (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket,
                         const char *customer, const GPtrArray *outside);

#endif
