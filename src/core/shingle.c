/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/shingle.h"

#include <stdbool.h>
#include <string.h>

/* What a word, an ideograph and a letter of a script without spaces add to a run, and what a run takes. */
enum
{
  WEIGHT_WORD = 4,
  WEIGHT_IDEOGRAPH = 2,
  WEIGHT_LETTER = 1,
  WEIGHT_RUN = TM_SHINGLE_WORDS * WEIGHT_WORD,
  RUN_MAX = WEIGHT_RUN / WEIGHT_LETTER
};

/* To compose text takes the square of its length: a word longer than this goes on as the next one. */
enum
{
  MAX_NORMAL_BYTES = 512
};

#define HASH_START G_GUINT64_CONSTANT (0xcbf29ce484222325)
#define HASH_PRIME G_GUINT64_CONSTANT (0x100000001b3)

typedef struct
{
  guint64 hash;
  const char *start, *end;
  guint weight;
} Word;

/* The words at hand: a ring of those that the next run may be made of. */
typedef struct
{
  const char *at;
  Word words[RUN_MAX];
  guint first, n;
  guint weight; /* of all in the ring */
  guint wanted; /* that a run takes */
} Reader;

/* --- words --- */

/* FNV-1a. */
static guint64
hash_bytes (guint64 hash, const char *bytes, gsize len)
{
  for (gsize i = 0; i < len; i++)
    hash = (hash ^ (guchar) bytes[i]) * HASH_PRIME;
  return hash;
}

/* Every bit of `hash` bears on every bit: the finalizer of MurmurHash3. */
static guint64
mix (guint64 hash)
{
  hash = (hash ^ (hash >> 33)) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  hash = (hash ^ (hash >> 33)) * G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);
  return hash ^ (hash >> 33);
}

/* Also the voiced marks of half-width kana, which compose when they are normalised. */
static bool
is_mark (gunichar c)
{
  return g_unichar_ismark (c) || c == 0xff9e || c == 0xff9f;
}

static guint
weight_of (gunichar c)
{
  if (c < 0xe00 || is_mark (c))
    return WEIGHT_WORD;
  if (c == 0x30fc || c == 0xff70) /* prolong kana, and are of no script */
    return WEIGHT_IDEOGRAPH;
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_YI:
      return WEIGHT_IDEOGRAPH;
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return WEIGHT_LETTER;
    default:
      return WEIGHT_WORD;
    }
}

/* Marks belong to the letter before them. */
static bool
counts (gunichar c)
{
  return g_unichar_isalnum (c) || is_mark (c);
}

/* White space and the zero-width space. */
static bool
parts_words (gunichar c)
{
  return g_unichar_isspace (c) || c == 0x200b;
}

static guint64
hash_ascii (const char *start, const char *end, bool *empty_out)
{
  guint64 hash = HASH_START;
  *empty_out = true;
  for (const char *p = start; p < end; p++)
    if (g_ascii_isalnum (*p))
      {
        char c = g_ascii_tolower (*p);
        hash = hash_bytes (hash, &c, 1);
        *empty_out = false;
      }
  return hash;
}

static guint64
hash_unicode (const char *start, const char *end, bool *empty_out)
{
  g_autofree char *composed = g_utf8_normalize (start, end - start, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = composed != NULL ? g_utf8_casefold (composed, -1) : NULL;
  g_autofree char *normal = folded != NULL ? g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;
  guint64 hash = HASH_START;
  *empty_out = true;
  for (const char *p = normal; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    if (counts (g_utf8_get_char (p)))
      {
        hash = hash_bytes (hash, p, (gsize) (g_utf8_next_char (p) - p));
        *empty_out = false;
      }
  return hash;
}

static const char *
skip_marks (const char *p)
{
  const char *start = p;
  while (*p != '\0' && p - start < MAX_NORMAL_BYTES && is_mark (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return p;
}

/* To the end of the word that begins at `p`; ASCII alone needs no tables. */
static const char *
find_end (const char *p, bool *is_ascii_out)
{
  const char *start = p;
  *is_ascii_out = true;
  for (; *p != '\0' && (*is_ascii_out || p - start < MAX_NORMAL_BYTES); p = g_utf8_next_char (p))
    if ((guchar) *p < 0x80)
      {
        if (g_ascii_isspace (*p))
          break;
      }
    else
      {
        gunichar c = g_utf8_get_char (p);
        if (parts_words (c) || weight_of (c) != WEIGHT_WORD)
          break;
        *is_ascii_out = false;
      }
  return p;
}

static bool
is_web_address (const char *start, const char *end)
{
  return g_strstr_len (start, end - start, "://") != NULL;
}

/* The next word of the text; false at its end. */
static bool
next_word (const char **at, Word *word_out)
{
  for (const char *p = *at; *p != '\0';)
    {
      gunichar c = g_utf8_get_char (p);
      bool is_ascii = c < 0x80, is_empty = true;
      *word_out = (Word) { .start = p, .weight = weight_of (c) };
      if (is_ascii ? g_ascii_isspace (*p) : parts_words (c))
        {
          p = g_utf8_next_char (p);
          continue;
        }
      if (word_out->weight == WEIGHT_WORD)
        p = find_end (p, &is_ascii);
      else
        p = skip_marks (g_utf8_next_char (p));
      word_out->end = p;
      if (!is_web_address (word_out->start, p))
        word_out->hash = is_ascii ? hash_ascii (word_out->start, p, &is_empty)
                                  : hash_unicode (word_out->start, p, &is_empty);
      if (!is_empty)
        {
          *at = p;
          return true;
        }
    }
  return false;
}

/* --- runs --- */

static const Word *
word_at (const Reader *reader, guint i)
{
  return &reader->words[(reader->first + i) % RUN_MAX];
}

/* Moves on to the next run and gives its hash, start and end; false: there is none. */
static bool
next_run (Reader *reader, gint64 *hash_out, const char **start_out, const char **end_out)
{
  if (reader->weight >= reader->wanted)
    {
      reader->weight -= word_at (reader, 0)->weight;
      reader->first = (reader->first + 1) % RUN_MAX;
      reader->n--;
    }
  while (reader->weight < reader->wanted)
    {
      Word word;
      if (!next_word (&reader->at, &word))
        return false;
      reader->words[(reader->first + reader->n) % RUN_MAX] = word;
      reader->n++;
      reader->weight += word.weight;
    }
  guint64 hash = 0;
  for (guint i = 0, weight = 0; weight < reader->wanted; i++)
    {
      hash = mix (hash ^ word_at (reader, i)->hash) + i;
      weight += word_at (reader, i)->weight;
      *end_out = word_at (reader, i)->end;
    }
  *start_out = word_at (reader, 0)->start;
  *hash_out = (gint64) hash;
  return true;
}

static int
compare (const void *a, const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return x < y ? -1 : x > y;
}

static void
add_runs (GArray *shingles, const char *text, guint n_words, guint max)
{
  Reader reader = { .at = text, .wanted = n_words * WEIGHT_WORD };
  const char *start, *end;
  gint64 hash;
  for (guint i = 0; i < max && next_run (&reader, &hash, &start, &end); i++)
    g_array_append_val (shingles, hash);
  g_array_sort (shingles, compare);
  guint n = 0;
  for (guint i = 0; i < shingles->len; i++)
    if (n == 0 || g_array_index (shingles, gint64, i) != g_array_index (shingles, gint64, n - 1))
      g_array_index (shingles, gint64, n++) = g_array_index (shingles, gint64, i);
  g_array_set_size (shingles, n);
}

void
shingles_add (GArray *shingles, const char *text, guint max)
{
  add_runs (shingles, text, TM_SHINGLE_WORDS, max);
}

GArray *
shingles_make (const char *text, guint max)
{
  return shingles_make_of (text, TM_SHINGLE_WORDS, max);
}

GArray *
shingles_make_of (const char *text, guint n_words, guint max)
{
  GArray *shingles = g_array_new (FALSE, FALSE, sizeof (gint64));
  add_runs (shingles, text, n_words, max);
  return shingles;
}

/* The place of `hash` in `shingles`; -1: it is not there. */
static gssize
find (const GArray *shingles, gint64 hash)
{
  guint low = 0, high = shingles->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      gint64 value = g_array_index (shingles, gint64, middle);
      if (value == hash)
        return middle;
      if (value < hash)
        low = middle + 1;
      else
        high = middle;
    }
  return -1;
}

gboolean
shingles_hold (const GArray *shingles, gint64 hash)
{
  return find (shingles, hash) >= 0;
}

void
shingles_strike (GArray *shingles, const char *text)
{
  Reader reader = { .at = text, .wanted = WEIGHT_RUN };
  const char *start, *end;
  gint64 hash;
  while (shingles->len > 0 && next_run (&reader, &hash, &start, &end))
    {
      gssize i = find (shingles, hash);
      if (i >= 0)
        g_array_remove_index (shingles, (guint) i);
    }
}

char *
shingles_show (const char *text, const GArray *shingles)
{
  Reader reader = { .at = text, .wanted = WEIGHT_RUN };
  const char *start, *end;
  gint64 hash;
  while (next_run (&reader, &hash, &start, &end))
    if (shingles_hold (shingles, hash))
      return g_strndup (start, (gsize) (end - start));
  return NULL;
}
