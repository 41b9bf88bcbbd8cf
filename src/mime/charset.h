/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes of a declared or unknown charset to UTF-8.  A wrong declaration does
 * not lose text: then a guess takes its place.
 */
#ifndef TM_MIME_CHARSET_H
#define TM_MIME_CHARSET_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Valid UTF-8 without NUL.  `declared` may be NULL or anything; `guessed_out`
 * (may be NULL) says whether it was of no use.  The caller frees. */
char *charset_to_utf8 (const char *bytes, size_t len, const char *declared, bool *guessed_out);

/* Whether ASCII bytes in it are ASCII characters wherever they stand.  True of what is unknown. */
bool charset_keeps_ascii (const char *declared);

/* The `len` bytes of valid UTF-8 in exactly the charset that is `declared`, without its supersets; NULL: it is
 * unknown or lacks one of the characters.  The caller frees. */
char *charset_from_utf8 (const char *utf8, size_t len, const char *declared, size_t *len_out);

/* Whether the charset that is `declared` gives back the very bytes that it was given. */
bool charset_is_faithful (const char *bytes, size_t len, const char *declared);

#endif
