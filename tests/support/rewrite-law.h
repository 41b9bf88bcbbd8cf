/* SPDX-License-Identifier: BSD-2-Clause */
/* What must be so of mime_rewrite() for any message, by what mime_read() makes of it before and afterwards. */
#ifndef TM_TESTS_REWRITE_LAW_H
#define TM_TESTS_REWRITE_LAW_H

#include "core/limits.h"

#include <glib.h>

/* Puts a footer under the message, then removes its first line of text.  NULL: all is well; else what is not, the
 * caller frees.  `n_done_out` counts the rewritings that were done (may be NULL). */
char *rewrite_law_break (GBytes *raw, const TmLimits *limits, unsigned *n_done_out);

#endif
