/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the printers of `report` share.
 */
#ifndef TM_CLI_REPORT_H
#define TM_CLI_REPORT_H

#include "cli/report-words.h"
#include "cli/terminal.h"
#include "core/figures.h"

#include <json-glib/json-glib.h>

/* All borrowed. */
typedef struct
{
  const TmSite *site;
  const TmFigures *figures;
  const char *queue, *customer; /* ids of what it is limited to; NULL: it is not */
} TmReportPage;

void report_add_text (GString *out, const TmTerminal *terminal, const TmReportPage *page);
void report_add_json (GString *out, const TmTerminal *terminal, const TmReportPage *page);

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

#endif
