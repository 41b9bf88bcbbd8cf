/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each line of a mail's text is: the writer's own, quoted, or one that mail programs put between the two.  Pure;
 * every line is looked at a bounded number of times.
 */
#ifndef TM_CORE_QUOTE_LINES_H
#define TM_CORE_QUOTE_LINES_H

#include <glib.h>
#include <stdbool.h>

typedef enum
{
  TM_LINE_OWN,
  TM_LINE_BLANK,
  TM_LINE_RULE,        /* a line drawn with characters */
  TM_LINE_QUOTED,      /* `> …` */
  TM_LINE_ATTRIBUTION, /* "On … wrote:", each of its lines */
  TM_LINE_HEADER,      /* Outlook's From/Sent/To/Subject, each of its lines */
  TM_LINE_SEPARATOR,   /* "-----Original Message-----" */
  TM_LINE_SIGNATURE,   /* "-- " and what follows it, a mailing list's footer */
  TM_LINE_TRAILER      /* "Sent from my iPhone"; a part of the text unless it ends it */
} TmLineKind;

typedef struct
{
  gsize start, len; /* bytes of the text, without line end and trailing blanks */
  TmLineKind kind;
  const char *bare; /* in the text, without blanks and `*` `_` around it; NULL for quoted and for overlong lines */
  gsize bare_len;
  char *folded;     /* that in lower case; NULL when nobody asked for it */
} TmLine;

/* The lines of `text` (valid UTF-8, LF), TmLine; freed by g_array_unref(). */
GArray *quote_read_lines (const char *text);

#endif
