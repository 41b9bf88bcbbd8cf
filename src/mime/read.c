/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/mime.h"

#include "core/quote.h"
#include "mime/body.h"
#include "mime/fields.h"
#include "mime/headers.h"
#include "mime/plain.h"
#include "mime/walk.h"

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

typedef struct
{
  TmMail *mail;
  const TmLimits *limits;
} TmReading;

static void
walk_root (GMimeObject *root, gpointer data)
{
  const TmReading *reading = data;
  walk_body (reading->mail, root, reading->limits);
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
  fields_read (data, len, limits, &block);
  headers_fill (mail, &block, limits, by_gmime);
  const char *body = data + block.body;
  size_t body_len = len - block.body;
  TmReading reading = { mail, limits };
  if ((by_gmime || !plain_body_read (mail, body, body_len, &block, limits))
      && !body_visit (body, body_len, &block, limits, walk_root, &reading))
    mail->flags |= TM_FLAG_UNREADABLE;
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
