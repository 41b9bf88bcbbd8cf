/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One target for each kind of input that strangers can send: what is done with the bytes, and which laws must hold
 * then.  tests/fuzz/engine.c hands it to libFuzzer, tests/fuzz/replay.c feeds it kept inputs.
 */
#ifndef TM_TESTS_FUZZ_H
#define TM_TESTS_FUZZ_H

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  const char *name;
  void (*begin) (void); /* once, before the first input; NULL: nothing to do.  GMime cannot be begun anew behind
                           mime_shutdown(): it stays */
  void (*input) (const guint8 *data, gsize len);
  void (*end) (void);   /* once, behind the last; may be NULL */
} TmFuzzTarget;

/* Ends the process, with a line that names the law, unless it holds. */
#define FUZZ_LAW(holds, ...)                                                                                  \
  do                                                                                                          \
    if (!(holds))                                                                                             \
      fuzz_break (__FILE__, __LINE__, __VA_ARGS__);                                                           \
  while (0)
_Noreturn void fuzz_break (const char *file, int line, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The bytes as a string up to the first NUL, and the same as valid UTF-8.  The caller frees. */
char *fuzz_bytes (const guint8 *data, gsize len);
char *fuzz_utf8 (const guint8 *data, gsize len);

/* Lets the next line (without its line feed) of `*at` go, as valid UTF-8; NULL: none is left.  The caller frees. */
char *fuzz_next_line (const guint8 **at, gsize *len);

/* Laws for any string that leaves a parser. */
void fuzz_law_line (const char *text, const char *what);
void fuzz_law_text (const char *text, const char *what);
void fuzz_law_address (const char *address, const char *what);

extern const TmFuzzTarget fuzz_mime, fuzz_rewrite;
extern const TmFuzzTarget fuzz_address, fuzz_msgid, fuzz_authres, fuzz_token;
extern const TmFuzzTarget fuzz_quote, fuzz_html, fuzz_command, fuzz_subject;
extern const TmFuzzTarget fuzz_session, fuzz_config, fuzz_template, fuzz_calendar, fuzz_ical;

#endif
