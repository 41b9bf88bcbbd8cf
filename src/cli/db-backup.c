/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"
#include "cli/progress.h"

#include "store/care.h"

static const TmCliOption options[] = { { .name = NULL } };

static void
add_json (TmCli *cli, const char *file, const TmCopyReport *report)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "file", file);
  jsondoc_put_number (builder, "bytes", (gint64) report->bytes);
  jsondoc_put_number (builder, "tickets", report->counts.tickets);
  jsondoc_put_number (builder, "messages", report->counts.messages);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  TmCopyReport report = { 0 };
  const char *file = arguments_operand (arguments, 0);
  if (!command_load_settings (cli, &policy, error))
    return false;
  TmCliProgress progress = progress_begin ("copying");
  bool ok = store_backup (policy->daemon.database, file, progress_show, &progress, &report, error);
  progress_end (&progress);
  if (!ok)
    return false;
  if (cli->json)
    add_json (cli, file, &report);
  else
    g_string_append_printf (cli->out, "ok, %" G_GINT64_FORMAT " tickets, %" G_GINT64_FORMAT " messages\n",
                            report.counts.tickets, report.counts.messages);
  copy_report_clear (&report);
  return true;
}

static const char *const operands[] = { "FILE", NULL };
const TmCommand command_db_backup
  = { "db backup", operands, "write a checked copy of the database to a new file, while mail flows", options, run };
