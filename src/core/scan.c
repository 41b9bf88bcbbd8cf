/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/scan.h"

#include "base/text.h"

#include <string.h>

bool
scan_fail (TmScan *scan, gsize at, GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autoptr (GError) wrong = g_error_new_valist (TM_ERROR, TM_ERROR_CONFIG, format, args);
  va_end (args);
  g_propagate_error (error, g_steal_pointer (&wrong));
  scan->error_at = at;
  return false;
}

bool
scan_fail_unknown (TmScan *scan, gsize at, const char *kind, const char *word, const char *const *names, GError **error)
{
  const char *nearest = text_nearest (word, names);
  if (nearest != NULL)
    return scan_fail (scan, at, error, "unknown %s `%s`; did you mean `%s`?", kind, word, nearest);
  g_autoptr (GString) known = g_string_new (names[0]);
  for (size_t i = 1; names[i] != NULL; i++)
    g_string_append_printf (known, ", %s", names[i]);
  return scan_fail (scan, at, error, "unknown %s `%s`; known are %s", kind, word, known->str);
}

void
scan_skip_space (TmScan *scan)
{
  while (g_ascii_isspace (scan->text[scan->at]))
    scan->at++;
}

bool
scan_take (TmScan *scan, const char *token)
{
  scan_skip_space (scan);
  if (!g_str_has_prefix (scan->text + scan->at, token))
    return false;
  scan->at += strlen (token);
  return true;
}

char *
scan_take_word (TmScan *scan)
{
  scan_skip_space (scan);
  const char *start = scan->text + scan->at;
  gsize len = strspn (start, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-");
  scan->at += len;
  return len > 0 ? g_strndup (start, len) : NULL;
}

static bool
take_quoted (TmScan *scan, char **value_out, GError **error)
{
  gsize start = scan->at++;
  g_autoptr (GString) value = g_string_new (NULL);
  for (; scan->text[scan->at] != '"'; scan->at++)
    {
      if (scan->text[scan->at] == '\\' && scan->text[scan->at + 1] != '\0')
        scan->at++;
      if (scan->text[scan->at] == '\0')
        return scan_fail (scan, start, error, "the quoted text is not closed");
      g_string_append_c (value, scan->text[scan->at]);
    }
  scan->at++;
  *value_out = g_strndup (value->str, value->len);
  return true;
}

bool
scan_take_value (TmScan *scan, char **value_out, GError **error)
{
  scan_skip_space (scan);
  const char *start = scan->text + scan->at;
  if (*start == '"')
    return take_quoted (scan, value_out, error);
  gsize len = strcspn (start, " \t\r\n\v\f\"");
  if (len == 0)
    return scan_fail (scan, scan->at, error, "a value is missing here");
  scan->at += len;
  *value_out = g_strndup (start, len);
  return true;
}

bool
scan_expect_end (TmScan *scan, GError **error)
{
  scan_skip_space (scan);
  if (scan->text[scan->at] == '\0')
    return true;
  return scan_fail (scan, scan->at, error, "`%s` is too much here; a text with blanks stands in double quotes",
                    scan->text + scan->at);
}
