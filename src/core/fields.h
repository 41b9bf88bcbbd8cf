/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Header fields as bytes: a walk over the header block of a raw message
 * (RFC 5322 §2.2), and field bodies that are safe to write.  Fields are counted as the MTA counts them, because edits
 * name them by number; mime/fields.h reads what mail programs meant.  Pure.
 */
#ifndef TM_CORE_FIELDS_H
#define TM_CORE_FIELDS_H

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* One field, borrowed from the message; `value` is what stands behind the colon, with its folds. */
typedef struct
{
  const char *name;
  gsize name_len; /* without white space before the colon */
  const char *value;
  gsize value_len; /* without the final line end */
} TmField;

typedef struct
{
  const char *at, *end;
} TmFieldWalk;

void field_walk_init (TmFieldWalk *walk, const char *data, gsize len);

/* The next field; false at the empty line, at a line that is no field, and at the end. */
bool field_walk_next (TmFieldWalk *walk, TmField *field_out);

/* Whether the field is called `name`, in any case. */
static inline bool
field_is (const TmField *field, const char *name)
{
  return field->name_len > 0 && ((*name ^ *field->name) & ~0x20) == 0 && strlen (name) == field->name_len
         && g_ascii_strncasecmp (name, field->name, field->name_len) == 0;
}

/* `text` (one clean UTF-8 line) as a field body in 7 bits: itself when it is
 * ASCII, else RFC 2047 encoded words in UTF-8, folded with "\n ".  The caller frees. */
char *field_encode (const char *text);

/* `value` (a clean field body behind `name`) with "\n " for spaces, so that no line is longer than RFC 5322 §2.1.1
 * would like where a space allows it.  The caller frees. */
char *field_fold (const char *name, const char *value);

/* The bytes of a field body, 7-bit, made fit to be written again: folds as "\n" + white space,
 * other controls as spaces; NULL when it has 8-bit bytes.  The caller frees. */
char *field_rewrite (const char *value, gsize len);

#endif
