/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A report as a page, and what its printers share.  Pure.
 */
#ifndef TM_CORE_REPORT_H
#define TM_CORE_REPORT_H

#include "core/figures.h"
#include "core/report_words.h"

/* All borrowed. */
typedef struct
{
  const TmSite *site;
  const TmFigures *figures;
  const char *queue, *customer; /* ids of what it is limited to; NULL: it is not */
} TmReportPage;

/* One file without scripts that needs no other, well-formed as XML, too, in the desk's language. */
void report_add_html (GString *out, const TmReportPage *page);

/* What people call it, `key` where the site does not know it (any more).  Borrowed; NULL for NULL. */
const char *report_type_name (const TmSite *site, const char *key);
const char *report_priority_name (const TmSite *site, const char *key);
const char *report_customer_name (const TmSite *site, const char *key);
const char *report_agent_name (const TmSite *site, const char *key);

/* `2026-11-23 00:00` by the desk's clock.  The caller frees. */
char *report_local_time (const TmSite *site, gint64 at);

/* Part of the whole, `39 %`, rounded down; "" of nothing.  The caller frees. */
char *report_share (gint64 n, gint64 n_all);

/* 00:00 by the desk's clock, so many days from the date of `at`; UTC seconds, both. */
gint64 report_midnight (const TmSite *site, gint64 at, gint64 days);

#endif
