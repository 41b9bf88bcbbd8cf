/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that were put into a text by uuencode ("begin 644 NAME" … "end"). */
#ifndef TM_MIME_UU_H
#define TM_MIME_UU_H

#include <glib.h>
#include <stdbool.h>

/* Whether a line of `text` begins a file. */
bool uu_is_in (const char *text);

/* `text` without the files in it, which become `attachments` (TmAttachment); one that is broken or has no end stays
 * text.  NULL: there is none.  The caller frees. */
char *uu_take_files (const char *text, GPtrArray *attachments);

#endif
