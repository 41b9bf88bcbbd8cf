/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/tnef-text.h"

#include "mime/charset.h"
#include "mime/content.h"
#include "mime/tnef-scan.h"

#include <string.h>

enum { ATT_BODY = 0x800c, ATT_MAPI_PROPS = 0x9003, ATT_OEM_CODEPAGE = 0x9007 };
enum { ID_BODY = 0x1000, ID_HTML = 0x1013, ID_INTERNET_CODEPAGE = 0x3fde, ID_NAMED = 0x8000 };
enum { TYPE_INTEGER = 0x03, TYPE_OBJECT = 0x0d, TYPE_STRING8 = 0x1e, TYPE_UNICODE = 0x1f, TYPE_BINARY = 0x102,
       TYPE_MULTIPLE = 0x1000 /* a flag */ };
enum { NAME_NUMBER, NAME_STRING };

/* Properties and their values that are looked at; messages have a few hundred. */
enum { SEEN_MAX = 20000 };

enum { CODEPAGE_UTF16 = 1200 };

typedef enum
{
  BODY_ATTRIBUTE, /* the sooner, the better */
  BODY_PLAIN,
  BODY_HTML,
  N_BODIES
} TmTnefBodyKind;

typedef struct
{
  const guint8 *bytes; /* NULL: not there */
  size_t len;
  bool is_utf16;
} TmTnefBody;

/* What a stream has to say of the text; borrowed of it. */
typedef struct
{
  TmTnefBody bodies[N_BODIES];
  guint32 oem_codepage, internet_codepage; /* 0: none */
  unsigned n_seen;
} TmTnefBodies;

typedef struct
{
  const guint8 *at;
  size_t left;
} TmCursor;

/* The next `len` bytes, and what fills them up to four; NULL: there are not so many. */
static const guint8 *
take (TmCursor *cursor, size_t len)
{
  if (len > cursor->left)
    return NULL;
  const guint8 *taken = cursor->at;
  size_t whole = len + MIN ((4 - len % 4) % 4, cursor->left - len);
  cursor->at += whole;
  cursor->left -= whole;
  return taken;
}

static bool
take_number (TmCursor *cursor, guint32 *number_out)
{
  const guint8 *taken = take (cursor, 4);
  if (taken != NULL)
    *number_out = tnef_number (taken, 4);
  return taken != NULL;
}

/* GUID, kind, and a number or a string. */
static bool
skip_name (TmCursor *cursor)
{
  guint32 kind, len;
  if (take (cursor, 16) == NULL || !take_number (cursor, &kind) || !take_number (cursor, &len))
    return false;
  return kind == NAME_NUMBER || (kind == NAME_STRING && take (cursor, len) != NULL);
}

/* 0: those of the type say themselves how long they are, or it is none (MS-OXCDATA, 2.11.1). */
static size_t
fixed_len (guint32 type)
{
  static const guint8 lens[] = { [0x02] = 2, [TYPE_INTEGER] = 4, [0x04] = 4, [0x05] = 8, [0x06] = 8, [0x07] = 8,
                                 [0x0a] = 4, [0x0b] = 2, [0x14] = 8, [0x40] = 8, [0x48] = 16 };
  return type < G_N_ELEMENTS (lens) ? lens[type] : 0;
}

static void
note_body (TmTnefBodies *bodies, TmTnefBodyKind kind, const guint8 *bytes, size_t len, bool is_utf16)
{
  if (bodies->bodies[kind].bytes == NULL)
    bodies->bodies[kind] = (TmTnefBody){ .bytes = bytes, .len = len, .is_utf16 = is_utf16 };
}

static void
note_value (TmTnefBodies *bodies, guint32 id, guint32 type, const guint8 *bytes, size_t len)
{
  bool is_string = type == TYPE_STRING8 || type == TYPE_UNICODE;
  if (id == ID_BODY && is_string)
    note_body (bodies, BODY_PLAIN, bytes, len, type == TYPE_UNICODE);
  else if (id == ID_HTML && (is_string || type == TYPE_BINARY))
    note_body (bodies, BODY_HTML, bytes, len, type == TYPE_UNICODE);
  else if (id == ID_INTERNET_CODEPAGE && type == TYPE_INTEGER)
    bodies->internet_codepage = tnef_number (bytes, 4);
}

static bool
read_property (TmCursor *cursor, TmTnefBodies *bodies)
{
  guint32 tag, n_values = 1;
  if (bodies->n_seen++ >= SEEN_MAX || !take_number (cursor, &tag))
    return false;
  guint32 id = tag >> 16, type = tag & 0xffff & ~(guint32) TYPE_MULTIPLE;
  bool is_multiple = (tag & TYPE_MULTIPLE) != 0;
  size_t fixed = fixed_len (type);
  bool is_variable = type == TYPE_OBJECT || type == TYPE_STRING8 || type == TYPE_UNICODE || type == TYPE_BINARY;
  if ((fixed == 0 && !is_variable) || (id >= ID_NAMED && !skip_name (cursor)))
    return false;
  if ((is_multiple || is_variable) && !take_number (cursor, &n_values))
    return false;
  for (guint32 i = 0; i < n_values; i++)
    {
      guint32 len = (guint32) fixed;
      if (bodies->n_seen++ >= SEEN_MAX || (is_variable && !take_number (cursor, &len)))
        return false;
      const guint8 *bytes = take (cursor, len);
      if (bytes == NULL)
        return false;
      if (i == 0 && !is_multiple)
        note_value (bodies, id, type, bytes, len);
    }
  return true;
}

/* Where one cannot be read, nobody knows where the next begins. */
static void
read_properties (const TmTnefAttribute *attribute, TmTnefBodies *bodies)
{
  TmCursor cursor = { .at = attribute->value, .left = attribute->len };
  guint32 n;
  if (!take_number (&cursor, &n))
    return;
  while (n > 0 && read_property (&cursor, bodies))
    n--;
}

static bool
find_bodies (const guint8 *data, size_t len, TmTnefBodies *bodies)
{
  TmTnefScan scan;
  TmTnefAttribute attribute;
  if (!tnef_scan_begin (&scan, data, len))
    return false;
  while (tnef_scan_next (&scan, &attribute))
    {
      guint32 id = attribute.is_of_message ? attribute.id & 0xffff : 0;
      if (id == ATT_BODY)
        note_body (bodies, BODY_ATTRIBUTE, attribute.value, attribute.len, false);
      else if (id == ATT_OEM_CODEPAGE && attribute.len >= 4)
        bodies->oem_codepage = tnef_number (attribute.value, 4);
      else if (id == ATT_MAPI_PROPS)
        read_properties (&attribute, bodies);
    }
  return true;
}

/* --- characters --- */

/* Windows' number of a charset as a name; NULL: none.  The caller frees. */
static char *
codepage_name (guint32 codepage)
{
  static const struct
  {
    guint32 codepage;
    const char *name;
  } names[] = {
    { 936, "gb18030" },       { 10000, "macintosh" },   { 20127, "us-ascii" },    { 20866, "koi8-r" },
    { 21866, "koi8-u" },      { 50220, "iso-2022-jp" }, { 50221, "iso-2022-jp" }, { 50222, "iso-2022-jp" },
    { 50225, "iso-2022-kr" }, { 51932, "euc-jp" },      { 51949, "euc-kr" },      { 54936, "gb18030" },
    { 65001, "utf-8" },
  };
  enum { ISO_8859 = 28590, N_ISO_8859 = 16 };
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].codepage == codepage)
      return g_strdup (names[i].name);
  if (codepage > ISO_8859 && codepage <= ISO_8859 + N_ISO_8859)
    return g_strdup_printf ("iso-8859-%u", codepage - ISO_8859);
  return codepage != 0 ? g_strdup_printf ("cp%u", codepage) : NULL;
}

/* Up to the first NUL; half of a pair is U+FFFD.  The caller frees. */
static char *
utf8_of_utf16 (const guint8 *bytes, size_t len)
{
  GString *out = g_string_sized_new (len / 2 + 16);
  for (size_t i = 0; i + 2 <= len; i += 2)
    {
      gunichar c = tnef_number (bytes + i, 2);
      gunichar low = i + 4 <= len ? tnef_number (bytes + i + 2, 2) : 0;
      if (c == 0)
        break;
      if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000)
        {
          c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
          i += 2;
        }
      g_string_append_unichar (out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
    }
  return g_string_free (out, FALSE);
}

/* HTML is in the charset of the mail that it was or would be, plain text in that of the writer's system. */
static char *
charset_of (const TmTnefBodies *bodies, const GString *text, bool is_html)
{
  guint32 best = is_html ? bodies->internet_codepage : bodies->oem_codepage;
  guint32 other = is_html ? bodies->oem_codepage : bodies->internet_codepage;
  char *name = codepage_name (best);
  if (name == NULL && is_html)
    name = part_meta_charset (text);
  return name != NULL ? name : codepage_name (other);
}

static TmPartText
decode (const TmTnefBodies *bodies, TmTnefBodyKind kind, size_t max_bytes)
{
  const TmTnefBody *body = &bodies->bodies[kind];
  TmPartText result = { .cut = body->len > max_bytes };
  size_t len = MIN (body->len, max_bytes);
  g_autofree char *text = NULL;
  if (body->is_utf16 || (kind == BODY_HTML && bodies->internet_codepage == CODEPAGE_UTF16))
    text = utf8_of_utf16 (body->bytes, len);
  else
    {
      const char *start = (const char *) body->bytes;
      GString *bytes = g_string_new_len (start, (gssize) strnlen (start, len));
      g_autofree char *charset = charset_of (bodies, bytes, kind == BODY_HTML);
      text = charset_to_utf8 (bytes->str, bytes->len, charset, &result.guessed);
      g_string_free (bytes, TRUE);
    }
  result.text = plain_text_clean (text, strlen (text));
  return result;
}

TmPartText
tnef_text_read (GMimePart *part, size_t max_bytes, bool *is_html_out)
{
  TmTnefBodies bodies = { .n_seen = 0 };
  TmPartText result = { .text = NULL };
  GString *raw = content_load (part, TM_TNEF_MAX, NULL);
  *is_html_out = false;
  if (find_bodies ((const guint8 *) raw->str, raw->len, &bodies))
    for (TmTnefBodyKind kind = 0; kind < N_BODIES && result.text == NULL; kind++)
      if (bodies.bodies[kind].bytes != NULL)
        {
          result = decode (&bodies, kind, max_bytes);
          if (!plain_text_shows (result.text))
            g_clear_pointer (&result.text, g_free);
          *is_html_out = kind == BODY_HTML;
        }
  g_string_free (raw, TRUE);
  return result;
}
