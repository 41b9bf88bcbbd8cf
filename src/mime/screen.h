/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A look at the raw bytes before GMime sees them: whether building its tree
 * is bounded by `limits`.  Pure but for GMime's Content-Type parser.
 */
#ifndef TM_MIME_SCREEN_H
#define TM_MIME_SCREEN_H

#include "core/limits.h"

#include <stdbool.h>
#include <stddef.h>

/* Odd: within the limits, but mail of people and their programs has not a fraction of it. */
typedef enum { TM_SCREEN_BEYOND, TM_SCREEN_ODD, TM_SCREEN_ORDINARY } TmScreened;

/* `content_type` is the unfolded top-level value, NULL when there is none.
 * Everything is counted at least as GMime would count it, so that what passes is bounded for sure. */
TmScreened screen_body (const char *body, size_t len, const char *content_type, const TmLimits *limits);

#endif
