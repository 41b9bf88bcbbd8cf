/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of a Mail that its top-level header fields give.
 */
#ifndef TM_MIME_HEADERS_H
#define TM_MIME_HEADERS_H

#include "core/mail.h"
#include "mime/fields.h"

#include <gmime/gmime.h>

/* Fills headers, addresses, subject, ids and date, and judges what stands
 * twice or is missing.  `by_gmime`: without the short ways, which give the same. */
void headers_fill (TmMail *mail, const TmFieldBlock *block, const TmLimits *limits, bool by_gmime);

/* What the header of the attached `message` says of it; NULL: nothing sound.  The caller frees. */
TmForwarded *headers_read_forwarded (GMimeMessage *message, const TmLimits *limits);

/* An unfolded value as valid UTF-8, encoded words (RFC 2047) as they stand.  The caller frees. */
char *header_utf8 (const char *unfolded, const char *charset);

/* `utf8` with its encoded words decoded, one clean line.  The caller frees. */
char *header_decode (const char *utf8, size_t max_bytes);

#endif
