/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text hygiene: what comes from mail is made harmless before it reaches a
 * header, a log line, a terminal or the database.  Pure; UTF-8 out, always.
 */
#ifndef TM_BASE_TEXT_H
#define TM_BASE_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Valid UTF-8 without NUL: invalid bytes and NUL become U+FFFD.  The caller
 * frees. */
char *text_make_valid (const char *bytes, size_t len);

/* How many of the bytes at `text` are printable ASCII (0x20 to 0x7e) before the first that is not. */
size_t text_printable_run (const char *text, size_t len);

/* Whether no byte is above 0x7f. */
bool text_is_ascii (const char *text, size_t len);

/* One clean line: C0, DEL, C1 controls, U+2028/2029 and runs of white space become one
 * space, bidi controls (U+202A..202E, 2066..2069, 200E, 200F, 061C) and U+FEFF vanish, white
 * space at both ends goes, and at most `max_bytes` bytes are kept, cut between
 * characters (0: no bound).  `text` must be valid UTF-8; the caller frees. */
char *text_one_line (const char *text, size_t max_bytes);

/* Whether text_one_line() without a bound would only copy the `len` bytes of `text`; ASCII only, else false. */
bool text_is_one_line (const char *text, size_t len);

/* For values that are made and freed as one piece of memory, their strings behind the struct: the bytes that `text`
 * needs (NULL: none), and its copy at `*at`, which moves behind it; NULL stays NULL. */
size_t text_room (const char *text);
char *text_put (char **at, const char *text, size_t room);

/* The digits of `number`, as `%d` would write them, and a NUL; gives `digits`. */
enum { TEXT_DIGITS = 24 };
const char *text_number (gint64 number, char digits[TEXT_DIGITS]);

/* Several lines that are harmless on a terminal: line feeds and tabs stay, other C0, DEL, C1 controls and U+2028/2029
 * become U+FFFD, and what text_one_line() makes vanish vanishes.  Any bytes may come in; the caller frees. */
char *text_many_lines (const char *text);

/* Whether a terminal may take `c` for an order, or show it where it does not stand: C0, DEL and C1 controls,
 * U+2028/2029, bidi controls, U+FEFF. */
bool text_is_unsafe (gunichar c);

/* For a log value: the one-line form of at most 200 bytes, then `"` and `\` escaped by `\`, non-ASCII kept; in double
 * quotes when it is empty or holds white space, `=` or `"`.  Any bytes may come in; the caller frees. */
char *text_log_value (const char *text);

/* White space as mail programs put it around words: also no-break spaces and what has no width. */
bool text_is_space (gunichar c);

/* The next word of `*at` (valid UTF-8), up to white space; `*at` then stands behind it.  NULL: none is left.  The
 * caller frees. */
char *text_next_word (const char **at);

/* A decimal number without sign, blanks or leading zero, 1..max. */
bool text_parse_number (const char *text, guint64 max, guint64 *value_out);

/* How many bytes have to be added, dropped, replaced or swapped with their neighbor to make `b` of `a`, none of them
 * twice; 64 when one has 64 or more. */
size_t text_distance (const char *a, const char *b);

/* The value of `names` that is nearest to `word` (Damerau-Levenshtein
 * distance at most 1 + length / 4), or NULL: for "did you mean".  Borrowed
 * from `names`, which is NULL-terminated. */
const char *text_nearest (const char *word, const char *const *names);

/* "a, b, c", "" for none, of char *.  The caller frees. */
char *text_list (const GPtrArray *texts);

/* Whether the language tag (RFC 5646; NULL: none) is of the language `code`, by its primary subtag: "de-AT" of "de". */
bool text_is_language (const char *tag, const char *code);

#endif
