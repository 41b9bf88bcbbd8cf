/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"

static const TmCliOption options[] = { { .name = NULL } };

static void
add_json (TmCli *cli, bool ok, const GPtrArray *findings)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_bool (builder, "ok", ok);
  jsondoc_open_array (builder, "findings");
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const TmFinding *finding = g_ptr_array_index (findings, i);
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "severity", finding->is_error ? "error" : "warning");
      jsondoc_put_value (builder, "file", finding->file);
      jsondoc_put_id (builder, "line", finding->line);
      jsondoc_put_id (builder, "column", finding->column);
      jsondoc_put_value (builder, "path", finding->path);
      jsondoc_put_text (builder, "what", finding->what);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

/* Whole lines, never cut: editors and people jump to file:line:column. */
static void
add_text (TmCli *cli, bool ok, const GPtrArray *findings)
{
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const TmFinding *finding = g_ptr_array_index (findings, i);
      g_autofree char *line = finding_format (finding);
      TmStyle style = finding->is_error ? TM_STYLE_BAD : TM_STYLE_PLAIN;
      terminal_add_cell (cli->out, &cli->terminal, style, line, G_MAXINT, false);
      g_string_append_c (cli->out, '\n');
    }
  if (ok)
    g_string_append (cli->out, "ok\n");
}

static bool
run (TmCli *cli, const TmArguments *arguments G_GNUC_UNUSED, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) local = NULL;
  bool ok = policy_load (cli->config, &policy, &findings, &local);
  if (cli->json)
    add_json (cli, ok, findings);
  else
    add_text (cli, ok, findings);
  unsigned n_errors = command_count_errors (findings);
  if (!ok && n_errors > 0 && local->code == TM_ERROR_CONFIG)
    g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s: %u error%s: mend %s and check again", cli->config, n_errors,
                 n_errors == 1 ? "" : "s", n_errors == 1 ? "it" : "them");
  else if (!ok)
    return command_fail_to_load (cli, g_steal_pointer (&local), error);
  return ok;
}

static const char *const operands[] = { NULL };
const TmCommand command_policy_check
  = { "policy check", operands, "check the configuration: every error and warning", options, run };
