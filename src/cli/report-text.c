/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/report.h"

#include "base/clock.h"
#include "core/recurrence.h"

enum { LABEL_COLUMNS = 24, NARROW_LABEL = 13, NARROW = 72 };
enum { NUMBER_COLUMNS = 9, SHARE_COLUMNS = 7, TIME_COLUMNS = 12, BAR_MAX = 40 };

/* On a narrow terminal there is less room for names, and the last columns of tables are left out. */
static bool
is_narrow (const TmTerminal *terminal)
{
  return terminal->width < NARROW;
}

static unsigned
label_columns (const TmTerminal *terminal)
{
  return is_narrow (terminal) ? NARROW_LABEL : LABEL_COLUMNS;
}

static void
add_heading (GString *out, const TmTerminal *terminal, const char *text)
{
  g_string_append_c (out, '\n');
  terminal_add_heading (out, terminal, text);
}

static void
add_label (GString *out, const TmTerminal *terminal, TmStyle style, const char *text)
{
  g_string_append (out, "  ");
  terminal_add_cell (out, terminal, style, text, label_columns (terminal) - 3, true);
  g_string_append_c (out, ' ');
}

static void
add_right (GString *out, const char *text, unsigned columns)
{
  unsigned taken = terminal_columns (text);
  g_string_append_printf (out, "%*s%s", taken < columns ? (int) (columns - taken) : 0, "", text);
}

static void
add_number (GString *out, gint64 n)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, n);
  add_right (out, text, NUMBER_COLUMNS);
}

/* The widest takes what is left of the line. */
static void
add_bar (GString *out, const TmTerminal *terminal, unsigned taken, gint64 n, gint64 n_most)
{
  unsigned columns = terminal->width > taken + 2 ? MIN (terminal->width - taken - 2, BAR_MAX) : 0;
  gint64 filled = n_most > 0 ? (n * columns + n_most - 1) / n_most : 0;
  if (filled > 0)
    g_string_append (out, "  ");
  for (gint64 i = 0; i < filled; i++)
    g_string_append (out, "█");
  g_string_append_c (out, '\n');
}

static void
add_count (GString *out, const TmTerminal *terminal, const char *label, gint64 n, gint64 n_all, gint64 n_most)
{
  g_autofree char *share = report_share (n, n_all);
  add_label (out, terminal, TM_STYLE_PLAIN, label);
  add_number (out, n);
  add_right (out, share, SHARE_COLUMNS);
  add_bar (out, terminal, label_columns (terminal) + NUMBER_COLUMNS + SHARE_COLUMNS, n, n_most);
}

static void
add_counts (GString *out, const TmTerminal *terminal, const TmReportPage *page, const TmReportWords *words,
            TmReportWord title, const GPtrArray *counts, gint64 n_others,
            const char *(*name_of) (const TmSite *site, const char *key))
{
  gint64 n_most = n_others, n_all = page->figures->n_tickets;
  if (counts->len == 0)
    return;
  add_heading (out, terminal, (*words)[title]);
  for (guint i = 0; i < counts->len; i++)
    n_most = MAX (n_most, ((const TmCount *) counts->pdata[i])->n);
  for (guint i = 0; i < counts->len; i++)
    {
      const TmCount *count = counts->pdata[i];
      const char *name = count->key == NULL ? (*words)[TM_WORD_UNSET]
                         : name_of != NULL  ? name_of (page->site, count->key)
                                            : count->key;
      add_count (out, terminal, name, count->n, n_all, n_most);
    }
  if (n_others > 0)
    add_count (out, terminal, (*words)[TM_WORD_OTHERS], n_others, n_all, n_most);
}

static gint64
largest (const gint64 *numbers, int n)
{
  gint64 most = 0;
  for (int i = 0; i < n; i++)
    most = MAX (most, numbers[i]);
  return most;
}

static void
add_hours (GString *out, const TmTerminal *terminal, const TmFigures *figures, const TmReportWords *words)
{
  gint64 n_most = largest (figures->hours, TM_FIGURES_HOURS);
  if (n_most == 0)
    return;
  add_heading (out, terminal, (*words)[TM_WORD_BY_HOUR]);
  for (int hour = 0; hour < TM_FIGURES_HOURS; hour++)
    {
      g_autofree char *label = g_strdup_printf ("%02d:00", hour);
      add_count (out, terminal, label, figures->hours[hour], figures->n_tickets, n_most);
    }
}

static void
add_kept (GString *out, const TmTerminal *terminal, const TmFigures *figures, const TmReportWords *words)
{
  bool has_any = false;
  for (TmMetric metric = TM_METRIC_DISPATCH; metric < TM_METRIC_END; metric++)
    {
      const TmKept *kept = &figures->kept[metric];
      int percent = kept_percent (kept);
      if (kept->n_met + kept->n_breached + kept->n_running == 0)
        continue;
      if (!has_any)
        {
          add_heading (out, terminal, (*words)[TM_WORD_KEPT]);
          add_label (out, terminal, TM_STYLE_DIM, "");
          static const TmReportWord columns[]
              = { TM_WORD_KEPT_SHARE, TM_WORD_MET, TM_WORD_BREACHED, TM_WORD_RUNNING };
          for (size_t i = 0; i < G_N_ELEMENTS (columns) - is_narrow (terminal); i++)
            add_right (out, (*words)[columns[i]], NUMBER_COLUMNS);
          g_string_append_c (out, '\n');
        }
      has_any = true;
      g_autofree char *share = percent >= 0 ? g_strdup_printf ("%d %%", percent) : g_strdup ("-");
      add_label (out, terminal, kept->n_breached > 0 ? TM_STYLE_BAD : TM_STYLE_GOOD,
                 (*words)[TM_WORD_METRICS + metric]);
      add_right (out, share, NUMBER_COLUMNS);
      add_number (out, kept->n_met);
      add_number (out, kept->n_breached);
      if (!is_narrow (terminal))
        add_number (out, kept->n_running);
      g_string_append_c (out, '\n');
    }
}

static void
add_quantiles (GString *out, const TmQuantiles *quantiles)
{
  g_autofree char *half = quantiles->n > 0 ? report_duration (quantiles->p50_s) : g_strdup ("-");
  g_autofree char *most = quantiles->n > 0 ? report_duration (quantiles->p90_s) : g_strdup ("-");
  add_right (out, half, TIME_COLUMNS);
  add_right (out, most, TIME_COLUMNS);
}

static void
add_times_row (GString *out, const TmTerminal *terminal, const char *label, const TmTimes *times)
{
  add_label (out, terminal, TM_STYLE_PLAIN, label);
  add_quantiles (out, &times->elapsed);
  if (!is_narrow (terminal))
    add_quantiles (out, &times->business);
  g_string_append_c (out, '\n');
}

static void
add_times (GString *out, const TmTerminal *terminal, const TmReportPage *page, const TmReportWords *words,
           TmReportWord title, const TmTimes *all, const GPtrArray *by_priority)
{
  if (all->elapsed.n == 0)
    return;
  static const TmReportWord columns[]
      = { TM_WORD_HALF, TM_WORD_MOST, TM_WORD_HALF_BUSINESS, TM_WORD_MOST_BUSINESS };
  gsize n_columns = is_narrow (terminal) ? G_N_ELEMENTS (columns) / 2 : G_N_ELEMENTS (columns);
  add_heading (out, terminal, (*words)[title]);
  add_label (out, terminal, TM_STYLE_DIM, "");
  for (gsize i = 0; i < n_columns; i++)
    add_right (out, (*words)[columns[i]], TIME_COLUMNS);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < by_priority->len; i++)
    {
      const TmTimes *times = by_priority->pdata[i];
      const char *name = report_priority_name (page->site, times->priority);
      add_times_row (out, terminal, name != NULL ? name : (*words)[TM_WORD_UNSET], times);
    }
  add_times_row (out, terminal, (*words)[TM_WORD_ALL], all);
}

static void
add_backlog (GString *out, const TmTerminal *terminal, const TmReportPage *page, const TmReportWords *words)
{
  const TmFigures *figures = page->figures;
  gint64 n_most = largest (figures->ages, TM_FIGURES_AGES);
  if (figures->n_open == 0)
    return;
  add_heading (out, terminal, (*words)[TM_WORD_BACKLOG]);
  for (int i = 0; i < TM_FIGURES_AGES; i++)
    add_count (out, terminal, (*words)[TM_WORD_AGES + i], figures->ages[i], figures->n_open, n_most);
  add_heading (out, terminal, (*words)[TM_WORD_LOAD]);
  add_label (out, terminal, TM_STYLE_DIM, "");
  add_right (out, (*words)[TM_WORD_OPEN], NUMBER_COLUMNS);
  add_right (out, (*words)[TM_WORD_OVERDUE], NUMBER_COLUMNS);
  add_right (out, (*words)[TM_WORD_UNANSWERED], NUMBER_COLUMNS);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < figures->loads->len; i++)
    {
      const TmLoad *load = figures->loads->pdata[i];
      const char *name = report_agent_name (page->site, load->agent);
      add_label (out, terminal, TM_STYLE_PLAIN, name != NULL ? name : (*words)[TM_WORD_NOBODY]);
      add_number (out, load->n_open);
      add_number (out, load->n_overdue);
      add_number (out, load->n_unanswered);
      g_string_append_c (out, '\n');
    }
}

/* Of the resolved ones. */
static void
add_satisfied (GString *out, const TmTerminal *terminal, const TmFigures *figures, const TmReportWords *words)
{
  const TmSatisfied *satisfied = &figures->satisfied;
  const gint64 numbers[]
      = { satisfied->n_good, satisfied->n_bad, satisfied->n_resolved - satisfied->n_good - satisfied->n_bad };
  if (satisfied->n_good + satisfied->n_bad == 0)
    return;
  add_heading (out, terminal, (*words)[TM_WORD_SATISFACTION]);
  for (int i = 0; i < (int) G_N_ELEMENTS (numbers); i++)
    add_count (out, terminal, (*words)[TM_WORD_GOOD + i], numbers[i], satisfied->n_resolved,
               largest (numbers, G_N_ELEMENTS (numbers)));
}

static void
add_recurrences (GString *out, const TmTerminal *terminal, const TmFigures *figures, const TmReportWords *words)
{
  if (figures->recurrences->len == 0)
    return;
  add_heading (out, terminal, (*words)[TM_WORD_RECURRING]);
  for (guint i = 0; i < figures->recurrences->len; i++)
    {
      const TmRecurrence *recurrence = figures->recurrences->pdata[i];
      add_number (out, recurrence->n);
      g_string_append (out, "  ");
      terminal_add_cell (out, terminal, TM_STYLE_PLAIN, recurrence->subject, terminal->width - NUMBER_COLUMNS - 2,
                         false);
      g_string_append_c (out, '\n');
    }
}

static void
add_head (GString *out, const TmTerminal *terminal, const TmReportPage *page, const TmReportWords *words)
{
  const TmFigures *figures = page->figures;
  const char *zone = page->site->zone != NULL ? g_time_zone_get_identifier (page->site->zone) : "UTC";
  g_autofree char *from = report_local_time (page->site, figures->from_at);
  g_autofree char *to = report_local_time (page->site, figures->to_at);
  g_autofree char *heading = g_strdup_printf ("%s: %s %s %s (%s)", page->site->instance, from, (*words)[TM_WORD_TO], to,
                                              zone);
  terminal_add_heading (out, terminal, heading);
  const struct
  {
    TmReportWord word;
    const char *value;
  } limits[] = { { TM_WORD_QUEUE, page->queue }, { TM_WORD_CUSTOMER, page->customer } };
  for (size_t i = 0; i < G_N_ELEMENTS (limits); i++)
    if (limits[i].value != NULL)
      terminal_add_field (out, terminal, TM_STYLE_PLAIN, (*words)[limits[i].word], LABEL_COLUMNS, limits[i].value);
  const struct
  {
    TmReportWord word;
    gint64 n;
  } numbers[] = { { TM_WORD_NEW_TICKETS, figures->n_tickets }, { TM_WORD_OPEN_NOW, figures->n_open },
                  { TM_WORD_OVERDUE, figures->n_overdue }, { TM_WORD_UNANSWERED, figures->n_unanswered } };
  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, numbers[i].n);
      terminal_add_field (out, terminal, TM_STYLE_PLAIN, (*words)[numbers[i].word], LABEL_COLUMNS, value);
    }
}

/* In English, as everything that ticketctl says. */
void
report_add_text (GString *out, const TmTerminal *terminal, const TmReportPage *page)
{
  const TmFigures *figures = page->figures;
  const TmReportWords *words = report_words (NULL);
  add_head (out, terminal, page, words);
  add_counts (out, terminal, page, words, TM_WORD_BY_TYPE, figures->types, 0, report_type_name);
  add_counts (out, terminal, page, words, TM_WORD_BY_PRIORITY, figures->priorities, 0, report_priority_name);
  add_counts (out, terminal, page, words, TM_WORD_BY_TAG, figures->tags, figures->n_other_tags, NULL);
  if (page->customer == NULL)
    add_counts (out, terminal, page, words, TM_WORD_BY_CUSTOMER, figures->customers, figures->n_other_customers,
                report_customer_name);
  add_hours (out, terminal, figures, words);
  add_kept (out, terminal, figures, words);
  add_times (out, terminal, page, words, TM_WORD_FIRST_RESPONSE_TIMES, &figures->first_response,
             figures->first_responses);
  add_times (out, terminal, page, words, TM_WORD_RESOLUTION_TIMES, &figures->resolution, figures->resolutions);
  add_satisfied (out, terminal, figures, words);
  add_backlog (out, terminal, page, words);
  add_recurrences (out, terminal, figures, words);
}
