/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"
#include "cli/progress.h"

#include "store/care.h"

static const TmCliOption options[] = {
  { "thorough", 0, NULL, "also what must hold between rows, and whether all raw mail can be unpacked" },
  { .name = NULL },
};

/* `counts` NULL: a damaged database is not counted. */
static void
add_json (TmCli *cli, const char *database, const TmReaderCounts *counts, const GPtrArray *findings)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_bool (builder, "ok", counts != NULL);
  jsondoc_put_text (builder, "database", database);
  if (counts != NULL)
    {
      jsondoc_put_number (builder, "tickets", counts->tickets);
      jsondoc_put_number (builder, "messages", counts->messages);
    }
  else
    {
      jsondoc_put_null (builder, "tickets");
      jsondoc_put_null (builder, "messages");
    }
  jsondoc_put_strings (builder, "findings", findings);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
}

static void
add_text (TmCli *cli, const TmReaderCounts *counts, const GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      terminal_add_cell (cli->out, &cli->terminal, TM_STYLE_BAD, g_ptr_array_index (findings, i), G_MAXINT, false);
      g_string_append_c (cli->out, '\n');
    }
  if (counts != NULL)
    g_string_append_printf (cli->out, "ok, %" G_GINT64_FORMAT " tickets, %" G_GINT64_FORMAT " messages\n",
                            counts->tickets, counts->messages);
}

static bool
check (TmReader *reader, bool is_thorough, GPtrArray **findings_out, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;
  if (!reader_check (reader, &findings, error))
    return false;
  TmCliProgress progress = progress_begin ("unpacking");
  bool ok = !is_thorough || findings->len > 0
            || store_check_invariants (reader, progress_show, &progress, findings, error);
  progress_end (&progress);
  *findings_out = g_steal_pointer (&findings);
  return ok;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  TmReaderCounts counts = { 0 };
  if (!command_load_settings (cli, &policy, error) || !reader_open (policy->daemon.database, &reader, error)
      || !check (reader, arguments_value (arguments, "thorough") != NULL, &findings, error))
    return false;
  bool is_sound = findings->len == 0;
  if (is_sound && !reader_count (reader, &counts, error))
    return false;
  if (cli->json)
    add_json (cli, policy->daemon.database, is_sound ? &counts : NULL, findings);
  else
    add_text (cli, is_sound ? &counts : NULL, findings);
  if (is_sound)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s: damaged: stop ticketmilter and put a backup in its place",
               policy->daemon.database);
  return false;
}

static const char *const operands[] = { NULL };
const TmCommand command_db_check = { "db check", operands, "check the database, count what is in it", options, run };
