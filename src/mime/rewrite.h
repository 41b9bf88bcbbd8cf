/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rewrites the body of an agent's mail on its way out: commands are removed from every text, a footer is put under
 * every text.  What is not text stays as it was, byte for byte; what is signed or encrypted is never touched.
 *
 * Which texts: text/plain, text/markdown and text/html that are no files (RFC 2183).  Commands stand in the first text
 * of a message that shows anything, and in each of its versions (multipart/alternative).  The footer stands under the
 * last text in front of the first attachment, and under each of its versions; what is shown between texts, as Apple
 * Mail has pictures, does not end them.  A version that shows nothing gets none.
 *
 * What changes of such a part: its content; Content-Transfer-Encoding when the content may not stand under it any more
 * (then quoted-printable); charset when the footer has no place in it (then UTF-8; HTML has references for that).
 */
#ifndef TM_MIME_REWRITE_H
#define TM_MIME_REWRITE_H

#include "core/limits.h"
#include "core/mail.h"

typedef struct
{
  const GPtrArray *remove; /* char *: lines (UTF-8, without white space around them) that stand first in each text, in
                              this order, blank lines apart; NULL: none */
  const char *footer;      /* UTF-8, LF, without a separator; NULL: none.  Where it cannot stand and lines can be
                              removed it is left out: they must not go out, it may be missing */
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

/* `raw` is a message as mime_read() takes it, of at most limits->max_size bytes.  Blank lines before and behind the
 * lines removed go with them, in HTML also the line break or the block that each leaves empty.  A `##word` where
 * commands could stand loses one `#`: that is how an agent writes a line that looks like a command.  The result was
 * read back before it is given.  Linear in the size of `raw` in time and memory; safe from many threads after
 * mime_init().  `*out` is the caller's with TM_REWRITE_DONE, else NULL. */
TmRewriteResult mime_rewrite (GBytes *raw, const TmRewriteOrder *order, const TmLimits *limits, TmRewritten **out);

/* Static, half a sentence: why a body was not rewritten; for TM_REWRITE_DONE "". */
const char *rewrite_result_why (TmRewriteResult result);

#endif
