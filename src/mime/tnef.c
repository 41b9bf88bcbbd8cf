/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "mime/tnef.h"

#ifdef WITH_YTNEF
#include "base/digest.h"
#include "core/mail.h"
#include "mime/attach.h"
#include "mime/content.h"
#include "mime/tnef-scan.h"

#include <stdio.h>
#include <ytnef.h>
#endif

#include <string.h>

bool
tnef_is (GMimeObject *part)
{
  GMimeContentType *type = g_mime_object_get_content_type (part);
  const char *name = g_mime_object_get_content_type_parameter (part, "name");
  return g_mime_content_type_is_type (type, "application", "ms-tnef")
         || g_mime_content_type_is_type (type, "application", "vnd.ms-tnef")
         || (name != NULL && g_ascii_strcasecmp (name, "winmail.dat") == 0);
}

#ifdef WITH_YTNEF

enum { FILES_MAX = 200 };

/* The attributes that libytnef is shown: of each file one start, one name, one
 * content.  Its readers of the others (MAPI above all) trust what stands in there. */
typedef struct
{
  GByteArray *kept;
  unsigned n_files;
  bool has_title, has_data;
} TmTnefFilter;

static bool
wants (TmTnefFilter *filter, guint32 id, size_t len)
{
  if (len == 0 || filter->n_files > FILES_MAX)
    return false;
  if (id == attAttachRenddata)
    {
      filter->n_files++;
      filter->has_title = filter->has_data = false;
      return true;
    }
  bool *has = id == attAttachTitle ? &filter->has_title : id == attAttachData ? &filter->has_data : NULL;
  if (has == NULL || *has || filter->n_files == 0)
    return false;
  *has = true;
  return true;
}

/* NULL: no sound TNEF, or one without files. */
static GByteArray *
filter_attributes (const guint8 *data, size_t len)
{
  TmTnefFilter filter = { .n_files = 0 };
  TmTnefScan scan;
  TmTnefAttribute attribute;
  if (!tnef_scan_begin (&scan, data, len))
    return NULL;
  filter.kept = g_byte_array_new ();
  g_byte_array_append (filter.kept, data, TM_TNEF_HEAD);
  while (tnef_scan_next (&scan, &attribute))
    if (wants (&filter, attribute.id, attribute.len))
      g_byte_array_append (filter.kept, attribute.whole, (guint) attribute.whole_len);
  if (!scan.is_broken && filter.n_files > 0)
    return filter.kept;
  g_byte_array_unref (filter.kept);
  return NULL;
}

static void
add_file (const Attachment *file, GPtrArray *attachments)
{
  guint8 digest[TM_DIGEST_LEN];
  if (file->FileData.data == NULL || file->FileData.size <= 0)
    return;
  TmAttachment *attachment = attachment_new ();
  if (file->Title.data != NULL && file->Title.size > 0)
    {
      const char *title = (const char *) file->Title.data;
      g_free (attachment->name);
      attachment->name = attachment_clean_name (title, strnlen (title, (size_t) file->Title.size));
    }
  attachment->size = (guint64) file->FileData.size;
  digest_bytes (file->FileData.data, attachment->size, digest);
  g_free (attachment->sha256);
  attachment->sha256 = digest_hex (digest, sizeof digest);
  g_ptr_array_add (attachments, attachment);
}

bool
tnef_unpack (GMimePart *part, GPtrArray *attachments)
{
  bool cut;
  guint n_before = attachments->len;
  GString *raw = content_load (part, TM_TNEF_MAX, &cut);
  GByteArray *kept = cut ? NULL : filter_attributes ((const guint8 *) raw->str, raw->len);
  g_string_free (raw, TRUE);
  if (kept == NULL)
    return false;
  TNEFStruct tnef = { .Debug = 0 }; /* which is not set below, and printed by */
  TNEFInitialize (&tnef);
  if (TNEFParseMemory (kept->data, (long) kept->len, &tnef) == 0)
    for (const Attachment *file = tnef.starting_attach.next; file != NULL; file = file->next)
      add_file (file, attachments);
  TNEFFree (&tnef);
  g_byte_array_unref (kept);
  return attachments->len > n_before;
}

#else

bool
tnef_unpack (GMimePart *part, GPtrArray *attachments)
{
  (void) part;
  (void) attachments;
  return false;
}

#endif
