/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encoded words (RFC 2047), leniently.  GMime's own decoder loses what
 * follows a word that ends in base64 padding.
 */
#ifndef TM_MIME_WORDS_H
#define TM_MIME_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes a reader that looks for the end of every word anew passes over in `value`.
 * GMime is one: words that never end cost it the square of their number. */
size_t words_search_cost (const char *value, size_t len);

/* Whether GMime may be shown `value`. */
bool words_are_bounded (const char *value, size_t len);

/* `utf8` with its encoded words decoded; any character may be in them.  The caller frees. */
char *words_decode (const char *utf8);

/* `utf8` with each run of encoded words as a single one in UTF-8 and base64, which
 * every parser understands.  The caller frees. */
char *words_normalize (const char *utf8);

#endif
