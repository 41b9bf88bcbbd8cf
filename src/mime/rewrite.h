/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rewrites the body of an agent's mail on its way out: commands are removed from every text, a footer is put under
 * every text.  What is not text stays as it was, byte for byte; what is signed or encrypted is never touched.
 */
#ifndef TM_MIME_REWRITE_H
#define TM_MIME_REWRITE_H

#include "core/limits.h"
#include "core/mail.h"

typedef struct
{
  const GPtrArray *remove; /* char *: lines (UTF-8, without white space around them) that stand first in each text, in
                              this order, blank lines apart; NULL: none */
  const char *footer;      /* UTF-8, LF, without a separator; NULL: none */
} TmRewriteOrder;

typedef enum
{
  TM_REWRITE_DONE,
  TM_REWRITE_NOTHING,   /* there is nothing to change: no text */
  TM_REWRITE_SEALED,    /* signed or encrypted */
  TM_REWRITE_BROKEN,    /* MIME that would not read back as it is, or is beyond a limit */
  TM_REWRITE_NOT_FOUND  /* a line to remove does not stand in one of the texts */
} TmRewriteResult;

typedef struct
{
  GBytes *body;      /* all behind the empty line of the header, CRLF */
  GPtrArray *fields; /* TmHeader: fields of the header to set instead of what is there, as Content-Type */
} TmRewritten;

void rewritten_free (TmRewritten *rewritten);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmRewritten, rewritten_free)

/* `*out` is the caller's with TM_REWRITE_DONE, else NULL.  A second `##` at the start of the first line of a text, where
 * commands would stand, loses one `#`: that is how an agent writes a line that looks like a command. */
TmRewriteResult mime_rewrite (GBytes *raw, const TmRewriteOrder *order, const TmLimits *limits, TmRewritten **out);

/* Static, half a sentence: why a body was not rewritten; for TM_REWRITE_DONE "". */
const char *rewrite_result_why (TmRewriteResult result);

#endif
