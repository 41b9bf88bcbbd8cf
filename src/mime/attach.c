/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/attach.h"

#include "base/digest.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/content.h"
#include "mime/fields.h"
#include "mime/headers.h"
#include "mime/words.h"

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

static bool
is_plain (const char *value)
{
  return strstr (value, "=?") == NULL && g_str_is_ascii (value);
}

/* GMime's own reading of raw 8-bit and encoded words is not ours: those are put into UTF-8 first. */
static char *
readable_value (GMimeObject *part, const char *field_name)
{
  GMimeHeader *header = g_mime_header_list_get_header (g_mime_object_get_header_list (part), field_name);
  const char *raw = header != NULL ? g_mime_header_get_raw_value (header) : NULL;
  if (raw == NULL || is_plain (raw))
    return NULL;
  TmField field = { .value = raw, .value_len = strlen (raw) };
  g_autofree char *unfolded = field_unfold (&field);
  g_autofree char *utf8 = header_utf8 (unfolded, NULL);
  return words_normalize (utf8);
}

static char *
disposition_name (GMimeObject *part)
{
  g_autofree char *value = readable_value (part, "Content-Disposition");
  if (value == NULL)
    return g_strdup (g_mime_object_get_content_disposition_parameter (part, "filename"));
  GMimeContentDisposition *disposition = g_mime_content_disposition_parse (NULL, value);
  char *name = g_strdup (g_mime_content_disposition_get_parameter (disposition, "filename"));
  g_object_unref (disposition);
  return name;
}

static char *
type_name (GMimeObject *part)
{
  g_autofree char *value = readable_value (part, "Content-Type");
  if (value == NULL)
    return g_strdup (g_mime_object_get_content_type_parameter (part, "name"));
  GMimeContentType *type = g_mime_content_type_parse (NULL, value);
  char *name = g_strdup (g_mime_content_type_get_parameter (type, "name"));
  g_object_unref (type);
  return name;
}

/* Attached messages are rarely named; their subject says more than nothing. */
static char *
message_name (GMimeObject *part)
{
  GMimeMessage *message
    = GMIME_IS_MESSAGE_PART (part) ? g_mime_message_part_get_message (GMIME_MESSAGE_PART (part)) : NULL;
  GMimeHeader *header
    = message != NULL
        ? g_mime_header_list_get_header (g_mime_object_get_header_list (GMIME_OBJECT (message)), "Subject")
        : NULL;
  const char *raw = header != NULL ? g_mime_header_get_raw_value (header) : NULL;
  if (raw == NULL)
    return NULL;
  TmField field = { .value = raw, .value_len = strlen (raw) };
  g_autofree char *unfolded = field_unfold (&field);
  g_autofree char *utf8 = header_utf8 (unfolded, NULL);
  g_autofree char *subject = header_decode (utf8, FILE_NAME_MAX);
  g_strdelimit (subject, "/\\", '-');
  return *subject != '\0' ? g_strconcat (subject, ".eml", NULL) : NULL;
}

static char *
find_name (GMimeObject *part)
{
  char *name = disposition_name (part);
  if (name == NULL)
    name = type_name (part);
  if (name == NULL)
    name = message_name (part);
  return name;
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
  GMimeMessage *message
    = GMIME_IS_MESSAGE_PART (part) ? g_mime_message_part_get_message (GMIME_MESSAGE_PART (part)) : NULL;
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
  g_autofree char *name = find_name (part);
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
