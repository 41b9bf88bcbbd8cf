/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Regular expressions by PCRE2 with bounds by count.  The only file that sees
 * <pcre2.h>.  A compiled pattern is immutable and shared by all threads.
 *
 * PCRE2's own match limit starts anew at each place of the subject, and its JIT
 * does not count every retreat, so a harmless looking `\w+\s*\d` may take minutes
 * on a long word with either.  Steps are therefore counted by PCRE2's automatic callouts:
 * one for each item of the pattern tried at a place, and one for each 32 bytes
 * walked over, whichever engine runs.
 */
#ifndef TM_CORE_PATTERN_H
#define TM_CORE_PATTERN_H

#include "base/error.h"
#include "core/limits.h"

#include <stdbool.h>

typedef struct TmPattern TmPattern;

/* Compiles `source` with `flags` out of "imsxu" (PCRE2: i caseless, m
 * multiline, s dotall, x extended; u is always on: subjects are UTF-8, and \w, \d, \b know all of Unicode).
 * Uses the JIT where the system allows it, the interpreter where not.
 * On failure TM_ERROR_CONFIG, with the byte offset into `source/flags` in
 * `offset_out` (may be NULL); a pattern that matches the empty string is refused too. */
bool pattern_compile (const char *source, const char *flags, TmPattern **pattern_out, gsize *offset_out,
                      GError **error) TM_WARN_UNUSED;
void pattern_free (TmPattern *pattern);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmPattern, pattern_free)

/* The names of the named groups, NULL-terminated; borrowed. */
const char *const *pattern_groups (const TmPattern *pattern);

/* Whether the system let the pattern be compiled to machine code. */
bool pattern_has_jit (const TmPattern *pattern);

/* What one message has spent so far, and the memory that its matches share.  Zeroed at its
 * begin, cleared at its end; for one thread at a time. */
typedef struct
{
  guint64 steps;                 /* steps spent */
  unsigned n_limited;            /* matches that hit a bound and were given up */
  unsigned n_matches;            /* times that a pattern was run */
  struct TmMatchScratch *scratch; /* pattern.c's */
} TmMatchBudget;

void match_budget_clear (TmMatchBudget *budget);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmMatchBudget, match_budget_clear)

typedef enum
{
  TM_MATCH_NO,
  TM_MATCH_YES,
  TM_MATCH_LIMITED /* hit steps, message_steps, depth or heap: neither a match nor none */
} TmMatch;

/* Matches `subject` (valid UTF-8, `len` bytes).  On YES, when `groups` is not NULL, each named group that took part is
 * put into it (name → text, both owned by the table). */
TmMatch pattern_match (const TmPattern *pattern, const char *subject, gsize len, const TmMatchLimits *limits,
                       TmMatchBudget *budget, GHashTable *groups);

#endif
