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

/* What the head of the text says, before the copy of the message that came back. */
typedef struct
{
  bool is_worded;     /* it has the wording of a mail system */
  const char *status; /* into this struct; "" none, or not worded so */
  const char *line;   /* where the status stands, one clean line; NULL none */
  char code[TM_STATUS_LEN], reason[TM_STATUS_LEN];
  char *code_line, *reason_line;
} TmBounceText;

typedef void (*TmBounceLine) (const char *line, gpointer data);

/* `each_line` (may be NULL) sees every line of it that is not quoted.  Not to be copied afterwards. */
void bounce_read_text (const TmMail *mail, TmBounceLine each_line, gpointer data, TmBounceText *text_out);
void bounce_text_clear (TmBounceText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmBounceText, bounce_text_clear)

/* The status that one line names by a code or by words; false: none, and `status_out` is as it was. */
bool bounce_find_status (const char *line, char status_out[TM_STATUS_LEN]);

#endif
