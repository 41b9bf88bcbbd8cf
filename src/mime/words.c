/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/words.h"

#include "mime/charset.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum { CHARSET_NAME_MAX = 40, SEARCH_COST_MAX = 1 << 20 };

typedef struct
{
  const char *charset;
  size_t charset_len;
  char encoding; /* 'q' or 'b' */
  const char *text;
  size_t text_len;
  size_t whole;
} TmWord;

typedef struct
{
  GString *out;
  bool encode;
  GString *bytes;  /* of the run of words being read */
  char charset[CHARSET_NAME_MAX + 1];
  GString *words;  /* what the run has decoded to so far */
  bool in_run;
} TmWordReader;

static bool
match_word (const char *p, TmWord *word_out)
{
  if (p[0] != '=' || p[1] != '?')
    return false;
  const char *charset = p + 2;
  size_t charset_len = strcspn (charset, "? \t\"");
  const char *encoding = charset + charset_len;
  if (charset_len == 0 || charset_len > CHARSET_NAME_MAX || encoding[0] != '?' || encoding[1] == '\0'
      || strchr ("qQbB", encoding[1]) == NULL || encoding[2] != '?')
    return false;
  const char *text = encoding + 3;
  const char *end = text;
  /* "=?" inside: the word was never ended, and what follows is a new one. */
  while (*end != '\0' && !(end[0] == '?' && end[1] == '=') && !(end[0] == '=' && end[1] == '?' && end[2] != '='))
    end++;
  if (end[0] != '?')
    return false;
  *word_out = (TmWord){ .charset = charset, .charset_len = charset_len, .encoding = g_ascii_tolower (encoding[1]),
                        .text = text, .text_len = (size_t) (end - text), .whole = (size_t) (end + 2 - p) };
  return true;
}

static void
append_quoted (GString *bytes, const char *text, size_t len)
{
  for (size_t i = 0; i < len; i++)
    {
      bool escape = text[i] == '=' && i + 2 < len && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2]);
      if (escape)
        {
          g_string_append_c (bytes,
                             (char) (g_ascii_xdigit_value (text[i + 1]) * 16 + g_ascii_xdigit_value (text[i + 2])));
          i += 2;
        }
      else
        g_string_append_c (bytes, text[i] == '_' ? ' ' : text[i]);
    }
}

static void
append_base64 (GString *bytes, const char *text, size_t len)
{
  g_autofree unsigned char *out = g_malloc (len + 4);
  int state = 0;
  guint save = 0;
  size_t n = g_base64_decode_step (text, len, out, &state, &save);
  n += g_base64_decode_step ("==", 2, out + n, &state, &save);
  g_string_append_len (bytes, (const char *) out, (gssize) n);
}

static void
end_charset (TmWordReader *reader)
{
  g_autofree char *utf8 = charset_to_utf8 (reader->bytes->str, reader->bytes->len, reader->charset, NULL);
  g_string_append (reader->words, utf8);
  g_string_truncate (reader->bytes, 0);
}

static void
end_run (TmWordReader *reader)
{
  if (!reader->in_run)
    return;
  end_charset (reader);
  if (reader->encode)
    {
      g_autofree char *base64 = g_base64_encode ((const guchar *) reader->words->str, reader->words->len);
      g_string_append_printf (reader->out, "=?utf-8?b?%s?=", base64);
    }
  else
    g_string_append (reader->out, reader->words->str);
  g_string_truncate (reader->words, 0);
  reader->in_run = false;
}

/* A character may be split between words of one charset: their bytes are put together first. */
static void
add_word (TmWordReader *reader, const TmWord *word)
{
  g_autofree char *charset = g_ascii_strdown (word->charset, (gssize) word->charset_len);
  charset[strcspn (charset, "*")] = '\0'; /* RFC 2231 §5: the language */
  if (reader->in_run && strcmp (charset, reader->charset) != 0)
    end_charset (reader);
  g_strlcpy (reader->charset, charset, sizeof reader->charset);
  if (word->encoding == 'q')
    append_quoted (reader->bytes, word->text, word->text_len);
  else
    append_base64 (reader->bytes, word->text, word->text_len);
  reader->in_run = true;
}

static char *
rewrite (const char *utf8, bool encode)
{
  TmWordReader reader = { .out = g_string_sized_new (strlen (utf8) + 1), .encode = encode };
  reader.bytes = g_string_new (NULL);
  reader.words = g_string_new (NULL);
  for (const char *p = utf8; *p != '\0';)
    {
      TmWord word;
      /* Blanks between words are not text. */
      size_t blanks = reader.in_run ? strspn (p, " \t") : 0;
      if (match_word (p + blanks, &word))
        {
          add_word (&reader, &word);
          p += blanks + word.whole;
          continue;
        }
      end_run (&reader);
      g_string_append_c (reader.out, *p++);
    }
  end_run (&reader);
  g_string_free (reader.bytes, TRUE);
  g_string_free (reader.words, TRUE);
  return g_string_free (reader.out, FALSE);
}

size_t
words_search_cost (const char *value, size_t len)
{
  size_t cost = 0, end = len;
  for (size_t i = len; i-- > 1;)
    if (value[i - 1] == '?' && value[i] == '=')
      end = i;
    else if (value[i - 1] == '=' && value[i] == '?')
      cost += end - i;
  return cost;
}

bool
words_are_bounded (const char *value, size_t len)
{
  return words_search_cost (value, len) <= SEARCH_COST_MAX;
}

char *
words_decode (const char *utf8)
{
  return rewrite (utf8, false);
}

char *
words_normalize (const char *utf8)
{
  return rewrite (utf8, true);
}
