/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/template_html.h"

#include <string.h>

/* Whatever stands there is shown, and never loaded, run or applied. */
static const char *const harmless[] = { "title", "alt", "lang", "aria-label", "class", "id" };

static void
push (char word[TM_HTML_WORD], char c)
{
  gsize len = strlen (word);
  if (len + 1 < TM_HTML_WORD)
    word[len] = g_ascii_tolower (c);
}

static void
push_tail (TmHtmlPlace *place, char c)
{
  gsize len = strlen (place->tail);
  if (len + 1 == TM_HTML_WORD)
    memmove (place->tail, place->tail + 1, len--);
  place->tail[len] = g_ascii_tolower (c);
  place->tail[len + 1] = '\0';
}

static void
begin_tag (TmHtmlPlace *place)
{
  *place = (TmHtmlPlace) { .state = TM_HTML_TAG };
}

static void
end_tag (TmHtmlPlace *place)
{
  bool is_raw = strcmp (place->element, "script") == 0 || strcmp (place->element, "style") == 0;
  place->state = is_raw ? TM_HTML_RAW : TM_HTML_TEXT;
  place->tail[0] = '\0';
}

static void
walk_name (TmHtmlPlace *place, char c)
{
  if (g_ascii_isspace (c) || (c == '/' && place->element[0] != '\0'))
    place->is_named = place->element[0] != '\0';
  else
    push (place->element, c);
  if (strcmp (place->element, "!--") == 0)
    place->state = TM_HTML_COMMENT;
}

static void
walk_attribute (TmHtmlPlace *place, char c)
{
  if (c == '"' || c == '\'')
    {
      place->state = TM_HTML_QUOTED;
      place->quote = c;
    }
  else if (g_ascii_isspace (c) || c == '=' || c == '/')
    place->is_behind_name = true;
  else
    {
      if (place->is_behind_name)
        memset (place->attribute, '\0', sizeof place->attribute);
      place->is_behind_name = false;
      push (place->attribute, c);
    }
}

static void
walk_tag (TmHtmlPlace *place, char c)
{
  if (c == '>')
    end_tag (place);
  else if (!place->is_named)
    walk_name (place, c);
  else
    walk_attribute (place, c);
}

static void
walk_raw (TmHtmlPlace *place, char c)
{
  char end[TM_HTML_WORD + 2] = "</";
  strcat (end, place->element);
  push_tail (place, c);
  if (g_str_has_suffix (place->tail, end))
    begin_tag (place);
}

static void
walk_one (TmHtmlPlace *place, char c)
{
  switch (place->state)
    {
    case TM_HTML_TEXT:
      if (c == '<')
        begin_tag (place);
      break;
    case TM_HTML_TAG:
      walk_tag (place, c);
      break;
    case TM_HTML_QUOTED:
      if (c == place->quote)
        {
          place->state = TM_HTML_TAG;
          place->is_behind_name = true;
        }
      break;
    case TM_HTML_COMMENT:
      push_tail (place, c);
      if (g_str_has_suffix (place->tail, "-->"))
        *place = (TmHtmlPlace) { .state = TM_HTML_TEXT };
      break;
    case TM_HTML_RAW:
      walk_raw (place, c);
      break;
    }
}

void
template_html_walk (TmHtmlPlace *place, const char *text, gsize len)
{
  for (gsize i = 0; i < len; i++)
    walk_one (place, text[i]);
}

bool
template_html_is_text (const TmHtmlPlace *place)
{
  return place->state == TM_HTML_TEXT;
}

const char *
template_html_refuses (const TmHtmlPlace *place, bool is_part, bool is_link)
{
  if (place->state == TM_HTML_TEXT)
    return NULL;
  if (is_part)
    return "may stand only between tags, not in a tag, a comment, a script or a style";
  for (gsize i = 0; place->state == TM_HTML_QUOTED && i < G_N_ELEMENTS (harmless); i++)
    if (strcmp (place->attribute, harmless[i]) == 0)
      return NULL;
  if (is_link && place->state == TM_HTML_QUOTED && strcmp (place->attribute, "href") == 0)
    return NULL;
  return "may stand in text and in the quoted values of title, alt, lang, aria-label, class and id";
}
