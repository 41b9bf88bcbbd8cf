/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/rewrite-html.h"

#include "mime/charset.h"
#include "mime/html-scan.h"
#include "mime/html.h"
#include "mime/rewrite-text.h"
#include "mime/text.h"

#include <libxml/HTMLparser.h>
#include <string.h>

enum { LINE_BYTES_MAX = 64 * 1024, ENTITY_MAX = 32 };

typedef struct
{
  size_t start, end;
} TmRange;

/* One line as it is shown, and where it stands. */
typedef struct
{
  GString *text;     /* UTF-8 */
  GArray *runs;      /* TmRange: its text */
  TmRange breaker;   /* the <br> that ends it; empty: something else does */
  TmRange block;     /* the element that holds it alone; empty: none does */
  bool has_object;   /* an image or the like */
} TmHtmlLine;

typedef struct
{
  TmHtmlScan scan;
  const char *charset;
  TmHtmlLine line;
  size_t block_start; /* of the tag that began the line; NO_BLOCK: there is none, or it holds more */
  char block_name[HTML_NAME_MAX + 1];
  int n_inline;       /* open inline elements since then */
  unsigned n_pre;
} TmHtmlReader;

#define NO_BLOCK ((size_t) -1)

static void
reader_init (TmHtmlReader *reader, const GString *html, const char *charset)
{
  *reader = (TmHtmlReader){ .charset = charset, .block_start = NO_BLOCK };
  html_scan_init (&reader->scan, html->str, html->len);
  reader->line.text = g_string_new (NULL);
  reader->line.runs = g_array_new (FALSE, FALSE, sizeof (TmRange));
}

static void
reader_clear (TmHtmlReader *reader)
{
  g_string_free (reader->line.text, TRUE);
  g_array_unref (reader->line.runs);
}

/* --- text --- */

/* The entity at `text`, which begins with "&"; its length, 0 when it is none. */
static size_t
read_entity (const char *text, gunichar *c_out)
{
  gunichar c = 0;
  size_t n = 1;
  if (text[n] == '#')
    {
      bool is_hex = text[n + 1] == 'x' || text[n + 1] == 'X';
      char *end;
      const char *digits = text + n + 1 + is_hex;
      if (!g_ascii_isxdigit (*digits))
        return 0;
      c = (gunichar) MIN (g_ascii_strtoull (digits, &end, is_hex ? 16 : 10), 0x110000);
      n = (size_t) (end - text);
    }
  else
    {
      char name[ENTITY_MAX];
      size_t len = 0;
      while (len + 1 < sizeof name && g_ascii_isalnum (text[n + len]))
        len++;
      memcpy (name, text + n, len);
      name[len] = '\0';
      const htmlEntityDesc *entity = htmlEntityLookup ((const xmlChar *) name);
      c = entity != NULL ? entity->value : 0;
      n += len;
    }
  *c_out = c;
  return c != 0 && g_unichar_validate (c) ? n + (text[n] == ';') : 0;
}

static void
append_decoded (GString *out, const char *utf8)
{
  while (*utf8 != '\0')
    {
      size_t plain = strcspn (utf8, "&");
      g_string_append_len (out, utf8, (gssize) plain);
      utf8 += plain;
      if (*utf8 == '\0')
        return;
      gunichar c;
      size_t len = read_entity (utf8, &c);
      if (len > 0)
        g_string_append_unichar (out, c);
      else
        g_string_append_c (out, '&');
      utf8 += MAX (len, 1);
    }
}

static void
take_text (TmHtmlReader *reader, TmRange run)
{
  const char *html = reader->scan.html;
  size_t len = MIN (run.end - run.start, LINE_BYTES_MAX);
  g_autofree char *utf8 = charset_to_utf8 (html + run.start, len, reader->charset, NULL);
  append_decoded (reader->line.text, utf8);
  while (run.start < run.end && g_ascii_isspace (html[run.start]))
    run.start++;
  while (run.end > run.start && g_ascii_isspace (html[run.end - 1]))
    run.end--;
  if (run.end > run.start)
    g_array_append_val (reader->line.runs, run);
}

/* --- lines --- */

static bool
is_one_of (const char *name, const char *const *names, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp (name, names[i]) == 0)
      return true;
  return false;
}

/* What is seen without being text. */
static bool
is_object (const char *name)
{
  static const char *const names[] = { "img", "object", "embed", "video", "audio", "picture", "input", "button", "hr" };
  return is_one_of (name, names, G_N_ELEMENTS (names));
}

/* Elements that nothing depends on when they are gone. */
static bool
is_removable (const char *name)
{
  static const char *const names[] = { "div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "center", "address", "section" };
  return is_one_of (name, names, G_N_ELEMENTS (names));
}

static bool
is_void (const char *name)
{
  static const char *const names[] = { "wbr", "meta", "link", "base", "area", "col" };
  return is_one_of (name, names, G_N_ELEMENTS (names));
}

static void
begin_line (TmHtmlReader *reader, const TmHtmlToken *block)
{
  reader->block_start = block != NULL ? block->start : NO_BLOCK;
  g_strlcpy (reader->block_name, block != NULL ? block->name : "", sizeof reader->block_name);
  reader->n_inline = 0;
}

/* A tag that may end the line: whether it does. */
static bool
take_tag (TmHtmlReader *reader, const TmHtmlToken *token)
{
  TmHtmlLine *line = &reader->line;
  bool is_start = token->kind == TM_HTML_START;
  if (is_start && strcmp (token->name, "br") == 0)
    {
      line->breaker = (TmRange){ token->start, token->end };
      begin_line (reader, NULL);
      return true;
    }
  line->has_object |= is_start && is_object (token->name);
  if (html_ends_line (token->name))
    {
      if (strcmp (token->name, "pre") == 0)
        reader->n_pre = is_start ? reader->n_pre + 1 : reader->n_pre - (reader->n_pre > 0);
      if (!is_start && reader->block_start != NO_BLOCK && reader->n_inline == 0 && is_removable (token->name)
          && strcmp (reader->block_name, token->name) == 0)
        line->block = (TmRange){ reader->block_start, token->end };
      begin_line (reader, is_start ? token : NULL);
      return true;
    }
  if (strcmp (token->name, "td") == 0 || strcmp (token->name, "th") == 0)
    g_string_append_c (line->text, ' ');
  if (!is_object (token->name) && !is_void (token->name) && !token->is_closed)
    reader->n_inline += is_start ? 1 : -1;
  /* Closed before it was opened here: the block does not hold it. */
  if (reader->n_inline < 0)
    reader->block_start = NO_BLOCK;
  return false;
}

/* The next line, blank ones as well; false: there is none. */
static bool
next_line (TmHtmlReader *reader)
{
  TmHtmlLine *line = &reader->line;
  g_string_truncate (line->text, 0);
  g_array_set_size (line->runs, 0);
  line->breaker = line->block = (TmRange){ 0, 0 };
  line->has_object = false;
  TmHtmlToken token;
  bool has_any = false;
  while (html_scan_next (&reader->scan, &token))
    {
      has_any = true;
      if (token.kind == TM_HTML_SKIPPED)
        continue;
      if (token.kind != TM_HTML_TEXT)
        {
          if (take_tag (reader, &token))
            return true;
          continue;
        }
      const char *text = reader->scan.html + token.start;
      const char *feed = reader->n_pre > 0 ? memchr (text, '\n', token.end - token.start) : NULL;
      if (feed != NULL)
        token.end = reader->scan.at = (size_t) (feed - reader->scan.html) + 1;
      take_text (reader, (TmRange){ token.start, token.end });
      if (feed != NULL)
        {
          bool has_return = feed > text && feed[-1] == '\r';
          line->breaker = (TmRange){ token.end - 1 - has_return, token.end };
          begin_line (reader, NULL);
          return true;
        }
      if (line->text->len > LINE_BYTES_MAX)
        return true;
    }
  return has_any;
}

bool
html_is_blank (const GString *html)
{
  TmHtmlReader reader;
  reader_init (&reader, html, NULL);
  bool is_blank = true;
  while (is_blank && next_line (&reader))
    {
      g_autofree char *text = line_squeeze (reader.line.text->str);
      is_blank = *text == '\0' && !reader.line.has_object;
    }
  reader_clear (&reader);
  return is_blank;
}

/* --- edits --- */

static void
add_range (GArray *cuts, TmRange range)
{
  if (range.end > range.start)
    g_array_append_val (cuts, range);
}

/* What of the line is to go, in the order in which it stands. */
static void
cut_line (GArray *cuts, const TmHtmlLine *line)
{
  if (line->block.end > line->block.start)
    {
      add_range (cuts, line->block);
      return;
    }
  for (guint i = 0; i < line->runs->len; i++)
    add_range (cuts, g_array_index (line->runs, TmRange, i));
  add_range (cuts, line->breaker);
}

/* The first line that stays. */
static void
cut_escape (GArray *cuts, const TmHtmlReader *reader)
{
  if (reader->line.runs->len == 0)
    return;
  TmRange run = g_array_index (reader->line.runs, TmRange, 0);
  const char *html = reader->scan.html;
  if (line_is_escaped (html + run.start, run.end - run.start))
    add_range (cuts, (TmRange){ run.start, run.start + 1 });
}

/* `cuts` go upwards and do not overlap. */
static void
apply_cuts (GString *html, const GArray *cuts)
{
  size_t to = 0, from = 0;
  for (guint i = 0; i <= cuts->len; i++)
    {
      TmRange cut = i < cuts->len ? g_array_index (cuts, TmRange, i) : (TmRange){ html->len, html->len };
      memmove (html->str + to, html->str + from, cut.start - from);
      to += cut.start - from;
      from = cut.end;
    }
  g_string_set_size (html, to);
}

bool
html_remove_lines (GString *html, const GPtrArray *lines, const char *charset)
{
  TmHtmlReader reader;
  guint n = lines != NULL ? lines->len : 0, n_found = 0;
  g_autoptr (GArray) cuts = g_array_new (FALSE, FALSE, sizeof (TmRange));
  reader_init (&reader, html, charset);
  while (next_line (&reader))
    {
      g_autofree char *text = line_squeeze (reader.line.text->str);
      bool is_blank = *text == '\0' && !reader.line.has_object;
      bool is_wanted = !is_blank && n_found < n && !reader.line.has_object
                       && strcmp (text, g_ptr_array_index (lines, n_found)) == 0;
      if (!is_blank && !is_wanted)
        {
          cut_escape (cuts, &reader);
          break;
        }
      n_found += is_wanted;
      if (is_wanted || (n > 0 && is_blank && reader.line.breaker.end > 0))
        cut_line (cuts, &reader.line);
    }
  reader_clear (&reader);
  if (n_found < n)
    return false;
  apply_cuts (html, cuts);
  return true;
}

/* Where the last body ends: its end tag, else that of the document, else the end.  False: the HTML is not sound. */
static bool
find_end (const GString *html, size_t *at_out)
{
  size_t body = html->len, document = html->len;
  TmHtmlScan scan;
  TmHtmlToken token;
  html_scan_init (&scan, html->str, html->len);
  while (html_scan_next (&scan, &token))
    if (token.kind == TM_HTML_END && strcmp (token.name, "body") == 0)
      body = token.start;
    else if (token.kind == TM_HTML_END && strcmp (token.name, "html") == 0)
      document = token.start;
  *at_out = body < html->len ? body : document;
  return html_scan_is_sound (&scan);
}

static void
append_escaped (GString *out, const char *line)
{
  for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (c == '&')
        g_string_append (out, "&amp;");
      else if (c == '<')
        g_string_append (out, "&lt;");
      else if (c == '>')
        g_string_append (out, "&gt;");
      else if (c < 0x80)
        g_string_append_c (out, (char) c);
      else
        g_string_append_printf (out, "&#%u;", (unsigned) c);
    }
}

/* What a reader sees of it, squeezed; NULL: it is beyond bounds. */
static char *
read_squeezed (const GString *html, const char *charset)
{
  enum { READ_MAX = 4 << 20 };
  bool is_cut;
  if (html->len > READ_MAX)
    return NULL;
  g_autofree char *utf8 = charset_to_utf8 (html->str, html->len, charset, NULL);
  g_autofree char *clean = plain_text_clean (utf8, strlen (utf8));
  g_autofree char *text = html_to_text (clean, G_MAXSIZE, &is_cut);
  return is_cut ? NULL : line_squeeze (text);
}

/* Whether the footer is all that a reader sees besides: what is open around it may hide it, quote it, or give it a
 * link. */
static bool
shows_footer (const GString *before, const GString *after, const char *footer, const char *charset)
{
  g_autofree char *old = read_squeezed (before, charset), *new = read_squeezed (after, charset);
  g_autofree char *part = line_squeeze (footer);
  if (old == NULL || new == NULL)
    return true;
  const char *found = g_strrstr (new, part);
  if (found == NULL)
    return false;
  size_t n = (size_t) (found - new);
  n -= n > 0 && new[n - 1] == ' ';
  const char *rest = found + strlen (part);
  rest += *rest == ' ';
  return strncmp (old, new, n) == 0 && strcmp (old + n + (old[n] == ' ' && *rest != '\0'), rest) == 0;
}

bool
html_add_footer (GString *html, const char *footer, const char *eol, const char *charset)
{
  size_t at;
  if (!find_end (html, &at))
    return false;
  g_auto (GStrv) lines = g_strsplit (footer, "\n", -1);
  g_autoptr (GString) block = g_string_new (NULL);
  if (at > 0 && html->str[at - 1] != '\n')
    g_string_append (block, eol);
  g_string_append (block, "<p>");
  for (char **line = lines; *line != NULL; line++)
    {
      if (line > lines)
        g_string_append_printf (block, "<br>%s", eol);
      append_escaped (block, g_strchomp (*line));
    }
  g_string_append_printf (block, "</p>%s", eol);
  g_autoptr (GString) whole = g_string_new_len (html->str, (gssize) html->len);
  g_string_insert_len (whole, (gssize) at, block->str, (gssize) block->len);
  if (!shows_footer (html, whole, footer, charset))
    return false;
  g_string_insert_len (html, (gssize) at, block->str, (gssize) block->len);
  return true;
}
