/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One text of a message while it is edited: decoded, changed, encoded again.
 */
#ifndef TM_MIME_REWRITE_TEXT_H
#define TM_MIME_REWRITE_TEXT_H

#include "mime/rewrite-coding.h"
#include "mime/rewrite-parts.h"

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  const TmPart *part;
  TmCoding coding;
  GString *bytes;     /* without the transfer encoding; in `charset`, or in UTF-8 when `is_recoded` */
  char *charset;      /* as declared, NULL: unknown */
  bool is_recoded;    /* ASCII means something else in the charset, or the footer has no place in it */
  bool goes_back;     /* `bytes` are to be converted back */
  bool is_flowed, has_delsp; /* RFC 3676 */
  bool is_changed;
  const char *eol;    /* of its own lines */
} TmText;

/* NULL: the content is not what its fields say.  `part` is borrowed; `eol` is for a text that has no line end. */
TmText *text_open (const TmPart *part, const char *body, const char *eol);
void text_close (TmText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmText, text_close)

/* Whether there is nothing to see in it. */
bool text_is_blank (const TmText *text);

/* Whether inline PGP stands in it. */
bool text_is_sealed (const TmText *text);

/* Whether one of `lines` stands anywhere in it. */
bool text_has_line (const TmText *text, const GPtrArray *lines);

/* Removes `lines` (char *, squeezed; NULL: none) and the blank lines around them from its beginning, takes one `#` of a
 * `##word` that then stands first.  False: they do not stand there, nothing was done. */
bool text_remove_lines (TmText *text, const GPtrArray *lines);

/* Puts the footer, UTF-8 with LF, under it.  False: it would not be seen there, nothing was done. */
bool text_add_footer (TmText *text, const char *footer);

/* How it is to stand in the message. */
typedef struct
{
  GString *content;
  char *type;           /* the new Content-Type, folds as "\n" + white space; NULL: it stays */
  const char *encoding; /* the new Content-Transfer-Encoding; NULL: it stays */
} TmTextWritten;

/* `eol` are the line ends of the message.  Afterwards `bytes` are what a reader has to find behind the transfer
 * encoding. */
void text_write (TmText *text, const char *eol, TmTextWritten *written_out);
void text_written_clear (TmTextWritten *written);

/* A line as it is compared: white space of all kinds to single blanks, none at the ends, nothing invisible.  Valid
 * UTF-8 in and out; the caller frees. */
char *line_squeeze (const char *utf8);

/* The line end of the first line; `otherwise` when there is none. */
const char *line_end_of (const char *text, size_t len, const char *otherwise);

/* Whether `##word` stands there. */
bool line_is_escaped (const char *line, size_t len);

#endif
