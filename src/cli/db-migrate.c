/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"

#include "store/care.h"

static const TmCliOption options[] = { { .name = NULL } };

static bool
run (TmCli *cli, const TmArguments *arguments G_GNUC_UNUSED, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  gint64 from, to;
  if (!command_load_settings (cli, &policy, error)
      || !store_migrate (policy->daemon.database, &from, &to, error))
    return false;
  if (!cli->json)
    {
      if (from == to)
        g_string_append_printf (cli->out, "nothing to do, it has version %" G_GINT64_FORMAT "\n", to);
      else
        g_string_append_printf (cli->out, "migrated from version %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "\n", from,
                                to);
      return true;
    }
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "database", policy->daemon.database);
  jsondoc_put_number (builder, "from", from);
  jsondoc_put_number (builder, "to", to);
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
  return true;
}

static const char *const operands[] = { NULL };
const TmCommand command_db_migrate
  = { "db migrate", operands, "bring the database of an older ticketmilter to this version", options, run };
