/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forced upon sources whose work a test counts (-include, with -fsanitize-coverage=trace-pc): each of their basic
 * blocks counts one, and each call of the C library or of GLib that looks at a text counts the bytes that it may look
 * at.  So no loop is free, neither ours nor theirs.
 */
#ifndef TM_TESTS_COUNT_CALLS_H
#define TM_TESTS_COUNT_CALLS_H

#include <glib.h>
#include <string.h>

/* The work done by this process so far. */
extern guint64 work_count;

static inline const char *
work_text (const char *text)
{
  work_count += (strlen) (text);
  return text;
}

static inline gsize
work_bytes (gsize n)
{
  work_count += n;
  return n;
}

/* A search ends at what it finds. */
static inline const char *
work_found (const char *text, const char *found)
{
  work_count += found != NULL ? (gsize) (found - text) + 1 : (strlen) (text);
  return found;
}

static inline gsize
work_limited (const char *text, gssize n)
{
  return n < 0 ? work_bytes ((strlen) (text)) : work_bytes ((gsize) n);
}

#include "base/text.h"

#undef g_strdup
#undef g_str_has_prefix
#undef g_str_has_suffix
#undef g_string_append
#undef g_string_append_len
#define strlen(s) work_bytes ((strlen) (s))
#define strchr(s, c) ((char *) (guintptr) work_found ((s), (strchr) ((s), (c))))
#define strrchr(s, c) ((char *) (guintptr) (strrchr) (work_text (s), (c)))
#define strstr(s, n) ((char *) (guintptr) work_found ((s), (strstr) ((s), (n))))
#define strpbrk(s, a) ((char *) (guintptr) work_found ((s), (strpbrk) ((s), (a))))
#define strspn(s, a) work_bytes ((strspn) ((s), (a)))
#define strcspn(s, a) work_bytes ((strcspn) ((s), (a)))
#define strcmp(a, b) ((strcmp) (work_text (a), (b)))
#define memchr(s, c, n) ((memchr) ((s), (c), work_bytes (n)))
#define memcmp(a, b, n) ((memcmp) ((a), (b), work_bytes (n)))
#define memmem(a, n, b, m) ((memmem) ((a), work_bytes (n), (b), (m)))
#define text_is_ascii(s, n) ((text_is_ascii) ((s), work_bytes (n)))
#define g_str_has_prefix(s, p) ((g_str_has_prefix) ((s), work_text (p)))
#define g_str_has_suffix(s, p) ((g_str_has_suffix) (work_text (s), work_text (p)))
#define g_strdup(s) ((g_strdup) (work_text (s)))
#define g_strndup(s, n) ((g_strndup) ((s), work_bytes (n)))
#define g_strsplit(s, d, n) ((g_strsplit) (work_text (s), (d), (n)))
#define g_strchomp(s) ((g_strchomp) ((char *) (guintptr) work_text (s)))
#define g_ascii_strncasecmp(a, b, n) ((g_ascii_strncasecmp) ((a), (b), work_bytes (n)))
#define g_utf8_strlen(s, n) ((g_utf8_strlen) ((s), (gssize) work_limited ((s), (n))))
#define g_utf8_strdown(s, n) ((g_utf8_strdown) ((s), (gssize) work_limited ((s), (n))))
#define g_ascii_strdown(s, n) ((g_ascii_strdown) ((s), (gssize) work_limited ((s), (n))))
#define g_string_append(o, s) ((g_string_append) ((o), work_text (s)))
#define g_string_append_len(o, s, n) ((g_string_append_len) ((o), (s), (gssize) work_limited ((s), (n))))
#define g_string_replace(o, a, b, n) ((g_string_replace) ((o), work_text ((o)->str) != NULL ? (a) : "", (b), (n)))

#endif
