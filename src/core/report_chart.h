/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces of a report's HTML: texts made safe, and charts as SVG.  What they look like is said by the classes that
 * the style sheet gives them.  Pure.
 */
#ifndef TM_CORE_REPORT_CHART_H
#define TM_CORE_REPORT_CHART_H

#include <glib.h>

/* The style sheet, which can stand in a <style> as it is. */
extern const char report_style[];

/* `text` (any bytes) as one line that can stand between tags of HTML and SVG and in a quoted attribute. */
void chart_add_escaped (GString *out, const char *text);

/* A part of a bar; `class_name` is one of the style sheet's. */
typedef struct
{
  gint64 n;
  const char *class_name;
} TmChartPart;

/* Parts of `n_whole`, side by side, as wide as what it stands in; `label` says it to those who do not see it. */
void chart_add_bar (GString *out, const TmChartPart *parts, gsize n_parts, gint64 n_whole, const char *label);

/* A column for each of `n` values over its label, of which every `label_step`-th is written; `title` is the chart's
 * name.  With no more than 12 columns the values are written on them. */
void chart_add_columns (GString *out, const char *title, const gint64 *values, const char *const *labels, int n,
                        int label_step);

#endif
