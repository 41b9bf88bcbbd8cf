/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes → MTA by SMTP (RFC 5321), and how it ended, as far as anybody can know.  By libcurl, over a connection that is
 * kept for the next message.
 */
#ifndef TM_OUTBOX_SMTP_H
#define TM_OUTBOX_SMTP_H

#include "core/sending.h"

typedef struct
{
  const char *url;             /* "smtp://HOST:PORT" */
  const char *sender;          /* "": the null sender */
  const GPtrArray *recipients; /* char *, at least one */
  GBytes *message;             /* CRLF, whole; dots are doubled on the way */
  unsigned connect_s;          /* how long to wait for a connection … */
  unsigned answer_s;           /* … and for each answer of the server, and for it to take more of the message */
  bool (*is_stopped) (gpointer data); /* asked about once a second; NULL: never */
  gpointer data;
} TmSubmission;

/* One thread's at a time. */
typedef struct TmSubmitter TmSubmitter;

/* Once, before there are threads. */
void submitter_init (void);

TmSubmitter *submitter_new (void);
void submitter_free (TmSubmitter *submitter); /* says QUIT where a connection is kept */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmSubmitter, submitter_free)

/* Never fails but by its result; the caller clears that.  Nothing of the message is logged. */
void submitter_submit (TmSubmitter *submitter, const TmSubmission *submission, TmSubmitResult *result_out);

#endif
