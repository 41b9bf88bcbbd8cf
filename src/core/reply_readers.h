/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who gets an agent's mail, and whom its To and Cc name: nobody's token, and no agent's own address.  Pure.
 */
#ifndef TM_CORE_REPLY_READERS_H
#define TM_CORE_REPLY_READERS_H

#include "core/plan.h"

/* What reply_finish() is made of. */
typedef struct
{
  const TmInbound *inbound;
  const TmTicketFacts *ticket; /* as it is afterwards */
  TmPlan *plan;
  TmMarks *marks;
  const TmQueue *queue;        /* the ticket's own; NULL: the site has none of that name */
  gint64 now;
} TmFinish;

/* To the requester and all who receive, besides the people outside that he typed. */
void readers_of_reply (const TmFinish *finish);

/* To those whom he typed. */
void readers_as_typed (const TmFinish *finish);

/* To the queue's mailbox, and to nobody outside, whom he typed or not. */
void readers_of_note (const TmFinish *finish);

/* The addresses at which requester and receivers of a ticket want to have its mail, the requester's first; borrowed
 * from it, the caller frees the array. */
GPtrArray *readers_find (const TmSite *site, const TmTicketFacts *ticket);

/* The queue's own address, NULL: it has none.  Borrowed. */
const char *queue_address (const TmQueue *queue);

#endif
