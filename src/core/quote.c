/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/quote.h"
#include "core/quote_lines.h"

#include <string.h>

enum { MAX_NAME_WORDS = 4 };

static const TmLine *
line_at (const GArray *lines, guint i)
{
  return &g_array_index (lines, TmLine, i);
}

static bool
is_introduction (TmLineKind kind)
{
  return kind == TM_LINE_ATTRIBUTION || kind == TM_LINE_HEADER || kind == TM_LINE_SEPARATOR;
}

/* The first line behind the introduction at `i` and the blank lines after it. */
static guint
skip_introduction (const GArray *lines, guint i)
{
  while (i < lines->len && (is_introduction (line_at (lines, i)->kind) || line_at (lines, i)->kind == TM_LINE_BLANK))
    i++;
  return i;
}

/* Where the part ends in which own lines may stand: an introduced text that is not marked line by line goes on to the
 * end. */
static guint
find_end (const GArray *lines)
{
  guint i = 0;
  while (i < lines->len)
    if (is_introduction (line_at (lines, i)->kind))
      {
        guint next = skip_introduction (lines, i);
        if (next < lines->len && line_at (lines, next)->kind != TM_LINE_QUOTED)
          break;
        i = next;
      }
    else
      i++;
  return i;
}

/* "-Anna Meier", behind a blank line, is how some people sign. */
static bool
is_signed_name (const GArray *lines, guint i, const char *text)
{
  const TmLine *line = line_at (lines, i);
  if (i == 0 || line_at (lines, i - 1)->kind != TM_LINE_BLANK || line->len < 2 || text[line->start] != '-')
    return false;
  g_autofree char *name = g_strndup (text + line->start + 1, line->len - 1);
  g_auto (GStrv) words = g_strsplit (name, " ", MAX_NAME_WORDS + 1);
  for (char **word = words; *word != NULL; word++)
    if (word == words + MAX_NAME_WORDS || !g_unichar_isupper (g_utf8_get_char (*word))
        || strpbrk (*word, ":;,.!?=0123456789") != NULL)
      return false;
  return true;
}

/* The last line of the writer's text before `end`, what only ends a mail left out; -1: none. */
static int
find_last (const GArray *lines, guint end, const char *text)
{
  int i = (int) end - 1;
  for (; i >= 0; i--)
    if (line_at (lines, (guint) i)->kind == TM_LINE_OWN && !is_signed_name (lines, (guint) i, text))
      break;
  return i;
}

void
quote_find_reply (const char *text, gsize *start_out, gsize *len_out)
{
  *start_out = 0;
  *len_out = strlen (text);
  g_autoptr (GArray) lines = quote_read_lines (text);
  int last = find_last (lines, find_end (lines), text);
  for (int first = 0; first <= last; first++)
    if (line_at (lines, (guint) first)->kind == TM_LINE_OWN)
      {
        *start_out = line_at (lines, (guint) first)->start;
        *len_out = line_at (lines, (guint) last)->start + line_at (lines, (guint) last)->len - *start_out;
        return;
      }
}

bool
quote_is_own (const char *text, gsize start)
{
  g_autoptr (GArray) lines = quote_read_lines (text);
  guint end = find_end (lines);
  for (guint i = 0; i < end && line_at (lines, i)->start <= start; i++)
    if (line_at (lines, i)->start == start)
      return line_at (lines, i)->kind == TM_LINE_OWN && !is_signed_name (lines, i, text);
  return false;
}
