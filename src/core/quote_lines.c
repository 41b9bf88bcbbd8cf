/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/quote_lines.h"
#include "core/quote_words.h"

#include <string.h>

enum
{
  MAX_FOLDED = 400,      /* bytes of a line that mail programs make */
  MAX_BROKEN = 4,        /* lines of one attribution */
  MAX_ASKED = 2000,      /* lines that end like an attribution: a log may have more, a mail has not */
  MAX_BLOCK = 16,        /* lines of one header block */
  MAX_BARE_SIGNATURE = 12,
  MAX_FOOTER = 8,
  MIN_FOOTER_RULE = 20,
  WRAP_COLUMN = 70
};

static TmLine *
line_at (GArray *lines, guint i)
{
  return &g_array_index (lines, TmLine, i);
}

static void
line_clear (gpointer data)
{
  g_free (((TmLine *) data)->folded);
}

/* --- one line by itself --- */

static bool
is_rule (const char *text, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (strchr ("-_=*~ \t", text[i]) == NULL)
      return false;
  return len >= 3;
}

static char *
fold (const char *text, gsize len)
{
  while (len > 0 && strchr ("*_ \t", *text) != NULL)
    {
      text++;
      len--;
    }
  while (len > 0 && strchr ("*_ \t", text[len - 1]) != NULL)
    len--;
  g_autofree char *copy = g_strndup (text, len);
  if (g_str_is_ascii (copy))
    return g_ascii_strdown (copy, (gssize) len);
  g_autofree char *lower = g_utf8_strdown (copy, (gssize) len);
  GString *folded = g_string_new (lower);
  g_string_replace (folded, "\xc2\xa0", " ", 0);
  return g_strchomp (g_string_free (folded, FALSE));
}

static void
add_line (GArray *lines, const char *text, gsize start, gsize end)
{
  while (end > start && strchr (" \t\r", text[end - 1]) != NULL)
    end--;
  gsize indent = strspn (text + start, " \t");
  TmLine line = { .start = start, .len = end - start };
  if (start + indent >= end)
    line.kind = TM_LINE_BLANK;
  else if (text[start + indent] == '>')
    line.kind = TM_LINE_QUOTED;
  else if (is_rule (text + start, line.len))
    line.kind = TM_LINE_RULE;
  if (line.kind == TM_LINE_OWN && line.len <= MAX_FOLDED)
    line.folded = fold (text + start, line.len);
  if (line.folded != NULL && *line.folded == '\0')
    line.kind = TM_LINE_BLANK;
  g_array_append_val (lines, line);
}

static GArray *
split (const char *text)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (TmLine));
  g_array_set_clear_func (lines, line_clear);
  gsize start = 0;
  for (const char *end = strchr (text, '\n'); end != NULL; end = strchr (text + start, '\n'))
    {
      add_line (lines, text, start, (gsize) (end - text));
      start = (gsize) (end - text) + 1;
    }
  if (text[start] != '\0')
    add_line (lines, text, start, start + strlen (text + start));
  return lines;
}

/* --- signatures --- */

static void
mark (GArray *lines, guint from, guint to, TmLineKind kind)
{
  for (; from < to; from++)
    line_at (lines, from)->kind = kind;
}

/* What stands between a line and the end of the writer's text after it. */
typedef struct
{
  guint end;
  unsigned n_text;
  bool is_final, is_footer;
} Tail;

static bool
is_signature (const TmLine *line, const char *text, const Tail *tail)
{
  if (line->len == 2 && memcmp (text + line->start, "--", 2) == 0)
    return text[line->start + 2] == ' ' || tail->n_text <= MAX_BARE_SIGNATURE;
  return line->kind == TM_LINE_RULE && line->len >= MIN_FOOTER_RULE && tail->is_final && tail->is_footer
         && tail->n_text <= MAX_FOOTER;
}

static void
mark_signatures (GArray *lines, const char *text)
{
  Tail tail = { .end = lines->len, .is_final = true };
  for (guint i = lines->len; i-- > 0;)
    {
      const TmLine *line = line_at (lines, i);
      if (line->kind == TM_LINE_QUOTED || line->kind == TM_LINE_ATTRIBUTION || line->kind == TM_LINE_HEADER
          || line->kind == TM_LINE_SEPARATOR)
        tail = (Tail) { .end = i };
      else if (is_signature (line, text, &tail))
        {
          mark (lines, i, tail.end, TM_LINE_SIGNATURE);
          tail = (Tail) { .end = i, .is_final = tail.is_final };
        }
      else if (line->kind == TM_LINE_OWN)
        {
          if (tail.is_final && tail.n_text < MAX_FOOTER && line->folded != NULL)
            tail.is_footer = tail.is_footer || quote_is_list_footer (line->folded);
          tail.n_text++;
        }
    }
}

/* --- header blocks --- */

/* The number of lines of the header block that begins at `i`; 0: none. */
static guint
measure_block (GArray *lines, guint i)
{
  unsigned seen = TM_LABEL_NONE, n_labels = 0;
  bool has_address = false;
  guint end = i;
  for (guint k = i; k < lines->len && k < i + MAX_BLOCK; k++)
    {
      const TmLine *line = line_at (lines, k);
      if (line->kind != TM_LINE_OWN && line->kind != TM_LINE_BLANK)
        break;
      unsigned label = line->folded != NULL ? quote_label (line->folded) : TM_LABEL_NONE;
      if (label != TM_LABEL_NONE)
        {
          n_labels += (label & ~seen) != 0;
          seen |= label;
          end = k + 1;
          has_address = has_address || strchr (line->folded, '@') != NULL;
        }
      /* The names of many recipients go on over lines; more than two are text. */
      else if (k >= end + 2)
        break;
    }
  /* "From: Berlin, To: Paris, Date: May 3" is a customer's journey. */
  bool is_mail = (seen & TM_LABEL_SUBJECT) != 0 || has_address;
  return (seen & TM_LABEL_FROM) != 0 && n_labels >= 3 && is_mail ? end - i : 0;
}

static void
mark_blocks (GArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    {
      const TmLine *line = line_at (lines, i);
      if (line->kind != TM_LINE_OWN || line->folded == NULL || quote_label (line->folded) == TM_LABEL_NONE)
        continue;
      guint n = measure_block (lines, i);
      mark (lines, i, i + n, TM_LINE_HEADER);
      i += n > 0 ? n - 1 : 0;
    }
}

/* --- attributions --- */

static bool
is_quote_next (GArray *lines, guint i)
{
  for (; i < lines->len; i++)
    if (line_at (lines, i)->kind != TM_LINE_BLANK)
      return line_at (lines, i)->kind == TM_LINE_QUOTED;
  return false;
}

/* The lines `i - n_before` … `i` as one. */
static char *
join (GArray *lines, guint i, guint n_before)
{
  GString *out = g_string_new (line_at (lines, i - n_before)->folded);
  for (guint k = i - n_before + 1; k <= i; k++)
    g_string_append_printf (out, " %s", line_at (lines, k)->folded);
  return g_string_free (out, FALSE);
}

/* How many lines before `i` could belong to the same sentence. */
static guint
count_before (GArray *lines, guint i)
{
  guint n = 0;
  while (n < MAX_BROKEN - 1 && n < i && line_at (lines, i - n - 1)->kind == TM_LINE_OWN
         && line_at (lines, i - n - 1)->folded != NULL)
    n++;
  return n;
}

/* The lines of the attribution that ends at `i`; 0: there is none.  One that begins as such is preferred, else the
 * shortest. */
static guint
measure_attribution (GArray *lines, guint i)
{
  guint n_before = count_before (lines, i), sure = 0, likely = 0;
  for (guint n = 0; n <= n_before; n++)
    {
      g_autofree char *joined = join (lines, i, n);
      TmIntro intro = quote_introduction (joined);
      if (intro == TM_INTRO_SURE && quote_begins_introduction (line_at (lines, i - n)->folded))
        return n + 1;
      if (intro == TM_INTRO_SURE && sure == 0)
        sure = n + 1;
      if (intro == TM_INTRO_LIKELY && likely == 0)
        likely = n + 1;
    }
  return sure != 0 ? sure : likely != 0 && is_quote_next (lines, i + 1) ? likely : 0;
}

static void
mark_attributions (GArray *lines)
{
  guint n_asked = 0;
  for (guint i = 0; i < lines->len && n_asked < MAX_ASKED; i++)
    {
      const TmLine *line = line_at (lines, i);
      if (line->kind != TM_LINE_OWN || line->folded == NULL || !quote_may_end_introduction (line->folded))
        continue;
      n_asked++;
      guint n = measure_attribution (lines, i);
      mark (lines, i + 1 - n, i + 1, TM_LINE_ATTRIBUTION);
    }
}

/* --- the rest --- */

static void
mark_single_lines (GArray *lines, const char *text)
{
  for (guint i = 0; i < lines->len; i++)
    {
      TmLine *line = line_at (lines, i);
      if (line->kind != TM_LINE_OWN || line->folded == NULL)
        continue;
      bool ends_paragraph = i + 1 == lines->len || line_at (lines, i + 1)->kind != TM_LINE_OWN;
      if (quote_is_separator (line->folded, text[line->start] == '*'))
        line->kind = TM_LINE_SEPARATOR;
      else if (ends_paragraph && quote_is_trailer (line->folded))
        line->kind = TM_LINE_TRAILER;
    }
}

/* A program that wraps quoted lines without quoting the rest leaves its words between two quoted lines. */
static void
mark_wrapped (GArray *lines, const char *text)
{
  for (guint i = 1; i + 1 < lines->len; i++)
    {
      TmLine *line = line_at (lines, i);
      const TmLine *before = line_at (lines, i - 1);
      if (line->kind == TM_LINE_OWN && before->kind == TM_LINE_QUOTED && before->len >= WRAP_COLUMN
          && line_at (lines, i + 1)->kind == TM_LINE_QUOTED && g_unichar_islower (g_utf8_get_char (text + line->start)))
        line->kind = TM_LINE_QUOTED;
    }
}

GArray *
quote_read_lines (const char *text)
{
  GArray *lines = split (text);
  mark_single_lines (lines, text);
  mark_blocks (lines);
  mark_attributions (lines);
  mark_signatures (lines, text);
  mark_wrapped (lines, text);
  return lines;
}
