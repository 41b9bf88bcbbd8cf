/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/mime.h"

#include "core/quote.h"
#include "mime/body.h"
#include "mime/fields.h"
#include "mime/headers.h"
#include "mime/plain.h"
#include "mime/text.h"
#include "mime/walk.h"

#include <gmime/gmime.h>
#include <libxml/parser.h>
#include <string.h>

void
mime_init (void)
{
  /* glibc looks once for what converters there are: were it for the first mail, and no descriptor left, there would
   * never be any. */
  GIConv any = g_iconv_open ("UTF-8", "windows-1252");
  if (any != (GIConv) -1)
    g_iconv_close (any);
  g_mime_init ();
  xmlInitParser ();
}

void
mime_shutdown (void)
{
  g_mime_shutdown ();
  xmlCleanupParser ();
}

typedef struct
{
  TmMail *mail;
  const TmLimits *limits;
  GString *notes;
} TmReading;

static void
walk_root (GMimeObject *root, gpointer data)
{
  const TmReading *reading = data;
  walk_body (reading->mail, root, reading->limits, reading->notes);
}

/* Below the text, so that nothing that looks at the text's begin takes them for the writer's; where he wrote nothing
 * they are what there is to read. */
static void
add_notes (TmMail *mail, const GString *notes, const TmLimits *limits)
{
  bool is_all = *mail->text == '\0';
  GString *text = g_string_new (mail->text);
  if (!is_all)
    g_string_append (text, "\n\n");
  g_string_append (text, notes->str);
  if (plain_text_cut (text, limits->text))
    mail->flags |= TM_FLAG_TRUNCATED;
  g_free (mail->text);
  mail->text = g_strchomp (g_string_free (text, FALSE));
  gsize len = strlen (mail->text);
  mail->reply_start = MIN (mail->reply_start, len);
  mail->reply_len = is_all ? len : MIN (mail->reply_len, len - mail->reply_start);
}

/* The fields are read here, but for their addresses: by GMime, an object each. */
static bool
fields_are_odd (const TmFieldBlock *block)
{
  const TmLimits ordinary = TM_LIMITS_DEFAULT;
  return block->fields->len > ordinary.headers || block->body > ordinary.header_bytes;
}

/* The same as at the usual limits, if that is what it takes; false: it had to be. */
static bool
read_fields (GBytes *raw, const char *data, size_t len, const TmLimits *limits, TmFieldBlock *block_out)
{
  const TmLimits ordinary = TM_LIMITS_DEFAULT;
  fields_read (data, len, limits, block_out);
  if (!fields_are_odd (block_out) || body_comes_through (raw, limits))
    return true;
  fields_clear (block_out);
  fields_read (data, len, &ordinary, block_out);
  block_out->cut = true;
  return false;
}

static TmMail *
read_mail (GBytes *raw, const TmLimits *limits, bool by_gmime)
{
  g_autoptr (GBytes) lines = body_with_line_feeds (raw);
  gsize len;
  const char *data = g_bytes_get_data (lines, &len);
  if (data == NULL)
    data = "";
  TmMail *mail = mail_new ();
  mail->size = len;
  if (len > limits->max_size)
    mail->flags |= TM_FLAG_TOO_LARGE;

  TmFieldBlock block;
  bool is_whole = read_fields (raw, data, len, limits, &block);
  headers_fill (mail, &block, limits, by_gmime);
  const char *body = data + block.body;
  size_t body_len = len - block.body;
  g_autoptr (GString) notes = g_string_new (NULL);
  TmReading reading = { mail, limits, notes };
  if (!is_whole
      || ((by_gmime || !plain_body_read (mail, body, body_len, &block, limits))
          && !body_visit (raw, body, body_len, &block, limits, walk_root, &reading)))
    mail->flags |= TM_FLAG_UNREADABLE;
  fields_clear (&block);
  quote_find_reply (mail->text, &mail->reply_start, &mail->reply_len);
  if (notes->len > 0)
    add_notes (mail, notes, limits);
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
