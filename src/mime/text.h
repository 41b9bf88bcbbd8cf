/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readable text of a text part: decoded, in UTF-8, LF line ends, no controls but tab.
 */
#ifndef TM_MIME_TEXT_H
#define TM_MIME_TEXT_H

#include <glib.h>
#include <gmime/gmime.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct
{
  char *text;
  bool cut;     /* there was more than was read */
  bool guessed; /* the charset was missing or wrong */
} TmPartText;

/* Of at most `max_bytes` decoded bytes; HTML comes back as HTML.  The caller frees `text`. */
TmPartText part_text_read (GMimePart *part, size_t max_bytes);

/* The charset that HTML without a declared one names itself; NULL: none.  The caller frees. */
char *part_meta_charset (const GString *html);

/* The `len` bytes at `utf8` with LF line ends and without controls; the caller frees. */
char *plain_text_clean (const char *utf8, size_t len);

/* Whether the character shows nothing: a control behind ASCII, a soft hyphen, a mark of direction or of no width. */
bool plain_char_is_invisible (gunichar c);

/* Whether there is something to see in it. */
bool plain_text_shows (const char *utf8);

/* `utf8` cut between characters to at most `max` bytes; says whether it was longer. */
bool plain_text_cut (GString *utf8, size_t max);

/* format=flowed (RFC 3676) back to paragraphs; LF line ends.  The caller frees. */
char *flowed_unfold (const char *text, bool delsp);

#endif
