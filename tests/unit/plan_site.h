/* SPDX-License-Identifier: BSD-2-Clause */
/* The site that the scenarios of test-plan.c are played on. */
#ifndef TM_TESTS_PLAN_SITE_H
#define TM_TESTS_PLAN_SITE_H

#include "core/facts.h"
#include "core/site.h"
#include "core/ticket.h"

/* Queues support, hosting, remote, asks; priorities P1 to P3; types problem and question; agents anna and carl;
 * customers and plans.  The caller frees. */
TmSite *plan_site (void);

/* New requests are acknowledged, or their senders asked to confirm: one line by name of each value that there is. */
void plan_site_acknowledges (TmSite *site);

/* `word` itself, or for `@r12` the address with the reply token of ticket 12, and so on, for confirmations that of
 * eve@acme.example, of pages (k) anna@example.com's; the caller frees. */
char *plan_address (const TmSite *site, const char *word);

/* Of eve@acme.example, in queue support; the caller frees. */
TmTicketFacts *plan_ticket (gint64 id, TmStatus status);

/* A rule paged who is on call for the ticket at `at`: `paged` 1, 2: and anna acknowledged it; 0: not so. */
void plan_page_ticket (TmTicketFacts *ticket, int paged, bool has_clock, gint64 at);

/* Within the hour rules paged who is on call for `n` other tickets. */
void plan_page_others (TmFacts *facts, int n);

/* The section of the golden file that begins with `== name`; the caller frees. */
char *plan_golden (const char *name);

#endif
