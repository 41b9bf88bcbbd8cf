/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/text.h"

#include "base/text.h"
#include "mime/charset.h"
#include "mime/content.h"

#include <string.h>

#define BYTE_ORDER_MARK "\357\273\277"

char *
plain_text_clean (const char *utf8, size_t len)
{
  const char *p = utf8, *end = utf8 + len;
  char *out = g_malloc (len + 1), *to = out;
  while (p < end)
    {
      size_t run = text_printable_run (p, (size_t) (end - p));
      memcpy (to, p, run);
      to += run;
      p += run;
      for (; p < end && ((unsigned char) *p < 0x20 || (unsigned char) *p >= 0x7f); p++)
        {
          unsigned char c = (unsigned char) *p;
          unsigned char next = p + 1 < end ? (unsigned char) p[1] : '\0';
          if (c == '\r' && next != '\n')
            *to++ = '\n';
          else if (c == 0xc2 && next < 0xa0)
            p++; /* C1 controls */
          else if ((c >= 0x20 && c != 0x7f) || c == '\n' || c == '\t')
            *to++ = (char) c;
        }
    }
  *to = '\0';
  if (g_str_has_prefix (out, BYTE_ORDER_MARK))
    memmove (out, out + strlen (BYTE_ORDER_MARK), (size_t) (to - out) - strlen (BYTE_ORDER_MARK) + 1);
  return out;
}

bool
plain_char_is_invisible (gunichar c)
{
  return (c >= 0x7f && c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e)
         || c == 0x2060 || c == 0xfeff;
}

bool
plain_text_shows (const char *utf8)
{
  for (; *utf8 != '\0'; utf8 = g_utf8_next_char (utf8))
    {
      gunichar c = g_utf8_get_char (utf8);
      if (c > ' ' && !g_unichar_isspace (c) && !plain_char_is_invisible (c))
        return true;
    }
  return false;
}

bool
plain_text_cut (GString *utf8, size_t max)
{
  if (utf8->len <= max)
    return false;
  while (max > 0 && ((unsigned char) utf8->str[max] & 0xc0) == 0x80)
    max--;
  g_string_truncate (utf8, max);
  return true;
}

typedef struct
{
  GString *out;
  bool delsp;
  bool open;      /* the line before wants this one */
  unsigned depth; /* of its quoting */
} TmFlow;

static void
flow_line (TmFlow *flow, const char *line, size_t len)
{
  unsigned depth = 0;
  for (; len > 0 && *line == '>'; line++, len--)
    depth++;
  if (len > 0 && *line == ' ')
    line++, len--;
  bool signature = len == 3 && memcmp (line, "-- ", 3) == 0;
  if (flow->open && (signature || depth != flow->depth))
    {
      g_string_append_c (flow->out, '\n');
      flow->open = false;
    }
  if (!flow->open)
    for (unsigned i = 0; i < depth; i++)
      g_string_append (flow->out, i + 1 == depth ? "> " : ">");
  bool flowed = !signature && len > 0 && line[len - 1] == ' ';
  g_string_append_len (flow->out, line, (gssize) (flowed && flow->delsp ? len - 1 : len));
  if (!flowed)
    g_string_append_c (flow->out, '\n');
  flow->open = flowed;
  flow->depth = depth;
}

char *
flowed_unfold (const char *text, bool delsp)
{
  TmFlow flow = { .out = g_string_sized_new (strlen (text) + 16), .delsp = delsp };
  while (*text != '\0')
    {
      size_t len = strcspn (text, "\n");
      flow_line (&flow, text, len);
      text += len;
      text += *text == '\n';
    }
  return g_string_free (flow.out, FALSE);
}

/* A cut that is not between lines may be inside a character. */
static void
cut_at_line (GString *bytes)
{
  enum { LONGEST_LINE = 1000 };
  for (size_t i = bytes->len; i > 0 && bytes->len - i < LONGEST_LINE; i--)
    if (bytes->str[i - 1] == '\n')
      {
        g_string_truncate (bytes, i);
        return;
      }
}

char *
part_meta_charset (const GString *html)
{
  enum { HEAD = 2048 };
  g_autofree char *head = g_strndup (html->str, MIN (html->len, HEAD));
  for (char *p = head; *p != '\0'; p++)
    *p = g_ascii_tolower (*p);
  const char *found = strstr (head, "charset=");
  if (found == NULL)
    return NULL;
  found += strlen ("charset=");
  found += strspn (found, "\"' ");
  return g_strndup (found, strspn (found, "abcdefghijklmnopqrstuvwxyz0123456789-_"));
}

static bool
param_is (GMimeObject *part, const char *name, const char *value)
{
  const char *given = g_mime_object_get_content_type_parameter (part, name);
  return given != NULL && g_ascii_strcasecmp (given, value) == 0;
}

TmPartText
part_text_read (GMimePart *part, size_t max_bytes)
{
  TmPartText result = { .text = NULL };
  GMimeObject *object = GMIME_OBJECT (part);
  GString *bytes = content_load (part, max_bytes, &result.cut);
  if (result.cut)
    cut_at_line (bytes);
  g_autofree char *charset = g_strdup (g_mime_object_get_content_type_parameter (object, "charset"));
  if (charset == NULL && g_mime_content_type_is_type (g_mime_object_get_content_type (object), "text", "html"))
    charset = part_meta_charset (bytes);
  g_autofree char *utf8 = charset_to_utf8 (bytes->str, bytes->len, charset, &result.guessed);
  g_string_free (bytes, TRUE);
  result.text = plain_text_clean (utf8, strlen (utf8));
  if (param_is (object, "format", "flowed"))
    {
      g_autofree char *fixed = g_steal_pointer (&result.text);
      result.text = flowed_unfold (fixed, param_is (object, "delsp", "yes"));
    }
  return result;
}
