/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/rewrite-parts.h"

#include "mime/words.h"

#include <string.h>

/* A multipart whose last boundary has not come. */
typedef struct
{
  int part;
  char *boundary;
  size_t boundary_len;
  bool has_ended; /* its epilogue goes on until its parent's next boundary */
} TmOpen;

typedef struct
{
  const char *body;
  size_t len;
  const TmLimits *limits;
  GArray *parts; /* TmPart */
  GArray *open;  /* TmOpen, the innermost last */
  int leaf;      /* the part whose content is being read; -1: preamble or epilogue */
  bool in_header;
  size_t header;
  size_t n_header_bytes;
  unsigned n_boundary_lines, n_fields, n_leaves;
} TmPartScan;

static void
clear_part (void *data)
{
  TmPart *part = data;
  g_clear_object (&part->type);
  g_free (part->encoding);
}

static void
clear_open (void *data)
{
  g_free (((TmOpen *) data)->boundary);
}

bool
part_is (const TmPart *part, const char *type, const char *subtype)
{
  return g_mime_content_type_is_type (part->type, type, subtype);
}

/* The value on one line; `*value_out` NULL: no such field.  False: readers may not agree on what it says. */
static bool
read_single (const TmFieldBlock *block, const char *name, char **value_out)
{
  unsigned n = 0;
  *value_out = NULL;
  for (guint i = 0; i < block->fields->len; i++)
    n += field_is (&g_array_index (block->fields, TmField, i), name);
  if (n == 0)
    return true;
  const TmField *field = fields_find (block, name);
  if (n > 1 || !words_are_bounded (field->value, field->value_len))
    return false;
  *value_out = field_unfold (field);
  return true;
}

static bool
is_sealed (const TmPart *part)
{
  static const char *const types[][2] = {
    { "multipart", "signed" },          { "multipart", "encrypted" },          { "application", "pkcs7-mime" },
    { "application", "x-pkcs7-mime" },  { "application", "pkcs7-signature" },  { "application", "x-pkcs7-signature" },
    { "application", "pgp-encrypted" }, { "application", "pgp-signature" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    if (part_is (part, types[i][0], types[i][1]))
      return true;
  return false;
}

/* Sets `*is_named` when it gives a file name. */
static bool
is_attached (const char *disposition_field, bool *is_named)
{
  if (disposition_field == NULL)
    return false;
  GMimeContentDisposition *disposition = g_mime_content_disposition_parse (NULL, disposition_field);
  bool is_attachment = g_mime_content_disposition_is_attachment (disposition);
  *is_named |= g_mime_content_disposition_get_parameter (disposition, "filename") != NULL;
  g_object_unref (disposition);
  return is_attachment;
}

/* As walk.c sees it: programs that name the very first part are naming the message. */
static TmPartKind
kind_of (const TmPart *part, const char *disposition_field, bool is_first)
{
  if (part_is (part, "multipart", "*"))
    return TM_PART_MULTIPART;
  bool is_named = g_mime_content_type_get_parameter (part->type, "name") != NULL;
  if (part_is (part, "message", "*") || is_attached (disposition_field, &is_named))
    return TM_PART_ATTACHMENT;
  if (!part_is (part, "text", "*") || (is_named && !is_first))
    return TM_PART_INLINE;
  if (part_is (part, "text", "plain") || part_is (part, "text", "markdown"))
    return TM_PART_PLAIN;
  return part_is (part, "text", "html") ? TM_PART_HTML : TM_PART_OTHER_TEXT;
}

/* What the fields say of a part whose place is known. */
static bool
describe (TmPartScan *scan, TmPart *part, const TmFieldBlock *block)
{
  g_autofree char *type = NULL;
  g_autofree char *disposition = NULL;
  bool in_digest = part->parent >= 0 && part_is (parts_get (scan->parts, (guint) part->parent), "multipart", "digest");
  if (!read_single (block, "Content-Type", &type) || !read_single (block, "Content-Disposition", &disposition)
      || !read_single (block, "Content-Transfer-Encoding", &part->encoding))
    return false;
  part->has_type = type != NULL;
  part->has_version = fields_find (block, "MIME-Version") != NULL;
  part->type = g_mime_content_type_parse (NULL, type != NULL ? type : in_digest ? "message/rfc822" : "text/plain");
  part->is_sealed = is_sealed (part);
  part->kind = kind_of (part, disposition, scan->n_leaves == 0);
  scan->n_leaves += part->kind != TM_PART_MULTIPART;
  return true;
}

/* Takes over what `part` holds, also when it fails. */
static bool
add_part (TmPartScan *scan, TmPart part)
{
  int number = (int) scan->parts->len;
  g_array_append_val (scan->parts, part);
  if (scan->parts->len > scan->limits->parts)
    return false;
  if (part.kind != TM_PART_MULTIPART)
    {
      scan->leaf = number;
      return true;
    }
  const char *boundary = g_mime_content_type_get_parameter (part.type, "boundary");
  if (boundary == NULL || scan->open->len >= scan->limits->depth)
    return false;
  TmOpen open = { .part = number, .boundary = g_strchomp (g_strdup (boundary)) };
  open.boundary_len = strlen (open.boundary);
  g_array_append_val (scan->open, open);
  scan->leaf = -1;
  return open.boundary_len > 0;
}

/* The multipart whose boundary the line is: its place in the stack, -1 for none. */
static int
find_boundary (const TmPartScan *scan, const char *line, size_t len, bool *is_final_out)
{
  while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t' || line[len - 1] == '\r'))
    len--;
  if (len < 2 || line[0] != '-' || line[1] != '-')
    return -1;
  for (guint i = scan->open->len; i > 0; i--)
    {
      const TmOpen *open = &g_array_index (scan->open, TmOpen, i - 1);
      size_t rest = len - 2;
      if (rest < open->boundary_len || memcmp (line + 2, open->boundary, open->boundary_len) != 0)
        continue;
      *is_final_out = rest == open->boundary_len + 2 && memcmp (line + len - 2, "--", 2) == 0;
      if (*is_final_out || rest == open->boundary_len)
        return (int) i - 1;
    }
  return -1;
}

/* The line end in front of a boundary belongs to it. */
static void
end_leaf (TmPartScan *scan, size_t at)
{
  if (scan->leaf < 0)
    return;
  TmPart *part = parts_get (scan->parts, (guint) scan->leaf);
  size_t end = at;
  if (end > part->start && scan->body[end - 1] == '\n')
    end--;
  if (end > part->start && end < at && scan->body[end - 1] == '\r')
    end--;
  part->len = end - part->start;
  scan->leaf = -1;
}

static bool
take_boundary (TmPartScan *scan, guint level, bool is_final, size_t at, size_t behind)
{
  if (scan->in_header || ++scan->n_boundary_lines > scan->limits->boundary_lines)
    return false;
  for (guint i = scan->open->len; i > level + 1; i--)
    if (!g_array_index (scan->open, TmOpen, i - 1).has_ended)
      return false;
  g_array_set_size (scan->open, level + 1);
  TmOpen *open = &g_array_index (scan->open, TmOpen, level);
  /* A boundary behind the last one: one reader takes it for a part, the other for epilogue. */
  if (open->has_ended)
    return false;
  end_leaf (scan, at);
  open->has_ended = is_final;
  scan->in_header = !is_final;
  scan->header = behind;
  return true;
}

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* Whether each line is a field or a fold; behind NUL readers see different things. */
static bool
is_sound_header (const char *data, size_t len)
{
  size_t text;
  if (memchr (data, '\0', len) != NULL)
    return false;
  for (size_t at = 0; at < len;)
    {
      size_t whole = line_length (data + at, len - at, &text);
      if (is_blank (data[at]) ? at == 0 : field_name_length (data + at, text) == 0)
        return false;
      at += whole;
    }
  return true;
}

/* The header of a part ended with the empty line at `at`. */
static bool
take_header (TmPartScan *scan, size_t at, size_t behind)
{
  TmPart part = { .header = scan->header, .header_len = at - scan->header, .start = behind };
  scan->in_header = false;
  scan->n_header_bytes += part.header_len;
  if (part.header_len > scan->limits->header_bytes || !is_sound_header (scan->body + part.header, part.header_len))
    return false;
  part.parent = g_array_index (scan->open, TmOpen, scan->open->len - 1).part;
  TmFieldBlock block;
  fields_read (scan->body + part.header, part.header_len, scan->limits, &block);
  scan->n_fields += block.fields->len;
  bool is_sound = !block.cut && scan->n_fields <= 10 * scan->limits->headers
                  && scan->n_header_bytes <= 10 * scan->limits->header_bytes && describe (scan, &part, &block);
  fields_clear (&block);
  if (is_sound)
    return add_part (scan, part);
  clear_part (&part);
  return false;
}

/* Whether the line has `boundary` as the whole value of a parameter (RFC 2045 §5.1). */
static bool
has_value (const char *line, size_t len, const TmOpen *open)
{
  const char *end = line + len;
  for (const char *at = line; (at = memmem (at, (size_t) (end - at), open->boundary, open->boundary_len)) != NULL; at++)
    {
      const char *behind = at + open->boundary_len;
      bool is_begun = at > line && (at[-1] == '=' || at[-1] == '"');
      if (is_begun && (behind == end || strchr ("\" \t;\r", *behind) != NULL))
        return true;
    }
  return false;
}

/* An attached message may be a multipart with a boundary that is open: what follows is a part of the one to one reader,
 * and of the other to the next. */
static bool
shares_boundary (const TmPartScan *scan, const char *line, size_t len)
{
  if (scan->in_header || scan->leaf < 0 || !part_is (parts_get (scan->parts, (guint) scan->leaf), "message", "*"))
    return false;
  for (guint i = 0; i < scan->open->len; i++)
    if (has_value (line, len, &g_array_index (scan->open, TmOpen, i)))
      return true;
  return false;
}

static bool
take_line (TmPartScan *scan, size_t at, size_t whole)
{
  const char *line = scan->body + at;
  size_t text = whole - (line[whole - 1] == '\n');
  bool is_final = false;
  int level = text >= 2 && line[0] == '-' && line[1] == '-' ? find_boundary (scan, line, text, &is_final) : -1;
  if (level >= 0)
    return take_boundary (scan, (guint) level, is_final, at, at + whole);
  if (shares_boundary (scan, line, text))
    return false;
  if (scan->in_header && (text == 0 || (text == 1 && *line == '\r')))
    return take_header (scan, at, at + whole);
  return true;
}

static bool
scan_lines (TmPartScan *scan)
{
  for (size_t at = 0; at < scan->len;)
    {
      const char *end = memchr (scan->body + at, '\n', scan->len - at);
      size_t whole = end != NULL ? (size_t) (end - scan->body) + 1 - at : scan->len - at;
      if (!take_line (scan, at, whole))
        return false;
      at += whole;
    }
  for (guint i = 0; i < scan->open->len; i++)
    if (!g_array_index (scan->open, TmOpen, i).has_ended)
      return false;
  return true;
}

/* Each multipart has parts. */
static bool
are_filled (const GArray *parts)
{
  for (guint i = 0; i < parts->len; i++)
    if (parts_get (parts, i)->kind == TM_PART_MULTIPART
        && (i + 1 == parts->len || parts_get (parts, i + 1)->parent != (int) i))
      return false;
  return true;
}

GArray *
parts_scan (const char *body, size_t len, const TmFieldBlock *top, const TmLimits *limits)
{
  TmPartScan scan = { .body = body, .len = len, .limits = limits, .leaf = -1 };
  scan.parts = g_array_new (FALSE, TRUE, sizeof (TmPart));
  g_array_set_clear_func (scan.parts, clear_part);
  scan.open = g_array_new (FALSE, TRUE, sizeof (TmOpen));
  g_array_set_clear_func (scan.open, clear_open);
  TmPart message = { .parent = -1, .len = len };
  bool is_sound = !top->cut && describe (&scan, &message, top);
  if (!is_sound)
    clear_part (&message);
  is_sound = is_sound && add_part (&scan, message);
  /* Lines matter where boundaries may come only. */
  if (is_sound && scan.open->len > 0)
    is_sound = scan_lines (&scan) && are_filled (scan.parts);
  g_array_unref (scan.open);
  if (is_sound)
    return scan.parts;
  g_array_unref (scan.parts);
  return NULL;
}
