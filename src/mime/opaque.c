/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/opaque.h"

#include "mime/content.h"

#include <string.h>

enum { OPAQUE_MAX = 16 << 20 }; /* decoded bytes that are looked into */

bool
opaque_is (GMimeObject *part)
{
  GMimeContentType *type = g_mime_object_get_content_type (part);
  return g_mime_content_type_is_type (type, "application", "pkcs7-mime")
         || g_mime_content_type_is_type (type, "application", "x-pkcs7-mime");
}

/* What is not CMS may still say what it was meant to be. */
static TmCmsKind
declared_kind (GMimeObject *part)
{
  static const struct
  {
    const char *start;
    TmCmsKind kind;
  } kinds[] = { { "signed", TM_CMS_SIGNED }, { "cert", TM_CMS_UNKNOWN }, { "compressed", TM_CMS_COMPRESSED } };
  const char *type = g_mime_object_get_content_type_parameter (part, "smime-type");
  for (gsize i = 0; type != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strncasecmp (type, kinds[i].start, strlen (kinds[i].start)) == 0)
      return kinds[i].kind;
  return TM_CMS_ENVELOPED;
}

static bool
visit_entity (GBytes *entity, const TmLimits *limits, TmBodyVisitor visitor, gpointer data)
{
  g_autoptr (GBytes) lines = body_with_line_feeds (entity);
  gsize len;
  const char *bytes = g_bytes_get_data (lines, &len);
  if (bytes == NULL)
    return false;
  TmFieldBlock block;
  fields_read (bytes, len, limits, &block);
  bool visited = body_visit (entity, bytes + block.body, len - block.body, &block, limits, visitor, data);
  fields_clear (&block);
  return visited;
}

TmCmsKind
opaque_visit (GMimePart *part, const TmLimits *limits, TmBodyVisitor visitor, gpointer data, bool *visited_out)
{
  g_autoptr (GBytes) content = NULL;
  GString *bytes = content_load (part, OPAQUE_MAX, NULL);
  TmCmsKind kind = cms_read ((const guint8 *) bytes->str, bytes->len, &content);
  g_string_free (bytes, TRUE);
  if (kind == TM_CMS_UNKNOWN)
    kind = declared_kind (GMIME_OBJECT (part));
  bool visited = content != NULL && visitor != NULL && visit_entity (content, limits, visitor, data);
  if (visited_out != NULL)
    *visited_out = visited;
  return kind;
}
