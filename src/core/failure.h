/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a bounce says: which message did not arrive, at whom, and why.  From a report (RFC 3464) or a wild form.
 * Nothing of it is proven: that takes a token.  Pure.
 */
#ifndef TM_CORE_FAILURE_H
#define TM_CORE_FAILURE_H

#include "core/mail.h"

typedef struct
{
  char *recipient;  /* normalised, never "" */
  char *original;   /* the address that the mail had been sent to, when the bounce tells; "" */
  char *status;     /* RFC 3463 "5.1.1", never "" */
  char *action;     /* "failed" or "delayed" */
  char *diagnostic; /* the mail system's words, one clean line of at most 500 bytes; "" none */
  bool is_final;    /* given up; else it will be tried again */
  bool is_guess;    /* an address in a text, which may be anybody's */
} TmFailure;

void failure_free (TmFailure *failure);

/* The recipients (TmFailure) that `mail`, judged to be a bounce, says were not reached, at most 50: none when it names
 * none.  What was delivered or relayed is no failure.  The caller frees. */
GPtrArray *failures_read (const TmMail *mail);

/* The Message-ID of the mail that came back, without angle brackets; "" unknown.  The caller frees. */
char *failures_read_id (const TmMail *mail);

#endif
