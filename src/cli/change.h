/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests that change something: through the daemon's control socket, or by ourselves when no daemon holds the
 * database.
 */
#ifndef TM_CLI_CHANGE_H
#define TM_CLI_CHANGE_H

#include "cli/command.h"
#include "desk/wire.h"

/* What every command that changes a ticket takes: --by and --why. */
#define CHANGE_OPTIONS                                                                                                 \
  { "by", 0, "NAME", "who changes it: an agent or a user; default: who runs this" },                                   \
    { "why", 0, "TEXT", "the reason, kept in the ticket's history" }, { .name = NULL }

/* A request `verb` about the ticket that the first operand names. */
bool change_begin (const TmArguments *arguments, const char *verb, TmWire **request_out, GError **error) TM_WARN_UNUSED;

/* Has it done.  `reader_out` is of the database as it is then. */
bool change_request (TmCli *cli, const TmWire *request, TmReader **reader_out, TmWire **answer_out,
                     GError **error) TM_WARN_UNUSED;

/* Prints the line that the daemon says. */
void change_add_said (const TmCli *cli, const TmWire *answer);

/* Has it done and prints the answer: a line, or the ticket as `show` does. */
bool change_finish (TmCli *cli, const TmWire *request, GError **error) TM_WARN_UNUSED;

/* Adds the number of each operand from `first` on as a field `name`. */
bool change_add_numbers (const TmArguments *arguments, unsigned first, const char *what, const char *name,
                         TmWire *request, GError **error) TM_WARN_UNUSED;

/* Asks the daemon at the control socket `path`; `message` (may be NULL) goes behind the request.  `answer_out`
 * is NULL and the result true when nobody listens there (`why_out`, static: what connect() said). */
bool change_ask_daemon (const char *path, const TmWire *request, GBytes *message, TmWire **answer_out,
                        const char **why_out, GError **error) TM_WARN_UNUSED;

/* The same, and when nobody listens we do it ourselves, by `policy`. */
bool change_ask (TmPolicy *policy, const TmWire *request, GBytes *message, TmWire **answer_out,
                 GError **error) TM_WARN_UNUSED;

/* Whether all values are UTF-8, which a command line need not be; TM_ERROR_USAGE. */
bool change_check_encoding (const TmWire *request, GError **error) TM_WARN_UNUSED;

#endif
