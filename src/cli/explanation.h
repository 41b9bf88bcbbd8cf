/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What would be done with a message, and why, as text and as JSON.
 */
#ifndef TM_CLI_EXPLANATION_H
#define TM_CLI_EXPLANATION_H

#include "cli/terminal.h"
#include "core/inbound.h"
#include "core/plan.h"

void explanation_add_text (GString *out, const TmTerminal *terminal, const TmInbound *inbound, const TmPlan *plan);
void explanation_add_json (GString *out, const TmTerminal *terminal, const TmInbound *inbound, const TmPlan *plan);

#endif
