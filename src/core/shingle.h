/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shingles: a hash for each run of eight words of a text, so that words of a note are recognised in what goes out
 * without keeping or comparing texts.  Pure; linear time.
 *
 * A word is what stands between white space, without punctuation, case folded and in Unicode's normal form KC; what is
 * all punctuation is none, and neither is a web address.  Where a script has no spaces the run is counted in
 * characters: two ideographs, kana or the like count as a word, four letters of Thai, Lao, Khmer or Burmese.
 *
 * The hash has 64 bits and no key: a collision of two texts of 20,000 runs each happens once in 4 * 10^10 such pairs,
 * and then an agent is asked about words that were in no note.
 */
#ifndef TM_CORE_SHINGLE_H
#define TM_CORE_SHINGLE_H

#include <glib.h>

enum
{
  TM_SHINGLE_WORDS = 8,
  TM_SHINGLES_MAX = 50000 /* of one text: prose of any script has no more in the text that is kept of a mail */
};

/* The hashes of `text` (UTF-8), ascending, none twice; of its first `max` runs.  Empty for a text of fewer words.
 * gint64, as the database has them.  The caller frees. */
GArray *shingles_make (const char *text, guint max);

/* Those of shorter runs, of 1 to TM_SHINGLE_WORDS words: to tell how much texts of a few words have in common. */
GArray *shingles_make_of (const char *text, guint n_words, guint max);

/* The same as shingles_make(), added to `shingles`, which were made so. */
void shingles_add (GArray *shingles, const char *text, guint max);

/* Takes all out of `shingles` that stand anywhere in `text`. */
void shingles_strike (GArray *shingles, const char *text);

/* Whether `shingles` (ascending) hold `hash`. */
gboolean shingles_hold (const GArray *shingles, gint64 hash);

/* The first run of `text` that `shingles` hold, as it stands there; NULL when there is none.  The caller frees. */
char *shingles_show (const char *text, const GArray *shingles);

#endif
