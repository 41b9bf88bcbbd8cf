/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shingles: a hash for each run of eight words of a text, so that words of a note are recognised in what goes out
 * without keeping or comparing texts.  Words are compared without case, punctuation and white space.  Pure.
 */
#ifndef TM_CORE_SHINGLE_H
#define TM_CORE_SHINGLE_H

#include <glib.h>

enum { TM_SHINGLE_WORDS = 8 };

/* The hashes of `text` (UTF-8), ascending, none twice; at most `max` of them, the first.  Empty for a text of fewer words.
 * gint64, as the database has them.  The caller frees. */
GArray *shingles_make (const char *text, guint max);

/* Whether `shingles` (ascending) hold `hash`. */
gboolean shingles_hold (const GArray *shingles, gint64 hash);

/* The eight words of `text` whose hash is `hash`, as they stand there; NULL when there are none.  The caller frees. */
char *shingles_show (const char *text, gint64 hash);

#endif
