/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cursor over one line of the rule language, for conditions and effects.
 * Knows the byte offset of what is wrong.
 */
#ifndef TM_CORE_SCAN_H
#define TM_CORE_SCAN_H

#include "base/error.h"

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  const char *text;
  gsize at;       /* of the next byte */
  gsize error_at; /* set by scan_fail() */
} TmScan;

/* Sets TM_ERROR_CONFIG with its place; always false. */
bool scan_fail (TmScan *scan, gsize at, GError **error, const char *format, ...) G_GNUC_PRINTF (4, 5) TM_WARN_UNUSED;

/* Says that `word` is no known `kind` ("field") and which of `names` (NULL-terminated) was meant; always false. */
bool scan_fail_unknown (TmScan *scan, gsize at, const char *kind, const char *word, const char *const *names,
                        GError **error) TM_WARN_UNUSED;

void scan_skip_space (TmScan *scan);

/* Skips white space, then `token` when it stands there. */
bool scan_take (TmScan *scan, const char *token);

/* Skips white space and takes a word of letters, digits, `_`, `.` and `-`; NULL when none stands there. */
char *scan_take_word (TmScan *scan);

/* Skips white space and takes `"…"` with `\"` and `\\`, or bare text up to white space. */
bool scan_take_value (TmScan *scan, char **value_out, GError **error) TM_WARN_UNUSED;

/* Only white space may be left. */
bool scan_expect_end (TmScan *scan, GError **error) TM_WARN_UNUSED;

#endif
