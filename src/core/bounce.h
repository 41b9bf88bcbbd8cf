/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounces in a wild form: what mail systems wrote before, beside and against RFC 3464.  Pure.
 */
#ifndef TM_CORE_BOUNCE_H
#define TM_CORE_BOUNCE_H

#include "core/bounce_names.h"
#include "core/bounce_status.h"
#include "core/mail.h"

typedef enum
{
  TM_BOUNCE_NONE,      /* not the wording of a mail system */
  TM_BOUNCE_UNSURE,    /* its wording, but neither a status nor a recipient */
  TM_BOUNCE_RECIPIENT, /* its wording, and a recipient stands where such stand; no status */
  TM_BOUNCE_STATUS     /* its wording, and a status or SMTP code stands where such stand */
} TmBounceForm;

/* Judges subject and head of the text.  The same words stand in many a mail of a customer who complains of a bounce:
 * the caller has made sure that the sender is a machine's.  `status_out` (may be NULL) gets an RFC 3463 code ("5.1.1";
 * a bare SMTP code 550 gives "5.0.0"), "" when there is none. */
TmBounceForm bounce_find_form (const TmMail *mail, char status_out[TM_STATUS_LEN]);

typedef struct
{
  char *address; /* normalised */
  TmNamed named; /* the best place that it stands at */
  TmBounceCause cause;
} TmBounceRecipient;

/* What the head of the text says, before the copy of the message that came back. */
typedef struct
{
  bool is_worded;        /* it has the wording of a mail system */
  bool is_delay;         /* it says that delivery will be tried again */
  GPtrArray *recipients; /* TmBounceRecipient: those that are named at the best place, at most 50 */
  TmBounceCause cause;   /* of all of them */
} TmBounceText;

void bounce_read_text (const TmMail *mail, TmBounceText *text_out);
void bounce_text_clear (TmBounceText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmBounceText, bounce_text_clear)

/* Why `recipient` of `text` was not reached: by what is said of him, else of all; 5.0.0 or 4.0.0 when a mail system
 * names him as the recipient and no cause.  `line_out` gets the line that says so, borrowed from `text`, or NULL.
 * False: nothing says that he was not. */
bool bounce_status_of (const TmBounceText *text, const TmBounceRecipient *recipient, char status_out[TM_STATUS_LEN],
                       const char **line_out);

#endif
