/* SPDX-License-Identifier: BSD-2-Clause */
/* A report as one HTML file: no scripts, nothing loaded, light and dark, on paper and on a phone. */
#include "cli/report-chart.h"
#include "cli/report.h"

#include "base/clock.h"
#include "core/recurrence.h"

#include <string.h>

#define INT G_GINT64_FORMAT

typedef struct
{
  GString *out;
  const TmReportPage *page;
  const TmReportWords *words;
} Writer;

static const char *
word (const Writer *writer, int which)
{
  return (*writer->words)[which];
}

static void
add_text (const Writer *writer, const char *text)
{
  chart_add_escaped (writer->out, text);
}

static void
open_section (const Writer *writer, const char *class_name, const char *title)
{
  g_string_append_printf (writer->out, "<section%s%s%s>\n<h2>", class_name != NULL ? " class=\"" : "",
                          class_name != NULL ? class_name : "", class_name != NULL ? "\"" : "");
  add_text (writer, title);
  g_string_append (writer->out, "</h2>\n");
}

static void
close_section (const Writer *writer)
{
  g_string_append (writer->out, "</section>\n");
}

static void
add_cell (const Writer *writer, const char *class_name, const char *text)
{
  g_string_append_printf (writer->out, "<td%s%s%s>", class_name != NULL ? " class=\"" : "",
                          class_name != NULL ? class_name : "", class_name != NULL ? "\"" : "");
  add_text (writer, text);
  g_string_append (writer->out, "</td>");
}

static void
add_number (const Writer *writer, gint64 n)
{
  g_string_append_printf (writer->out, "<td class=\"n\">%" INT "</td>", n);
}

/* A heading for each of `columns`, the first one to the left; TM_WORD_END: empty. */
static void
open_table (const Writer *writer, const TmReportWord *columns, gsize n_columns)
{
  g_string_append (writer->out, "<table>\n<thead><tr>");
  for (gsize i = 0; i < n_columns; i++)
    {
      g_string_append (writer->out, i == 0 ? "<th>" : "<th class=\"n\">");
      add_text (writer, columns[i] != TM_WORD_END ? word (writer, (int) columns[i]) : "");
      g_string_append (writer->out, "</th>");
    }
  g_string_append (writer->out, "</tr></thead>\n<tbody>\n");
}

static void
close_table (const Writer *writer)
{
  g_string_append (writer->out, "</tbody>\n</table>\n");
}

/* --- the head --- */

static void
add_figure (const Writer *writer, const char *class_name, const char *value, const char *what)
{
  g_string_append_printf (writer->out, "<div class=\"%s\"><b>", class_name);
  add_text (writer, value);
  g_string_append (writer->out, "</b>");
  add_text (writer, what);
  g_string_append (writer->out, "</div>\n");
}

static void
add_key_figures (const Writer *writer)
{
  const TmFigures *figures = writer->page->figures;
  const TmQuantiles *elapsed = &figures->first_response.elapsed, *business = &figures->first_response.business;
  int percent = kept_percent (&figures->kept[TM_METRIC_FIRST_RESPONSE]);
  g_autofree char *tickets = g_strdup_printf ("%" INT, figures->n_tickets);
  g_autofree char *open = g_strdup_printf ("%" INT, figures->n_open);
  g_autofree char *overdue = g_strdup_printf ("%" INT, figures->n_overdue);
  g_string_append (writer->out, "<div class=\"key\">\n");
  add_figure (writer, "plain", tickets, word (writer, TM_WORD_NEW_TICKETS));
  if (percent >= 0)
    {
      g_autofree char *share = g_strdup_printf ("%d %%", percent);
      add_figure (writer, figures->kept[TM_METRIC_FIRST_RESPONSE].n_breached > 0 ? "plain" : "good", share,
                  word (writer, TM_WORD_RESPONSES_IN_TIME));
    }
  if (elapsed->n > 0)
    {
      bool is_business = business->n == elapsed->n;
      g_autofree char *half = report_duration (is_business ? business->p50_s : elapsed->p50_s);
      g_autofree char *what = g_strconcat (word (writer, TM_WORD_USUAL_RESPONSE), is_business ? " " : NULL,
                                           word (writer, TM_WORD_WHILE_OPEN), NULL);
      add_figure (writer, "plain", half, what);
    }
  add_figure (writer, "plain", open, word (writer, TM_WORD_OPEN_NOW));
  add_figure (writer, figures->n_overdue > 0 ? "bad" : "good", overdue, word (writer, TM_WORD_OVERDUE));
  g_string_append (writer->out, "</div>\n");
}

static void
add_title (const Writer *writer)
{
  const TmReportPage *page = writer->page;
  const TmSite *site = page->site;
  g_autofree char *from = report_local_time (site, page->figures->from_at);
  g_autofree char *to = report_local_time (site, page->figures->to_at);
  const char *zone = site->zone != NULL ? g_time_zone_get_identifier (site->zone) : "UTC";
  const TmQueue *queue = page->queue != NULL ? site_queue (site, page->queue) : NULL;
  g_autoptr (GString) limits = g_string_new (NULL);
  if (page->queue != NULL)
    g_string_append_printf (limits, " · %s: %s", word (writer, TM_WORD_QUEUE),
                            queue != NULL && queue->name != NULL ? queue->name : page->queue);
  if (page->customer != NULL)
    g_string_append_printf (limits, " · %s: %s", word (writer, TM_WORD_CUSTOMER),
                            report_customer_name (site, page->customer));
  g_autofree char *line = g_strdup_printf ("%s %s %s (%s)%s", from, word (writer, TM_WORD_TO), to, zone, limits->str);
  g_string_append (writer->out, "<header>\n<h1>");
  add_text (writer, word (writer, TM_WORD_TITLE));
  g_string_append (writer->out, " · ");
  add_text (writer, site->instance);
  g_string_append (writer->out, "</h1>\n<p class=\"soft\">");
  add_text (writer, line);
  g_string_append (writer->out, "</p>\n</header>\n");
}

/* --- volumes --- */

static void
add_count (const Writer *writer, const char *label, gint64 n, gint64 n_all, gint64 n_most)
{
  g_autofree char *share = report_share (n, n_all);
  g_autofree char *said = g_strdup_printf ("%s: %" INT, label, n);
  const TmChartPart part = { n, "a" };
  g_string_append (writer->out, "<tr>");
  add_cell (writer, "any", label);
  add_number (writer, n);
  add_cell (writer, "n soft", share);
  g_string_append (writer->out, "<td class=\"c\">");
  chart_add_bar (writer->out, &part, 1, n_most, said);
  g_string_append (writer->out, "</td></tr>\n");
}

static void
add_counts (const Writer *writer, TmReportWord title, const GPtrArray *counts, gint64 n_others,
            const char *(*name_of) (const TmSite *site, const char *key))
{
  gint64 n_most = n_others, n_all = writer->page->figures->n_tickets;
  if (counts->len == 0)
    return;
  for (guint i = 0; i < counts->len; i++)
    n_most = MAX (n_most, ((const TmCount *) counts->pdata[i])->n);
  open_section (writer, NULL, word (writer, (int) title));
  g_string_append (writer->out, "<table>\n<tbody>\n");
  for (guint i = 0; i < counts->len; i++)
    {
      const TmCount *count = counts->pdata[i];
      const char *name = count->key == NULL ? word (writer, TM_WORD_UNSET)
                         : name_of != NULL  ? name_of (writer->page->site, count->key)
                                            : count->key;
      add_count (writer, name, count->n, n_all, n_most);
    }
  if (n_others > 0)
    add_count (writer, word (writer, TM_WORD_OTHERS), n_others, n_all, n_most);
  close_table (writer);
  close_section (writer);
}

static void
add_columns (const Writer *writer)
{
  enum { LABEL = sizeof "00", EVERY_THIRD = 3 };
  const TmFigures *figures = writer->page->figures;
  char texts[TM_FIGURES_HOURS][LABEL];
  const char *hours[TM_FIGURES_HOURS];
  for (int hour = 0; hour < TM_FIGURES_HOURS; hour++)
    {
      g_snprintf (texts[hour], LABEL, "%02d", hour);
      hours[hour] = texts[hour];
    }
  open_section (writer, NULL, word (writer, TM_WORD_BY_HOUR));
  chart_add_columns (writer->out, word (writer, TM_WORD_BY_HOUR), figures->hours, hours, TM_FIGURES_HOURS, EVERY_THIRD);
  close_section (writer);
  open_section (writer, NULL, word (writer, TM_WORD_BY_WEEKDAY));
  chart_add_columns (writer->out, word (writer, TM_WORD_BY_WEEKDAY), figures->weekdays,
                     &(*writer->words)[TM_WORD_WEEKDAYS], TM_FIGURES_WEEKDAYS, 1);
  close_section (writer);
}

/* --- promises and times --- */

static void
add_legend (const Writer *writer, const TmReportWord *words, const char *const *classes, gsize n)
{
  g_string_append (writer->out, "<p class=\"legend soft\">");
  for (gsize i = 0; i < n; i++)
    {
      g_string_append_printf (writer->out,
                              "<span><svg viewBox=\"0 0 10 10\"><rect class=\"%s\" width=\"10\" height=\"10\"/></svg>",
                              classes[i]);
      add_text (writer, word (writer, (int) words[i]));
      g_string_append (writer->out, "</span> ");
    }
  g_string_append (writer->out, "</p>\n");
}

static void
add_kept_row (const Writer *writer, TmMetric metric, const TmKept *kept)
{
  int percent = kept_percent (kept);
  const char *name = word (writer, TM_WORD_METRICS + (int) metric);
  g_autofree char *share = percent >= 0 ? g_strdup_printf ("%d %%", percent) : g_strdup ("–");
  g_autofree char *said = g_strdup_printf ("%s: %s", name, share);
  const TmChartPart parts[] = { { kept->n_met, "met" }, { kept->n_breached, "late" }, { kept->n_running, "run" } };
  g_string_append (writer->out, "<tr>");
  add_cell (writer, NULL, name);
  add_cell (writer, "n", share);
  g_string_append (writer->out, "<td class=\"c\">");
  chart_add_bar (writer->out, parts, G_N_ELEMENTS (parts), kept->n_met + kept->n_breached + kept->n_running, said);
  g_string_append (writer->out, "</td>");
  add_number (writer, kept->n_met);
  add_number (writer, kept->n_breached);
  add_number (writer, kept->n_running);
  g_string_append (writer->out, "</tr>\n");
}

static void
add_kept (const Writer *writer)
{
  static const TmReportWord columns[]
      = { TM_WORD_END, TM_WORD_KEPT_SHARE, TM_WORD_END, TM_WORD_MET, TM_WORD_BREACHED, TM_WORD_RUNNING };
  static const char *const classes[] = { "met", "late", "run" };
  const TmKept *kept = writer->page->figures->kept;
  gint64 n_all = 0;
  for (TmMetric metric = TM_METRIC_DISPATCH; metric < TM_METRIC_END; metric++)
    n_all += kept[metric].n_met + kept[metric].n_breached + kept[metric].n_running;
  if (n_all == 0)
    return;
  open_section (writer, "wide", word (writer, TM_WORD_KEPT));
  add_legend (writer, columns + 3, classes, G_N_ELEMENTS (classes));
  open_table (writer, columns, G_N_ELEMENTS (columns));
  for (TmMetric metric = TM_METRIC_DISPATCH; metric < TM_METRIC_END; metric++)
    if (kept[metric].n_met + kept[metric].n_breached + kept[metric].n_running > 0)
      add_kept_row (writer, metric, &kept[metric]);
  close_table (writer);
  close_section (writer);
}

static void
add_quantiles (const Writer *writer, const TmQuantiles *quantiles)
{
  g_autofree char *half = quantiles->n > 0 ? report_duration (quantiles->p50_s) : g_strdup ("–");
  g_autofree char *most = quantiles->n > 0 ? report_duration (quantiles->p90_s) : g_strdup ("–");
  add_cell (writer, "n", half);
  add_cell (writer, "n", most);
}

static void
add_times_row (const Writer *writer, const char *label, const TmTimes *times, gint64 most_s, bool has_business)
{
  const TmQuantiles *shown = has_business ? &times->business : &times->elapsed;
  g_autofree char *half = report_duration (shown->p50_s);
  g_autofree char *said = g_strdup_printf ("%s: %s", label, half);
  const TmChartPart parts[] = { { shown->p50_s, "a" }, { shown->p90_s - shown->p50_s, "b" } };
  g_string_append (writer->out, "<tr>");
  add_cell (writer, NULL, label);
  add_quantiles (writer, &times->elapsed);
  if (has_business)
    add_quantiles (writer, &times->business);
  g_string_append (writer->out, "<td class=\"c\">");
  chart_add_bar (writer->out, parts, G_N_ELEMENTS (parts), most_s, said);
  g_string_append (writer->out, "</td></tr>\n");
}

/* Bars are of business hours where any are known. */
static void
add_times (const Writer *writer, TmReportWord title, const TmTimes *all, const GPtrArray *by_priority)
{
  static const TmReportWord with_business[] = { TM_WORD_PRIORITY, TM_WORD_HALF, TM_WORD_MOST, TM_WORD_HALF_BUSINESS,
                                                TM_WORD_MOST_BUSINESS, TM_WORD_END };
  static const TmReportWord without[] = { TM_WORD_PRIORITY, TM_WORD_HALF, TM_WORD_MOST, TM_WORD_END };
  bool has_business = all->business.n > 0;
  gint64 most_s = has_business ? all->business.p90_s : all->elapsed.p90_s;
  if (all->elapsed.n == 0)
    return;
  for (guint i = 0; i < by_priority->len; i++)
    {
      const TmTimes *times = by_priority->pdata[i];
      most_s = MAX (most_s, has_business ? times->business.p90_s : times->elapsed.p90_s);
    }
  open_section (writer, "times", word (writer, (int) title));
  if (has_business)
    open_table (writer, with_business, G_N_ELEMENTS (with_business));
  else
    open_table (writer, without, G_N_ELEMENTS (without));
  for (guint i = 0; i < by_priority->len; i++)
    {
      const TmTimes *times = by_priority->pdata[i];
      const char *name = report_priority_name (writer->page->site, times->priority);
      add_times_row (writer, name != NULL ? name : word (writer, TM_WORD_UNSET), times, most_s, has_business);
    }
  add_times_row (writer, word (writer, TM_WORD_ALL), all, most_s, has_business);
  close_table (writer);
  g_string_append (writer->out, "<p class=\"note\">");
  add_text (writer, word (writer, has_business ? TM_WORD_TIMES_NOTE : TM_WORD_ELAPSED_NOTE));
  g_string_append (writer->out, "</p>\n");
  close_section (writer);
}

static void
add_satisfied (const Writer *writer)
{
  const TmSatisfied *satisfied = &writer->page->figures->satisfied;
  gint64 n_judged = satisfied->n_good + satisfied->n_bad, n_silent = satisfied->n_resolved - n_judged;
  gint64 n_most = MAX (MAX (satisfied->n_good, satisfied->n_bad), n_silent);
  if (n_judged == 0)
    return;
  open_section (writer, NULL, word (writer, TM_WORD_SATISFACTION));
  g_string_append (writer->out, "<table>\n<tbody>\n");
  add_count (writer, word (writer, TM_WORD_GOOD), satisfied->n_good, satisfied->n_resolved, n_most);
  add_count (writer, word (writer, TM_WORD_BAD), satisfied->n_bad, satisfied->n_resolved, n_most);
  add_count (writer, word (writer, TM_WORD_NO_ANSWER), n_silent, satisfied->n_resolved, n_most);
  close_table (writer);
  close_section (writer);
}

/* --- what is left to do --- */

static void
add_ages (const Writer *writer)
{
  const TmFigures *figures = writer->page->figures;
  gint64 n_most = 0;
  for (int i = 0; i < TM_FIGURES_AGES; i++)
    n_most = MAX (n_most, figures->ages[i]);
  open_section (writer, NULL, word (writer, TM_WORD_BACKLOG));
  g_string_append (writer->out, "<table>\n<tbody>\n");
  for (int i = 0; i < TM_FIGURES_AGES; i++)
    add_count (writer, word (writer, TM_WORD_AGES + i), figures->ages[i], figures->n_open, n_most);
  close_table (writer);
  close_section (writer);
}

static void
add_loads (const Writer *writer)
{
  static const TmReportWord columns[]
      = { TM_WORD_AGENT, TM_WORD_OPEN, TM_WORD_END, TM_WORD_OVERDUE, TM_WORD_UNANSWERED };
  const GPtrArray *loads = writer->page->figures->loads;
  if (loads->len == 0)
    return;
  gint64 n_most = ((const TmLoad *) loads->pdata[0])->n_open;
  open_section (writer, NULL, word (writer, TM_WORD_LOAD));
  open_table (writer, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < loads->len; i++)
    {
      const TmLoad *load = loads->pdata[i];
      const char *name = load->agent != NULL ? report_agent_name (writer->page->site, load->agent)
                                             : word (writer, TM_WORD_NOBODY);
      g_autofree char *said = g_strdup_printf ("%s: %" INT, name, load->n_open);
      const TmChartPart parts[] = { { load->n_overdue, "late" }, { load->n_open - load->n_overdue, "a" } };
      g_string_append (writer->out, "<tr>");
      add_cell (writer, "any", name);
      add_number (writer, load->n_open);
      g_string_append (writer->out, "<td class=\"c\">");
      chart_add_bar (writer->out, parts, G_N_ELEMENTS (parts), n_most, said);
      g_string_append (writer->out, "</td>");
      add_number (writer, load->n_overdue);
      add_number (writer, load->n_unanswered);
      g_string_append (writer->out, "</tr>\n");
    }
  close_table (writer);
  close_section (writer);
}

static void
add_recurrences (const Writer *writer)
{
  static const TmReportWord columns[] = { TM_WORD_SUBJECT, TM_WORD_TICKETS, TM_WORD_LAST, TM_WORD_EXAMPLES };
  enum { DATE_LEN = 10 };
  const GPtrArray *recurrences = writer->page->figures->recurrences;
  if (recurrences->len == 0)
    return;
  open_section (writer, "wide", word (writer, TM_WORD_RECURRING));
  open_table (writer, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < recurrences->len; i++)
    {
      const TmRecurrence *recurrence = recurrences->pdata[i];
      g_autofree char *last = report_local_time (writer->page->site, recurrence->last_at);
      g_autoptr (GString) numbers = g_string_new (NULL);
      for (guint k = recurrence->tickets->len; k > 0; k--)
        g_string_append_printf (numbers, "%s%" INT, numbers->len > 0 ? ", " : "",
                                g_array_index (recurrence->tickets, gint64, k - 1));
      g_string_append (writer->out, "<tr>");
      add_cell (writer, "any", recurrence->subject);
      add_number (writer, recurrence->n);
      last[MIN (DATE_LEN, strlen (last))] = '\0';
      add_cell (writer, "n", last);
      add_cell (writer, "n soft wrap", numbers->str);
      g_string_append (writer->out, "</tr>\n");
    }
  close_table (writer);
  close_section (writer);
}

/* --- the page --- */

static void
add_footer (const Writer *writer)
{
  static const TmStatus statuses[] = { TM_STATUS_MERGED, TM_STATUS_HELD, TM_STATUS_UNSORTED, TM_STATUS_SPAM };
  const TmReportPage *page = writer->page;
  g_autofree char *now = report_local_time (page->site, page->figures->now);
  g_autoptr (GString) line = g_string_new (NULL);
  g_string_append_printf (line, "%s %s", word (writer, TM_WORD_AS_OF), now);
  bool is_first = true;
  for (size_t i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      gint64 n = page->figures->n_left_out[statuses[i]];
      if (n == 0)
        continue;
      if (is_first)
        g_string_append_printf (line, " · %s: ", word (writer, TM_WORD_NOT_COUNTED));
      g_string_append_printf (line, "%s%" INT " %s", is_first ? "" : ", ", n, status_name (statuses[i]));
      is_first = false;
    }
  g_string_append (writer->out, "<footer>");
  add_text (writer, line->str);
  g_string_append (writer->out, "</footer>\n");
}

static void
add_body (const Writer *writer)
{
  const TmReportPage *page = writer->page;
  const TmFigures *figures = page->figures;
  add_title (writer);
  add_key_figures (writer);
  g_string_append (writer->out, "<div class=\"grid\">\n");
  add_kept (writer);
  add_times (writer, TM_WORD_FIRST_RESPONSE_TIMES, &figures->first_response, figures->first_responses);
  add_times (writer, TM_WORD_RESOLUTION_TIMES, &figures->resolution, figures->resolutions);
  add_counts (writer, TM_WORD_BY_PRIORITY, figures->priorities, 0, report_priority_name);
  add_counts (writer, TM_WORD_BY_TYPE, figures->types, 0, report_type_name);
  if (figures->n_tickets > 0)
    add_columns (writer);
  add_satisfied (writer);
  add_ages (writer);
  add_loads (writer);
  if (page->customer == NULL)
    add_counts (writer, TM_WORD_BY_CUSTOMER, figures->customers, figures->n_other_customers, report_customer_name);
  add_counts (writer, TM_WORD_BY_TAG, figures->tags, figures->n_other_tags, NULL);
  add_recurrences (writer);
  g_string_append (writer->out, "</div>\n");
  add_footer (writer);
}

/* The policy forbids what nobody should find a way to put in: scripts, and whatever would have to be loaded. */
void
report_add_html (GString *out, const TmReportPage *page)
{
  const Writer writer = { out, page, report_words (page->site->language) };
  g_string_append_printf (out,
                          "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                          " style-src 'unsafe-inline'\"/>\n"
                          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>",
                          word (&writer, TM_WORD_LANGUAGE));
  add_text (&writer, word (&writer, TM_WORD_TITLE));
  g_string_append (out, " · ");
  add_text (&writer, page->site->instance);
  g_string_append_printf (out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", report_style);
  add_body (&writer);
  g_string_append (out, "</main>\n</body>\n</html>\n");
}
