/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/tnef.h"

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

bool
tnef_unpack (GMimePart *part, GPtrArray *attachments)
{
  (void) part;
  (void) attachments;
  return false;
}
