/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where in an HTML file a place is, as far as that decides whether a value may stand there.  Pure.
 */
#ifndef TM_CORE_TEMPLATE_HTML_H
#define TM_CORE_TEMPLATE_HTML_H

#include <glib.h>
#include <stdbool.h>

typedef enum
{
  TM_HTML_TEXT,    /* between tags: how everything begins */
  TM_HTML_TAG,     /* in a tag, outside quotes */
  TM_HTML_QUOTED,  /* in a quoted attribute value */
  TM_HTML_COMMENT,
  TM_HTML_RAW      /* in a script or a style, up to its end tag */
} TmHtmlState;

enum { TM_HTML_WORD = 16 };

/* Zeroed is the beginning of a file. */
typedef struct
{
  TmHtmlState state;
  char quote;                      /* QUOTED: what ends it */
  char element[TM_HTML_WORD];      /* TAG, RAW: its name in lower case, cut; "/p" of an end tag */
  char attribute[TM_HTML_WORD];    /* TAG, QUOTED: the last name, likewise */
  bool is_named;                   /* TAG: the element's name is over */
  bool is_behind_name;             /* TAG: the attribute's name is over */
  char tail[TM_HTML_WORD];         /* COMMENT, RAW: the last characters, in lower case */
} TmHtmlPlace;

/* Goes on over `len` bytes. */
void template_html_walk (TmHtmlPlace *place, const char *text, gsize len);

bool template_html_is_text (const TmHtmlPlace *place);

/* NULL: a value (`is_part`: a tag of a part; `is_link`: the address of a link, which we made) may stand there; else why
 * not, the end of a sentence.  Static. */
const char *template_html_refuses (const TmHtmlPlace *place, bool is_part, bool is_link);

#endif
