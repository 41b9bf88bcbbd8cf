/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines under an agent's answer: the ticket's number, and when the customer hears of us again at the latest, in his
 * language and zone.  Nothing of the customer's stands in it.  Pure.
 */
#ifndef TM_CORE_FOOTER_H
#define TM_CORE_FOOTER_H

#include "core/site.h"
#include "core/ticket.h"

/* The earliest of what is owed to the customer behind `now` (UTC seconds): an answer, an update, the resolution;
 * TM_NEVER: nothing is, or nothing that has a time. */
gint64 footer_due (const TmTicketFacts *ticket, gint64 now);

/* Whether a clock of that metric counts towards what the customer is owed. */
bool footer_is_owed (TmMetric metric);

/* UTF-8, LF, without one at the end.  `language` is a tag like "pt-BR", NULL or one that we do not have: English.
 * `zone` NULL: UTC alone.  `ticket` after all that the answer and its commands did.  `number` is what the tag shows,
 * "NEW" for a ticket that has none yet.  The caller frees. */
char *footer_write (const char *instance, const char *number, const TmTicketFacts *ticket, const char *language,
                    GTimeZone *zone, gint64 now);

/* What the customer (NULL: nobody's) reads and lives by: his own, else the queue's (NULL: none), else the desk's.
 * Borrowed; the zone is NULL for UTC. */
const char *footer_language (const TmSite *site, const TmQueue *queue, const TmCustomer *customer);
GTimeZone *footer_zone (const TmSite *site, const TmQueue *queue, const TmCustomer *customer);

/* That of answers from `queue`, of a resolved ticket with what the notice of that would say; NULL: it has none, or is
 * no queue.  `is_trial`: no token is made.  The caller frees. */
char *footer_of_queue (const TmSite *site, const TmQueue *queue, const char *number, const TmTicketFacts *ticket,
                       gint64 now, bool is_trial);

/* "Friday, 20 November 2026, 17:00 CET (16:00 UTC)", in the languages and zones of footer_write(); NULL for years that
 * no calendar has.  The caller frees. */
char *footer_write_time (const char *language, GTimeZone *zone, gint64 at);

#endif
