/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/change.h"
#include "cli/stats-print.h"

#include "store/outbox_send.h"

static const TmCliOption options[] = {
  { "prometheus", 0, NULL, "print OpenMetrics text" },
  { .name = NULL },
};

/* What the daemon counts; `list` gets nothing but the word that none is up when nobody listens (`why_out`, static). */
static bool
ask_daemon (const TmPolicy *policy, GPtrArray *list, const char **why_out, GError **error)
{
  g_autoptr (TmWire) request = wire_new ();
  g_autoptr (TmWire) answer = NULL;
  const char *why = "";
  wire_add (request, "do", "stats");
  if (!change_ask_daemon (policy->daemon.control, request, NULL, &answer, &why, error))
    return false;
  *why_out = answer == NULL ? why : NULL;
  g_ptr_array_add (list, series_new (TM_STAT_UP, NULL, answer != NULL));
  return answer == NULL || (!control_is_refused (answer, error) && stats_from_wire (answer, list, error));
}

static bool
add_tickets (TmReader *reader, GPtrArray *list, GError **error)
{
  gint64 counts[TM_STATUS_SPAM + 1];
  if (!reader_count_statuses (reader, counts, error))
    return false;
  for (TmStatus status = TM_STATUS_NEW; status <= TM_STATUS_SPAM; status++)
    g_ptr_array_add (list, series_new (TM_STAT_TICKETS, status_name (status), (guint64) counts[status]));
  return true;
}

static bool
add_outbox (TmReader *reader, GPtrArray *list, GError **error)
{
  gint64 n_waiting;
  if (!reader_count_outbox (reader, &n_waiting, error))
    return false;
  g_ptr_array_add (list, series_new (TM_STAT_OUTBOX_WAITING, NULL, (guint64) n_waiting));
  return true;
}

/* Counting all messages reads a lot when there are millions: not while a daemon has its mail to do. */
static bool
add_database (const TmPolicy *policy, bool is_alone, GPtrArray *list, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  TmReaderCounts counts;
  if (!reader_open (policy->daemon.database, &reader, error) || !add_tickets (reader, list, error)
      || (is_alone && !reader_count (reader, &counts, error)))
    return false;
  if (is_alone)
    g_ptr_array_add (list, series_new (TM_STAT_STORED, NULL, (guint64) counts.messages));
  return add_outbox (reader, list, error);
}

/* The daemon's numbers are worth the most when something is wrong with its database. */
static bool
gather (const TmPolicy *policy, GPtrArray *list, char **remark_out, GError **error)
{
  const char *why = NULL;
  if (!ask_daemon (policy, list, &why, error))
    return false;
  if (why == NULL)
    {
      g_autoptr (GError) cause = NULL;
      if (!add_database (policy, false, list, &cause))
        *remark_out = g_strdup_printf ("without tickets: %s", cause->message);
      return true;
    }
  *remark_out = g_strdup_printf ("no daemon listens at %s (%s): this is what the database alone can say",
                                 policy->daemon.control, why);
  return add_database (policy, true, list, error);
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);
  g_autofree char *remark = NULL;
  bool is_openmetrics = arguments_value (arguments, "prometheus") != NULL;
  if (is_openmetrics && cli->json)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "either --json or --prometheus");
      return false;
    }
  if (!command_load_settings (cli, &policy, error) || !gather (policy, list, &remark, error))
    return false;
  if (is_openmetrics)
    stats_add_openmetrics (cli->out, list);
  else if (cli->json)
    stats_add_json (cli->out, &cli->terminal, list);
  else
    stats_add_text (cli->out, list, remark);
  return true;
}

static const char *const operands[] = { NULL };
const TmCommand command_stats = { "stats", operands, "print what the daemon has counted", options, run };
