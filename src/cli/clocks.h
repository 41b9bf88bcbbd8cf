/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks printed: of `list`, `show` and `sla`, as text and as JSON.
 */
#ifndef TM_CLI_CLOCKS_H
#define TM_CLI_CLOCKS_H

#include "cli/jsondoc.h"
#include "cli/terminal.h"
#include "core/clock.h"
#include "store/store.h"

/* The members "clocks" of TmClock (`clocks` NULL: none) and "next_due_at". */
void clocks_put (JsonBuilder *builder, const GPtrArray *clocks, gint64 now);
void clocks_put_next_due (JsonBuilder *builder, const GPtrArray *clocks);

/* A line for each, under a heading; nothing when there is none. */
void clocks_add_text (GString *out, const TmTerminal *terminal, const GPtrArray *clocks, gint64 now);

/* Why each is due when it is: target, calendar, start, the windows that count and the dates without one, pauses,
 * moves. */
void sla_add_text (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket, const TmSite *site,
                   gint64 now);
void sla_add_json (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket, const TmSite *site,
                   gint64 now);

#endif
