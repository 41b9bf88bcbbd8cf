/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/quote_lines.h"
#include "core/quote_words.h"

#include "base/text.h"

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
  WRAP_COLUMN = 70,
  USUAL_LINES = 64
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
    if (g_ascii_isalnum (text[i]) || strchr ("-_=*~ \t", text[i]) == NULL)
      return false;
  return len >= 3;
}

/* A mark of direction (Unicode UAX #9) at `text`: Gmail puts them around names in Arabic and Hebrew. */
static bool
is_direction_mark (const char *text)
{
  guchar last = text[0] == '\xe2' && text[1] != '\0' ? (guchar) text[2] : 0;
  return last != 0
         && ((text[1] == '\x80' && (last == 0x8e || last == 0x8f || (last >= 0xaa && last <= 0xae)))
             || (text[1] == '\x81' && last >= 0xa6 && last <= 0xa9));
}

static void
drop_direction_marks (char *text)
{
  enum { MARK_BYTES = 3 };
  char *to = text;
  while (*text != '\0')
    if (is_direction_mark (text))
      text += MARK_BYTES;
    else
      *to++ = *text++;
  *to = '\0';
}

static char *
fold (const char *text, gsize len)
{
  g_autofree char *lower = g_utf8_strdown (text, (gssize) len);
  drop_direction_marks (lower);
  GString *folded = g_string_new (lower);
  g_string_replace (folded, "\xc2\xa0", " ", 0);
  g_string_replace (folded, "\xe2\x80\xaf", " ", 0); /* the narrow one, which Apple puts before AM and PM */
  return g_strchomp (g_string_free (folded, FALSE));
}

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* ASCII is not folded before somebody asks: mostly one look at its bytes says that a line is no more than text. */
static void
strip (TmLine *line, const char *text)
{
  const char *start = text + line->start, *end = start + line->len;
  while (start < end && (is_blank (*start) || *start == '*' || *start == '_'))
    start++;
  while (start < end && (is_blank (end[-1]) || end[-1] == '*' || end[-1] == '_'))
    end--;
  line->bare = start;
  line->bare_len = (gsize) (end - start);
  if (!text_is_ascii (start, line->bare_len))
    line->folded = fold (start, line->bare_len);
  if (line->bare_len == 0 || (line->folded != NULL && *line->folded == '\0'))
    line->kind = TM_LINE_BLANK;
}

static void
add_line (GArray *lines, const char *text, gsize start, gsize end)
{
  while (end > start && (is_blank (text[end - 1]) || text[end - 1] == '\r'))
    end--;
  gsize first = start;
  while (first < end && is_blank (text[first]))
    first++;
  TmLine line = { .start = start, .len = end - start };
  if (first >= end)
    line.kind = TM_LINE_BLANK;
  else if (text[first] == '>')
    line.kind = TM_LINE_QUOTED;
  else if (is_rule (text + start, line.len))
    line.kind = TM_LINE_RULE;
  /* "----" may end an introduction that was wrapped. */
  bool is_dashes = line.kind == TM_LINE_RULE && text[first] == '-';
  if ((line.kind == TM_LINE_OWN || is_dashes) && line.len <= MAX_FOLDED)
    strip (&line, text);
  g_array_append_val (lines, line);
}

/* Not of lines whose `bare` is NULL. */
static const char *
folded (TmLine *line)
{
  if (line->folded == NULL)
    line->folded = g_ascii_strdown (line->bare, (gssize) line->bare_len);
  return line->folded;
}

/* The looks at ASCII before it is folded: false when the question of quote_words.h would be answered so. */

static bool
may_be_separator (const TmLine *line, bool is_marked)
{
  return line->folded != NULL || is_marked || !g_ascii_isalnum (*line->bare) || line->bare[line->bare_len - 1] == ':';
}

static bool
may_end_introduction (const TmLine *line)
{
  char last = line->bare[line->bare_len - 1];
  bool may_lack_colon = (last == '>' || last == 'e') && memchr (line->bare, '@', line->bare_len) != NULL;
  return line->folded != NULL || last == ':' || last == '-' || may_lack_colon;
}

static bool
may_be_trailer (const TmLine *line)
{
  return line->folded != NULL
         || (line->bare_len <= TM_TRAILER_BYTES && memchr (line->bare, ',', line->bare_len) == NULL);
}

static GArray *
split (const char *text)
{
  GArray *lines = g_array_sized_new (FALSE, FALSE, sizeof (TmLine), USUAL_LINES);
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
  bool is_final;
  guint texts[MAX_FOOTER]; /* the last lines of it */
  unsigned n_asked;        /* of those: whether they speak as a footer does */
  bool is_footer;
} Tail;

static bool
is_footer (GArray *lines, Tail *tail)
{
  for (; tail->n_asked < tail->n_text && !tail->is_footer; tail->n_asked++)
    {
      TmLine *line = line_at (lines, tail->texts[tail->n_asked]);
      tail->is_footer = line->bare != NULL && quote_is_list_footer (folded (line));
    }
  return tail->is_footer;
}

static bool
is_signature (GArray *lines, const TmLine *line, const char *text, Tail *tail)
{
  if (line->len == 2 && memcmp (text + line->start, "--", 2) == 0)
    return text[line->start + 2] == ' ' || tail->n_text <= MAX_BARE_SIGNATURE;
  return line->kind == TM_LINE_RULE && line->len >= MIN_FOOTER_RULE && tail->is_final && tail->n_text <= MAX_FOOTER
         && is_footer (lines, tail);
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
      else if (is_signature (lines, line, text, &tail))
        {
          mark (lines, i, tail.end, TM_LINE_SIGNATURE);
          tail = (Tail) { .end = i, .is_final = tail.is_final };
        }
      else if (line->kind == TM_LINE_OWN)
        {
          if (tail.n_text < MAX_FOOTER)
            tail.texts[tail.n_text] = i;
          tail.n_text++;
        }
    }
}

/* A device that signs right above what introduces a quotation, without a blank line. */
static void
mark_trailer_above (GArray *lines, guint i)
{
  TmLine *line = i > 0 ? line_at (lines, i - 1) : NULL;
  if (line != NULL && line->kind == TM_LINE_OWN && line->bare != NULL && may_be_trailer (line)
      && quote_is_trailer (folded (line)))
    line->kind = TM_LINE_TRAILER;
}

/* --- header blocks --- */

static bool
may_have_label (const TmLine *line)
{
  return line->bare != NULL && (line->folded != NULL || quote_may_have_label (line->bare, line->bare_len));
}

static unsigned
label_of (TmLine *line)
{
  return may_have_label (line) ? quote_label (folded (line)) : TM_LABEL_NONE;
}

static bool
is_quote_next (GArray *lines, guint i)
{
  for (; i < lines->len; i++)
    if (line_at (lines, i)->kind != TM_LINE_BLANK)
      return line_at (lines, i)->kind == TM_LINE_QUOTED;
  return false;
}

/* The number of lines of the header block that begins at `i`; 0: none. */
static guint
measure_block (GArray *lines, guint i)
{
  unsigned seen = TM_LABEL_NONE, n_labels = 0;
  bool has_address = false;
  guint end = i;
  for (guint k = i; k < lines->len && k < i + MAX_BLOCK; k++)
    {
      TmLine *line = line_at (lines, k);
      if (line->kind != TM_LINE_OWN && line->kind != TM_LINE_BLANK)
        break;
      unsigned label = label_of (line);
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
  bool is_mail = has_address || ((seen & TM_LABEL_SUBJECT) != 0 && (seen & (TM_LABEL_TO | TM_LABEL_CC)) != 0);
  bool is_block = (n_labels >= 3 && is_mail) || (has_address && is_quote_next (lines, end));
  return (seen & TM_LABEL_FROM) != 0 && is_block ? end - i : 0;
}

/* "------ Original ------" or "Original Message", without anything that would say so by itself, belongs to the block
 * below it. */
static void
mark_heading (GArray *lines, guint i)
{
  TmLine *line = i > 0 ? line_at (lines, i - 1) : NULL;
  if (line != NULL && line->kind == TM_LINE_OWN && line->bare != NULL
      && (quote_is_ruled (folded (line)) || quote_is_separator (folded (line), true)))
    line->kind = TM_LINE_SEPARATOR;
}

static void
mark_blocks (GArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    {
      TmLine *line = line_at (lines, i);
      if (line->kind != TM_LINE_OWN || label_of (line) == TM_LABEL_NONE)
        continue;
      guint n = measure_block (lines, i);
      if (n == 0)
        continue;
      mark (lines, i, i + n, TM_LINE_HEADER);
      mark_heading (lines, i);
      mark_trailer_above (lines, i);
      i += n - 1;
    }
}

/* --- attributions --- */

/* The lines `i - n_before` … `i` as one. */
static char *
join (GArray *lines, guint i, guint n_before)
{
  GString *out = g_string_new (folded (line_at (lines, i - n_before)));
  for (guint k = i - n_before + 1; k <= i; k++)
    g_string_append_printf (out, " %s", folded (line_at (lines, k)));
  return g_string_free (out, FALSE);
}

/* How many lines before `i` could belong to the same sentence. */
static guint
count_before (GArray *lines, guint i)
{
  guint n = 0;
  while (n < MAX_BROKEN - 1 && n < i && line_at (lines, i - n - 1)->kind == TM_LINE_OWN
         && line_at (lines, i - n - 1)->bare != NULL)
    n++;
  return n;
}

/* Whether the line below `i` begins with a word that had no room in it. */
static bool
is_wrapped (GArray *lines, guint i)
{
  const TmLine *line = line_at (lines, i), *next = line_at (lines, i + 1);
  gsize word = 0;
  while (word < next->bare_len && !is_blank (next->bare[word]))
    word++;
  return g_utf8_strlen (line->bare, (gssize) line->bare_len) + 1 + g_utf8_strlen (next->bare, (gssize) word)
         > WRAP_COLUMN;
}

/* `n` lines that end at `i`, and those before them when all of a paragraph is one sentence that was wrapped: a long
 * name stands before the date. */
static guint
with_wrapped (GArray *lines, guint i, guint n, guint n_before)
{
  guint all = n;
  while (all <= n_before && is_wrapped (lines, i - all))
    all++;
  bool is_paragraph = all == i + 1 || line_at (lines, i - all)->kind != TM_LINE_OWN;
  return is_paragraph ? all : n;
}

/* The lines of the attribution that ends at `i`; 0: there is none.  One that begins as such is preferred, else the
 * shortest. */
static guint
measure_attribution (GArray *lines, guint i)
{
  guint n_before = count_before (lines, i), sure = 0, likely = 0;
  bool is_before_quote = is_quote_next (lines, i + 1);
  for (guint n = 0; n <= n_before; n++)
    {
      g_autofree char *joined = join (lines, i, n);
      TmIntro intro = quote_introduction (joined);
      bool counts = intro == TM_INTRO_SURE || (intro == TM_INTRO_LIKELY && is_before_quote);
      if (counts && quote_begins_introduction (folded (line_at (lines, i - n))))
        return n + 1;
      if (intro == TM_INTRO_LIKELY && quote_is_wrapped_introduction (joined, folded (line_at (lines, i))))
        return n + 1;
      if (intro == TM_INTRO_SURE && sure == 0)
        sure = n + 1;
      if (counts && likely == 0)
        likely = n + 1;
    }
  guint found = sure != 0 ? sure : likely;
  return found != 0 ? with_wrapped (lines, i, found, n_before) : 0;
}

/* What lacks its colon at least ends its paragraph. */
static bool
may_be_attribution (GArray *lines, guint i)
{
  TmLine *line = line_at (lines, i);
  if ((line->kind != TM_LINE_OWN && line->kind != TM_LINE_RULE) || line->bare == NULL
      || !may_end_introduction (line) || !quote_may_end_introduction (folded (line)))
    return false;
  TmLineKind next = i + 1 < lines->len ? line_at (lines, i + 1)->kind : TM_LINE_BLANK;
  bool goes_on = next == TM_LINE_OWN || next == TM_LINE_RULE;
  return !goes_on || quote_has_introduction_end (folded (line));
}

static void
mark_attributions (GArray *lines)
{
  guint n_asked = 0;
  for (guint i = 0; i < lines->len && n_asked < MAX_ASKED; i++)
    {
      if (!may_be_attribution (lines, i))
        continue;
      n_asked++;
      guint n = measure_attribution (lines, i);
      mark (lines, i + 1 - n, i + 1, TM_LINE_ATTRIBUTION);
      if (n > 0)
        mark_trailer_above (lines, i + 1 - n);
    }
}

/* --- the rest --- */

static void
mark_single_lines (GArray *lines, const char *text)
{
  for (guint i = 0; i < lines->len; i++)
    {
      TmLine *line = line_at (lines, i);
      if (line->kind != TM_LINE_OWN || line->bare == NULL)
        continue;
      bool ends_paragraph = i + 1 == lines->len || line_at (lines, i + 1)->kind != TM_LINE_OWN;
      bool is_marked = text[line->start] == '*';
      if (may_be_separator (line, is_marked) && quote_is_separator (folded (line), is_marked))
        line->kind = TM_LINE_SEPARATOR;
      else if (ends_paragraph && may_be_trailer (line) && quote_is_trailer (folded (line)))
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
