/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which language a mail is in, as far as that is told or easily seen.  Pure.
 */
#ifndef TM_CORE_LANGUAGE_H
#define TM_CORE_LANGUAGE_H

#include "core/mail.h"

/* Room for a tag of RFC 5646 as people use them, "pt-br", with its NUL. */
enum { TM_LANGUAGE_TAG = 16 };

/* What the mail's Content-Language (RFC 3282) says, when that is one language; else what its own text (UTF-8) looks
 * like; "" for anything else.  Lower case. */
void language_of_mail (const TmMail *mail, char tag_out[TM_LANGUAGE_TAG]);

/* "en" or "de", by the small words at the beginning of the text; NULL: too few of them, or of both.  Static. */
const char *language_guess (const char *text, gsize len);

#endif
