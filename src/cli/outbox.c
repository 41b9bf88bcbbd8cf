/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands about mail of the desk's own. */
#include "cli/change.h"
#include "cli/command.h"
#include "cli/jsondoc.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/outbox.h"

enum { LABEL = 13 };

static void
put_row (JsonBuilder *builder, gconstpointer item)
{
  const TmOutboxRow *row = item;
  json_builder_begin_object (builder);
  jsondoc_put_number (builder, "id", row->id);
  jsondoc_put_text (builder, "kind", row->kind);
  jsondoc_put_text (builder, "state", outbox_state_name (row->state));
  jsondoc_put_id (builder, "ticket", row->ticket);
  jsondoc_put_id (builder, "message", row->message);
  jsondoc_put_value (builder, "actor", row->actor);
  jsondoc_put_text (builder, "receiver", row->receiver);
  jsondoc_put_strings (builder, "recipients", row->recipients);
  jsondoc_put_strings (builder, "settled", row->settled);
  jsondoc_put_value (builder, "sender_purpose", row->sender_purpose);
  jsondoc_put_value (builder, "reply_purpose", row->reply_purpose);
  jsondoc_put_value (builder, "subject", row->subject);
  jsondoc_put_bool (builder, "may_repeat", row->may_repeat);
  jsondoc_put_instant (builder, "created_at", row->created_at);
  jsondoc_put_instant (builder, "next_at", row->ended_at == TM_NEVER ? row->next_at : TM_NEVER);
  jsondoc_put_number (builder, "tries", row->tries);
  jsondoc_put_text (builder, "error", row->error);
  jsondoc_put_instant (builder, "ended_at", row->ended_at);
  if (row->text != NULL)
    {
      jsondoc_put_text (builder, "text", row->text);
      jsondoc_put_text (builder, "html", row->html);
    }
  json_builder_end_object (builder);
}

static char *
goes_to (const TmOutboxRow *row)
{
  return row->receiver != NULL ? g_strconcat ("receiver ", row->receiver, NULL) : text_list (row->recipients);
}

/* --- list --- */

static void
add_list_text (TmCli *cli, const GPtrArray *list)
{
  if (list->len == 0)
    g_string_append (cli->out, "no mail waits\n");
  for (guint i = 0; i < list->len; i++)
    {
      const TmOutboxRow *row = g_ptr_array_index (list, i);
      g_autofree char *at = instant_format (row->created_at);
      g_autofree char *recipients = goes_to (row);
      g_autofree char *head
          = g_strdup_printf ("%" G_GINT64_FORMAT " %s %s %s to %s: %s", row->id, at, outbox_state_name (row->state),
                             row->kind, recipients, row->subject);
      terminal_add_cell (cli->out, &cli->terminal, TM_STYLE_PLAIN, head, cli->terminal.width, false);
      g_string_append_c (cli->out, '\n');
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
      || !reader_list_outbox (reader, arguments_value (arguments, "all") != NULL, limit, &list, error))
    return false;
  if (cli->json)
    jsondoc_add_list (cli->out, cli->terminal.is_tty, "outbox", list, put_row);
  else
    add_list_text (cli, list);
  return true;
}

static const TmCliOption options_list[] = {
  { "all", 0, NULL, "what was sent or given up, too" },
  { "limit", 0, "N", "no more than N, the newest" },
  { .name = NULL },
};
static const char *const operands_list[] = { NULL };
const TmCommand command_outbox_list
    = { "outbox list", operands_list, "mail that waits to be sent", options_list, run_list };

/* --- show --- */

static void
add_row_json (TmCli *cli, const TmOutboxRow *row)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  json_builder_set_member_name (builder, "mail");
  put_row (builder, row);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static void
add_row_text (TmCli *cli, const TmOutboxRow *row)
{
  g_autofree char *heading = g_strdup_printf ("outbox %" G_GINT64_FORMAT, row->id);
  g_autofree char *created = instant_format (row->created_at);
  g_autofree char *next = row->ended_at == TM_NEVER ? instant_format (row->next_at) : NULL;
  g_autofree char *ended = instant_format (row->ended_at);
  g_autofree char *recipients = goes_to (row);
  g_autofree char *ticket = row->ticket != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, row->ticket) : NULL;
  g_autofree char *message = row->message != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, row->message) : NULL;
  g_autofree char *tries = g_strdup_printf ("%" G_GINT64_FORMAT, row->tries);
  const char *const fields[][2] = {
    { "  kind", row->kind },   { "  state", outbox_state_name (row->state) },
    { "  ticket", ticket },    { "  message", message },
    { "  by", row->actor },    { "  to", recipients },
    { "  subject", row->subject }, { "  made", created },
    { "  next try", next },    { "  tries", tries },
    { "  error", row->error }, { "  ended", ended },
  };
  terminal_add_heading (cli->out, &cli->terminal, heading);
  for (size_t i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i][1] != NULL)
      terminal_add_field (cli->out, &cli->terminal, TM_STYLE_DIM, fields[i][0], LABEL, fields[i][1]);
  g_string_append_c (cli->out, '\n');
  terminal_add_block (cli->out, &cli->terminal, 2, row->text);
}

static bool
run_show (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmOutboxRow) row = NULL;
  gint64 id;
  if (!command_parse_number ("mail's", arguments_operand (arguments, 0), &id, error)
      || !command_load_settings (cli, &policy, error) || !reader_open (policy->daemon.database, &reader, error)
      || !reader_get_outgoing (reader, id, &row, error))
    return false;
  (cli->json ? add_row_json : add_row_text) (cli, row);
  return true;
}

static const TmCliOption no_options[] = { { .name = NULL } };
static const char *const operands_show[] = { "N", NULL };
const TmCommand command_outbox_show = { "outbox show", operands_show, "one mail of the outbox", no_options, run_show };

/* --- retry, drop --- */

/* The mail as it is then. */
static bool
run_set (TmCli *cli, const TmArguments *arguments, const char *verb, GError **error)
{
  g_autoptr (TmWire) request = wire_new ();
  g_autoptr (TmWire) answer = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmOutboxRow) row = NULL;
  gint64 id;
  if (!command_parse_number ("mail's", arguments_operand (arguments, 0), &id, error))
    return false;
  wire_add (request, "do", verb);
  wire_add_number (request, "mail", id);
  if (!change_request (cli, request, &reader, &answer, error))
    return false;
  if (cli->json)
    {
      if (!reader_get_outgoing (reader, id, &row, error))
        return false;
      add_row_json (cli, row);
      return true;
    }
  change_add_said (cli, answer);
  return true;
}

static bool
run_retry (TmCli *cli, const TmArguments *arguments, GError **error)
{
  return run_set (cli, arguments, "outbox-retry", error);
}

static bool
run_drop (TmCli *cli, const TmArguments *arguments, GError **error)
{
  return run_set (cli, arguments, "outbox-drop", error);
}

const TmCommand command_outbox_retry
    = { "outbox retry", operands_show, "try to send it now, also what was given up", no_options, run_retry };
const TmCommand command_outbox_drop = { "outbox drop", operands_show, "do not send what waits", no_options, run_drop };
