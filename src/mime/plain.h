/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way for the commonest body: one part, text/plain, no encoding, UTF-8 or ASCII.
 *
 * Of such a body GMime's tree is one part whose content is the body byte by byte, so that nothing is left of the long
 * way (read.c, screen.c, walk.c, text.c) but plain_text_clean(), format=flowed and walk_take_text(), which are called
 * here.  What this does not know to be so is not taken: any other or odd Content-Type, Content-Transfer-Encoding,
 * Content-Disposition or Content-ID, bytes that are no valid UTF-8, NUL, more text than is kept.
 * tests/unit/test-mime-plain.c and every message of the corpora compare it with mime_read_by_gmime().
 */
#ifndef TM_MIME_PLAIN_H
#define TM_MIME_PLAIN_H

#include "core/mail.h"
#include "mime/fields.h"

/* Fills the text of a fresh `mail`.  False: nothing was done, the long way must be taken. */
bool plain_body_read (TmMail *mail, const char *body, size_t len, const TmFieldBlock *block, const TmLimits *limits);

#endif
