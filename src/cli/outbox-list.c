/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/jsondoc.h"

static const TmCliOption options[] = { { .name = NULL } };

/* So far nothing is put into the outbox: the desk writes no mail of its own. */
static bool
run (TmCli *cli, const TmArguments *arguments G_GNUC_UNUSED, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  if (!command_load_settings (cli, &policy, error) || !reader_open (policy->daemon.database, &reader, error))
    return false;
  if (!cli->json)
    {
      g_string_append (cli->out, "no mail waits\n");
      return true;
    }
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_empty_array (builder, "outbox");
  jsondoc_end (builder, cli->terminal.is_tty, cli->out);
  return true;
}

static const char *const operands[] = { NULL };
const TmCommand command_outbox_list = { "outbox list", operands, "mail that waits to be sent", options, run };
