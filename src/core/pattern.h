/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Regular expressions by PCRE2 with bounds by count.  The only file that sees
 * <pcre2.h>.  A compiled pattern is immutable and shared by all threads.
 */
#ifndef TM_CORE_PATTERN_H
#define TM_CORE_PATTERN_H

#include "base/error.h"
#include "core/limits.h"

#include <stdbool.h>

typedef struct TmPattern TmPattern;

/* Compiles `source` with `flags` out of "imsxu" (PCRE2: i caseless, m
 * multiline, s dotall, x extended; u is always on: subjects are UTF-8).
 * Uses the JIT where the system allows it, the interpreter where not.
 * On failure TM_ERROR_CONFIG, with the byte offset into `source` in
 * `offset_out`; a pattern that matches the empty string is refused too. */
bool pattern_compile (const char *source, const char *flags, TmPattern **pattern_out, gsize *offset_out,
                      GError **error) TM_WARN_UNUSED;
void pattern_free (TmPattern *pattern);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmPattern, pattern_free)

/* The names of the named groups, NULL-terminated; borrowed. */
const char *const *pattern_groups (const TmPattern *pattern);

/* For tests of both ways: false makes later compilations skip the JIT. */
void pattern_use_jit (bool use);
bool pattern_has_jit (const TmPattern *pattern);

/* What one message has spent so far.  Zeroed at its begin. */
typedef struct
{
  guint64 steps;       /* match steps known to be spent */
  unsigned n_limited;  /* patterns that hit a bound and were skipped */
} TmMatchBudget;

typedef enum
{
  TM_MATCH_NO,
  TM_MATCH_YES,
  TM_MATCH_LIMITED /* hit steps, message_steps, depth or heap: counts as no match for either sense */
} TmMatch;

/* Matches `subject` (valid UTF-8, `len` bytes).  On YES, when `groups` is not NULL, each named group that took part is put into
 * it (name → text, both owned by the table). */
TmMatch pattern_match (const TmPattern *pattern, const char *subject, gsize len, const TmMatchLimits *limits,
                       TmMatchBudget *budget, GHashTable *groups);

#endif
