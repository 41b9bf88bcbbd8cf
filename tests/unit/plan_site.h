/* SPDX-License-Identifier: BSD-2-Clause */
/* The site that the scenarios of test-plan.c are played on. */
#ifndef TM_TESTS_PLAN_SITE_H
#define TM_TESTS_PLAN_SITE_H

#include "core/site.h"

/* Queues support, hosting, remote, asks; priorities P1 to P3; types problem and question; agents anna and carl;
 * customers and plans.  The caller frees. */
TmSite *plan_site (void);

/* New requests are acknowledged, or their senders asked to confirm: one line by name of each value that there is. */
void plan_site_acknowledges (TmSite *site);

/* `word` itself, or for `@r12` the address with the reply token of ticket 12, and so on, for confirmations that of
 * eve@acme.example; the caller frees. */
char *plan_address (const TmSite *site, const char *word);

/* The section of the golden file that begins with `== name`; the caller frees. */
char *plan_golden (const char *name);

#endif
