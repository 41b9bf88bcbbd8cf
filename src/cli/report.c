/* SPDX-License-Identifier: BSD-2-Clause */
/* `report`: what came in a span of time, how it was answered, what is left to do. */
#include "cli/report.h"
#include "cli/command.h"
#include "cli/progress.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/when.h"
#include "store/figures.h"

#include <string.h>

enum { DEFAULT_DAYS = 7, DAYS_MAX = 3660, FILE_MODE = 0600 };

static const TmCliOption options[] = {
  { "days", 0, "N", "the last N whole days, up to last midnight; default: 7" },
  { "from", 0, "TIME", "from this date or time on, like 2026-11-01" },
  { "to", 0, "TIME", "up to this time, or to the end of this date; default: now" },
  { "queue", 0, "QUEUE", "tickets of this queue only" },
  { "customer", 0, "NAME", "tickets of this customer only" },
  { "html", 0, "FILE", "write it as one HTML file, `-` to standard output" },
  { "thorough", 0, NULL, "look at every ticket, also those that `receive --at` put in out of order" },
  { .name = NULL },
};

/* --- the span --- */

/* A time, or a date alone: then its 00:00 or, of --to, the 00:00 behind it. */
static bool
parse_end (const TmSite *site, const char *option, const char *text, gint64 now, gint64 *at_out, GError **error)
{
  g_autofree char *with_time = g_strconcat (text, " 00:00", NULL);
  if (when_parse (text, site->zone, now, TM_WHEN_LAST, at_out))
    return true;
  if (when_parse (with_time, site->zone, now, TM_WHEN_LAST, at_out))
    {
      if (strcmp (option, "to") == 0)
        *at_out = report_midnight (site, *at_out, 1);
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE,
               "--%s `%s` is no time: give a date like 2026-11-01, a time like `2026-11-01 09:00`, or `yesterday`",
               option, text);
  return false;
}

static bool
parse_days (const TmSite *site, const TmArguments *arguments, gint64 now, TmFiguresScope *scope, GError **error)
{
  const char *text = arguments_value (arguments, "days");
  guint64 days = DEFAULT_DAYS;
  if (text != NULL && !text_parse_number (text, DAYS_MAX, &days))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "--days `%s` is no number of days: give 1 to %d", text, DAYS_MAX);
      return false;
    }
  scope->to_at = report_midnight (site, now, 0);
  scope->from_at = report_midnight (site, now, -(gint64) days);
  return true;
}

static bool
parse_span (const TmSite *site, const TmArguments *arguments, gint64 now, TmFiguresScope *scope, GError **error)
{
  const char *from = arguments_value (arguments, "from"), *to = arguments_value (arguments, "to");
  if (from == NULL && to == NULL)
    return parse_days (site, arguments, now, scope, error);
  if (from == NULL || arguments_value (arguments, "days") != NULL)
    {
      g_set_error_literal (error, TM_ERROR, TM_ERROR_USAGE, "give --from TIME, and --to TIME with it, or --days N");
      return false;
    }
  scope->to_at = now;
  if (!parse_end (site, "from", from, now, &scope->from_at, error)
      || (to != NULL && !parse_end (site, "to", to, now, &scope->to_at, error)))
    return false;
  if (scope->from_at < scope->to_at)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "the span is empty: --from `%s` is not before %s%s%s", from,
               to != NULL ? "--to `" : "now", to != NULL ? to : "", to != NULL ? "`" : "");
  return false;
}

/* --- what it is limited to --- */

static bool
check_customer (const TmSite *site, const char *id, GError **error)
{
  if (id == NULL || customers_by_id (site->customers, id) != NULL)
    return true;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  for (guint i = 0; i < customers_count (site->customers); i++)
    g_ptr_array_add (ids, customers_nth (site->customers, i)->id);
  g_ptr_array_add (ids, NULL);
  return usage_unknown ("unknown customer", id, (const char *const *) ids->pdata, "`ticketctl customer` lists them",
                        error);
}

static bool
read_scope (const TmSite *site, const TmArguments *arguments, gint64 now, TmFiguresScope *scope, GError **error)
{
  *scope = (TmFiguresScope) { .customer = arguments_value (arguments, "customer"),
                              .is_thorough = arguments_value (arguments, "thorough") != NULL };
  return parse_span (site, arguments, now, scope, error)
         && command_parse_queue (site, arguments_value (arguments, "queue"), &scope->queue, error)
         && check_customer (site, scope->customer, error);
}

/* --- the command --- */

static bool
gather (const TmPolicy *policy, const TmFiguresScope *scope, gint64 now, TmFigures **figures_out, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmFiguresMaker) maker = figures_maker_new (policy->site, scope->from_at, scope->to_at, now);
  if (!reader_open (policy->daemon.database, &reader, error))
    return false;
  TmCliProgress progress = progress_begin ("reading");
  bool ok = reader_read_figures (reader, scope, maker, progress_show, &progress, error);
  progress_end (&progress);
  if (ok)
    *figures_out = figures_make (maker);
  return ok;
}

/* It names people and what they asked for: for others to read only when somebody says so. */
static bool
write_file (const char *file, const GString *html, GError **error)
{
  g_autoptr (GError) cause = NULL;
  if (g_file_set_contents_full (file, html->str, (gssize) html->len, G_FILE_SET_CONTENTS_CONSISTENT, FILE_MODE, &cause))
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_IO, "--html: %s", cause->message);
  return false;
}

static bool
print (TmCli *cli, const TmReportPage *page, const char *file, GError **error)
{
  if (file == NULL && cli->json)
    report_add_json (cli->out, &cli->terminal, page);
  else if (file == NULL)
    report_add_text (cli->out, &cli->terminal, page);
  else if (strcmp (file, "-") == 0)
    report_add_html (cli->out, page);
  else
    {
      g_autoptr (GString) html = g_string_new (NULL);
      report_add_html (html, page);
      return write_file (file, html, error);
    }
  return true;
}

static bool
run (TmCli *cli, const TmArguments *arguments, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (TmFigures) figures = NULL;
  const char *file = arguments_value (arguments, "html");
  gint64 now = clock_now ();
  TmFiguresScope scope;
  if (cli->json && file != NULL)
    {
      g_set_error_literal (error, TM_ERROR, TM_ERROR_USAGE, "either --json or --html FILE");
      return false;
    }
  if (!command_load_settings (cli, &policy, error) || !read_scope (policy->site, arguments, now, &scope, error)
      || !gather (policy, &scope, now, &figures, error))
    return false;
  const TmReportPage page
      = { .site = policy->site, .figures = figures, .queue = scope.queue, .customer = scope.customer };
  return print (cli, &page, file, error);
}

static const char *const operands[] = { NULL };
const TmCommand command_report
  = { "report", operands, "what came in a span of time, how it was answered, what is left to do", options, run };
