/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statistics as lines `NAME VALUE`, as OpenMetrics text and as JSON.
 */
#ifndef TM_CLI_STATS_PRINT_H
#define TM_CLI_STATS_PRINT_H

#include "cli/terminal.h"
#include "desk/stats.h"

/* `list` is of TmSeries, those of a family behind each other.  `remark` (NULL: none) is a line before them. */
void stats_add_text (GString *out, const GPtrArray *list, const char *remark);
void stats_add_openmetrics (GString *out, const GPtrArray *list);
void stats_add_json (GString *out, const TmTerminal *terminal, const GPtrArray *list);

#endif
