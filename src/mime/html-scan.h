/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTML as tokens with their places, for whoever edits it.  Takes anything; linear in the length.
 */
#ifndef TM_MIME_HTML_SCAN_H
#define TM_MIME_HTML_SCAN_H

#include <stdbool.h>
#include <stddef.h>

enum { HTML_NAME_MAX = 15 };

typedef enum
{
  TM_HTML_TEXT,
  TM_HTML_START,
  TM_HTML_END,
  TM_HTML_SKIPPED /* comments, declarations, elements whose content is no text */
} TmHtmlTokenKind;

typedef struct
{
  TmHtmlTokenKind kind;
  size_t start, end;
  char name[HTML_NAME_MAX + 1]; /* of tags: lower case, cut */
  bool is_closed;               /* <name/> */
} TmHtmlToken;

typedef struct
{
  const char *html;
  size_t len, at;
  /* Searches that failed once fail for all that follows. */
  bool no_comment_end, no_tag_end, no_quote_end[2];
  unsigned unclosed;
} TmHtmlScan;

/* `html` is borrowed. */
void html_scan_init (TmHtmlScan *scan, const char *html, size_t len);

/* The next token; false at the end. */
bool html_scan_next (TmHtmlScan *scan, TmHtmlToken *token_out);

/* Whether all that began so far has ended: tags, quotes in them, comments, elements whose content is no text. */
bool html_scan_is_sound (const TmHtmlScan *scan);

#endif
