/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/detail.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

enum { DETAIL_BYTES = 250 }; /* of ordinary ones */

static void
append_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      const char *run = text;
      while ((guint8) *text >= 0x20 && *text != '"' && *text != '\\')
        text++;
      g_string_append_len (out, run, text - run);
      if (*text == '\0')
        break;
      if (*text == '"' || *text == '\\')
        g_string_append_c (out, '\\');
      if ((guint8) *text < 0x20)
        g_string_append_printf (out, "\\u%04x", (unsigned) *text);
      else
        g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}

char *
detail_new (const char *name, ...)
{
  GString *out = g_string_sized_new (DETAIL_BYTES);
  g_string_append_c (out, '{');
  va_list args;
  va_start (args, name);
  for (; name != NULL; name = va_arg (args, const char *))
    {
      const char *value = va_arg (args, const char *);
      if (out->len > 1)
        g_string_append_c (out, ',');
      append_string (out, name);
      g_string_append_c (out, ':');
      if (value != NULL)
        append_string (out, value);
      else
        g_string_append (out, "null");
    }
  va_end (args);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* --- erasing --- */

static bool
is_of_address (char c)
{
  return g_ascii_isalnum (c) || (guint8) c >= 0x80 || (c != '\0' && strchr (".!#$%&'*+/=?^_`{|}~-", c) != NULL);
}

/* Whether what stands at `at` is the whole address, and no part of a longer one: a full stop may end a sentence. */
static bool
is_whole (const char *detail, const char *at, gsize len)
{
  const char *behind = at + len;
  bool goes_on = g_ascii_isalnum (*behind) || *behind == '-' || (guint8) *behind >= 0x80
                 || (*behind == '.' && (g_ascii_isalnum (behind[1]) || (guint8) behind[1] >= 0x80));
  return !goes_on && (at == detail || !is_of_address (at[-1]));
}

char *
detail_escape (const char *text)
{
  GString *out = g_string_new (NULL);
  append_string (out, text);
  g_string_truncate (out, out->len - 1);
  g_string_erase (out, 0, 1);
  return g_string_free (out, FALSE);
}

char *
detail_without (const char *detail, const char *address, const char *instead)
{
  g_autofree char *escaped = detail_escape (address);
  g_autoptr (GString) out = g_string_new (NULL);
  gsize len = strlen (escaped);
  bool is_found = false;
  const char *from = detail;
  for (const char *at = strstr (detail, escaped); at != NULL; at = strstr (at + 1, escaped))
    {
      if (at < from || !is_whole (detail, at, len))
        continue;
      g_string_append_len (out, from, at - from);
      g_string_append (out, instead);
      from = at + len;
      is_found = true;
    }
  g_string_append (out, from);
  return is_found ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}
