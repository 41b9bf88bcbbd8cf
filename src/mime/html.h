/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTML to text that reads well and that quote finding understands: links
 * with their addresses, lists, table rows, quoted blocks behind `> `.
 */
#ifndef TM_MIME_HTML_H
#define TM_MIME_HTML_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* `html` is valid UTF-8 without controls, at most a few MB.  At most about
 * `max_bytes` of text come back, `cut_out` says when there was more or the
 * nesting went beyond bounds.  Loads nothing, prints nothing.  The caller frees. */
char *html_to_text (const char *html, size_t max_bytes, bool *cut_out);

/* `html` with only the tags and attributes that matter for its text, and
 * without comments, scripts and styles; what is no tag is escaped.  The caller frees.
 * libxml2 compares each attribute of a tag with all others: it gets few. */
char *html_reduce (const char *html);

/* Whether an element of that name (lower case) begins and ends lines. */
bool html_ends_line (const char *name);

/* Which of the elements whose content is no text it is, from 0 to 31; -1: none of them.  `name` is in lower case. */
int html_raw_element (const char *name);

#endif
