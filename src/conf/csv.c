/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/csv.h"

#include <stdbool.h>
#include <string.h>

void
csv_init (TmCsv *csv, const char *bytes, gsize len)
{
  static const char mark[] = "\xef\xbb\xbf";
  gsize skip = len >= strlen (mark) && memcmp (bytes, mark, strlen (mark)) == 0 ? strlen (mark) : 0;
  *csv = (TmCsv) { .at = bytes + skip, .end = bytes + len, .line_start = bytes + skip, .line = 1 };
  csv->text = g_string_new (NULL);
  csv->cells = g_array_new (FALSE, FALSE, sizeof (TmCsvCell));
}

void
csv_clear (TmCsv *csv)
{
  if (csv->text != NULL)
    g_string_free (csv->text, TRUE);
  csv->text = NULL;
  g_clear_pointer (&csv->cells, g_array_unref);
}

static bool
fail (TmCsv *csv, const char *at, const char *wrong)
{
  csv->wrong = wrong;
  csv->wrong_line = csv->line;
  csv->wrong_column = (unsigned) (at - csv->line_start) + 1;
  return false;
}

/* 0: no line end is here. */
static gsize
line_end (const TmCsv *csv)
{
  if (csv->at < csv->end && *csv->at == '\n')
    return 1;
  return csv->end - csv->at >= 2 && csv->at[0] == '\r' && csv->at[1] == '\n' ? 2 : 0;
}

static void
take_line_end (TmCsv *csv)
{
  csv->at += line_end (csv);
  csv->line_start = csv->at;
  csv->line++;
}

static bool
read_quoted (TmCsv *csv, const char *limit)
{
  const char *open = csv->at++, *open_line_start = csv->line_start;
  unsigned open_line = csv->line;
  for (; csv->at < limit; csv->at++)
    {
      if (*csv->at == '"' && (csv->at + 1 == csv->end || csv->at[1] != '"'))
        break;
      if (*csv->at == '\0')
        return fail (csv, csv->at, "there is a NUL byte");
      csv->at += *csv->at == '"' ? 1 : 0;
      g_string_append_c (csv->text, *csv->at);
      if (*csv->at == '\n')
        {
          csv->line++;
          csv->line_start = csv->at + 1;
        }
    }
  if (csv->at >= limit)
    {
      csv->line = open_line;
      csv->line_start = open_line_start;
      return fail (csv, open, "a quote is not closed");
    }
  csv->at++;
  if (csv->at == csv->end || *csv->at == ',' || line_end (csv) > 0)
    return true;
  return fail (csv, csv->at, "text stands behind a closing quote");
}

static bool
read_plain (TmCsv *csv, const char *limit)
{
  const char *start = csv->at;
  for (; csv->at < limit && *csv->at != ',' && line_end (csv) == 0; csv->at++)
    if (*csv->at == '"')
      return fail (csv, csv->at, "a quote stands within a value; quote the whole value and write this one twice");
    else if (*csv->at == '\r' || *csv->at == '\0')
      return fail (csv, csv->at, *csv->at == '\r' ? "there is a CR without LF" : "there is a NUL byte");
  g_string_append_len (csv->text, start, csv->at - start);
  return true;
}

static bool
read_cell (TmCsv *csv, const char *limit)
{
  gsize offset = csv->text->len;
  TmCsvCell cell = { .line = csv->line, .column = (unsigned) (csv->at - csv->line_start) + 1 };
  const char *start = csv->at;
  bool is_quoted = csv->at < csv->end && *csv->at == '"';
  if (!(is_quoted ? read_quoted (csv, limit) : read_plain (csv, limit)))
    return false;
  if (csv->at >= limit && limit < csv->end)
    return fail (csv, csv->at, "the row is longer than 64 kB");
  if (!g_utf8_validate (csv->text->str + offset, (gssize) (csv->text->len - offset), NULL))
    return fail (csv, start, "the value is not UTF-8");
  g_string_append_c (csv->text, '\0');
  cell.text = GSIZE_TO_POINTER (offset);
  g_array_append_val (csv->cells, cell);
  return true;
}

static bool
read_row (TmCsv *csv)
{
  const char *limit = csv->end - csv->at > TM_CSV_ROW_MAX ? csv->at + TM_CSV_ROW_MAX : csv->end;
  g_string_truncate (csv->text, 0);
  g_array_set_size (csv->cells, 0);
  bool is_more = true;
  while (is_more)
    {
      if (!read_cell (csv, limit))
        return false;
      is_more = csv->at < csv->end && *csv->at == ',';
      csv->at += is_more ? 1 : 0;
    }
  for (guint i = 0; i < csv->cells->len; i++)
    {
      TmCsvCell *cell = &g_array_index (csv->cells, TmCsvCell, i);
      cell->text = csv->text->str + GPOINTER_TO_SIZE (cell->text);
    }
  return true;
}

TmCsvResult
csv_next (TmCsv *csv)
{
  while (line_end (csv) > 0)
    take_line_end (csv);
  if (csv->at == csv->end)
    return TM_CSV_END;
  const char *start = csv->at, *line_start = csv->line_start;
  unsigned line = csv->line;
  if (read_row (csv))
    {
      if (csv->at < csv->end)
        take_line_end (csv);
      return TM_CSV_ROW;
    }
  const char *newline = memchr (start, '\n', (gsize) (csv->end - start));
  csv->at = newline != NULL ? newline + 1 : csv->end;
  csv->line_start = newline != NULL ? csv->at : line_start;
  csv->line = line + 1;
  return TM_CSV_BAD;
}
