/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/language.h"

#include <string.h>

/* What people write first tells; the rest is quoted, logs, or more of the same. */
enum { LOOK_AT = 2000, ENOUGH = 2 };

/* Small words that the other language does not have, and that no log is full of. */
static const char *const english[] = {
  "the", "and", "is", "are", "you", "your", "we", "our", "have", "has", "not", "with", "this", "that", "please",
  "for", "from", "can", "cannot", "would", "could", "what", "when", "it", "of", "to", "my", "hello", "thanks",
  "there", "been", "since", "regards",
};
static const char *const german[] = {
  "der", "das", "und", "ist", "sind", "sie", "ihr", "ihre", "wir", "unser", "unsere", "haben", "hat", "nicht", "mit",
  "dies", "diese", "dass", "bitte", "f\xc3\xbcr", "von", "kann", "k\xc3\xb6nnen", "w\xc3\xbcrde", "wie", "wenn", "ich",
  "den", "dem", "ein", "eine", "einen", "mein", "meine", "hallo", "danke", "seit", "auch", "noch",
  "gr\303\274\303\237e",
  "auf", "zu", "zum", "zur", "bei", "unter",
};

static bool
is_among (const char *word, gsize len, const char *const *words, gsize n_words)
{
  for (gsize i = 0; i < n_words; i++)
    if (*words[i] == *word && strncmp (words[i], word, len) == 0 && words[i][len] == '\0')
      return true;
  return false;
}

/* Letters: ASCII, and whatever is not. */
static bool
is_letter (char c)
{
  return g_ascii_isalpha (c) || (c & 0x80) != 0;
}

const char *
language_guess (const char *text, gsize len)
{
  g_autofree char *lower = g_ascii_strdown (text, (gssize) MIN (len, LOOK_AT));
  unsigned n_english = 0, n_german = 0;
  for (const char *at = lower; *at != '\0';)
    {
      gsize n = 0;
      while (is_letter (at[n]))
        n++;
      n_english += n > 0 && is_among (at, n, english, G_N_ELEMENTS (english));
      n_german += n > 0 && is_among (at, n, german, G_N_ELEMENTS (german));
      at += MAX (n, 1);
    }
  if (n_english >= ENOUGH && n_english > 2 * n_german)
    return "en";
  return n_german >= ENOUGH && n_german > 2 * n_english ? "de" : NULL;
}

/* Letters, digits and hyphens; several languages are none. */
static bool
read_tag (const char *value, char tag_out[TM_LANGUAGE_TAG])
{
  gsize len = strspn (value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
  if (len < 2 || len >= TM_LANGUAGE_TAG || value[len] != '\0' || !g_ascii_isalpha (*value))
    return false;
  for (gsize i = 0; i <= len; i++)
    tag_out[i] = g_ascii_tolower (value[i]);
  return true;
}

void
language_of_mail (const TmMail *mail, char tag_out[TM_LANGUAGE_TAG])
{
  const char *said = mail_header (mail, "Content-Language", 0);
  if (said != NULL && mail_header (mail, "Content-Language", 1) == NULL && read_tag (said, tag_out))
    return;
  const char *guess = language_guess (mail->text + mail->reply_start, mail->reply_len);
  g_strlcpy (tag_out, guess != NULL ? guess : "", TM_LANGUAGE_TAG);
}
