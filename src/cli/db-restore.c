/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"
#include "cli/progress.h"

#include "store/care.h"

static const TmCliOption options[] = { { .name = NULL } };

static void
add_json (TmCli *cli, const char *database, const TmCopyReport *report)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "database", database);
  jsondoc_put_text (builder, "kept", report->kept);
  jsondoc_put_number (builder, "tickets", report->counts.tickets);
  jsondoc_put_number (builder, "messages", report->counts.messages);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static void
add_text (TmCli *cli, const TmCopyReport *report)
{
  g_string_append_printf (cli->out, "restored, %" G_GINT64_FORMAT " tickets, %" G_GINT64_FORMAT " messages\n",
                          report->counts.tickets, report->counts.messages);
  if (report->kept != NULL)
    terminal_add_field (cli->out, &cli->terminal, TM_STYLE_PLAIN, "what was there:", sizeof "what was there:",
                        report->kept);
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  TmCopyReport report = { 0 };
  if (!command_load_settings (cli, &policy, error))
    return false;
  TmCliProgress progress = progress_begin ("copying");
  bool ok = store_restore (policy->daemon.database, arguments_operand (arguments, 0), progress_show, &progress, &report,
                           error);
  progress_end (&progress);
  if (!ok)
    return false;
  if (cli->json)
    add_json (cli, policy->daemon.database, &report);
  else
    add_text (cli, &report);
  copy_report_clear (&report);
  return true;
}

static const char *const operands[] = { "FILE", NULL };
const TmCommand command_db_restore
  = { "db restore", operands, "put a backup in the place of the database, while no daemon runs", options, run };
