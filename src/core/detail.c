/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/detail.h"

#include <stdarg.h>

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
