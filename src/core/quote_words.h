/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words that mail programs put around quoted text, in the shipped languages.  Pure.  All arguments are lower case.
 */
#ifndef TM_CORE_QUOTE_WORDS_H
#define TM_CORE_QUOTE_WORDS_H

#include <glib.h>
#include <stdbool.h>

/* What a header line's label says, as bits. */
typedef enum
{
  TM_LABEL_NONE = 0,
  TM_LABEL_FROM = 1 << 0,
  TM_LABEL_DATE = 1 << 1,
  TM_LABEL_TO = 1 << 2,
  TM_LABEL_CC = 1 << 3,
  TM_LABEL_SUBJECT = 1 << 4
} TmLabel;

/* Trailers are no longer. */
enum { TM_TRAILER_BYTES = 120 };

/* The label that `line` begins with: "sent: …", "de : …", "件名：…". */
unsigned quote_label (const char *line);

/* False: quote_label() of the `len` ASCII bytes of `line`, in any case, gives TM_LABEL_NONE for sure. */
bool quote_may_have_label (const char *line, gsize len);

/* "------ original ------": any words between rules, which say something only where a header block follows. */
bool quote_is_ruled (const char *line);

/* "-----original message-----", "begin forwarded message:", "## reply above this line ##".  `is_marked`: markup that
 * is not in `line` stood around it. */
bool quote_is_separator (const char *line, bool is_marked);

/* How sure it is that `line` (joined, if it was broken) introduces a quotation. */
typedef enum
{
  TM_INTRO_NONE,
  TM_INTRO_LIKELY, /* if quoted lines follow */
  TM_INTRO_SURE    /* also without */
} TmIntro;
TmIntro quote_introduction (const char *line);

/* Whether `line` ends as introductions do, with a colon or dashes. */
bool quote_has_introduction_end (const char *line);

/* The same, or with an address or a verb without them: worth asking quote_introduction(). */
bool quote_may_end_introduction (const char *line);

/* Whether `line` begins as an introduction with its date and time, and `last`, the last of the lines of which it was
 * joined, is no more than the verb: nobody but a program wraps so. */
bool quote_is_wrapped_introduction (const char *line, const char *last);

/* Whether `line` begins as an introduction does that has its date at once: "on tue, sep 25". */
bool quote_begins_introduction (const char *line);

/* "sent from my iphone". */
bool quote_is_trailer (const char *line);

/* A mailing list's footer speaks so. */
bool quote_is_list_footer (const char *line);

#endif
