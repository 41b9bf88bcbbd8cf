/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is meant by the words of an escalation's `to`, for a ticket and at a time.  Pure.
 */
#ifndef TM_CORE_AUDIENCE_H
#define TM_CORE_AUDIENCE_H

#include "core/site.h"
#include "core/ticket.h"

/* All borrowed from the site, or static. */
typedef struct
{
  const char *to;             /* as `to` has it */
  const TmReceiver *receiver; /* NULL: a person */
  const char *address;        /* normalised; NULL: a receiver that is no mailbox, or nobody */
  const char *why_not;        /* why nobody is told, one clause; NULL: somebody is */
} TmAddressee;

/* Whether what he is told is a page, which somebody has to acknowledge: to who is on call, and to receivers that are no
 * mailbox.  To all others it is for information. */
bool addressee_is_paged (const TmAddressee *addressee);

/* Whether it is to be acknowledged here, and not by what escalates itself. */
bool addressee_acknowledges (const TmAddressee *addressee);

/* In the order of `to`, each address once.  `is_open`: whether the metric's calendar is, at `at` (UTC seconds).
 * TmAddressee; the caller unrefs. */
GArray *audience_of (const TmSite *site, const TmTicketFacts *ticket, const TmEscalationStep *step, bool is_open,
                     gint64 at);

#endif
