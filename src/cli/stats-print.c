/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/stats-print.h"

#include "base/text.h"
#include "cli/jsondoc.h"

#include <string.h>

#define PREFIX "ticketmilter_"

enum { US_PER_S = 1000000 };

/* --- numbers --- */

/* Microseconds as seconds without needless digits: "0.000032", "1.048576", "0". */
static char *
format_seconds (guint64 us)
{
  char *text = g_strdup_printf ("%" G_GUINT64_FORMAT ".%06u", us / US_PER_S, (unsigned) (us % US_PER_S));
  char *end = text + strlen (text);
  while (end[-1] == '0')
    end--;
  end[end[-1] == '.' ? -1 : 0] = '\0';
  return text;
}

/* A value of the family's distribution. */
static char *
format_value (const TmStatFamily *family, guint64 value)
{
  return family->unit != NULL ? format_seconds (value) : g_strdup_printf ("%" G_GUINT64_FORMAT, value);
}

static guint64
bound (const TmSpreadState *spread, unsigned bucket)
{
  return (guint64) 1 << (spread->shift + bucket);
}

static guint64
count_all (const TmSpreadState *spread)
{
  guint64 n = 0;
  for (unsigned i = 0; i <= spread->n_buckets; i++)
    n += spread->buckets[i];
  return n;
}

/* The bound below which at least `percent` of all lie; what lies beyond the last bound counts as that one. */
static guint64
quantile (const TmSpreadState *spread, unsigned percent)
{
  enum { ALL = 100 };
  guint64 n_all = count_all (spread), n = 0;
  if (n_all == 0 || spread->n_buckets == 0)
    return 0;
  for (unsigned i = 0; i < spread->n_buckets; i++)
    {
      n += spread->buckets[i];
      if (n * ALL >= n_all * percent)
        return bound (spread, i);
    }
  return bound (spread, spread->n_buckets - 1);
}

/* --- text --- */

/* The name of a rule may hold anything; a name of ours ends at the first blank. */
static char *
text_name (const TmSeries *series)
{
  const TmStatFamily *family = stats_family (series->stat);
  const char *label = family->kind == TM_STAT_INFO ? family->label : series->label;
  if (label == NULL)
    return g_strdup (family->name);
  g_autofree char *line = text_one_line (label, 0);
  g_strdelimit (line, " ", '_');
  return g_strconcat (family->name, ".", line, NULL);
}

static void
add_text_spread (GString *out, const TmSeries *series, const char *name)
{
  const TmStatFamily *family = stats_family (series->stat);
  g_autofree char *sum = format_value (family, series->spread.sum);
  g_autofree char *half = format_value (family, quantile (&series->spread, 50));
  g_autofree char *most = format_value (family, quantile (&series->spread, 99));
  g_string_append_printf (out, "%s.count %" G_GUINT64_FORMAT "\n%s.sum %s\n%s.p50 %s\n%s.p99 %s\n", name,
                          count_all (&series->spread), name, sum, name, half, name, most);
}

void
stats_add_text (GString *out, const GPtrArray *list, const char *remark)
{
  if (remark != NULL)
    g_string_append_printf (out, "# %s\n", remark);
  for (guint i = 0; i < list->len; i++)
    {
      const TmSeries *series = g_ptr_array_index (list, i);
      g_autofree char *name = text_name (series);
      switch (stats_family (series->stat)->kind)
        {
        case TM_STAT_COUNTER:
        case TM_STAT_GAUGE:
          g_string_append_printf (out, "%s %" G_GUINT64_FORMAT "\n", name, series->number);
          break;
        case TM_STAT_HISTOGRAM:
          add_text_spread (out, series, name);
          break;
        case TM_STAT_INFO:
          g_string_append_printf (out, "%s %s\n", name, series->label);
          break;
        }
    }
}

/* --- OpenMetrics 1.0 --- */

static void
add_head (GString *out, const TmStatFamily *family)
{
  static const char *const types[] = { [TM_STAT_COUNTER] = "counter",
                                       [TM_STAT_GAUGE] = "gauge",
                                       [TM_STAT_HISTOGRAM] = "histogram",
                                       [TM_STAT_INFO] = "info" };
  g_string_append_printf (out, "# TYPE " PREFIX "%s %s\n", family->name, types[family->kind]);
  if (family->unit != NULL)
    g_string_append_printf (out, "# UNIT " PREFIX "%s %s\n", family->name, family->unit);
  g_string_append_printf (out, "# HELP " PREFIX "%s %s\n", family->name, family->help);
}

/* `name{label="…",le="…"} ` */
static void
add_sample (GString *out, const TmSeries *series, const char *suffix, const char *le)
{
  const TmStatFamily *family = stats_family (series->stat);
  g_string_append_printf (out, PREFIX "%s%s", family->name, suffix);
  if (series->label != NULL || le != NULL)
    g_string_append_c (out, '{');
  if (series->label != NULL)
    {
      g_string_append_printf (out, "%s=\"", family->label);
      for (const char *p = series->label; *p != '\0'; p++)
        if (*p == '\n')
          g_string_append (out, "\\n");
        else if (*p == '"' || *p == '\\')
          g_string_append_printf (out, "\\%c", *p);
        else
          g_string_append_c (out, *p);
      g_string_append_c (out, '"');
    }
  if (le != NULL)
    g_string_append_printf (out, "%sle=\"%s\"", series->label != NULL ? "," : "", le);
  g_string_append (out, series->label != NULL || le != NULL ? "} " : " ");
}

/* A whole number as a bound is written "1.0". */
static char *
format_bound (const TmSeries *series, unsigned bucket)
{
  g_autofree char *text = format_value (stats_family (series->stat), bound (&series->spread, bucket));
  return g_strconcat (text, strchr (text, '.') == NULL ? ".0" : NULL, NULL);
}

static void
add_openmetrics_spread (GString *out, const TmSeries *series)
{
  const TmSpreadState *spread = &series->spread;
  guint64 n = 0;
  for (unsigned i = 0; i <= spread->n_buckets; i++)
    {
      g_autofree char *le = i < spread->n_buckets ? format_bound (series, i) : g_strdup ("+Inf");
      n += spread->buckets[i];
      add_sample (out, series, "_bucket", le);
      g_string_append_printf (out, "%" G_GUINT64_FORMAT "\n", n);
    }
  g_autofree char *sum = format_value (stats_family (series->stat), spread->sum);
  add_sample (out, series, "_count", NULL);
  g_string_append_printf (out, "%" G_GUINT64_FORMAT "\n", n);
  add_sample (out, series, "_sum", NULL);
  g_string_append_printf (out, "%s\n", sum);
}

void
stats_add_openmetrics (GString *out, const GPtrArray *list)
{
  static const char *const suffixes[]
      = { [TM_STAT_COUNTER] = "_total", [TM_STAT_GAUGE] = "", [TM_STAT_INFO] = "_info" };
  const TmSeries *before = NULL;
  for (guint i = 0; i < list->len; i++)
    {
      const TmSeries *series = g_ptr_array_index (list, i);
      const TmStatFamily *family = stats_family (series->stat);
      if (before == NULL || before->stat != series->stat)
        add_head (out, family);
      before = series;
      if (family->kind == TM_STAT_HISTOGRAM)
        add_openmetrics_spread (out, series);
      else
        {
          add_sample (out, series, suffixes[family->kind], NULL);
          g_string_append_printf (out, "%" G_GUINT64_FORMAT "\n", series->number);
        }
    }
  g_string_append (out, "# EOF\n");
}

/* --- JSON --- */

static void
put_value (JsonBuilder *builder, const char *name, const TmStatFamily *family, guint64 value)
{
  if (family->unit == NULL)
    jsondoc_put_number (builder, name, (gint64) value);
  else
    {
      json_builder_set_member_name (builder, name);
      json_builder_add_double_value (builder, (double) value / US_PER_S);
    }
}

static void
put_spread (JsonBuilder *builder, const TmSeries *series)
{
  const TmStatFamily *family = stats_family (series->stat);
  const TmSpreadState *spread = &series->spread;
  guint64 n = 0;
  jsondoc_put_null (builder, "value");
  jsondoc_put_number (builder, "count", (gint64) count_all (spread));
  put_value (builder, "sum", family, spread->sum);
  jsondoc_open_array (builder, "buckets");
  for (unsigned i = 0; i <= spread->n_buckets; i++)
    {
      n += spread->buckets[i];
      json_builder_begin_object (builder);
      if (i < spread->n_buckets)
        put_value (builder, "le", family, bound (spread, i));
      else
        jsondoc_put_null (builder, "le");
      jsondoc_put_number (builder, "count", (gint64) n);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_series (JsonBuilder *builder, gconstpointer item)
{
  const TmSeries *series = item;
  const TmStatFamily *family = stats_family (series->stat);
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "name", family->name);
  jsondoc_put_text (builder, "label", series->label);
  if (family->kind == TM_STAT_HISTOGRAM)
    put_spread (builder, series);
  else
    {
      jsondoc_put_number (builder, "value", (gint64) series->number);
      jsondoc_put_null (builder, "count");
      jsondoc_put_null (builder, "sum");
      jsondoc_put_null (builder, "buckets");
    }
  json_builder_end_object (builder);
}

void
stats_add_json (GString *out, const TmTerminal *terminal, const GPtrArray *list)
{
  jsondoc_add_list (out, terminal->is_tty, "stats", list, put_series);
}
