/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a text must hold for a pattern to match at all.  Reads the syntax of
 * pcre2pattern(3) without compiling it, and knows nothing when in doubt: a
 * word too few costs time, a word too many would lose a match.  Pure.
 */
#ifndef TM_CORE_LITERALS_H
#define TM_CORE_LITERALS_H

#include <glib.h>

/* Words of which at least one stands, folded as core/needles.h folds, in every text that `source` with `flags` (those
 * of pattern_compile()) matches.  NULL: none is known.  `source` is a pattern that PCRE2 took.  The caller frees with
 * g_strfreev(). */
GStrv literals_required (const char *source, const char *flags);

#endif
