/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits of a message in flight, in the milter protocol's words, and the marks
 * that they write: the marks are stored, so that a retry gets the same ones.
 * Pure.
 */
#ifndef TM_CORE_EDIT_H
#define TM_CORE_EDIT_H

#include "core/envelope.h"
#include "core/mail.h"

typedef enum
{
  TM_EDIT_ADD,
  TM_EDIT_CHANGE,
  TM_EDIT_DELETE,
  TM_EDIT_ADD_RCPT,
  TM_EDIT_DEL_RCPT,
  TM_EDIT_SENDER, /* of the envelope */
  TM_EDIT_BODY    /* all of it is replaced; the last edit of a message, after it MTAs take no other one */
} TmEditOp;

typedef struct
{
  TmEditOp op;
  char *header; /* field name; NULL for recipients, the sender and the body */
  int index;    /* per name from 1 (CHANGE, DELETE); 0 else */
  char *value;  /* field body, folded by "\n" + white space, else clean and 7-bit; address; NULL for DELETE and BODY */
  GBytes *body; /* the new one, CRLF; NULL but for BODY */
} TmEdit;

TmEdit *edit_new (TmEditOp op, const char *header, int index, const char *value);
TmEdit *edit_new_body (GBytes *body); /* `body` is referred to, not copied */
void edit_free (TmEdit *edit);

/* "add", "change", "delete", "add_rcpt", "del_rcpt", "sender", "body": the names in JSON. */
const char *edit_op_name (TmEditOp op);

/* What a recorded message gets. */
typedef struct
{
  gint64 ticket;         /* 0: NEW */
  char *subject_tag;     /* the instance whose tag the Subject gets; NULL: leave it alone */
  GPtrArray *fields;     /* TmHeader: X-Ticket-* fields to add, in order; value only */
  GPtrArray *recipients; /* char *: addresses that join the envelope */
  GPtrArray *dropped;    /* char *: addresses that leave it, normalised; as typed what is no address */
  char *from_name;       /* display name of the new From, as written there, one line; NULL: From stays */
  char *from_address;    /* its address */
  char *reply_to;        /* address in the new Reply-To; NULL: it stays */
  char *sender;          /* the new envelope sender; NULL: it stays */

  /* of an agent's mail (core/reply_edits.h); lists are NULL while nothing is in them */
  bool is_out;             /* it goes out as the desk's: what only its writer should see leaves the header */
  GPtrArray *set;          /* TmHeader: fields of which one is left, with this value, 7-bit; value "": none */
  GPtrArray *unreferenced; /* char *: ids that leave In-Reply-To and References */
  char *footer;            /* UTF-8, LF: put under every text of the body; NULL: none */
  bool removes_commands;   /* its commands leave every text of the body */
  bool is_discarded;       /* it is accepted and goes to nobody */
} TmMarks;

TmMarks *marks_new (gint64 ticket);
void marks_free (TmMarks *marks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmMarks, marks_free)

/* `value` from anywhere: it is made one clean line. */
void marks_add_field (TmMarks *marks, const char *name, const char *value);

/* Whether they change a message at all, its recipients apart. */
bool marks_write_anything (const TmMarks *marks);

/* One text for the database, and back; NULL when it is not of that form.  The caller frees. */
char *marks_format (const TmMarks *marks);
TmMarks *marks_parse (const char *text);

/* How many X-Ticket-* fields `raw` has. */
unsigned edits_count_foreign (GBytes *raw);

/* Appends to `edits` (TmEdit) the deletion of every X-Ticket-* field of `raw`, from the highest
 * index down.  Works on the bytes, so that a message that could not be parsed is cleaned all the same. */
void edits_clean (GPtrArray *edits, GBytes *raw);

/* Appends to `edits` what turns `raw` into a marked message: clean first; then, when `writes`, Subject,
 * From, Reply-To, envelope sender and fields are set; recipients join in any case.  `subject` is the decoded one.  A
 * Sender field goes with a From that is replaced. */
void edits_add_marks (GPtrArray *edits, GBytes *raw, const char *subject, const TmMarks *marks, bool writes);

/* The field `name` stands once, with `value` (7-bit, without folds), or not at all when that is NULL. */
void edits_set_field (GPtrArray *edits, GBytes *raw, const char *name, const char *value);

/* Appends a DEL_RCPT for every recipient that `marks` drop. */
void edits_drop_recipients (GPtrArray *edits, const TmEnvelope *envelope, const TmMarks *marks);

/* Whether `marks` drop the recipient. */
bool marks_drop (const TmMarks *marks, const TmRecipient *recipient);

/* Appends a DEL_RCPT for every recipient of ours: a refusal never hits others' mail. */
void edits_remove_ours (GPtrArray *edits, const TmEnvelope *envelope);

#endif
