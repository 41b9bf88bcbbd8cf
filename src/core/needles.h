/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds which of many words stand in a text, in one pass over it whatever their number (Aho and Corasick, 1975).
 * Case is folded as far as PCRE2's caseless matching reaches ASCII letters: A-Z, and the two characters beyond ASCII
 * that match one, U+017F (s) and U+212A (k).  All other characters are themselves.  Pure.
 */
#ifndef TM_CORE_NEEDLES_H
#define TM_CORE_NEEDLES_H

#include <glib.h>
#include <stdbool.h>

typedef struct TmNeedles TmNeedles;

TmNeedles *needles_new (void);
void needles_free (TmNeedles *needles);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmNeedles, needles_free)

/* Adds `word`, valid UTF-8 and not empty; gives its number, counted from 0; words that fold to the same share one.
 * Not after needles_compile(). */
guint needles_add (TmNeedles *needles, const char *word);

/* Once, when all words are in; immutable afterwards. */
void needles_compile (TmNeedles *needles);

/* Told that the word of this number stands in the text.  Answers whether that was news. */
typedef bool (*TmNeedleFound) (guint word, gpointer data);

/* Reports every word that stands in `text` (valid UTF-8) at least once, and no other. */
void needles_scan (const TmNeedles *needles, const char *text, gsize len, TmNeedleFound found, gpointer data);

#endif
