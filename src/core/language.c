/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/language.h"

#include <string.h>

/* What people write first tells; the rest is quoted, logs, or more of the same. */
enum
{
  LOOK_AT = 2000, /* bytes */
  ENOUGH = 2,     /* words */
  LONGEST = 8     /* bytes of a word */
};

/* Small words that the other language does not have, and that no log is full of, by their first letter; each ends with
 * a blank. */
static const struct
{
  const char *english, *german;
} words_by_letter['z' - 'a' + 1] = {
  ['a' - 'a'] = { "and are ", "auch auf " },
  ['b' - 'a'] = { "been ", "bitte bei " },
  ['c' - 'a'] = { "can cannot could ", "" },
  ['d' - 'a'] = { "", "der das dies diese dass den dem danke " },
  ['e' - 'a'] = { "", "ein eine einen " },
  ['f' - 'a'] = { "for from ", "für " },
  ['g' - 'a'] = { "", "grüße " },
  ['h' - 'a'] = { "have has hello ", "haben hat hallo " },
  ['i' - 'a'] = { "is it ", "ist ihr ihre ich " },
  ['k' - 'a'] = { "", "kann können " },
  ['m' - 'a'] = { "my ", "mit mein meine " },
  ['n' - 'a'] = { "not ", "nicht noch " },
  ['o' - 'a'] = { "our of ", "" },
  ['p' - 'a'] = { "please ", "" },
  ['r' - 'a'] = { "regards ", "" },
  ['s' - 'a'] = { "since ", "sind sie seit " },
  ['t' - 'a'] = { "the this that to thanks there ", "" },
  ['u' - 'a'] = { "", "und unser unsere unter " },
  ['v' - 'a'] = { "", "von " },
  ['w' - 'a'] = { "we with would what when ", "wir würde wie wenn " },
  ['y' - 'a'] = { "you your ", "" },
  ['z' - 'a'] = { "", "zu zum zur " },
};

/* Words of one letter are none of them. */
static bool
is_among (const char *word, gsize len, const char *words)
{
  if (words == NULL)
    return false;
  for (const char *one = words; *one != '\0'; one++)
    {
      if (one[1] == word[1] && strncmp (one, word, len) == 0 && one[len] == ' ')
        return true;
      while (*one != ' ')
        one++;
    }
  return false;
}

/* Letters: ASCII, and whatever is not. */
static bool
is_letter (char c)
{
  return g_ascii_isalpha (c) || (c & 0x80) != 0;
}

/* Counts the word of `len` bytes for the language that has it. */
static void
count_word (const char *word, gsize len, unsigned *n_english, unsigned *n_german)
{
  char lower[LONGEST];
  if (len > sizeof lower || !g_ascii_isalpha (*word))
    return;
  for (gsize i = 0; i < len; i++)
    lower[i] = g_ascii_isupper (word[i]) ? (char) (word[i] | 0x20) : word[i];
  *n_english += is_among (lower, len, words_by_letter[*lower - 'a'].english);
  *n_german += is_among (lower, len, words_by_letter[*lower - 'a'].german);
}

const char *
language_guess (const char *text, gsize len)
{
  unsigned n_english = 0, n_german = 0;
  const char *end = text + MIN (len, LOOK_AT);
  for (const char *at = text; at < end && *at != '\0';)
    {
      gsize n = 0;
      while (at + n < end && is_letter (at[n]))
        n++;
      if (n > 1)
        count_word (at, n, &n_english, &n_german);
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
