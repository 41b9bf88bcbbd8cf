/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/change.h"
#include "cli/jsondoc.h"
#include "cli/message.h"
#include "cli/received.h"

#include "desk/control.h"
#include "mime/mime.h"

#include <string.h>

static const TmCliOption options[] = {
  { "rcpt", 0, "ADDRESS", "envelope recipient, may be repeated; default: ours in To and Cc" },
  { "sender", 0, "ADDRESS", "envelope sender, <> for a bounce; default: Return-Path, else From" },
  { "login", 0, "LOGIN", "the client was logged in by this name" },
  { "client", 0, "IP", "the client's address; default: `none`, it did not come by SMTP" },
  { "at", 0, "TIME", "when it came, like 2026-11-20T16:00:00Z; default: now" },
  { .name = NULL },
};

/* --- the message --- */

/* A line "From ADDRESS DATE" before the header is what MTAs and mailbox files put there, and no part of the message:
 * its address goes into `sender_out`, NULL when there is no such line. */
static GBytes *
without_mbox_line (GBytes *raw, char **sender_out)
{
  static const char mark[] = "From ";
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  const char *feed = len > strlen (mark) && memcmp (data, mark, strlen (mark)) == 0 ? memchr (data, '\n', len) : NULL;
  *sender_out = NULL;
  if (feed == NULL)
    return g_bytes_ref (raw);
  const char *address = data + strlen (mark);
  g_autofree char *word = g_strndup (address, strcspn (address, " \t\r\n"));
  *sender_out = g_steal_pointer (&word);
  gsize offset = (gsize) (feed + 1 - data);
  return g_bytes_new_from_bytes (raw, offset, len - offset);
}

/* From MAILER-DAEMON comes a bounce: the null sender has no name of its own in that line. */
static void
take_mbox_sender (TmEnvelope *envelope, const TmArguments *arguments, const TmMail *mail, const char *sender)
{
  if (sender == NULL || arguments_value (arguments, "sender") != NULL || mail_header (mail, "Return-Path", 0) != NULL)
    return;
  envelope_set_sender (envelope, strchr (sender, '@') != NULL ? sender : "");
}

/* --- request and answer --- */

static bool
add_envelope (const TmArguments *arguments, const TmPolicy *policy, GBytes *raw, const char *mbox_sender,
              TmWire *request, GError **error)
{
  g_autoptr (TmMail) mail = mime_read (raw, &policy->limits);
  g_autoptr (TmEnvelope) envelope = message_make_envelope (arguments, policy, raw, NULL);
  take_mbox_sender (envelope, arguments, mail, mbox_sender);
  if (envelope->recipients->len == 0)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE,
                   "neither To nor Cc names an address of a queue: give the recipient with --rcpt");
      return false;
    }
  wire_add (request, "sender", envelope->sender);
  for (guint i = 0; i < envelope->recipients->len; i++)
    wire_add (request, "rcpt", ((const TmRecipient *) g_ptr_array_index (envelope->recipients, i))->typed);
  wire_add (request, "login", envelope->login);
  wire_add (request, "client", envelope->client_address);
  return change_check_encoding (request, error);
}

static bool
begin_request (const TmArguments *arguments, TmWire **request_out, GError **error)
{
  g_autoptr (TmWire) request = wire_new ();
  gint64 at = -1;
  if (!message_parse_at (arguments, &at, error) || !message_check_options (arguments, error))
    return false;
  wire_add (request, "do", "receive");
  if (arguments_value (arguments, "at") != NULL)
    wire_add_number (request, "at", at);
  *request_out = g_steal_pointer (&request);
  return true;
}

bool
received_ask (const TmCli *cli, const TmPolicy *settings, const TmWire *request, GBytes *raw, TmWire **answer_out,
              GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  const char *why = "";
  if (!change_ask_daemon (settings->daemon.control, request, raw, answer_out, &why, error))
    return false;
  return *answer_out != NULL
         || (command_load_policy (cli, &policy, error) && reader_open (policy->daemon.database, &reader, error)
             && change_ask (policy, request, raw, answer_out, error));
}

static void
put (JsonBuilder *builder, const TmWire *answer, const char *name)
{
  jsondoc_put_value (builder, name, wire_get (answer, name));
}

void
received_add_json (const TmCli *cli, const TmWire *answer)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  const char *ticket = wire_get (answer, "ticket");
  const char *code = wire_get (answer, "code");
  put (builder, answer, "action");
  jsondoc_put_id (builder, "ticket", ticket != NULL ? g_ascii_strtoll (ticket, NULL, 10) : 0);
  put (builder, answer, "evidence");
  put (builder, answer, "reason");
  put (builder, answer, "queue");
  put (builder, answer, "status");
  put (builder, answer, "requester");
  json_builder_set_member_name (builder, "classification");
  json_builder_begin_object (builder);
  put (builder, answer, "type");
  put (builder, answer, "priority");
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "verdict");
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "code", code != NULL ? code : "250");
  put (builder, answer, "enhanced");
  put (builder, answer, "text");
  jsondoc_put_bool (builder, "discarded", wire_get (answer, "discarded") != NULL);
  json_builder_end_object (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static bool
receive (const TmCli *cli, const TmArguments *arguments, TmWire *request, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (GBytes) read = NULL;
  g_autoptr (TmWire) answer = NULL;
  g_autofree char *mbox_sender = NULL;
  if (!command_load_settings (cli, &policy, error) || !message_read ("-", policy->limits.max_size, &read, error))
    return false;
  g_autoptr (GBytes) raw = without_mbox_line (read, &mbox_sender);
  if (g_bytes_get_size (raw) == 0)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "-: empty: give it a message with header and body");
      return false;
    }
  wire_add_number (request, "bytes", (gint64) g_bytes_get_size (raw));
  if (!add_envelope (arguments, policy, raw, mbox_sender, request, error)
      || !received_ask (cli, policy, request, raw, &answer, error))
    return false;
  if (cli->json && wire_get (answer, "action") != NULL)
    received_add_json (cli, answer);
  if (control_is_refused (answer, error))
    return false;
  if (!cli->json)
    change_add_said (cli, answer);
  return true;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  if (!begin_request (arguments, &request, error))
    return false;
  mime_init ();
  bool ok = receive (cli, arguments, request, error);
  mime_shutdown ();
  return ok;
}

static const char *const operands[] = { NULL };
const TmCommand command_receive
    = { "receive", operands, "record the message on standard input, as if it came by mail", options, run };
