/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Header fields line by line, as they stand: what GMime merges, reorders or
 * gives up on is still there.  Pure.
 */
#ifndef TM_MIME_FIELDS_H
#define TM_MIME_FIELDS_H

#include "core/fields.h"
#include "core/limits.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct
{
  GArray *fields; /* TmField */
  size_t body;    /* where the body begins */
  bool cut;       /* a limit ended the list early */
} TmFieldBlock;

/* Reads the fields that `data` begins with.  A mailbox's "From " line before
 * them is skipped; a line that is no field ends them as an empty one does. */
void fields_read (const char *data, size_t len, const TmLimits *limits, TmFieldBlock *block_out);
void fields_clear (TmFieldBlock *block);

/* The first field called `name`, or NULL; borrowed. */
const TmField *fields_find (const TmFieldBlock *block, const char *name);

/* The value on one line, its bytes otherwise as they are but for NUL, which
 * becomes a blank.  The caller frees. */
char *field_unfold (const TmField *field);

/* The length of the line at `data` with its line end, and without it in `text_len_out`. */
size_t line_length (const char *data, size_t len, size_t *text_len_out);

/* The length of the field name that the line begins with, 0 when it is no field. */
size_t field_name_length (const char *line, size_t len);

#endif
