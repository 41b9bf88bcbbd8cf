/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A body as GMime's tree of parts, for as long as somebody looks at it; never a tree that is beyond the limits.
 */
#ifndef TM_MIME_BODY_H
#define TM_MIME_BODY_H

#include "core/limits.h"
#include "mime/fields.h"

#include <gmime/gmime.h>

/* `root` and all below it are gone afterwards. */
typedef void (*TmBodyVisitor) (GMimeObject *root, gpointer data);

/* Hands the parts of the `len` bytes at `body` to `visitor`, by what `block`, the fields of the message, says of them;
 * `raw` is the whole message.  False: that was not done, it would be beyond `limits`, or GMime gave up, here or when it
 * was tried elsewhere. */
bool body_visit (GBytes *raw, const char *body, size_t len, const TmFieldBlock *block, const TmLimits *limits,
                 TmBodyVisitor visitor, gpointer data);

/* What mime_set_trial() has says of it; true without. */
bool body_comes_through (GBytes *raw, const TmLimits *limits);

/* `raw`, with LF for CR where a message has CR alone; the caller drops the reference. */
GBytes *body_with_line_feeds (GBytes *raw);

#endif
