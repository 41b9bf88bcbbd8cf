/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/report_chart.h"

#include "base/text.h"

#include <string.h>

/* Of bars, and of charts with columns: the size that their parts are given in, whatever they are shown at. */
enum { BAR_WIDTH = 1000, BAR_HEIGHT = 10 };
enum { WIDTH = 480, HEIGHT = 190, LEFT = 34, TOP = 16, BOTTOM = 166, LABEL_Y = 182, LINES = 4, VALUES_MAX = 12 };

#define INT G_GINT64_FORMAT

void
chart_add_escaped (GString *out, const char *text)
{
  g_autofree char *valid = text_make_valid (text, strlen (text));
  g_autofree char *line = text_one_line (valid, 0);
  g_autofree char *escaped = g_markup_escape_text (line, -1);
  g_string_append (out, escaped);
}

void
chart_add_bar (GString *out, const TmChartPart *parts, gsize n_parts, gint64 n_whole, const char *label)
{
  g_string_append_printf (out, "<svg class=\"bar\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\""
                          " aria-label=\"", BAR_WIDTH, BAR_HEIGHT);
  chart_add_escaped (out, label);
  g_string_append_printf (out, "\"><rect class=\"track\" width=\"%d\" height=\"%d\"/>", BAR_WIDTH, BAR_HEIGHT);
  gint64 n_before = 0;
  for (gsize i = 0; i < n_parts && n_whole > 0; i++)
    {
      gint64 x = n_before * BAR_WIDTH / n_whole;
      n_before += parts[i].n;
      gint64 end = (n_before * BAR_WIDTH + n_whole - 1) / n_whole;
      if (parts[i].n > 0)
        g_string_append_printf (out, "<rect class=\"%s\" x=\"%" INT "\" width=\"%" INT "\" height=\"%d\"/>",
                                parts[i].class_name, x, end - x, BAR_HEIGHT);
    }
  g_string_append (out, "</svg>");
}

/* Between the lines behind the columns: 1, 2 or 5 times a power of ten, so that a few of them reach the top. */
static gint64
find_step (gint64 most)
{
  enum { TEN = 10 };
  static const gint64 steps[] = { 1, 2, 5 };
  for (gint64 power = 1;; power *= TEN)
    for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
      if (steps[i] * power * LINES >= most || power > G_MAXINT64 / (TEN * TEN * LINES))
        return steps[i] * power;
}

static void
add_lines (GString *out, gint64 step, gint64 top)
{
  for (gint64 value = 0; value <= top; value += step)
    {
      gint64 y = BOTTOM - value * (BOTTOM - TOP) / top;
      g_string_append_printf (out,
                              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%" INT "\" y2=\"%" INT "\"/>"
                              "<text x=\"%d\" y=\"%" INT "\" class=\"end\">%" INT "</text>",
                              LEFT, WIDTH, y, y, LEFT - 6, y + 4, value);
    }
}

void
chart_add_columns (GString *out, const char *title, const gint64 *values, const char *const *labels, int n,
                   int label_step)
{
  gint64 most = 1;
  for (int i = 0; i < n; i++)
    most = MAX (most, values[i]);
  gint64 step = find_step (most), top = (most + step - 1) / step * step;
  g_string_append_printf (out, "<svg class=\"columns\" viewBox=\"0 0 %d %d\" role=\"img\"><title>", WIDTH, HEIGHT);
  chart_add_escaped (out, title);
  g_string_append (out, "</title>");
  add_lines (out, step, top);
  int slot = (WIDTH - LEFT) / n, gap = MAX (slot / 6, 1);
  for (int i = 0; i < n; i++)
    {
      int x = LEFT + (WIDTH - LEFT) * i / n;
      gint64 height = values[i] * (BOTTOM - TOP) / top;
      g_string_append_printf (out,
                              "<rect class=\"a\" x=\"%d\" y=\"%" INT "\" width=\"%d\" height=\"%" INT "\"><title>",
                              x + gap, BOTTOM - height, slot - 2 * gap, height);
      chart_add_escaped (out, labels[i]);
      g_string_append_printf (out, ": %" INT "</title></rect>", values[i]);
      if (n <= VALUES_MAX && values[i] > 0)
        g_string_append_printf (out, "<text x=\"%d\" y=\"%" INT "\" class=\"middle\">%" INT "</text>", x + slot / 2,
                                BOTTOM - height - 4, values[i]);
      if (i % label_step != 0)
        continue;
      g_string_append_printf (out, "<text x=\"%d\" y=\"%d\" class=\"middle\">", x + slot / 2, LABEL_Y);
      chart_add_escaped (out, labels[i]);
      g_string_append (out, "</text>");
    }
  g_string_append (out, "</svg>\n");
}
