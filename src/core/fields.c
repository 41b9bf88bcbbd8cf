/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/fields.h"

#include <string.h>

void
field_walk_init (TmFieldWalk *walk, const char *data, gsize len)
{
  /* Bytes of no length may have no address either. */
  walk->at = len > 0 ? data : "";
  walk->end = walk->at + len;
}

/* Behind the line feed that ends the line at `p`, or `end`. */
static const char *
next_line (const char *p, const char *end)
{
  const char *feed = memchr (p, '\n', (gsize) (end - p));
  return feed != NULL ? feed + 1 : end;
}

bool
field_walk_next (TmFieldWalk *walk, TmField *field_out)
{
  const char *start = walk->at, *end = walk->end;
  if (start >= end || *start == '\r' || *start == '\n')
    return false;
  const char *line_end = next_line (start, end);
  const char *colon = memchr (start, ':', (gsize) (line_end - start));
  if (colon == NULL || colon == start)
    return false;
  while (line_end < end && (*line_end == ' ' || *line_end == '\t'))
    line_end = next_line (line_end, end);
  walk->at = line_end;

  field_out->name = start;
  field_out->name_len = (gsize) (colon - start);
  while (field_out->name_len > 0 && (start[field_out->name_len - 1] == ' ' || start[field_out->name_len - 1] == '\t'))
    field_out->name_len--;
  field_out->value = colon + 1;
  const char *last = line_end;
  if (last > field_out->value && last[-1] == '\n')
    last--;
  if (last > field_out->value && last[-1] == '\r')
    last--;
  field_out->value_len = (gsize) (last - field_out->value);
  return true;
}

/* RFC 2047 §2: an encoded word has at most 75 characters, and §5: none cuts a
 * character.  12 of them are "=?UTF-8?B?" and "?=", so 63 are base64: 45 bytes. */
char *
field_encode (const char *text)
{
  enum { WORD_BYTES = 45 };
  if (g_str_is_ascii (text))
    return g_strdup (text);
  GString *out = g_string_new (NULL);
  while (*text != '\0')
    {
      size_t n = strlen (text);
      if (n > WORD_BYTES)
        for (n = WORD_BYTES; ((guint8) text[n] & 0xc0) == 0x80; n--)
          ;
      g_autofree char *word = g_base64_encode ((const guchar *) text, n);
      g_string_append_printf (out, "%s=?UTF-8?B?%s?=", out->len > 0 ? "\n " : "", word);
      text += n;
    }
  return g_string_free (out, FALSE);
}

char *
field_fold (const char *name, const char *value)
{
  enum { LINE_MAX_SOFT = 78 };
  GString *out = g_string_new (value);
  gsize start = 0, space = 0; /* of the line, and its last space that a fold may replace */
  gsize before = strlen (name) + strlen (": ");
  for (gsize i = 0; i < out->len; i++)
    {
      if (out->str[i] == '\n')
        start = i + 1, space = 0, before = 0;
      else if (out->str[i] == ' ' && i > start)
        space = i;
      if (space > start && before + (i + 1 - start) > LINE_MAX_SOFT)
        {
          g_string_insert_c (out, (gssize) space, '\n');
          i = start = space + 1;
          space = before = 0;
        }
    }
  return g_string_free (out, FALSE);
}

char *
field_rewrite (const char *value, gsize len)
{
  g_autoptr (GString) out = g_string_sized_new (len + 1);
  for (gsize i = 0; i < len; i++)
    {
      guint8 c = (guint8) value[i];
      if (c >= 0x80)
        return NULL;
      bool is_fold = c == '\n' && i + 1 < len && (value[i + 1] == ' ' || value[i + 1] == '\t');
      bool is_fold_cr = c == '\r' && i + 1 < len && value[i + 1] == '\n';
      if (is_fold_cr)
        continue;
      g_string_append_c (out, is_fold || (c >= 0x20 && c != 0x7f) || c == '\t' ? (char) c : ' ');
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
