/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a ticket stands, for somebody who receives it and asks: its status, who looks after it, when he hears of us.
 * Pure.
 */
#ifndef TM_CORE_STANDING_H
#define TM_CORE_STANDING_H

#include "core/site.h"
#include "core/ticket.h"

/* UTF-8, LF; in the customer's language and zone as the footer has them.  `number` is the one that was asked about,
 * `ticket` what it leads to, with its clocks.  The caller frees. */
char *standing_write (const TmSite *site, gint64 number, const TmTicketFacts *ticket, gint64 now);

#endif
