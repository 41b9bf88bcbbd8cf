/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/rewrite.h"

#include "mime/rewrite-parts.h"
#include "mime/rewrite-text.h"
#include "mime/screen.h"

#include <string.h>

enum { FOOTER_ROOM = 4096 };

typedef struct
{
  TmText *text;     /* NULL: not opened */
  bool is_judged;   /* `is_blank` is known */
  bool is_blank;
  bool is_first;    /* commands stand in it */
  bool is_last;     /* the footer goes under it */
  TmTextWritten written;
} TmPlace;

typedef struct
{
  const char *body;
  size_t len;
  const char *eol;
  const TmFieldBlock *top;
  const TmLimits *limits;
  const TmRewriteOrder *order;
  GPtrArray *lines;  /* of the order, squeezed; NULL: none */
  GArray *parts;
  TmPlace *places;   /* one for each part */
  bool takes_blank;  /* texts that show nothing count, too */
  bool has_failed;   /* a text is not what its fields say */
} TmRewrite;

void
rewritten_free (TmRewritten *rewritten)
{
  if (rewritten == NULL)
    return;
  g_clear_pointer (&rewritten->body, g_bytes_unref);
  g_clear_pointer (&rewritten->fields, g_ptr_array_unref);
  g_free (rewritten);
}

const char *
rewrite_result_why (TmRewriteResult result)
{
  switch (result)
    {
    case TM_REWRITE_DONE:
      return "";
    case TM_REWRITE_NOTHING:
      return "there is no text in it";
    case TM_REWRITE_SEALED:
      return "it is signed or encrypted";
    case TM_REWRITE_BROKEN:
      return "its MIME structure is not sound";
    case TM_REWRITE_NOT_FOUND:
      return "the lines do not stand first in each of its texts";
    }
  return "";
}

/* --- which texts --- */

static TmText *
open_text (TmRewrite *rewrite, guint i)
{
  TmPlace *place = &rewrite->places[i];
  if (place->text == NULL)
    place->text = text_open (parts_get (rewrite->parts, i), rewrite->body, rewrite->eol);
  rewrite->has_failed |= place->text == NULL;
  return place->text;
}

static bool
shows_text (TmRewrite *rewrite, guint i)
{
  TmPartKind kind = parts_get (rewrite->parts, i)->kind;
  if (kind != TM_PART_PLAIN && kind != TM_PART_HTML)
    return false;
  const TmText *text = open_text (rewrite, i);
  TmPlace *place = &rewrite->places[i];
  if (text == NULL)
    return false;
  if (!place->is_judged)
    place->is_blank = text_is_blank (text);
  place->is_judged = true;
  return rewrite->takes_blank || !place->is_blank;
}

/* The next child of `parent` behind the part `i`; the number of parts when there is none. */
static guint
next_child (const TmRewrite *rewrite, guint parent, guint i)
{
  do
    i++;
  while (i < rewrite->parts->len && parts_get (rewrite->parts, i)->parent != (int) parent
         && parts_get (rewrite->parts, i)->parent >= (int) parent);
  return i < rewrite->parts->len && parts_get (rewrite->parts, i)->parent == (int) parent ? i : rewrite->parts->len;
}

static bool
mark_first (TmRewrite *rewrite, guint i)
{
  const TmPart *part = parts_get (rewrite->parts, i);
  if (part->kind != TM_PART_MULTIPART)
    return rewrite->places[i].is_first = shows_text (rewrite, i);
  bool is_alternative = part_is (part, "multipart", "alternative"), has_any = false;
  for (guint child = next_child (rewrite, i, i); child < rewrite->parts->len && (is_alternative || !has_any);
       child = next_child (rewrite, i, child))
    has_any |= mark_first (rewrite, child);
  return has_any;
}

static bool
mark_last (TmRewrite *rewrite, guint i, bool is_trial)
{
  const TmPart *part = parts_get (rewrite->parts, i);
  if (part->kind != TM_PART_MULTIPART)
    {
      bool shows = shows_text (rewrite, i);
      rewrite->places[i].is_last = shows && !is_trial;
      return shows;
    }
  bool is_alternative = part_is (part, "multipart", "alternative");
  guint none = rewrite->parts->len, last = none;
  for (guint child = next_child (rewrite, i, i); child < none; child = next_child (rewrite, i, child))
    {
      if (!is_alternative && last < none && parts_get (rewrite->parts, child)->kind == TM_PART_ATTACHMENT)
        break;
      if (mark_last (rewrite, child, is_trial || !is_alternative))
        last = child;
    }
  if (!is_alternative && !is_trial && last < none)
    mark_last (rewrite, last, false);
  return last < none;
}

/* False: there is none. */
static bool
choose (TmRewrite *rewrite)
{
  if (!mark_first (rewrite, 0))
    {
      rewrite->takes_blank = true;
      if (!mark_first (rewrite, 0))
        return false;
    }
  if (rewrite->order->footer != NULL)
    mark_last (rewrite, 0, false);
  return true;
}

static bool
is_sealed (const TmRewrite *rewrite)
{
  for (guint i = 0; i < rewrite->parts->len; i++)
    {
      const TmPlace *place = &rewrite->places[i];
      if (parts_get (rewrite->parts, i)->is_sealed || (place->text != NULL && text_is_sealed (place->text)))
        return true;
    }
  return false;
}

/* Versions that cannot be edited here, as enriched text or an invitation, would show the lines. */
static bool
others_show_lines (TmRewrite *rewrite)
{
  for (guint i = 0; i < rewrite->parts->len; i++)
    {
      if (parts_get (rewrite->parts, i)->kind != TM_PART_OTHER_TEXT)
        continue;
      const TmText *text = open_text (rewrite, i);
      if (text == NULL || text_has_line (text, rewrite->lines))
        return true;
    }
  return false;
}

/* --- edits --- */

static bool
remove_lines (TmRewrite *rewrite)
{
  for (guint i = 0; i < rewrite->parts->len; i++)
    if (rewrite->places[i].is_first && !text_remove_lines (rewrite->places[i].text, rewrite->lines))
      return false;
  return true;
}

static bool
add_footers (TmRewrite *rewrite)
{
  for (guint i = 0; i < rewrite->parts->len; i++)
    if (rewrite->places[i].is_last && !text_add_footer (rewrite->places[i].text, rewrite->order->footer))
      return false;
  return true;
}

static bool
is_written (const TmPlace *place)
{
  return place->written.content != NULL;
}

static bool
write_texts (TmRewrite *rewrite)
{
  bool has_any = false;
  for (guint i = 0; i < rewrite->parts->len; i++)
    {
      TmPlace *place = &rewrite->places[i];
      if (place->text == NULL || !place->text->is_changed)
        continue;
      text_write (place->text, rewrite->eol, &place->written);
      has_any = true;
    }
  return has_any;
}

static void
append_field (GString *out, const char *name, const char *value, const char *eol)
{
  g_auto (GStrv) folds = g_strsplit (value, "\n", -1);
  g_autofree char *folded = g_strjoinv (eol, folds);
  g_string_append_printf (out, "%s: %s%s", name, folded, eol);
}

/* The field's new value in its old place, else at the end of the header. */
static void
append_header (const TmRewrite *rewrite, const TmPart *part, const TmTextWritten *written, GString *out)
{
  const char *header = rewrite->body + part->header;
  const char *type = written->type, *encoding = written->encoding;
  size_t at = 0;
  while (at < part->header_len)
    {
      size_t text;
      size_t end = at + line_length (header + at, part->header_len - at, &text);
      while (end < part->header_len && (header[end] == ' ' || header[end] == '\t'))
        end += line_length (header + end, part->header_len - end, &text);
      TmField field = { .name = header + at, .name_len = field_name_length (header + at, end - at) };
      const char **value = field_is (&field, "Content-Type")                ? &type
                           : field_is (&field, "Content-Transfer-Encoding") ? &encoding
                                                                            : NULL;
      if (value != NULL && *value != NULL)
        {
          g_autofree char *name = g_strndup (field.name, field.name_len);
          append_field (out, name, *value, rewrite->eol);
          *value = NULL;
        }
      else
        g_string_append_len (out, header + at, (gssize) (end - at));
      at = end;
    }
  if (type != NULL)
    append_field (out, "Content-Type", type, rewrite->eol);
  if (encoding != NULL)
    append_field (out, "Content-Transfer-Encoding", encoding, rewrite->eol);
}

static GString *
assemble (const TmRewrite *rewrite)
{
  GString *out = g_string_sized_new (rewrite->len + rewrite->len / 16 + FOOTER_ROOM);
  size_t at = 0;
  for (guint i = 0; i < rewrite->parts->len; i++)
    {
      const TmPart *part = parts_get (rewrite->parts, i);
      const TmPlace *place = &rewrite->places[i];
      if (!is_written (place))
        continue;
      g_string_append_len (out, rewrite->body + at, (gssize) (part->header - at));
      /* The message's own fields are the MTA's to change. */
      if (part->parent >= 0)
        append_header (rewrite, part, &place->written, out);
      size_t header_end = part->header + part->header_len;
      g_string_append_len (out, rewrite->body + header_end, (gssize) (part->start - header_end));
      g_string_append_len (out, place->written.content->str, (gssize) place->written.content->len);
      at = part->start + part->len;
      /* An empty part may have no line end of its own in front of the boundary. */
      if (part->len == 0 && part->parent >= 0 && g_str_has_prefix (rewrite->body + at, "--"))
        g_string_append (out, rewrite->eol);
    }
  g_string_append_len (out, rewrite->body + at, (gssize) (rewrite->len - at));
  return out;
}

static GPtrArray *
make_fields (const TmRewrite *rewrite)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func ((GDestroyNotify) header_free);
  const TmTextWritten *written = &rewrite->places[0].written;
  if (written->type != NULL)
    g_ptr_array_add (fields, header_new ("Content-Type", written->type, NULL));
  if (written->encoding != NULL)
    g_ptr_array_add (fields, header_new ("Content-Transfer-Encoding", written->encoding, NULL));
  if (fields->len > 0 && !parts_get (rewrite->parts, 0)->has_version)
    g_ptr_array_add (fields, header_new ("MIME-Version", "1.0", NULL));
  return fields;
}

/* --- reading back --- */

static bool
is_same_text (const TmText *wanted, const TmPart *part, TmCoding coding, const char *body)
{
  GString *found = coding_decode (coding, body + part->start, part->len);
  bool is_same = found != NULL && g_string_equal (found, wanted->bytes);
  if (found != NULL)
    g_string_free (found, TRUE);
  return is_same;
}

/* Whether the part is what it was, but for what was meant to change. */
static bool
is_same_part (const TmRewrite *rewrite, guint i, const TmPart *part, const char *body)
{
  const TmPart *old = parts_get (rewrite->parts, i);
  const TmPlace *place = &rewrite->places[i];
  if (part->kind != old->kind || part->parent != old->parent)
    return false;
  if (is_written (place))
    {
      const char *encoding = place->written.encoding != NULL ? place->written.encoding : old->encoding;
      return (i == 0 || g_strcmp0 (part->encoding, encoding) == 0)
             && is_same_text (place->text, part, coding_of (encoding), body);
    }
  return part->header_len == old->header_len
         && memcmp (body + part->header, rewrite->body + old->header, part->header_len) == 0
         && (part->kind == TM_PART_MULTIPART
             || (part->len == old->len && memcmp (body + part->start, rewrite->body + old->start, part->len) == 0));
}

static bool
reads_back (const TmRewrite *rewrite, const GString *body)
{
  g_autoptr (GArray) parts = parts_scan (body->str, body->len, rewrite->top, rewrite->limits);
  bool is_same = parts != NULL && parts->len == rewrite->parts->len;
  for (guint i = 0; is_same && i < parts->len; i++)
    is_same = is_same_part (rewrite, i, parts_get (parts, i), body->str);
  return is_same;
}

/* --- the whole --- */

static TmRewriteResult
rewrite_body (TmRewrite *rewrite, TmRewritten **out)
{
  if (!choose (rewrite))
    return rewrite->has_failed ? TM_REWRITE_BROKEN : is_sealed (rewrite) ? TM_REWRITE_SEALED : TM_REWRITE_NOTHING;
  if (is_sealed (rewrite))
    return TM_REWRITE_SEALED;
  if (rewrite->has_failed)
    return TM_REWRITE_BROKEN;
  if ((rewrite->lines != NULL && others_show_lines (rewrite)) || !remove_lines (rewrite))
    return TM_REWRITE_NOT_FOUND;
  if (!add_footers (rewrite))
    return TM_REWRITE_BROKEN;
  if (!write_texts (rewrite))
    return TM_REWRITE_NOTHING;
  GString *body = assemble (rewrite);
  if (!reads_back (rewrite, body))
    {
      g_string_free (body, TRUE);
      return TM_REWRITE_BROKEN;
    }
  *out = g_new0 (TmRewritten, 1);
  (*out)->body = g_string_free_to_bytes (body);
  (*out)->fields = make_fields (rewrite);
  return TM_REWRITE_DONE;
}

static GPtrArray *
squeeze_lines (const GPtrArray *lines)
{
  if (lines == NULL || lines->len == 0)
    return NULL;
  GPtrArray *squeezed = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < lines->len; i++)
    g_ptr_array_add (squeezed, line_squeeze (g_ptr_array_index (lines, i)));
  return squeezed;
}

static void
clear (TmRewrite *rewrite)
{
  for (guint i = 0; rewrite->places != NULL && i < rewrite->parts->len; i++)
    {
      text_close (rewrite->places[i].text);
      text_written_clear (&rewrite->places[i].written);
    }
  g_free (rewrite->places);
  g_clear_pointer (&rewrite->parts, g_array_unref);
  g_clear_pointer (&rewrite->lines, g_ptr_array_unref);
}

/* Whether the header ends with an empty line at all, so that everybody finds the same body. */
static bool
ends_empty (const char *data, size_t body)
{
  if (body == 0 || data[body - 1] != '\n')
    return false;
  size_t at = body - 1;
  at -= at > 0 && data[at - 1] == '\r';
  return at == 0 || data[at - 1] == '\n';
}

/* What mime_read() does not look into is not edited either. */
static bool
is_bounded (const TmRewrite *rewrite)
{
  const TmField *field = fields_find (rewrite->top, "Content-Type");
  g_autofree char *type = field != NULL ? field_unfold (field) : NULL;
  return screen_body (rewrite->body, rewrite->len, type, rewrite->limits) != TM_SCREEN_BEYOND;
}

static TmRewriteResult
carry_out (GBytes *raw, const TmRewriteOrder *order, const TmLimits *limits, TmRewritten **out)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  *out = NULL;
  if (data == NULL || len > limits->max_size)
    return TM_REWRITE_BROKEN;
  TmFieldBlock block;
  fields_read (data, len, limits, &block);
  TmRewriteResult result = TM_REWRITE_BROKEN;
  if (!block.cut && ends_empty (data, block.body))
    {
      TmRewrite rewrite = { .body = data + block.body, .len = len - block.body, .top = &block, .limits = limits,
                            .order = order };
      rewrite.eol = line_end_of (rewrite.body, rewrite.len, line_end_of (data, block.body, "\r\n"));
      rewrite.lines = squeeze_lines (order->remove);
      rewrite.parts = parts_scan (rewrite.body, rewrite.len, &block, limits);
      if (rewrite.parts != NULL && is_bounded (&rewrite))
        {
          rewrite.places = g_new0 (TmPlace, rewrite.parts->len);
          result = rewrite_body (&rewrite, out);
        }
      clear (&rewrite);
    }
  fields_clear (&block);
  return result;
}

TmRewriteResult
mime_rewrite (GBytes *raw, const TmRewriteOrder *order, const TmLimits *limits, TmRewritten **out)
{
  TmRewriteResult result = carry_out (raw, order, limits, out);
  bool removes = order->remove != NULL && order->remove->len > 0;
  if (result == TM_REWRITE_DONE || order->footer == NULL || !removes)
    return result;
  const TmRewriteOrder without_footer = { .remove = order->remove };
  return carry_out (raw, &without_footer, limits, out);
}
