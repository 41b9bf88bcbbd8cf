/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What became of a message that a command handed in.
 */
#ifndef TM_CLI_RECEIVED_H
#define TM_CLI_RECEIVED_H

#include "cli/command.h"
#include "desk/wire.h"

/* Has it taken, with the message `raw` or NULL behind the request.  Only who does it himself needs the key ring, and a
 * database that is there. */
bool received_ask (const TmCli *cli, const TmPolicy *settings, const TmWire *request, GBytes *raw, TmWire **answer_out,
                   GError **error) TM_WARN_UNUSED;

/* As `explain` prints it, without what was not done: edits. */
void received_add_json (const TmCli *cli, const TmWire *answer);

#endif
