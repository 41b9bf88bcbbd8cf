/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits of a message in flight, in the milter protocol's words, and the marks
 * that they write: the marks are stored, so that a retry gets the same ones.
 * Pure.  DESIGN.md §4.6.
 */
#ifndef TM_CORE_EDIT_H
#define TM_CORE_EDIT_H

#include "core/envelope.h"
#include "core/mail.h"

typedef enum { TM_EDIT_ADD, TM_EDIT_CHANGE, TM_EDIT_DELETE, TM_EDIT_ADD_RCPT, TM_EDIT_DEL_RCPT } TmEditOp;

typedef struct
{
  TmEditOp op;
  char *header; /* field name; NULL for recipients */
  int index;    /* per name from 1 (CHANGE, DELETE); 0 else */
  char *value;  /* field body, folded by "\n" + white space, else clean and 7-bit; recipient address; NULL for DELETE */
} TmEdit;

TmEdit *edit_new (TmEditOp op, const char *header, int index, const char *value);
void edit_free (TmEdit *edit);

/* "add", "change", "delete", "add_rcpt", "del_rcpt": the names in JSON. */
const char *edit_op_name (TmEditOp op);

/* What is to be written on the message.  Order of `fields` is the order in the message. */
typedef struct
{
  gint64 ticket;      /* 0: NEW */
  GPtrArray *fields;  /* TmHeader: X-Ticket-* to add, value only */
  char *subject_tag;  /* instance of the tag, NULL: leave the Subject alone */
} TmMarks;

TmMarks *marks_new (gint64 ticket);
void marks_free (TmMarks *marks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmMarks, marks_free)
void marks_add (TmMarks *marks, const char *name, const char *value);

/* One text for the database, and back; NULL when it is not of that form. */
char *marks_format (const TmMarks *marks);
TmMarks *marks_parse (const char *text);

/* Deletes every X-Ticket-* field (from the highest index down), then, with `marks`, sets the subject tag and adds the fields.
 * Appends TmEdit to `edits`. */
void edits_add_marks (GPtrArray *edits, const TmMail *mail, const TmMarks *marks);

#endif
