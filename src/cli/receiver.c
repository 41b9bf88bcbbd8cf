/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands about receivers of pages. */
#include "cli/change.h"
#include "cli/command.h"
#include "cli/jsondoc.h"
#include "desk/control_receiver.h"
#include "desk/sender.h"
#include "mime/mime.h"

#include <string.h>
#include <unistd.h>

/* --- list --- */

/* Where it goes; of slack's URL only the host, because the rest may be its secret. */
static char *
target_of (const TmReceiver *receiver)
{
  g_autoptr (GUri) uri
    = receiver->kind == TM_RECEIVER_SLACK ? g_uri_parse (receiver->url, G_URI_FLAGS_NONE, NULL) : NULL;
  if (uri != NULL)
    return g_strdup_printf ("%s://%s/...", g_uri_get_scheme (uri), g_uri_get_host (uri));
  return receiver->argv != NULL ? g_strjoinv (" ", receiver->argv)
                                : g_strdup (receiver->address != NULL ? receiver->address : receiver->url);
}

static const char *
when_name (const TmReceiver *receiver)
{
  static const char *const names[]
    = { [TM_RECEIVER_ALWAYS] = "always", [TM_RECEIVER_OPEN] = "open", [TM_RECEIVER_CLOSED] = "closed" };
  return names[receiver->when];
}

static void
put_receiver (JsonBuilder *builder, gconstpointer item)
{
  const TmReceiver *receiver = item;
  g_autofree char *target = target_of (receiver);
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "name", receiver->id);
  jsondoc_put_text (builder, "kind", receiver_kind_name (receiver->kind));
  jsondoc_put_text (builder, "to", target);
  jsondoc_put_text (builder, "when", when_name (receiver));
  jsondoc_put_text (builder, "ack", receiver->is_acked_outside ? "external" : "internal");
  json_builder_end_object (builder);
}

static void
add_list_text (TmCli *cli, const GPtrArray *list)
{
  if (list->len == 0)
    g_string_append (cli->out, "no receivers\n");
  for (guint i = 0; i < list->len; i++)
    {
      const TmReceiver *receiver = g_ptr_array_index (list, i);
      g_autofree char *target = target_of (receiver);
      g_autofree char *line
        = g_strdup_printf ("%s %s %s, %s%s", receiver->id, receiver_kind_name (receiver->kind), target,
                           when_name (receiver), receiver->is_acked_outside ? ", ack external" : "");
      terminal_add_cell (cli->out, &cli->terminal, TM_STYLE_PLAIN, line, cli->terminal.width, false);
      g_string_append_c (cli->out, '\n');
    }
}

static bool
run_list (TmCli *cli, const TmArguments *arguments G_GNUC_UNUSED, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  if (!command_load_settings (cli, &policy, error))
    return false;
  if (cli->json)
    jsondoc_add_list (cli->out, cli->terminal.is_tty, "receivers", policy->site->receivers, put_receiver);
  else
    add_list_text (cli, policy->site->receivers);
  return true;
}

static const TmCliOption no_options[] = { { .name = NULL } };
static const char *const operands_list[] = { NULL };
const TmCommand command_receiver_list
  = { "receiver list", operands_list, "who may be told that something is due", no_options, run_list };

/* --- test --- */

/* With the keys, which the one who runs it must then be able to read. */
static bool
test_myself (TmCli *cli, const TmWire *request, TmWire **answer_out, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmWire) answer = wire_new ();
  g_autofree char *user = control_user_name (geteuid ());
  if (!command_load_policy (cli, &policy, error))
    return false;
  sender_init ();
  mime_init ();
  if (!receiver_test (policy, request, user, answer, error))
    return false;
  *answer_out = g_steal_pointer (&answer);
  return true;
}

static bool
ask (TmCli *cli, const char *name, const TmWire *request, TmWire **answer_out, bool *is_daemon_out, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  const char *why = NULL;
  if (!command_load_settings (cli, &policy, error) || receiver_find (policy->site, name, error) == NULL
      || !change_ask_daemon (policy->daemon.control, request, NULL, answer_out, &why, error))
    return false;
  *is_daemon_out = *answer_out != NULL;
  return *answer_out != NULL ? !control_is_refused (*answer_out, error)
                             : test_myself (cli, request, answer_out, error);
}

static bool
fail (const char *name, const TmWire *answer, GError **error)
{
  bool is_final = g_strcmp0 (wire_get (answer, "outcome"), "failed") == 0;
  g_set_error (error, TM_ERROR, is_final ? TM_ERROR_UNAVAILABLE : TM_ERROR_TEMP,
               "receiver %s did not take the page%s: %s", name, is_final ? "" : ", it would be tried again",
               wire_get (answer, "said"));
  return false;
}

static bool
run_test (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmWire) request = wire_new ();
  g_autoptr (TmWire) answer = NULL;
  const char *name = arguments_operand (arguments, 0);
  bool is_daemon = false;
  wire_add (request, "do", "receiver-test");
  wire_add (request, "receiver", name);
  wire_add (request, "event", arguments_value (arguments, "event"));
  if (!change_check_encoding (request, error) || !ask (cli, name, request, &answer, &is_daemon, error))
    return false;
  if (g_strcmp0 (wire_get (answer, "outcome"), "done") != 0)
    return fail (name, answer, error);
  if (!cli->json)
    {
      g_string_append_printf (cli->out, "receiver %s took the page that %s sent: %s\n", name,
                              is_daemon ? "the daemon" : "ticketctl", wire_get (answer, "said"));
      return true;
    }
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "receiver", name);
  jsondoc_put_text (builder, "kind", wire_get (answer, "kind"));
  jsondoc_put_text (builder, "outcome", wire_get (answer, "outcome"));
  jsondoc_put_text (builder, "said", wire_get (answer, "said"));
  jsondoc_put_bool (builder, "by_daemon", is_daemon);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
  return true;
}

static const TmCliOption options_test[] = {
  { "event", 0, "EVENT", "trigger (the default), acknowledge or resolve" },
  { .name = NULL },
};
static const char *const operands_test[] = { "NAME", NULL };
const TmCommand command_receiver_test
  = { "receiver test", operands_test, "send a test page to a receiver", options_test, run_test };
