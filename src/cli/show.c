/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/tickets.h"

static const TmCliOption options[] = {
  { "whole", 0, NULL, "whole messages, with what they quote" },
  { .name = NULL },
};

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmTicketRecord) ticket = NULL;
  gint64 number;
  if (!command_parse_ticket (arguments_operand (arguments, 0), &number, error)
      || !command_load_settings (cli, &policy, error) || !reader_open (policy->daemon.database, &reader, error)
      || !reader_get (reader, number, &ticket, error))
    return false;
  if (cli->json)
    ticket_add_json (cli->out, &cli->terminal, ticket);
  else
    ticket_add_text (cli->out, &cli->terminal, ticket, arguments_value (arguments, "whole") != NULL);
  return true;
}

static const char *const operands[] = { "N", NULL };
const TmCommand command_show = { "show", operands, "one ticket with its messages and events", options, run };
