/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/body.h"

#include "mime/mime.h"
#include "mime/screen.h"
#include "mime/shortage.h"
#include "mime/words.h"

#include <string.h>

/* Files of old Macs end their lines with CR alone. */
GBytes *
body_with_line_feeds (GBytes *raw)
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  if (len == 0 || memchr (data, '\n', len) != NULL || memchr (data, '\r', len) == NULL)
    return g_bytes_ref (raw);
  char *copy = g_memdup2 (data, len);
  for (gsize i = 0; i < len; i++)
    if (copy[i] == '\r')
      copy[i] = '\n';
  return g_bytes_new_take (copy, len);
}

static const char *const mime_names[]
    = { "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID" };

/* The fields that GMime needs to take the body apart, the first of each: it would take the last. */
static GString *
mime_fields (const TmFieldBlock *block)
{
  GString *out = g_string_new ("MIME-Version: 1.0\n");
  for (size_t i = 0; i < G_N_ELEMENTS (mime_names); i++)
    {
      const TmField *field = fields_find (block, mime_names[i]);
      if (field == NULL)
        continue;
      g_autofree char *value = field_unfold (field);
      g_string_append_printf (out, "%s: %s\n", mime_names[i], value);
    }
  g_string_append_c (out, '\n');
  return out;
}

/* A stream over bytes that somebody else owns. */
static GMimeStream *
borrowed_stream (GByteArray *bytes)
{
  GMimeStream *stream = g_mime_stream_mem_new_with_byte_array (bytes);
  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (stream), FALSE);
  return stream;
}

/* Takes the body apart where it lies: GMime's parts point into it. */
static bool
visit_parts (const char *body, size_t len, const TmFieldBlock *block, TmBodyVisitor visitor, gpointer data)
{
  GString *fields = mime_fields (block);
  GByteArray *head = g_byte_array_new_take ((guint8 *) fields->str, fields->len);
  /* GMime only reads it. */
  GByteArray *rest = g_byte_array_new_take ((guint8 *) (guintptr) body, len);
  GMimeStream *head_stream = borrowed_stream (head), *rest_stream = borrowed_stream (rest);
  GMimeStream *stream = g_mime_stream_cat_new ();
  g_mime_stream_cat_add_source (GMIME_STREAM_CAT (stream), head_stream);
  g_mime_stream_cat_add_source (GMIME_STREAM_CAT (stream), rest_stream);

  GMimeParser *parser = g_mime_parser_new_with_stream (stream);
  GMimeObject *root = g_mime_parser_construct_part (parser, NULL);
  bool is_read = root != NULL;
  if (is_read)
    visitor (root, data);
  g_clear_object (&root);

  g_object_unref (parser);
  g_object_unref (stream);
  g_object_unref (head_stream);
  g_object_unref (rest_stream);
  g_byte_array_steal (head, NULL);
  g_byte_array_steal (rest, NULL);
  g_byte_array_unref (head);
  g_byte_array_unref (rest);
  g_string_free (fields, TRUE);
  return is_read;
}

static TmMimeTrial trial;

void
mime_set_trial (TmMimeTrial new_trial)
{
  trial = new_trial;
}

bool
body_comes_through (GBytes *raw, const TmLimits *limits)
{
  TmTrialResult result = trial != NULL ? trial (raw, limits) : TM_TRIAL_PASSED;
  if (result == TM_TRIAL_NOT_HELD)
    shortage_note ();
  return result == TM_TRIAL_PASSED;
}

static bool
body_is_bounded (GBytes *raw, const char *body, size_t len, const TmFieldBlock *block, const TmLimits *limits)
{
  for (size_t i = 0; i < G_N_ELEMENTS (mime_names); i++)
    {
      const TmField *shown = fields_find (block, mime_names[i]);
      if (shown != NULL && !words_are_bounded (shown->value, shown->value_len))
        return false;
    }
  const TmField *field = fields_find (block, "Content-Type");
  g_autofree char *content_type = field != NULL ? field_unfold (field) : NULL;
  if (block->cut)
    return false;
  TmScreened screened = screen_body (body, len, content_type, limits);
  return screened == TM_SCREEN_ORDINARY || (screened == TM_SCREEN_ODD && body_comes_through (raw, limits));
}

bool
body_visit (GBytes *raw, const char *body, size_t len, const TmFieldBlock *block, const TmLimits *limits,
            TmBodyVisitor visitor, gpointer data)
{
  return body_is_bounded (raw, body, len, block, limits) && visit_parts (body, len, block, visitor, data);
}
