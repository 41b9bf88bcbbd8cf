/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/template.h"

#include "base/text.h"
#include "core/template_html.h"

#include <string.h>

/* What a value ends with whose place is a link. */
#define LINK "_link"

enum { SUBJECT_BYTES = 200, NAME_BYTES = 64, LINK_LEN = sizeof LINK - 1 };

typedef enum { PIECE_TEXT, PIECE_VALUE, PIECE_PART, PIECE_END } PieceKind;

typedef struct
{
  PieceKind kind;
  char *text;  /* TEXT: itself; VALUE, PART: the name */
  guint end;   /* PART: the place of its END */
} Piece;

struct TmTemplate
{
  TmTemplateKind kind;
  GArray *subject; /* Piece; empty in HTML */
  GArray *body;
};

void
template_fault_free (TmTemplateFault *fault)
{
  g_free (fault->what);
  g_free (fault);
}

static void
clear_piece (gpointer piece)
{
  g_free (((Piece *) piece)->text);
}

static GArray *
pieces_new (void)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_array_set_clear_func (pieces, clear_piece);
  return pieces;
}

void
template_free (TmTemplate *template)
{
  if (template == NULL)
    return;
  g_array_unref (template->subject);
  g_array_unref (template->body);
  g_free (template);
}

/* --- reading --- */

typedef struct
{
  const char *at;            /* NUL-terminated */
  unsigned line, column;     /* of `at` */
  TmTemplateKind kind;
  const char *const *names;
  GPtrArray *faults;
  GArray *pieces;            /* what is filled */
  GString *text;             /* read, and no piece yet */
  TmHtmlPlace place;         /* HTML: where `at` stands */
  guint open[TM_TEMPLATE_DEPTH]; /* the places of the parts around it */
  unsigned lines[TM_TEMPLATE_DEPTH], columns[TM_TEMPLATE_DEPTH];
  guint depth;
} Reader;

static void add_fault (GPtrArray *faults, unsigned line, unsigned column, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

static void
add_fault (GPtrArray *faults, unsigned line, unsigned column, const char *format, ...)
{
  va_list args;
  TmTemplateFault *fault = g_new0 (TmTemplateFault, 1);
  fault->line = line;
  fault->column = column;
  va_start (args, format);
  fault->what = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (faults, fault);
}

static void
step (Reader *reader, gsize n_bytes)
{
  for (; n_bytes > 0; n_bytes--, reader->at++)
    if (*reader->at == '\n')
      {
        reader->line++;
        reader->column = 1;
      }
    else if ((*reader->at & 0xc0) != 0x80)
      reader->column++;
}

static void
add_piece (Reader *reader, PieceKind kind, const char *text, gsize len)
{
  Piece piece = { kind, g_strndup (text, len), 0 };
  g_array_append_val (reader->pieces, piece);
}

static void
end_text (Reader *reader)
{
  if (reader->text->len > 0)
    add_piece (reader, PIECE_TEXT, reader->text->str, reader->text->len);
  g_string_truncate (reader->text, 0);
}

/* What stands between the braces: a name behind `?`, `/` or nothing. */
typedef struct
{
  char sign;         /* NUL: a value */
  const char *name;
  gsize name_len;
  gsize len;         /* with its braces; 0: it is none */
} Tag;

static Tag
look_at_tag (const char *at)
{
  Tag tag = { '\0', at + 1, 0, 0 };
  if (*at != '{')
    return tag;
  if (*tag.name == '?' || *tag.name == '/')
    tag.sign = *tag.name++;
  tag.name_len = strspn (tag.name, "abcdefghijklmnopqrstuvwxyz_");
  if (tag.name_len > 0 && tag.name_len <= NAME_BYTES && tag.name[tag.name_len] == '}')
    tag.len = (gsize) (tag.name - at) + tag.name_len + 1;
  return tag;
}

static void
check_name (Reader *reader, const Tag *tag)
{
  g_autofree char *name = g_strndup (tag->name, tag->name_len);
  if (g_strv_contains (reader->names, name))
    return;
  const char *nearest = tag->name_len > 2 ? text_nearest (name, reader->names) : NULL;
  if (nearest != NULL)
    add_fault (reader->faults, reader->line, reader->column, "unknown value `%s`; did you mean `%s`?", name, nearest);
  else
    {
      g_autofree char *all = g_strjoinv (", ", (char **) (gsize) reader->names);
      add_fault (reader->faults, reader->line, reader->column, "unknown value `%s`: there are %s", name, all);
    }
}

static void
open_part (Reader *reader, const Tag *tag)
{
  check_name (reader, tag);
  if (reader->depth == TM_TEMPLATE_DEPTH)
    {
      add_fault (reader->faults, reader->line, reader->column, "more than %d parts within each other",
                 TM_TEMPLATE_DEPTH);
      return;
    }
  reader->open[reader->depth] = reader->pieces->len;
  reader->lines[reader->depth] = reader->line;
  reader->columns[reader->depth] = reader->column;
  reader->depth++;
  add_piece (reader, PIECE_PART, tag->name, tag->name_len);
}

static void
close_part (Reader *reader, const Tag *tag)
{
  if (reader->depth == 0)
    {
      add_fault (reader->faults, reader->line, reader->column, "no `{?%.*s}` stands in front of it",
                 (int) tag->name_len, tag->name);
      return;
    }
  Piece *part = &g_array_index (reader->pieces, Piece, reader->open[--reader->depth]);
  if (strlen (part->text) != tag->name_len || strncmp (part->text, tag->name, tag->name_len) != 0)
    add_fault (reader->faults, reader->line, reader->column, "`{?%s}` of line %u ends first: write `{/%s}`",
               part->text, reader->lines[reader->depth], part->text);
  part->end = reader->pieces->len;
  add_piece (reader, PIECE_END, NULL, 0);
}

static void
read_tag (Reader *reader, const Tag *tag)
{
  bool is_link = tag->name_len >= LINK_LEN && strncmp (tag->name + tag->name_len - LINK_LEN, LINK, LINK_LEN) == 0;
  const char *why = reader->kind == TM_TEMPLATE_HTML
                        ? template_html_refuses (&reader->place, tag->sign != '\0', is_link)
                        : NULL;
  end_text (reader);
  if (why != NULL)
    add_fault (reader->faults, reader->line, reader->column, "`%.*s` %s", (int) tag->len, reader->at, why);
  if (tag->sign == '?')
    open_part (reader, tag);
  else if (tag->sign == '/')
    close_part (reader, tag);
  else
    {
      check_name (reader, tag);
      add_piece (reader, PIECE_VALUE, tag->name, tag->name_len);
    }
  step (reader, tag->len);
}

/* How long a line of nothing but the tags of parts is, with its line feed; 0: it is none. */
static gsize
tags_line_len (const char *line)
{
  const char *at = line;
  guint n_tags = 0;
  for (;;)
    {
      at += strspn (at, " \t");
      Tag tag = look_at_tag (at);
      if (tag.len == 0 || tag.sign == '\0')
        break;
      at += tag.len;
      n_tags++;
    }
  if (n_tags == 0 || (*at != '\n' && *at != '\0'))
    return 0;
  return (gsize) (at - line) + (*at == '\n');
}

static void
read_tags_line (Reader *reader, gsize len)
{
  const char *end = reader->at + len;
  while (reader->at < end)
    {
      Tag tag = look_at_tag (reader->at);
      if (tag.len > 0)
        read_tag (reader, &tag);
      else
        step (reader, 1);
    }
}

static void
take_text (Reader *reader, gsize n_bytes, gsize n_kept)
{
  g_string_append_len (reader->text, reader->at, (gssize) n_kept);
  if (reader->kind == TM_TEMPLATE_HTML)
    template_html_walk (&reader->place, reader->at, n_kept);
  step (reader, n_bytes);
}

static void
read_until (Reader *reader, const char *end)
{
  bool is_line_start = true;
  while (reader->at < end)
    {
      gsize tags_len = is_line_start ? tags_line_len (reader->at) : 0;
      Tag tag = look_at_tag (reader->at);
      is_line_start = *reader->at == '\n' || tags_len > 0;
      if (tags_len > 0)
        read_tags_line (reader, tags_len);
      else if (tag.len > 0)
        read_tag (reader, &tag);
      else if (reader->at[0] == '{' && reader->at[1] == '{')
        take_text (reader, 2, 1);
      else
        {
          if (*reader->at == '{')
            add_fault (reader->faults, reader->line, reader->column,
                       "`{` begins a value such as `{ticket}`: write `{{` for the character itself");
          take_text (reader, 1, 1);
        }
    }
  end_text (reader);
  for (; reader->depth > 0; reader->depth--)
    add_fault (reader->faults, reader->lines[reader->depth - 1], reader->columns[reader->depth - 1],
               "nothing ends this part: `{/%s}` is missing",
               g_array_index (reader->pieces, Piece, reader->open[reader->depth - 1]).text);
}

/* --- whole texts --- */

static void
read_subject (Reader *reader, TmTemplate *template)
{
  static const char field[] = "Subject: ";
  const char *end = strchr (reader->at, '\n');
  if (!g_str_has_prefix (reader->at, field) || end == NULL || (end[1] != '\n' && end[1] != '\0'))
    {
      add_fault (reader->faults, 1, 1, "must begin with a line `Subject: …` and an empty one");
      return;
    }
  step (reader, strlen (field));
  reader->pieces = template->subject;
  read_until (reader, end);
  step (reader, end[1] == '\n' ? 2 : 1);
}

/* NULL: nothing that could be read as a text. */
static char *
clean_source (const char *source, gsize len, GPtrArray *faults)
{
  if (len > TM_TEMPLATE_MAX)
    add_fault (faults, 1, 1, "is longer than %d kB", TM_TEMPLATE_MAX >> 10);
  else if (!g_utf8_validate_len (source, len, NULL))
    add_fault (faults, 1, 1, "is not UTF-8");
  else
    {
      GString *text = g_string_new_len (source, (gssize) len);
      if (g_str_has_prefix (text->str, "\xef\xbb\xbf"))
        g_string_erase (text, 0, 3);
      g_string_replace (text, "\r\n", "\n", 0);
      if (text->len > 0 && text->str[text->len - 1] != '\n')
        g_string_append_c (text, '\n');
      return g_string_free (text, FALSE);
    }
  return NULL;
}

TmTemplate *
template_parse (const char *source, gsize len, TmTemplateKind kind, const char *const *names, GPtrArray *faults)
{
  guint n_before = faults->len;
  g_autofree char *text = clean_source (source, len, faults);
  if (text == NULL)
    return NULL;
  g_autoptr (TmTemplate) template = g_new0 (TmTemplate, 1);
  g_autoptr (GString) pending = g_string_new (NULL);
  template->kind = kind;
  template->subject = pieces_new ();
  template->body = pieces_new ();
  Reader reader = { .at = text, .line = 1, .column = 1, .kind = kind, .names = names, .faults = faults,
                    .text = pending };
  if (kind == TM_TEMPLATE_TEXT)
    read_subject (&reader, template);
  reader.pieces = template->body;
  read_until (&reader, text + strlen (text));
  if (kind == TM_TEMPLATE_HTML && !template_html_is_text (&reader.place))
    add_fault (faults, reader.line, reader.column, "ends within a tag, a comment, a script or a style");
  return faults->len == n_before ? g_steal_pointer (&template) : NULL;
}

/* --- writing --- */

static const char *
find_value (GHashTable *values, const char *name)
{
  const char *value = g_hash_table_lookup (values, name);
  return value != NULL && *value != '\0' ? value : NULL;
}

static void
write_value (GString *out, TmTemplateKind kind, const char *value)
{
  g_autofree char *line = text_one_line (value, 0);
  if (kind == TM_TEMPLATE_TEXT)
    {
      g_string_append (out, line);
      return;
    }
  g_autofree char *escaped = g_markup_escape_text (line, -1);
  g_autoptr (GString) html = g_string_new (escaped);
  g_string_replace (html, "&apos;", "&#39;", 0); /* XML's name, which old mail programs show as it is */
  g_string_append (out, html->str);
}

static char *
write_pieces (const GArray *pieces, TmTemplateKind kind, GHashTable *values)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < pieces->len; i++)
    {
      const Piece *piece = &g_array_index (pieces, Piece, i);
      const char *value = piece->kind == PIECE_VALUE || piece->kind == PIECE_PART
                              ? find_value (values, piece->text)
                              : NULL;
      if (piece->kind == PIECE_TEXT)
        g_string_append (out, piece->text);
      else if (piece->kind == PIECE_VALUE && value != NULL)
        write_value (out, kind, value);
      else if (piece->kind == PIECE_PART && value == NULL)
        i = piece->end;
    }
  return g_string_free (out, FALSE);
}

char *
template_write (const TmTemplate *template, GHashTable *values)
{
  return write_pieces (template->body, template->kind, values);
}

char *
template_subject (const TmTemplate *template, GHashTable *values)
{
  if (template->kind != TM_TEMPLATE_TEXT)
    return NULL;
  g_autofree char *subject = write_pieces (template->subject, template->kind, values);
  return text_one_line (subject, SUBJECT_BYTES);
}
