/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tickets printed: `list` and `show`, as text and as JSON.
 */
#ifndef TM_CLI_TICKETS_H
#define TM_CLI_TICKETS_H

#include "cli/terminal.h"
#include "store/search.h"

/* A table of TmTicketRecord. */
void tickets_add_text (GString *out, const TmTerminal *terminal, const GPtrArray *tickets);
void tickets_add_json (GString *out, const TmTerminal *terminal, const GPtrArray *tickets);

/* Like a list, each ticket with "match", the message that was found (TmFound). */
void found_add_json (GString *out, const TmTerminal *terminal, const GPtrArray *found);

/* One ticket with messages and events; of each message what the writer wrote
 * himself, with `whole` everything. */
void ticket_add_text (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket, bool whole);
void ticket_add_json (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket);

#endif
