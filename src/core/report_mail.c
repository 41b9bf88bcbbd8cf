/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/report_mail.h"

#include "base/clock.h"

enum { DAY_S = 86400, WEEK = 7, THURSDAY = 3 };

TmReportOrder *
report_order_new (const char *id)
{
  TmReportOrder *order = g_new0 (TmReportOrder, 1);
  order->id = g_strdup (id);
  order->days = TM_REPORT_DAYS;
  return order;
}

void
report_order_free (TmReportOrder *order)
{
  if (order == NULL)
    return;
  g_free (order->id);
  g_free (order->to);
  g_free (order->every);
  g_free (order->queue);
  g_free (order->customer);
  g_free (order);
}

/* --- when --- */

/* The due time on a date (days since 1970-01-01, a Thursday); false: there is none. */
static bool
due_on (const TmReportOrder *order, const TmSite *site, gint64 date, gint64 *at_out)
{
  guint hint = 0;
  int weekday = (int) (((date + THURSDAY) % WEEK + WEEK) % WEEK);
  gint64 local_s = date * DAY_S + order->every->clock_s;
  *at_out = site->zone_table != NULL ? zone_table_boundary (site->zone_table, local_s, &hint) : local_s;
  return (order->every->days & 1u << weekday) != 0;
}

/* The last one until `now`, and the first behind it: there is one in every week. */
static void
find_due (const TmReportOrder *order, const TmSite *site, gint64 now, gint64 *due_out, gint64 *next_out)
{
  gint64 local_s = site->zone_table != NULL ? zone_table_local (site->zone_table, now) : now, at;
  gint64 today = local_s / DAY_S - (local_s % DAY_S < 0);
  *due_out = *next_out = TM_NEVER;
  for (gint64 date = today - WEEK - 1; date <= today + WEEK + 1; date++)
    {
      if (!due_on (order, site, date, &at))
        continue;
      if (at <= now)
        *due_out = at;
      else if (*next_out == TM_NEVER)
        *next_out = at;
    }
}

TmReportState
report_order_state (const TmReportOrder *order, const TmSite *site, gint64 made_at, gint64 now, gint64 *due_out,
                    gint64 *next_out)
{
  *due_out = *next_out = TM_NEVER;
  if (order->every == NULL)
    return TM_REPORT_WAITS;
  find_due (order, site, now, due_out, next_out);
  if (made_at == TM_NEVER)
    return TM_REPORT_BEGINS;
  return made_at < *due_out ? TM_REPORT_IS_DUE : TM_REPORT_WAITS;
}

/* --- the mail --- */

static void
add_number (GString *text, const char *what, gint64 n)
{
  g_string_append_printf (text, "%s: %" G_GINT64_FORMAT "\n", what, n);
}

static void
add_kept (GString *text, const TmFigures *figures, const TmReportWords *words)
{
  bool is_first = true;
  for (int metric = TM_METRIC_DISPATCH; metric < TM_METRIC_END; metric++)
    {
      const TmKept *kept = &figures->kept[metric];
      int percent = kept_percent (kept);
      if (percent < 0)
        continue;
      if (is_first)
        g_string_append_printf (text, "\n%s\n", (*words)[TM_WORD_KEPT]);
      is_first = false;
      g_string_append_printf (text, "  %s: %d %% (%s %" G_GINT64_FORMAT ", %s %" G_GINT64_FORMAT ")\n",
                              (*words)[TM_WORD_METRICS + metric], percent, (*words)[TM_WORD_MET], kept->n_met,
                              (*words)[TM_WORD_BREACHED], kept->n_breached);
    }
}

static char *
write_text (const TmReportPage *page, const TmReportWords *words, const char *span)
{
  const TmFigures *figures = page->figures;
  const char *customer = report_customer_name (page->site, page->customer);
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, "%s\n", span);
  if (page->queue != NULL)
    g_string_append_printf (text, "%s: %s\n", (*words)[TM_WORD_QUEUE], page->queue);
  if (customer != NULL)
    g_string_append_printf (text, "%s: %s\n", (*words)[TM_WORD_CUSTOMER], customer);
  g_string_append_c (text, '\n');
  add_number (text, (*words)[TM_WORD_NEW_TICKETS], figures->n_tickets);
  add_number (text, (*words)[TM_WORD_OPEN_NOW], figures->n_open);
  add_number (text, (*words)[TM_WORD_OVERDUE], figures->n_overdue);
  add_number (text, (*words)[TM_WORD_UNANSWERED], figures->n_unanswered);
  add_kept (text, figures, words);
  return g_string_free (text, FALSE);
}

TmOutgoing *
report_mail (const TmReportPage *page, const char *address)
{
  const TmReportWords *words = report_words (page->site->language);
  g_autofree char *from = report_local_time (page->site, page->figures->from_at);
  g_autofree char *to = report_local_time (page->site, page->figures->to_at);
  g_autofree char *span = g_strdup_printf ("%s %s %s", from, (*words)[TM_WORD_TO], to);
  g_autofree char *subject = g_strdup_printf ("[%s] %s: %s", page->site->instance, (*words)[TM_WORD_TITLE], span);
  g_autofree char *text = write_text (page, words, span);
  GString *html = g_string_new (NULL);
  TmOutgoing *outgoing = outgoing_new (TM_OUTGOING_REPORT, "desk", subject, text);
  report_add_html (html, page);
  outgoing_add_recipient (outgoing, address);
  outgoing->html = g_string_free (html, FALSE);
  outgoing->may_repeat = true;
  return outgoing;
}
