/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/change.h"
#include "cli/jsondoc.h"

#include "base/text.h"
#include "desk/control.h"

static const TmCliOption options[] = { { .name = NULL } };

static void
add_text (TmCli *cli, const TmWire *answer, bool is_refused)
{
  const char *finding;
  for (unsigned i = 0; (finding = wire_next (answer, "finding", &i)) != NULL;)
    {
      g_autofree char *line = text_one_line (finding, 0);
      g_string_append_printf (cli->out, "%s\n", line);
    }
  if (!is_refused)
    g_string_append_printf (cli->out, "%s\n", wire_get (answer, "said"));
}

static void
add_json (TmCli *cli, const TmWire *answer, bool is_refused)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  g_autoptr (GPtrArray) findings = g_ptr_array_new ();
  const char *finding;
  for (unsigned i = 0; (finding = wire_next (answer, "finding", &i)) != NULL;)
    g_ptr_array_add (findings, (gpointer) (gsize) finding);
  jsondoc_put_bool (builder, "ok", !is_refused);
  jsondoc_put_strings (builder, "findings", findings);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static bool
run (TmCli *cli, const TmArguments *arguments G_GNUC_UNUSED, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmWire) request = wire_new ();
  g_autoptr (TmWire) answer = NULL;
  g_autoptr (GError) refusal = NULL;
  const char *why = "";
  wire_add (request, "do", "reload");
  if (!command_load_settings (cli, &policy, error)
      || !change_ask_daemon (policy->daemon.control, request, NULL, &answer, &why, error))
    return false;
  if (answer == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "no daemon listens at %s: %s", policy->daemon.control, why);
      return false;
    }
  bool is_refused = control_is_refused (answer, &refusal);
  if (cli->json)
    add_json (cli, answer, is_refused);
  else
    add_text (cli, answer, is_refused);
  if (is_refused)
    g_propagate_error (error, g_steal_pointer (&refusal));
  return !is_refused;
}

static const char *const operands[] = { NULL };
const TmCommand command_reload
    = { "reload", operands, "have the daemon read its configuration again", options, run };
