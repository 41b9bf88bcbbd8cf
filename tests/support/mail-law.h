/* SPDX-License-Identifier: BSD-2-Clause */
/* What must be so of what mime_read() makes of any bytes: core/mail.h's promises. */
#ifndef TM_TESTS_MAIL_LAW_H
#define TM_TESTS_MAIL_LAW_H

#include "core/limits.h"
#include "core/mail.h"

/* Whether `text` is valid UTF-8 without controls, line breaks and bidi controls. */
bool is_clean_line (const char *text);

/* Whether `text` is valid UTF-8 whose only controls are line feeds and tabs. */
bool is_clean_text (const char *text);

/* Whether `len` bytes from `start` on are whole characters of `text`. */
bool is_whole_range (const char *text, gsize start, gsize len);

/* char *: what does not hold, in words; the caller frees. */
GPtrArray *mail_law_broken (const TmMail *mail, const TmLimits *limits);

#endif
