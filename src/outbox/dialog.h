/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was said in an SMTP dialog: the commands that went out, the answer to each, how much of the message.  Fed by who
 * holds it, and read when it is over.
 */
#ifndef TM_OUTBOX_DIALOG_H
#define TM_OUTBOX_DIALOG_H

#include "outbox/smtp.h"

typedef enum
{
  DIALOG_CONNECT, /* nothing was said by us: the greeting is waited for */
  DIALOG_HELLO,
  DIALOG_MAIL,
  DIALOG_RCPT,
  DIALOG_DATA,
  DIALOG_BODY,    /* DATA was granted */
  DIALOG_OTHER    /* RSET, NOOP */
} TmDialogStage;

typedef struct
{
  TmDialogStage stage;
  int code;              /* of the last answer; 0: none came to what was said last */
  GString *text;         /* its lines, joined */
  bool is_over;          /* we said QUIT: what follows is about nothing */
  unsigned n_recipients; /* that were named */
  unsigned n_taken;
  gsize n_body;          /* bytes of the message that reached the socket */
  TmSubmitResult *result;
  const TmSubmission *submission;
} TmDialog;

void dialog_init (TmDialog *dialog, const TmSubmission *submission, TmSubmitResult *result);
void dialog_clear (TmDialog *dialog);

void dialog_command (TmDialog *dialog, const char *line, gsize len);
void dialog_answer (TmDialog *dialog, const char *line, gsize len);

/* How it ended; `why` says so where the server said nothing.  `is_cut`: writing failed, so the final dot did not go
 * out. */
void dialog_end (TmDialog *dialog, bool is_ok, bool is_cut, const char *why);

#endif
