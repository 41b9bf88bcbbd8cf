/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/html.h"

#include <libxml/HTMLparser.h>
#include <string.h>

enum { DEPTH_MAX = 500, LIST_INDENT_MAX = 8, QUOTE_MAX = 20 };

typedef enum
{
  KIND_OTHER,
  KIND_HIDDEN,
  KIND_BLOCK,     /* begins and ends a line */
  KIND_PARAGRAPH, /* with a blank line around it */
  KIND_BREAK,
  KIND_PRE,
  KIND_BULLETS,
  KIND_NUMBERS,
  KIND_ITEM,
  KIND_QUOTE,
  KIND_CELL,
  KIND_LINK,
  KIND_IMAGE
} TmHtmlKind;

static const struct
{
  const char *name;
  TmHtmlKind kind;
} elements[] = {
  { "div", KIND_BLOCK },       { "tr", KIND_BLOCK },        { "table", KIND_BLOCK },  { "section", KIND_BLOCK },
  { "article", KIND_BLOCK },   { "header", KIND_BLOCK },    { "footer", KIND_BLOCK }, { "address", KIND_BLOCK },
  { "center", KIND_BLOCK },    { "dt", KIND_BLOCK },        { "dd", KIND_BLOCK },     { "caption", KIND_BLOCK },
  { "form", KIND_BLOCK },      { "fieldset", KIND_BLOCK },  { "nav", KIND_BLOCK },    { "main", KIND_BLOCK },
  { "p", KIND_PARAGRAPH },     { "h1", KIND_PARAGRAPH },    { "h2", KIND_PARAGRAPH }, { "h3", KIND_PARAGRAPH },
  { "h4", KIND_PARAGRAPH },    { "h5", KIND_PARAGRAPH },    { "h6", KIND_PARAGRAPH }, { "hr", KIND_PARAGRAPH },
  { "dl", KIND_PARAGRAPH },    { "pre", KIND_PRE },         { "br", KIND_BREAK },     { "ul", KIND_BULLETS },
  { "ol", KIND_NUMBERS },      { "li", KIND_ITEM },         { "blockquote", KIND_QUOTE }, { "td", KIND_CELL },
  { "th", KIND_CELL },         { "a", KIND_LINK },          { "img", KIND_IMAGE },
};

typedef struct
{
  TmHtmlKind kind;
  unsigned count; /* items of a list so far */
  char *href;
  size_t start;   /* where the text of a link or cell begins */
} TmHtmlOpen;

typedef struct
{
  htmlParserCtxtPtr parser;
  GString *out;
  size_t max;
  GArray *open; /* TmHtmlOpen */
  unsigned n_hidden, n_pre, n_quotes, n_lists;
  unsigned newlines; /* wanted before the next text */
  bool space, tab;   /* likewise */
  bool fresh;        /* just behind a list mark or at a cell's start: a block begins no line of its own */
  bool cut;
} TmHtml;

static void
clear_open (void *data)
{
  g_free (((TmHtmlOpen *) data)->href);
}

/* libxml2 gives names of elements and attributes in lower case. */
static TmHtmlKind
kind_of (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (elements); i++)
    if (name[0] == elements[i].name[0] && strcmp (name, elements[i].name) == 0)
      return elements[i].kind;
  return KIND_OTHER;
}

bool
html_ends_line (const char *name)
{
  switch (kind_of (name))
    {
    case KIND_BLOCK:
    case KIND_PARAGRAPH:
    case KIND_BREAK:
    case KIND_PRE:
    case KIND_BULLETS:
    case KIND_NUMBERS:
    case KIND_ITEM:
    case KIND_QUOTE:
      return true;
    case KIND_OTHER:
    case KIND_HIDDEN:
    case KIND_CELL:
    case KIND_LINK:
    case KIND_IMAGE:
      return false;
    }
  return false;
}

static const char *
attribute (const xmlChar **attributes, const char *name)
{
  for (; attributes != NULL && attributes[0] != NULL; attributes += 2)
    if (strcmp ((const char *) attributes[0], name) == 0)
      return (const char *) attributes[1];
  return NULL;
}

/* Whether the style says `property: value`, blanks aside. */
static bool
style_says (const xmlChar **attributes, const char *declaration)
{
  const char *style = attribute (attributes, "style");
  if (style == NULL)
    return false;
  GString *squeezed = g_string_new (NULL);
  for (; *style != '\0'; style++)
    if (!g_ascii_isspace (*style))
      g_string_append_c (squeezed, g_ascii_tolower (*style));
  bool says = strstr (squeezed->str, declaration) != NULL;
  g_string_free (squeezed, TRUE);
  return says;
}

static bool
at_line_start (const TmHtml *html)
{
  return html->out->len == 0 || html->newlines > 0;
}

static void
want_newlines (TmHtml *html, unsigned n)
{
  if (html->fresh)
    return;
  html->space = html->tab = false;
  html->newlines = MAX (html->newlines, n);
}

static void
begin_line (TmHtml *html, bool is_blank)
{
  unsigned n = MIN (html->n_quotes, QUOTE_MAX);
  for (unsigned i = 0; i < n; i++)
    g_string_append (html->out, i + 1 == n && !is_blank ? "> " : ">");
}

/* Lines, blanks and quote marks that are due before text. */
static void
settle (TmHtml *html)
{
  bool first = html->out->len == 0;
  for (unsigned i = 0; i < html->newlines && !first; i++)
    {
      if (i > 0)
        begin_line (html, true);
      g_string_append_c (html->out, '\n');
    }
  if (html->newlines > 0 || first)
    begin_line (html, false);
  else if (html->tab)
    g_string_append_c (html->out, '\t');
  else if (html->space)
    g_string_append_c (html->out, ' ');
  html->newlines = 0;
  html->space = html->tab = html->fresh = false;
}

static void
add_word (TmHtml *html, const char *word, size_t len)
{
  settle (html);
  g_string_append_len (html->out, word, (gssize) len);
}

/* White space between words; a no-break space counts as such. */
static size_t
blank_length (const char *p)
{
  if (g_ascii_isspace (*p))
    return 1;
  return (unsigned char) p[0] == 0xc2 && (unsigned char) p[1] == 0xa0 ? 2 : 0;
}

static void
add_text (TmHtml *html, const char *text)
{
  while (*text != '\0')
    {
      size_t blank = blank_length (text);
      if (blank > 0)
        {
          html->space = html->space || !at_line_start (html);
          text += blank;
          continue;
        }
      size_t len = 0;
      while (text[len] != '\0' && blank_length (text + len) == 0)
        len++;
      add_word (html, text, len);
      text += len;
    }
}

static void
add_preformatted (TmHtml *html, const char *text)
{
  while (*text != '\0')
    {
      size_t len = strcspn (text, "\n");
      if (len > 0)
        add_word (html, text, len);
      text += len;
      if (*text == '\n')
        {
          html->newlines++;
          text++;
        }
    }
}

static void
stop (TmHtml *html)
{
  html->cut = true;
  xmlStopParser (html->parser);
}

static void
on_characters (void *data, const xmlChar *chars, int len)
{
  TmHtml *html = data;
  if (html->n_hidden > 0 || html->cut || len <= 0)
    return;
  g_autofree char *text = g_strndup ((const char *) chars, (gsize) len);
  if (html->n_pre > 0)
    add_preformatted (html, text);
  else
    add_text (html, text);
  if (html->out->len > html->max)
    stop (html);
}

static void
begin_item (TmHtml *html)
{
  want_newlines (html, 1);
  unsigned number = 0;
  for (guint i = html->open->len; i > 0 && number == 0; i--)
    {
      TmHtmlOpen *list = &g_array_index (html->open, TmHtmlOpen, i - 1);
      if (list->kind == KIND_NUMBERS)
        number = ++list->count;
      else if (list->kind == KIND_BULLETS)
        break;
    }
  g_autofree char *mark = number > 0 ? g_strdup_printf ("%u.", number) : g_strdup ("-");
  g_autofree char *line
    = g_strdup_printf ("%*s%s", (int) MIN (html->n_lists > 0 ? html->n_lists - 1 : 0, LIST_INDENT_MAX) * 2, "", mark);
  add_word (html, line, strlen (line));
  html->space = html->fresh = true;
}

/* Cells of one short line each stay in their row. */
static void
end_cell (TmHtml *html, const TmHtmlOpen *cell)
{
  html->fresh = false;
  if (html->out->len <= cell->start)
    return;
  const char *text = html->out->str + cell->start;
  text += strspn (text, "\n\t >");
  if (strchr (text, '\n') == NULL)
    html->newlines = 0;
}

/* Web addresses and mail addresses are worth reading; the rest is not for people. */
static char *
link_target (const char *href)
{
  static const char *const schemes[] = { "http://", "https://", "ftp://", "mailto:", "tel:" };
  g_autofree char *copy = href != NULL ? g_strstrip (g_strdup (href)) : NULL;
  for (size_t i = 0; copy != NULL && i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (copy, schemes[i], strlen (schemes[i])) == 0 && strpbrk (copy, "<> \t\n") == NULL)
      return g_strdup (g_ascii_strncasecmp (copy, "mailto:", 7) == 0 || g_ascii_strncasecmp (copy, "tel:", 4) == 0
                           ? strchr (copy, ':') + 1
                           : copy);
  return NULL;
}

/* Whether the text of the link says its address already ("example.com" for "https://example.com/"). */
static bool
shows_target (const char *text, const char *target)
{
  const char *bare = strstr (target, "://");
  bare = bare != NULL ? bare + 3 : target;
  size_t len = strlen (bare);
  if (len > 0 && bare[len - 1] == '/')
    len--;
  g_autofree char *core = g_strndup (bare, len);
  return strstr (text, core) != NULL;
}

static void
end_link (TmHtml *html, const TmHtmlOpen *link)
{
  if (link->href == NULL || link->start >= html->out->len)
    return;
  const char *text = html->out->str + link->start;
  if (shows_target (text, link->href))
    return;
  bool space = html->space;
  g_string_append_printf (html->out, " <%s>", link->href);
  html->space = space;
}

static void
on_image (TmHtml *html, const char *alt)
{
  if (alt != NULL && *alt != '\0')
    add_text (html, alt);
}

static void
open_kind (TmHtml *html, TmHtmlKind kind, const xmlChar **attributes)
{
  switch (kind)
    {
    case KIND_OTHER:
    case KIND_HIDDEN:
    case KIND_LINK:
      break;
    case KIND_BLOCK:
      want_newlines (html, 1);
      break;
    case KIND_PARAGRAPH:
      want_newlines (html, 2);
      break;
    case KIND_BREAK:
      want_newlines (html, MIN (html->newlines + 1, 2));
      break;
    case KIND_PRE:
      want_newlines (html, 2);
      html->n_pre++;
      break;
    case KIND_BULLETS:
    case KIND_NUMBERS:
      want_newlines (html, html->n_lists++ == 0 ? 2 : 1);
      break;
    case KIND_ITEM:
      begin_item (html);
      break;
    case KIND_QUOTE:
      /* Close to the line that says who wrote it. */
      want_newlines (html, 1);
      html->newlines = MIN (html->newlines, 1);
      html->n_quotes++;
      break;
    case KIND_CELL:
      html->tab = !at_line_start (html);
      html->fresh = true;
      break;
    case KIND_IMAGE:
      on_image (html, attribute (attributes, "alt"));
      break;
    }
}

static void
close_kind (TmHtml *html, const TmHtmlOpen *open)
{
  switch (open->kind)
    {
    case KIND_OTHER:
    case KIND_BREAK:
    case KIND_IMAGE:
      break;
    case KIND_HIDDEN:
      html->n_hidden--;
      break;
    case KIND_CELL:
      end_cell (html, open);
      break;
    case KIND_ITEM:
      html->fresh = false;
      want_newlines (html, 1);
      break;
    case KIND_BLOCK:
      want_newlines (html, 1);
      break;
    case KIND_PARAGRAPH:
      want_newlines (html, 2);
      break;
    case KIND_PRE:
      want_newlines (html, 2);
      html->n_pre--;
      break;
    case KIND_BULLETS:
    case KIND_NUMBERS:
      want_newlines (html, --html->n_lists == 0 ? 2 : 1);
      break;
    case KIND_QUOTE:
      want_newlines (html, 2);
      html->n_quotes--;
      break;
    case KIND_LINK:
      end_link (html, open);
      break;
    }
}

static void
on_start (void *data, const xmlChar *name, const xmlChar **attributes)
{
  TmHtml *html = data;
  TmHtmlOpen open = { .kind = kind_of ((const char *) name), .start = html->out->len };
  /* Mail programs indent with blockquotes too. */
  if (open.kind == KIND_QUOTE && style_says (attributes, "border:none"))
    open.kind = KIND_BLOCK;
  if (style_says (attributes, "display:none"))
    open.kind = KIND_HIDDEN;
  if (open.kind == KIND_HIDDEN)
    html->n_hidden++;
  else if (html->n_hidden > 0)
    open.kind = KIND_OTHER;
  if (open.kind == KIND_LINK)
    open.href = link_target (attribute (attributes, "href"));
  const char *first = open.kind == KIND_NUMBERS ? attribute (attributes, "start") : NULL;
  if (first != NULL)
    open.count = (unsigned) g_ascii_strtoull (first, NULL, 10) - 1;
  open_kind (html, open.kind, attributes);
  g_array_append_val (html->open, open);
  if (html->open->len > DEPTH_MAX)
    stop (html);
}

static void
on_end (void *data, const xmlChar *name)
{
  (void) name;
  TmHtml *html = data;
  if (html->open->len == 0)
    return;
  close_kind (html, &g_array_index (html->open, TmHtmlOpen, html->open->len - 1));
  g_array_set_size (html->open, html->open->len - 1);
}

char *
html_to_text (const char *html, size_t max_bytes, bool *cut_out)
{
  g_autofree char *reduced = html_reduce (html);
  TmHtml reader = { .out = g_string_new (NULL), .max = max_bytes };
  reader.open = g_array_new (FALSE, TRUE, sizeof (TmHtmlOpen));
  g_array_set_clear_func (reader.open, clear_open);
  xmlSAXHandler sax = { .initialized = 1, .startElement = on_start, .endElement = on_end,
                        .characters = on_characters, .ignorableWhitespace = on_characters };
  reader.parser = htmlNewParserCtxt ();
  *reader.parser->sax = sax;
  reader.parser->userData = &reader;
  htmlDocPtr doc
    = htmlCtxtReadMemory (reader.parser, reduced, (int) strlen (reduced), NULL, "UTF-8",
                          HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
  xmlFreeDoc (doc);
  htmlFreeParserCtxt (reader.parser);
  g_array_unref (reader.open);
  *cut_out = reader.cut;
  return g_string_free (reader.out, FALSE);
}
