/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/explanation.h"
#include "cli/message.h"

#include "base/clock.h"
#include "desk/receive.h"
#include "mime/mime.h"

/* An address of the block for documentation (RFC 5737): somewhere outside. */
#define SOME_CLIENT "192.0.2.1"

static const TmCliOption options[] = {
  { "rcpt", 0, "ADDRESS", "envelope recipient, may be repeated; default: ours in To and Cc, else the first queue" },
  { "sender", 0, "ADDRESS", "envelope sender, <> for a bounce; default: Return-Path, else From" },
  { "login", 0, "LOGIN", "the client is logged in by this name" },
  { "client", 0, "IP", "the client's address, or `none` for mail that did not come by SMTP" },
  { "at", 0, "TIME", "as if it came then, like 2026-11-20T16:00:00Z; default: now" },
  { .name = NULL },
};

static void
add_first_queue (TmEnvelope *envelope, const TmSite *site)
{
  const TmQueue *queue = site->queues->len > 0 ? g_ptr_array_index (site->queues, 0) : NULL;
  if (queue != NULL && queue->addresses->len > 0)
    envelope_add_recipient (envelope, site, g_ptr_array_index (queue->addresses, 0));
}

static bool
explain (TmCli *cli, const TmArguments *arguments, GBytes *raw, gint64 at, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmInbound) inbound = NULL;
  g_autoptr (TmPlan) plan = NULL;
  if (!command_load_policy (cli, &policy, error)
      || !command_open_reader_if_any (policy->daemon.database, &reader, error))
    return false;
  TmEnvelope *envelope = message_make_envelope (arguments, policy, raw, SOME_CLIENT);
  if (envelope->recipients->len == 0)
    add_first_queue (envelope, policy->site);
  if (!receive_explain (reader, policy, envelope, raw, at, &inbound, &plan, error))
    return false;
  if (cli->json)
    explanation_add_json (cli->out, &cli->terminal, inbound, plan);
  else
    explanation_add_text (cli->out, &cli->terminal, inbound, plan);
  return true;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (GBytes) raw = NULL;
  gint64 at = clock_now ();
  if (!message_parse_at (arguments, &at, error) || !message_check_options (arguments, error)
      || !message_read (arguments_operand (arguments, 0), G_MAXINT32, &raw, error))
    return false;
  mime_init ();
  bool ok = explain (cli, arguments, raw, at, error);
  mime_shutdown ();
  return ok;
}

static const char *const operands[] = { "FILE", NULL };
const TmCommand command_explain
  = { "explain", operands, "what would be done with the message in FILE (- is standard input), and why", options, run };
