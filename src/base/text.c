/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Eight bytes at a time, the first one lowest. */
static inline guint64
load_word (const char *p)
{
  guint64 word;
  memcpy (&word, p, sizeof word);
  return GUINT64_FROM_LE (word);
}

static const guint64 every_byte = 0x0101010101010101, high_bits = 0x8080808080808080;

size_t
text_printable_run (const char *text, size_t len)
{
  size_t n = 0;
  for (; n + 8 <= len; n += 8)
    {
      /* Below 0x20 borrows, 0x7f carries; what that does to other bytes is above the first such one. */
      guint64 word = load_word (text + n);
      guint64 odd = ((word - 0x20 * every_byte) | (word + every_byte) | word) & high_bits;
      if (odd != 0)
        return n + (size_t) __builtin_ctzll (odd) / 8;
    }
  while (n < len && text[n] >= 0x20 && text[n] < 0x7f)
    n++;
  return n;
}

bool
text_is_ascii (const char *text, size_t len)
{
  guint64 all = 0;
  size_t n = 0;
  for (; n + 8 <= len; n += 8)
    all |= load_word (text + n);
  for (; n < len; n++)
    all |= (guint8) text[n];
  return (all & high_bits) == 0;
}

char *
text_make_valid (const char *bytes, size_t len)
{
  if (memchr (bytes, '\0', len) == NULL && (text_is_ascii (bytes, len) || g_utf8_validate_len (bytes, len, NULL)))
    return g_strndup (bytes, len);

  GString *out = g_string_sized_new (len + 16);
  while (len > 0)
    {
      const char *bad;
      if (g_utf8_validate_len (bytes, len, &bad))
        {
          g_string_append_len (out, bytes, (gssize) len);
          break;
        }
      size_t good = (size_t) (bad - bytes);
      g_string_append_len (out, bytes, (gssize) good);
      g_string_append (out, "\357\277\275");
      bytes = bad + 1;
      len -= good + 1;
    }
  return g_string_free (out, FALSE);
}

static bool
is_invisible (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c
         || c == 0xfeff;
}

static bool
is_blank (gunichar c)
{
  return c <= 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x2028 || c == 0x2029;
}

/* The blanks of eight ASCII bytes, as the high bits of theirs. */
static inline guint64
blanks_of (guint64 word)
{
  return ~((word ^ 0x20 * every_byte) + 0x7f * every_byte) & high_bits;
}

/* Of ASCII. */
static bool
has_double_blank (const char *text, size_t len)
{
  size_t n = 0;
  for (; n + 9 <= len; n += 8)
    if ((blanks_of (load_word (text + n)) & blanks_of (load_word (text + n + 1))) != 0)
      return true;
  for (; n + 1 < len; n++)
    if (text[n] == ' ' && text[n + 1] == ' ')
      return true;
  return false;
}

/* Most header fields are clean already: printable ASCII, single blanks, none at the ends. */
bool
text_is_one_line (const char *text, size_t len)
{
  if (len > 0 && (text[0] == ' ' || text[len - 1] == ' '))
    return false;
  return text_printable_run (text, len) == len && !has_double_blank (text, len);
}

/* ASCII with blanks to take away, of any size. */
static char *
ascii_one_line (const char *text, size_t len)
{
  char *out = g_malloc (len + 1), *to = out;
  bool gap = false;
  const char *p = text, *end = text + len, *run_end = text;
  while (p < end)
    {
      /* A fold mostly stands between two parts that are clean.  Each part is asked once. */
      if (p >= run_end)
        {
          size_t run = text_printable_run (p, (size_t) (end - p));
          run_end = p + run;
          if (run > 0 && text_is_one_line (p, run))
            {
              if (gap)
                *to++ = ' ';
              gap = false;
              memcpy (to, p, run);
              to += run;
              p += run;
              continue;
            }
        }
      if (is_blank ((guchar) *p))
        gap = to > out;
      else
        {
          if (gap)
            *to++ = ' ';
          gap = false;
          *to++ = *p;
        }
      p++;
    }
  *to = '\0';
  return out;
}

char *
text_one_line (const char *text, size_t max_bytes)
{
  size_t len = strlen (text);
  if ((max_bytes == 0 || len <= max_bytes) && text_is_one_line (text, len))
    return g_memdup2 (text, len + 1);
  if (max_bytes == 0 && text_is_ascii (text, len))
    return ascii_one_line (text, len);

  GString *out = g_string_sized_new (len + 1);
  bool gap = false;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (is_blank (c))
        gap = out->len > 0;
      else if (!is_invisible (c))
        {
          size_t n = (size_t) (g_utf8_next_char (p) - p);
          if (max_bytes > 0 && out->len + n + (gap ? 1 : 0) > max_bytes)
            break;
          if (gap)
            g_string_append_c (out, ' ');
          gap = false;
          g_string_append_len (out, p, (gssize) n);
        }
    }
  return g_string_free (out, FALSE);
}

size_t
text_room (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

char *
text_put (char **at, const char *text, size_t room)
{
  if (text == NULL)
    return NULL;
  char *copy = memcpy (*at, text, room);
  *at += room;
  return copy;
}

const char *
text_number (gint64 number, char digits[TEXT_DIGITS])
{
  char reversed[TEXT_DIGITS], *to = digits;
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;
  size_t n = 0;
  do
    reversed[n++] = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (number < 0)
    *to++ = '-';
  while (n > 0)
    *to++ = reversed[--n];
  *to = '\0';
  return digits;
}

bool
text_is_unsafe (gunichar c)
{
  return is_invisible (c) || c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

char *
text_many_lines (const char *text)
{
  g_autofree char *valid = text_make_valid (text, strlen (text));
  GString *out = g_string_sized_new (strlen (valid) + 1);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (c == '\n' || c == '\t' || !text_is_unsafe (c))
        g_string_append_unichar (out, c);
      else if (!is_invisible (c))
        g_string_append_unichar (out, 0xfffd);
    }
  return g_string_free (out, FALSE);
}

char *
text_log_value (const char *text)
{
  g_autofree char *valid = text_make_valid (text, strlen (text));
  g_autofree char *line = text_one_line (valid, 200);
  bool quote = *line == '\0' || strpbrk (line, " =\"\\") != NULL;
  GString *out = g_string_new (quote ? "\"" : NULL);
  for (const char *p = line; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
  if (quote)
    g_string_append_c (out, '"');
  return g_string_free (out, FALSE);
}

bool
text_parse_number (const char *text, guint64 max, guint64 *value_out)
{
  if (text == NULL || *text < '1' || *text > '9' || strspn (text, "0123456789") != strlen (text))
    return false;
  /* Not by GLib: in its first call it makes a locale, and who waits for another thread's takes the errno of that wait
   * for a fault of the number. */
  errno = 0;
  guint64 value = strtoull (text, NULL, 10);
  if (errno != 0 || value > max)
    return false;
  *value_out = value;
  return true;
}

/* Optimal string alignment over at most 63 characters: option names are
 * short, and a longer word is nobody's typing error. */
size_t
text_distance (const char *a, const char *b)
{
  enum { MAX = 64 };
  size_t rows[3][MAX];
  size_t n = strlen (a), m = strlen (b);
  if (n >= MAX || m >= MAX)
    return MAX;
  for (size_t j = 0; j <= m; j++)
    rows[0][j] = j;
  for (size_t i = 1; i <= n; i++)
    {
      size_t *now = rows[i % 3], *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
      now[0] = i;
      for (size_t j = 1; j <= m; j++)
        {
          size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
          now[j] = MIN (MIN (last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            now[j] = MIN (now[j], before[j - 2] + 1);
        }
    }
  return rows[n % 3][m];
}

const char *
text_nearest (const char *word, const char *const *names)
{
  const char *best = NULL;
  size_t best_distance = 2 + strlen (word) / 4;
  for (; *names != NULL; names++)
    {
      size_t d = text_distance (word, *names);
      if (d < best_distance)
        {
          best = *names;
          best_distance = d;
        }
    }
  return best;
}

bool
text_is_space (gunichar c)
{
  return g_unichar_isspace (c) || (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff;
}

char *
text_next_word (const char **at)
{
  const char *start = *at;
  while (*start != '\0' && text_is_space (g_utf8_get_char (start)))
    start = g_utf8_next_char (start);
  const char *end = start;
  while (*end != '\0' && !text_is_space (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  *at = end;
  return end > start ? g_strndup (start, (gsize) (end - start)) : NULL;
}

bool
text_is_language (const char *tag, const char *code)
{
  size_t len = tag != NULL ? strcspn (tag, "-_") : 0;
  return len > 0 && strlen (code) == len && g_ascii_strncasecmp (code, tag, len) == 0;
}

char *
text_list (const GPtrArray *texts)
{
  GString *list = g_string_new (NULL);
  for (guint i = 0; i < texts->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", (const char *) g_ptr_array_index (texts, i));
  return g_string_free (list, FALSE);
}
