/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/attach.h"

#include "base/digest.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/content.h"
#include "mime/headers.h"

#include <string.h>

enum { FILE_NAME_MAX = 255, EXTENSION_MAX = 16, TYPE_MAX = 127 };

/* Cut in the middle, so that "….pdf" still says what it is. */
static char *
shorten (const char *name)
{
  const char *dot = strrchr (name, '.');
  const char *extension = dot != NULL && strlen (dot) <= EXTENSION_MAX ? dot : "";
  g_autofree char *stem = text_one_line (name, FILE_NAME_MAX - strlen (extension));
  return g_strconcat (stem, extension, NULL);
}

char *
attachment_clean_name (const char *name, size_t len)
{
  g_autofree char *utf8 = charset_to_utf8 (name, len, "utf-8", NULL);
  g_autofree char *line = header_decode (utf8, 0);
  const char *base = line;
  for (const char *p = line; *p != '\0'; p++)
    if (*p == '/' || *p == '\\')
      base = p + 1;
  g_autofree char *clean = text_one_line (base, 0);
  if (strspn (clean, ".") == strlen (clean))
    return g_strdup ("");
  return strlen (clean) > FILE_NAME_MAX ? shorten (clean) : g_steal_pointer (&clean);
}

static const char *
typed_name (GMimeObject *part)
{
  const char *name = g_mime_object_get_content_disposition_parameter (part, "filename");
  return name != NULL ? name : g_mime_object_get_content_type_parameter (part, "name");
}

typedef struct
{
  TmDigest digest;
  guint64 size;
} TmMeasure;

static bool
measure (const char *bytes, size_t len, void *data)
{
  TmMeasure *sum = data;
  digest_update (&sum->digest, bytes, len);
  sum->size += len;
  return true;
}

static void
measure_content (GMimeObject *part, TmAttachment *attachment)
{
  TmMeasure sum = { .size = 0 };
  guint8 digest[TM_DIGEST_LEN];
  GMimeMessage *message = GMIME_IS_MESSAGE_PART (part) ? g_mime_message_part_get_message (GMIME_MESSAGE_PART (part)) : NULL;
  digest_init (&sum.digest);
  if (GMIME_IS_PART (part))
    content_decode (GMIME_PART (part), measure, &sum);
  if (message != NULL)
    content_measure_source (GMIME_OBJECT (message), &sum.size, digest);
  else
    digest_finish (&sum.digest, digest);
  g_free (attachment->sha256);
  attachment->sha256 = digest_hex (digest, sizeof digest);
  attachment->size = sum.size;
}

TmAttachment *
attachment_read (GMimeObject *part)
{
  TmAttachment *attachment = attachment_new ();
  const char *name = typed_name (part);
  if (name != NULL)
    {
      g_free (attachment->name);
      attachment->name = attachment_clean_name (name, strlen (name));
    }
  g_autofree char *type = g_mime_content_type_get_mime_type (g_mime_object_get_content_type (part));
  g_autofree char *valid = text_make_valid (type, strlen (type));
  g_autofree char *lower = g_ascii_strdown (valid, -1);
  g_free (attachment->type);
  attachment->type = text_one_line (lower, TYPE_MAX);
  const char *disposition = g_mime_object_get_disposition (part);
  attachment->is_inline = disposition != NULL && g_ascii_strcasecmp (disposition, "inline") == 0;
  measure_content (part, attachment);
  return attachment;
}
