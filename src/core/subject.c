/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/subject.h"

#include "base/text.h"

#include <string.h>

enum { NUMBER_DIGITS_MAX = 15 };

/* Reads `#digits` at `p` up to `end_char` (NUL: any non-digit ends it). */
static gint64
read_number (const char *p, size_t *len_out)
{
  if (*p != '#')
    return 0;
  size_t n = strspn (p + 1, "0123456789");
  guint64 value;
  char digits[NUMBER_DIGITS_MAX + 1];
  if (n == 0 || n > NUMBER_DIGITS_MAX)
    return 0;
  memcpy (digits, p + 1, n);
  digits[n] = '\0';
  if (!text_parse_number (digits, G_MAXINT64, &value))
    return 0;
  *len_out = n + 1;
  return (gint64) value;
}

/* The next `[instance#number]` at or after `from`; its bounds in
 * `start_out` and `end_out`. */
static gint64
next_tag (const char *from, const char *instance, const char **start_out, const char **end_out)
{
  size_t name_len = strlen (instance);
  for (const char *open = strchr (from, '['); open != NULL; open = strchr (open + 1, '['))
    {
      size_t len;
      if (g_ascii_strncasecmp (open + 1, instance, name_len) != 0)
        continue;
      gint64 number = read_number (open + 1 + name_len, &len);
      const char *close = open + 1 + name_len + (number > 0 ? len : 0);
      if (number == 0 || *close != ']')
        continue;
      *start_out = open;
      *end_out = close + 1;
      return number;
    }
  return 0;
}

gint64
subject_find_tag (const char *subject, const char *instance)
{
  const char *start, *end;
  return next_tag (subject, instance, &start, &end);
}

gint64
subject_next_tag (const char **from, const char *instance)
{
  const char *start;
  return next_tag (*from, instance, &start, from);
}

gint64
subject_find_number (const char *subject)
{
  for (const char *p = strchr (subject, '#'); p != NULL; p = strchr (p + 1, '#'))
    {
      size_t len;
      bool is_alone = p == subject || g_ascii_isspace (p[-1]) || strchr ("(:,", p[-1]) != NULL;
      gint64 number = is_alone ? read_number (p, &len) : 0;
      if (number > 0 && !g_ascii_isalnum (p[len]))
        return number;
    }
  return 0;
}

/* Where the tag begins that `text` ends with; NULL: it ends with none. */
static const char *
tag_at_end (const GString *text, const char *instance)
{
  const char *start, *end, *open = text->str + text->len;
  for (size_t n = strlen (instance) + NUMBER_DIGITS_MAX + strlen ("[#]"); n > 0 && open > text->str; n--)
    if (*--open == '[')
      return next_tag (open, instance, &start, &end) > 0 && *end == '\0' ? start : NULL;
  return NULL;
}

/* By their ends, as what is left of both sides of one may be another. */
char *
subject_strip_tags (const char *subject, const char *instance)
{
  GString *out = g_string_sized_new (strlen (subject));
  for (const char *p = subject; *p != '\0';)
    {
      g_string_append_c (out, *p);
      const char *tag = *p++ == ']' ? tag_at_end (out, instance) : NULL;
      if (tag == NULL)
        continue;
      g_string_truncate (out, (gsize) (tag - out->str));
      while (*p == ' ' && (out->len == 0 || out->str[out->len - 1] == ' '))
        p++;
    }
  return g_strchomp (g_string_free (out, FALSE));
}

/* Bytes of the reply and forward prefixes ("Re: AW: ") at the front. */
static size_t
prefix_len (const char *subject)
{
  static const char *const prefixes[] = { "re", "aw", "sv", "vs", "antw", "odp", "res", "rv", "ref", "fw", "fwd",
                                          "wg", "tr", "enc", "rif", "r", "vl", "vb", "doorst", "i" };
  size_t len = 0;
  for (;;)
    {
      const char *p = subject + len;
      size_t n_letters = 0;
      while (g_ascii_isalpha (p[n_letters]))
        n_letters++;
      bool is_known = false;
      for (size_t i = 0; i < G_N_ELEMENTS (prefixes) && !is_known; i++)
        is_known = strlen (prefixes[i]) == n_letters && g_ascii_strncasecmp (prefixes[i], p, n_letters) == 0;
      if (!is_known || p[n_letters] != ':')
        return len;
      len += n_letters + 1;
      len += strspn (subject + len, " ");
    }
}

char *
subject_with_tag (const char *subject, const char *instance, gint64 ticket)
{
  g_autofree char *plain = subject_strip_tags (subject, instance);
  char digits[TEXT_DIGITS];
  size_t n = prefix_len (plain);
  GString *out = g_string_sized_new (n + strlen (instance) + TEXT_DIGITS + strlen (plain));
  g_string_append_len (out, plain, (gssize) n);
  if (n > 0 && plain[n - 1] != ' ')
    g_string_append_c (out, ' ');
  g_string_append_c (out, '[');
  g_string_append (out, instance);
  g_string_append_c (out, '#');
  g_string_append (out, ticket > 0 ? text_number (ticket, digits) : "NEW");
  g_string_append (out, plain[n] != '\0' ? "] " : "]");
  g_string_append (out, plain + n);
  return g_string_free (out, FALSE);
}

char *
subject_fold (const char *subject, const char *instance)
{
  g_autofree char *plain = subject_strip_tags (subject, instance);
  g_autofree char *bare = text_one_line (plain, 0);
  return g_utf8_casefold (bare + prefix_len (bare), -1);
}

char *
subject_normalize (const char *subject, const char *instance)
{
  g_autofree char *folded = subject_fold (subject, instance);
  GString *out = g_string_sized_new (strlen (folded));
  for (const char *p = folded; *p != '\0';)
    {
      gsize n_digits = strspn (p, "0123456789");
      if (n_digits > 0)
        g_string_append_c (out, '0');
      else
        g_string_append_c (out, *p);
      p += MAX (n_digits, 1);
    }
  return g_string_free (out, FALSE);
}
