/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A mail of the desk's own → bytes (RFC 5322, RFC 2045).
 */
#ifndef TM_MIME_COMPOSE_H
#define TM_MIME_COMPOSE_H

#include "core/letter.h"

/* CRLF; the header is 7-bit, the text UTF-8 in quoted-printable where it is not plain, an attached message stands as
 * it came (message/rfc822), or as a file in base64 where it would not travel so.  Text and page are alternatives.  The
 * same bytes for the same letter.  mime_read() reads it back.  The caller frees. */
GBytes *mime_compose (const TmLetter *letter);

/* `Mon, 30 Nov 2026 01:33:31 +0000` (RFC 5322 §3.3).  The caller frees. */
char *mime_date (gint64 at);

#endif
