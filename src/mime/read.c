/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/mime.h"

#include "core/quote.h"
#include "mime/fields.h"
#include "mime/headers.h"
#include "mime/plain.h"
#include "mime/screen.h"
#include "mime/walk.h"
#include "mime/words.h"

#include <gmime/gmime.h>
#include <libxml/parser.h>
#include <string.h>

void
mime_init (void)
{
  g_mime_init ();
  xmlInitParser ();
}

void
mime_shutdown (void)
{
  g_mime_shutdown ();
  xmlCleanupParser ();
}

/* Files of old Macs end their lines with CR alone. */
static GBytes *
with_line_feeds (GBytes *raw)
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
static void
read_body (TmMail *mail, const char *body, size_t len, const TmFieldBlock *block, const TmLimits *limits)
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
  if (root != NULL)
    {
      walk_body (mail, root, limits);
      g_object_unref (root);
    }
  else
    mail->flags |= TM_FLAG_UNREADABLE;

  g_object_unref (parser);
  g_object_unref (stream);
  g_object_unref (head_stream);
  g_object_unref (rest_stream);
  g_byte_array_steal (head, NULL);
  g_byte_array_steal (rest, NULL);
  g_byte_array_unref (head);
  g_byte_array_unref (rest);
  g_string_free (fields, TRUE);
}

static bool
body_is_bounded (const char *body, size_t len, const TmFieldBlock *block, const TmLimits *limits)
{
  for (size_t i = 0; i < G_N_ELEMENTS (mime_names); i++)
    {
      const TmField *shown = fields_find (block, mime_names[i]);
      if (shown != NULL && !words_are_bounded (shown->value, shown->value_len))
        return false;
    }
  const TmField *field = fields_find (block, "Content-Type");
  g_autofree char *content_type = field != NULL ? field_unfold (field) : NULL;
  return !block->cut && screen_body (body, len, content_type, limits);
}

static TmMail *
read_mail (GBytes *raw, const TmLimits *limits, bool by_gmime)
{
  g_autoptr (GBytes) lines = with_line_feeds (raw);
  gsize len;
  const char *data = g_bytes_get_data (lines, &len);
  if (data == NULL)
    data = "";
  TmMail *mail = mail_new ();
  mail->size = len;
  if (len > limits->max_size)
    mail->flags |= TM_FLAG_TOO_LARGE;

  TmFieldBlock block;
  fields_read (data, len, limits, &block);
  headers_fill (mail, &block, limits, by_gmime);
  const char *body = data + block.body;
  size_t body_len = len - block.body;
  if (by_gmime || !plain_body_read (mail, body, body_len, &block, limits))
    {
      if (body_is_bounded (body, body_len, &block, limits))
        read_body (mail, body, body_len, &block, limits);
      else
        mail->flags |= TM_FLAG_UNREADABLE;
    }
  fields_clear (&block);
  quote_find_reply (mail->text, &mail->reply_start, &mail->reply_len);
  return mail;
}

TmMail *
mime_read (GBytes *raw, const TmLimits *limits)
{
  return read_mail (raw, limits, false);
}

TmMail *
mime_read_by_gmime (GBytes *raw, const TmLimits *limits)
{
  return read_mail (raw, limits, true);
}
