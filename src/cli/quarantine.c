/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands about mail in quarantine. */
#include "cli/change.h"
#include "cli/jsondoc.h"
#include "cli/received.h"

#include "base/clock.h"
#include "base/text.h"
#include "desk/control.h"
#include "mime/mime.h"
#include "store/quarantine.h"

enum { LABEL = 13 };

static const TmCliOption no_options[] = { { .name = NULL } };

/* --- looking at it --- */

static void
put_quarantined (JsonBuilder *builder, gconstpointer item)
{
  const TmQuarantined *one = item;
  json_builder_begin_object (builder);
  jsondoc_put_number (builder, "id", one->id);
  jsondoc_put_instant (builder, "at", one->at);
  jsondoc_put_value (builder, "rule", one->rule);
  jsondoc_put_text (builder, "reason", one->reason);
  jsondoc_put_value (builder, "queue_id", one->queue_id);
  jsondoc_put_value (builder, "sender", one->sender);
  jsondoc_put_strings (builder, "recipients", one->recipients);
  jsondoc_put_value (builder, "from", one->from);
  jsondoc_put_value (builder, "subject", one->subject);
  jsondoc_put_number (builder, "size", one->size);
  jsondoc_put_bool (builder, "kept", one->is_kept);
  json_builder_end_object (builder);
}

static void
add_list_text (TmCli *cli, const GPtrArray *list)
{
  if (list->len == 0)
    g_string_append (cli->out, "nothing in quarantine\n");
  for (guint i = 0; i < list->len; i++)
    {
      const TmQuarantined *one = g_ptr_array_index (list, i);
      g_autofree char *at = instant_format (one->at);
      g_autofree char *head = g_strdup_printf ("%" G_GINT64_FORMAT " %s %s: %s", one->id, at,
                                               *one->from != '\0' ? one->from : "-", one->subject);
      terminal_add_cell (cli->out, &cli->terminal, TM_STYLE_BOLD, head, cli->terminal.width, false);
      g_string_append_c (cli->out, '\n');
      terminal_add_block (cli->out, &cli->terminal, 2, one->reason);
    }
}

static bool
run_list (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) list = NULL;
  unsigned limit;
  if (!command_parse_limit (arguments, 0, &limit, error) || !command_load_settings (cli, &policy, error)
      || !reader_open (policy->daemon.database, &reader, error)
      || !reader_list_quarantine (reader, limit, &list, error))
    return false;
  if (cli->json)
    jsondoc_add_list (cli->out, cli->terminal.is_tty, "quarantine", list, put_quarantined);
  else
    add_list_text (cli, list);
  return true;
}

static void
add_one_json (TmCli *cli, const TmQuarantined *one, const TmMail *mail)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  json_builder_set_member_name (builder, "message");
  put_quarantined (builder, one);
  jsondoc_put_text (builder, "text", mail != NULL ? mail->text : NULL);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static void
add_one_text (TmCli *cli, const TmQuarantined *one, const TmMail *mail)
{
  g_autofree char *heading = g_strdup_printf ("quarantine %" G_GINT64_FORMAT, one->id);
  g_autofree char *at = instant_format (one->at);
  g_autofree char *recipients = text_list (one->recipients);
  g_autofree char *size = g_strdup_printf ("%" G_GINT64_FORMAT " bytes%s", one->size,
                                           one->is_kept ? "" : ", not kept as it came");
  const char *const fields[][2] = {
    { "  came", at },
    { "  why", one->reason },
    { "  sender", *one->sender != '\0' ? one->sender : "<>" },
    { "  recipients", recipients },
    { "  from", one->from },
    { "  subject", one->subject },
    { "  size", size },
  };
  terminal_add_heading (cli->out, &cli->terminal, heading);
  for (size_t i = 0; i < G_N_ELEMENTS (fields); i++)
    terminal_add_field (cli->out, &cli->terminal, TM_STYLE_DIM, fields[i][0], LABEL, fields[i][1]);
  if (mail == NULL)
    return;
  g_string_append_c (cli->out, '\n');
  terminal_add_block (cli->out, &cli->terminal, 2, mail->text);
}

static bool
add_raw (TmCli *cli, const TmQuarantined *one, GError **error)
{
  if (one->raw == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND,
                   "message %" G_GINT64_FORMAT " in quarantine was not kept as it came", one->id);
      return false;
    }
  gsize len;
  const char *data = g_bytes_get_data (one->raw, &len);
  g_string_append_len (cli->out, data, (gssize) len);
  return true;
}

static bool
run_show (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmQuarantined) one = NULL;
  gint64 id;
  if (!command_parse_number ("quarantined message's", arguments_operand (arguments, 0), &id, error)
      || !command_load_settings (cli, &policy, error)
      || !reader_open (policy->daemon.database, &reader, error)
      || !reader_get_quarantined (reader, id, &one, error))
    return false;
  if (arguments_value (arguments, "raw") != NULL)
    return add_raw (cli, one, error);
  mime_init ();
  g_autoptr (TmMail) mail = one->raw != NULL ? mime_read (one->raw, &policy->limits) : NULL;
  (cli->json ? add_one_json : add_one_text) (cli, one, mail);
  mime_shutdown ();
  return true;
}

/* --- changing it --- */

static bool
make_request (const TmArguments *arguments, const char *verb, TmWire **request_out, GError **error)
{
  g_autoptr (TmWire) request = wire_new ();
  wire_add (request, "do", verb);
  if (!change_add_numbers (arguments, 0, "quarantined message's", "message", request, error))
    return false;
  *request_out = g_steal_pointer (&request);
  return true;
}

static bool
run_release (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmWire) request = NULL;
  g_autoptr (TmWire) answer = NULL;
  if (!make_request (arguments, "quarantine-release", &request, error)
      || !command_load_settings (cli, &policy, error))
    return false;
  mime_init ();
  bool ok = received_ask (cli, policy, request, NULL, &answer, error) && !control_is_refused (answer, error);
  mime_shutdown ();
  if (ok && cli->json)
    received_add_json (cli, answer);
  else if (ok)
    change_add_said (cli, answer);
  return ok;
}

static bool
run_drop (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = NULL;
  g_autoptr (TmWire) answer = NULL;
  g_autoptr (TmReader) reader = NULL;
  if (!make_request (arguments, "quarantine-drop", &request, error)
      || !change_request (cli, request, &reader, &answer, error))
    return false;
  if (!cli->json)
    {
      change_add_said (cli, answer);
      return true;
    }
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_open_array (builder, "dropped");
  for (unsigned i = 0; i < arguments_n_operands (arguments); i++)
    json_builder_add_int_value (builder, g_ascii_strtoll (arguments_operand (arguments, i), NULL, 10));
  json_builder_end_array (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
  return true;
}

static const TmCliOption options_list[] = { { "limit", 0, "N", "no more than N, the newest" }, { .name = NULL } };
static const TmCliOption options_show[]
  = { { "raw", 0, NULL, "the message as it came, and nothing else" }, { .name = NULL } };
static const char *const none[] = { NULL };
static const char *const one_number[] = { "N", NULL };
static const char *const numbers[] = { "N...", NULL };
const TmCommand command_quarantine_list
  = { "quarantine list", none, "mail that rules discarded, or that could be refused to nobody", options_list,
      run_list };
const TmCommand command_quarantine_show
  = { "quarantine show", one_number, "one message in quarantine", options_show, run_show };
const TmCommand command_quarantine_release
  = { "quarantine release", one_number, "record it after all, whatever rules refuse it", no_options, run_release };
const TmCommand command_quarantine_drop
  = { "quarantine drop", numbers, "delete messages in quarantine", no_options, run_drop };
