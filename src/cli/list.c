/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "cli/tickets.h"

#include "base/text.h"

#include <string.h>

static const TmCliOption options[] = {
  { "queue", 0, "QUEUE", "tickets of this queue only" },
  { "status", 0, "STATUS,...", "of these statuses, or `all`; default: all but closed, merged, unsorted, spam" },
  { "requester", 0, "ADDRESS", "of this requester" },
  { "limit", 0, "N", "at most N" },
  { .name = NULL },
};

static bool
parse_status (const char *name, unsigned *statuses_io, GError **error)
{
  TmStatus status;
  if (strcmp (name, "all") == 0)
    {
      *statuses_io = G_MAXUINT;
      return true;
    }
  if (status_parse (name, &status))
    {
      *statuses_io |= 1u << status;
      return true;
    }
  const char *names[TM_STATUS_SPAM + 2] = { "all" };
  for (unsigned i = 1; i <= TM_STATUS_SPAM; i++)
    names[i] = status_name ((TmStatus) i);
  g_autofree char *all = g_strjoinv (", ", (char **) (gpointer) names);
  g_autofree char *advice = g_strconcat ("one of ", all, NULL);
  return usage_unknown ("unknown status", name, names, advice, error);
}

static bool
parse_statuses (const TmArguments *arguments, unsigned *statuses_out, GError **error)
{
  const char *list;
  *statuses_out = 0;
  for (unsigned i = 0; (list = arguments_next (arguments, "status", &i)) != NULL;)
    {
      g_auto (GStrv) names = g_strsplit (*list == '\0' ? "," : list, ",", -1);
      for (char **name = names; *name != NULL; name++)
        if (!parse_status (*name, statuses_out, error))
          return false;
    }
  return true;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GPtrArray) tickets = NULL;
  g_autofree char *requester = NULL;
  const char *address = arguments_value (arguments, "requester");
  TmTicketFilter filter = { 0 };
  if (!parse_statuses (arguments, &filter.statuses, error)
      || !command_parse_limit (arguments, 0, &filter.limit, error)
      || (address != NULL && !command_parse_address ("--requester", address, &requester, error))
      || !command_load_settings (cli, &policy, error)
      || !command_parse_queue (policy->site, arguments_value (arguments, "queue"), &filter.queue, error)
      || !reader_open (policy->daemon.database, &reader, error))
    return false;
  filter.requester = requester;
  if (!reader_list (reader, &filter, &tickets, error))
    return false;
  if (cli->json)
    tickets_add_json (cli->out, &cli->terminal, tickets);
  else
    tickets_add_text (cli->out, &cli->terminal, tickets);
  return true;
}

static const char *const operands[] = { NULL };
const TmCommand command_list = { "list", operands, "list tickets, what is due next first", options, run };
