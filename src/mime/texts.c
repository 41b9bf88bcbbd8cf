/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/mime.h"

#include "mime/body.h"
#include "mime/html.h"
#include "mime/opaque.h"
#include "mime/text.h"
#include "mime/tnef.h"
#include "mime/tnef-text.h"

#include <string.h>

/* Decoded bytes that are read of all texts together, and what comes of them, as multiples of the text that a mail
 * keeps. */
enum { READ_SHARE = 16, KEPT_SHARE = 8 };

typedef struct
{
  GPtrArray *texts; /* char * */
  const TmLimits *limits;
  size_t n_read, n_kept;
  unsigned n_parts, n_opaque;
} TmTexts;

static void take_part (TmTexts *texts, GMimeObject *part, unsigned depth);

static size_t
may_read (const TmTexts *texts)
{
  size_t read_max = texts->limits->text * READ_SHARE, kept_max = texts->limits->text * KEPT_SHARE;
  return texts->n_read < read_max && texts->n_kept < kept_max ? read_max - texts->n_read : 0;
}

/* Takes `read` over, its `text` NULL: nothing. */
static void
take_text (TmTexts *texts, TmPartText read, bool is_html)
{
  g_autofree char *text = read.text;
  if (text == NULL)
    return;
  texts->n_read += strlen (text);
  if (is_html)
    {
      bool cut;
      g_autofree char *html = g_steal_pointer (&text);
      text = html_to_text (html, texts->limits->text * KEPT_SHARE - texts->n_kept, &cut);
    }
  texts->n_kept += strlen (text);
  if (text[strspn (text, " \t\n")] != '\0')
    g_ptr_array_add (texts->texts, g_steal_pointer (&text));
}

static void
take_children (TmTexts *texts, GMimeMultipart *multipart, unsigned depth)
{
  int n = g_mime_multipart_get_count (multipart);
  for (int i = 0; i < n; i++)
    take_part (texts, g_mime_multipart_get_part (multipart, i), depth);
}

static void
take_root (GMimeObject *root, gpointer data)
{
  take_part (data, root, 0);
}

/* What was signed in one piece. */
static void
take_opaque (TmTexts *texts, GMimePart *part)
{
  enum { OPAQUE_DEPTH = 3 };
  if (texts->n_opaque++ < OPAQUE_DEPTH)
    (void) opaque_visit (part, texts->limits, take_root, texts, NULL);
}

static void
take_leaf (TmTexts *texts, GMimePart *part)
{
  GMimeObject *object = GMIME_OBJECT (part);
  GMimeContentType *type = g_mime_object_get_content_type (object);
  bool is_html = g_mime_content_type_is_type (type, "text", "html");
  size_t max = may_read (texts);
  if (max > 0 && g_mime_content_type_is_type (type, "text", "*"))
    take_text (texts, part_text_read (part, max), is_html);
  else if (max > 0 && tnef_is (object))
    {
      TmPartText read = tnef_text_read (part, max, &is_html);
      take_text (texts, read, is_html);
    }
  else if (opaque_is (object))
    take_opaque (texts, part);
}

static void
take_part (TmTexts *texts, GMimeObject *part, unsigned depth)
{
  if (part == NULL || ++texts->n_parts > texts->limits->parts || depth > texts->limits->depth)
    return;
  if (GMIME_IS_MULTIPART (part))
    take_children (texts, GMIME_MULTIPART (part), depth + 1);
  else if (GMIME_IS_MESSAGE_PART (part))
    {
      GMimeMessage *message = g_mime_message_part_get_message (GMIME_MESSAGE_PART (part));
      take_part (texts, message != NULL ? g_mime_message_get_mime_part (message) : NULL, depth + 1);
    }
  else if (GMIME_IS_PART (part))
    take_leaf (texts, GMIME_PART (part));
}

GPtrArray *
mime_texts (GBytes *raw, const TmLimits *limits)
{
  TmTexts texts = { .texts = g_ptr_array_new_with_free_func (g_free), .limits = limits };
  g_autoptr (GBytes) lines = body_with_line_feeds (raw);
  gsize len;
  const char *data = g_bytes_get_data (lines, &len);
  TmFieldBlock block;
  fields_read (data != NULL ? data : "", len, limits, &block);
  if (data != NULL)
    (void) body_visit (raw, data + block.body, len - block.body, &block, limits, take_root, &texts);
  fields_clear (&block);
  return texts.texts;
}
