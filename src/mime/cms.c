/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/cms.h"

#include <string.h>

enum
{
  TAG_INTEGER = 0x02,
  TAG_OCTETS = 0x04,
  TAG_OID = 0x06,
  TAG_SEQUENCE = 0x30,
  TAG_SET = 0x31,
  TAG_CONSTRUCTED_OCTETS = 0x24,
  TAG_EXPLICIT = 0xa0, /* [0] */
  CONSTRUCTED = 0x20,
  INDEFINITE = 0x80,
  DEPTH = 8 /* of values in each other */
};

/* The bytes that are still to be read. */
typedef struct
{
  const guint8 *at, *end;
} Span;

typedef struct
{
  guint8 tag;
  Span content;       /* cut off at the end of what is there; of indefinite length: all that follows */
  bool is_indefinite;
} Value;

/* The head of the next value.  `in` goes on behind it; behind its head only, when its length is indefinite. */
static bool
next_value (Span *in, Value *value_out)
{
  if (in->end - in->at < 2 || (in->at[0] & 0x1f) == 0x1f)
    return false;
  value_out->tag = *in->at++;
  gsize len = *in->at++;
  value_out->is_indefinite = len == INDEFINITE;
  if (len > INDEFINITE)
    {
      guint n = (guint) len - INDEFINITE;
      if (n > sizeof (guint32) || (gsize) (in->end - in->at) < n)
        return false;
      for (len = 0; n > 0; n--)
        len = len << 8 | *in->at++;
    }
  gsize left = (gsize) (in->end - in->at);
  value_out->content = (Span){ in->at, value_out->is_indefinite ? in->end : in->at + MIN (len, left) };
  if (!value_out->is_indefinite)
    in->at = value_out->content.end;
  return true;
}

static bool
is_end (const Value *value)
{
  return value->tag == 0 && !value->is_indefinite && value->content.at == value->content.end;
}

static bool
enter (Span *in, guint8 tag)
{
  Value value;
  if (!next_value (in, &value) || value.tag != tag)
    return false;
  *in = value.content;
  return true;
}

static bool
skip (Span *in, guint8 tag)
{
  Value value;
  return next_value (in, &value) && value.tag == tag && !value.is_indefinite;
}

static bool
oid_is (const Value *value, const char *bytes, gsize len)
{
  return value->tag == TAG_OID && !value->is_indefinite && (gsize) (value->content.end - value->content.at) == len
         && memcmp (value->content.at, bytes, len) == 0;
}

/* 1.2.840.113549.1.7.n and 1.2.840.113549.1.9.16.1.n */
#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define SMIME_CT "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"

static TmCmsKind
kind_of (const Value *oid)
{
  static const struct
  {
    const char *bytes;
    gsize len;
    TmCmsKind kind;
  } kinds[] = {
    { PKCS7 "\x02", 9, TM_CMS_SIGNED },         { PKCS7 "\x03", 9, TM_CMS_ENVELOPED },
    { PKCS7 "\x04", 9, TM_CMS_ENVELOPED },      { PKCS7 "\x06", 9, TM_CMS_ENVELOPED },
    { SMIME_CT "\x17", 11, TM_CMS_ENVELOPED },  { SMIME_CT "\x09", 11, TM_CMS_COMPRESSED },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (oid_is (oid, kinds[i].bytes, kinds[i].len))
      return kinds[i].kind;
  return TM_CMS_UNKNOWN;
}

/* The octets of one value, which may be made of pieces: programs that sign while they send make many.  What is cut off
 * ends there. */
static void
gather (Span in, GByteArray *out)
{
  guint depth = 0;
  Value value;
  bool is_open = true;
  while (is_open && next_value (&in, &value))
    if (value.tag == TAG_OCTETS && !value.is_indefinite)
      g_byte_array_append (out, value.content.at, (guint) (value.content.end - value.content.at));
    else if (value.tag == TAG_CONSTRUCTED_OCTETS && depth < DEPTH)
      {
        /* The pieces of one with a length stand in a row, so its end needs no mark. */
        in.at = value.content.at;
        depth += value.is_indefinite;
      }
    else
      is_open = is_end (&value) && depth > 0 && --depth > 0;
}

/* SignedData up to its encapsulated content; false: it has none. */
static bool
find_content (Span *in)
{
  Value type;
  return enter (in, TAG_EXPLICIT) && enter (in, TAG_SEQUENCE) && skip (in, TAG_INTEGER) && skip (in, TAG_SET)
         && enter (in, TAG_SEQUENCE) && next_value (in, &type) && type.tag == TAG_OID && !type.is_indefinite
         && enter (in, TAG_EXPLICIT);
}

TmCmsKind
cms_read (const guint8 *data, gsize len, GBytes **content_out)
{
  Span in = { data, data + len };
  Value type;
  if (content_out != NULL)
    *content_out = NULL;
  if (!enter (&in, TAG_SEQUENCE) || !next_value (&in, &type))
    return TM_CMS_UNKNOWN;
  TmCmsKind kind = kind_of (&type);
  if (kind == TM_CMS_SIGNED && content_out != NULL && find_content (&in) && in.at < in.end
      && (*in.at & ~CONSTRUCTED) == TAG_OCTETS)
    {
      GByteArray *octets = g_byte_array_new ();
      gather (in, octets);
      *content_out = g_byte_array_free_to_bytes (octets);
    }
  return kind;
}
