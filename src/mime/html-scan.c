/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/html-scan.h"

#include "mime/html.h"

#include <glib.h>
#include <string.h>

#define NOT_FOUND ((size_t) -1)

void
html_scan_init (TmHtmlScan *scan, const char *html, size_t len)
{
  *scan = (TmHtmlScan){ .html = html, .len = len };
}

static char
char_at (const TmHtmlScan *scan, size_t at)
{
  return at < scan->len ? scan->html[at] : '\0';
}

static size_t
find (const TmHtmlScan *scan, size_t at, const char *what)
{
  const char *found = at < scan->len ? memmem (scan->html + at, scan->len - at, what, strlen (what)) : NULL;
  return found != NULL ? (size_t) (found - scan->html) : NOT_FOUND;
}

/* Whether markup begins with the "<" at `at`. */
static bool
is_markup (const TmHtmlScan *scan, size_t at)
{
  char next = char_at (scan, at + 1);
  return !scan->no_tag_end
         && (g_ascii_isalpha (next) || next == '!' || next == '?'
             || (next == '/' && g_ascii_isalpha (char_at (scan, at + 2))));
}

/* Behind the ">" that ends the tag whose attributes begin at `at`: one in quotes does not. */
static size_t
find_tag_end (TmHtmlScan *scan, size_t at)
{
  char before = '\0';
  for (; at < scan->len && scan->html[at] != '>'; at++)
    {
      char c = scan->html[at];
      bool *no_end = c == '"' ? &scan->no_quote_end[0] : &scan->no_quote_end[1];
      if ((c == '"' || c == '\'') && before == '=' && !*no_end)
        {
          const char *close = memchr (scan->html + at + 1, c, scan->len - at - 1);
          *no_end = close == NULL;
          at = close != NULL ? (size_t) (close - scan->html) : at;
        }
      if (!g_ascii_isspace (c))
        before = c;
    }
  return at < scan->len ? at + 1 : NOT_FOUND;
}

static size_t
take_name (const TmHtmlScan *scan, size_t at, TmHtmlToken *token)
{
  size_t n = 0;
  for (; at + n < scan->len && !g_ascii_isspace (scan->html[at + n]) && strchr ("/>", scan->html[at + n]) == NULL; n++)
    if (n < HTML_NAME_MAX)
      token->name[n] = g_ascii_tolower (scan->html[at + n]);
  token->name[MIN (n, HTML_NAME_MAX)] = '\0';
  return at + n;
}

/* Behind the end tag of the element `name`. */
static size_t
find_element_end (const TmHtmlScan *scan, size_t at, const char *name)
{
  size_t len = strlen (name);
  while ((at = find (scan, at, "</")) != NOT_FOUND)
    {
      at += 2;
      if (scan->len - at > len && g_ascii_strncasecmp (scan->html + at, name, len) == 0
          && !g_ascii_isalnum (scan->html[at + len]))
        {
          size_t end = find (scan, at, ">");
          return end != NOT_FOUND ? end + 1 : scan->len;
        }
    }
  return NOT_FOUND;
}

static void
take_tag (TmHtmlScan *scan, TmHtmlToken *token)
{
  bool is_end = char_at (scan, token->start + 1) == '/';
  token->kind = is_end ? TM_HTML_END : TM_HTML_START;
  size_t at = take_name (scan, token->start + 1 + is_end, token);
  size_t end = is_end ? find (scan, at, ">") : find_tag_end (scan, at);
  end += is_end && end != NOT_FOUND;
  if (end == NOT_FOUND)
    {
      scan->no_tag_end = true;
      token->kind = TM_HTML_TEXT;
      token->end = scan->len;
      return;
    }
  token->end = end;
  token->is_closed = scan->html[end - 2] == '/';
  int raw = is_end ? -1 : html_raw_element (token->name);
  if (raw < 0)
    return;
  token->kind = TM_HTML_SKIPPED;
  unsigned bit = 1u << raw;
  size_t behind = (scan->unclosed & bit) == 0 ? find_element_end (scan, end, token->name) : NOT_FOUND;
  if (behind != NOT_FOUND)
    token->end = behind;
  else
    scan->unclosed |= bit;
}

static void
take_declaration (TmHtmlScan *scan, TmHtmlToken *token)
{
  bool is_comment = scan->len - token->start > 4 && memcmp (scan->html + token->start, "<!--", 4) == 0;
  size_t end = NOT_FOUND;
  token->kind = TM_HTML_SKIPPED;
  if (is_comment && !scan->no_comment_end)
    end = find (scan, token->start + 4, "-->");
  if (end != NOT_FOUND)
    {
      token->end = end + 3;
      return;
    }
  scan->no_comment_end |= is_comment;
  end = find (scan, token->start, ">");
  scan->no_tag_end |= end == NOT_FOUND;
  token->end = end != NOT_FOUND ? end + 1 : scan->len;
}

bool
html_scan_next (TmHtmlScan *scan, TmHtmlToken *token_out)
{
  if (scan->at >= scan->len)
    return false;
  *token_out = (TmHtmlToken){ .kind = TM_HTML_TEXT, .start = scan->at };
  if (scan->html[scan->at] == '<' && is_markup (scan, scan->at))
    {
      if (strchr ("!?", scan->html[scan->at + 1]) != NULL)
        take_declaration (scan, token_out);
      else
        take_tag (scan, token_out);
    }
  else
    {
      size_t at = scan->at;
      do
        {
          const char *next = memchr (scan->html + at + 1, '<', scan->len - at - 1);
          at = next != NULL ? (size_t) (next - scan->html) : scan->len;
        }
      while (at < scan->len && !is_markup (scan, at));
      token_out->end = at;
    }
  scan->at = token_out->end;
  return true;
}

bool
html_scan_is_sound (const TmHtmlScan *scan)
{
  return !scan->no_comment_end && !scan->no_tag_end && !scan->no_quote_end[0] && !scan->no_quote_end[1]
         && scan->unclosed == 0;
}
