/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounces in a wild form: what mail systems wrote before, beside and against RFC 3464.  Pure.
 */
#ifndef TM_CORE_BOUNCE_H
#define TM_CORE_BOUNCE_H

#include "core/mail.h"

#define TM_STATUS_LEN 12 /* "5.123.123" and its NUL */

typedef enum
{
  TM_BOUNCE_NONE,     /* not the wording of a mail system */
  TM_BOUNCE_UNSURE,   /* its wording, but it names no status */
  TM_BOUNCE_STATUS    /* its wording, and a status or SMTP code stands where such stand */
} TmBounceForm;

/* Judges subject and head of the text.  The same words stand in many a mail of a customer who complains of a bounce:
 * the caller has made sure that the sender is a machine's.  `status_out` (may be NULL) gets an RFC 3463 code ("5.1.1";
 * a bare SMTP code 550 gives "5.0.0"), "" when there is none. */
TmBounceForm bounce_find_form (const TmMail *mail, char status_out[TM_STATUS_LEN]);

#endif
