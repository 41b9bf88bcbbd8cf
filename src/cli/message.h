/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message from a file or standard input, and the envelope that the command line gives it: the options --rcpt,
 * --sender, --login, --client and --at.
 */
#ifndef TM_CLI_MESSAGE_H
#define TM_CLI_MESSAGE_H

#include "cli/command.h"
#include "core/envelope.h"

/* Whether addresses are addresses and --client is one of IP; TM_ERROR_USAGE. */
bool message_check_options (const TmArguments *arguments, GError **error) TM_WARN_UNUSED;

/* Without --at `at_out` stays as it is. */
bool message_parse_at (const TmArguments *arguments, gint64 *at_out, GError **error) TM_WARN_UNUSED;

/* All of `file`, `-` is standard input.  TM_ERROR_MESSAGE: empty, more than `max` bytes, or not readable. */
bool message_read (const char *file, gsize max, GBytes **raw_out, GError **error) TM_WARN_UNUSED;

/* What the options say of the envelope.  Without --sender it is Return-Path, else From; without --rcpt our addresses in
 * To and Cc, which may be none; without --client `default_client` (NULL: none).  After mime_init(). */
TmEnvelope *message_make_envelope (const TmArguments *arguments, const TmPolicy *policy, GBytes *raw,
                                   const char *default_client);

#endif
