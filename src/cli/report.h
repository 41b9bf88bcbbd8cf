/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A report on a terminal, and for programs.
 */
#ifndef TM_CLI_REPORT_H
#define TM_CLI_REPORT_H

#include "cli/terminal.h"
#include "core/report.h"

#include <json-glib/json-glib.h>

void report_add_text (GString *out, const TmTerminal *terminal, const TmReportPage *page);
void report_add_json (GString *out, const TmTerminal *terminal, const TmReportPage *page);

#endif
