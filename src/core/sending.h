/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a try to hand over a mail ended, and what becomes of its row in the outbox by that.  Pure.
 */
#ifndef TM_CORE_SENDING_H
#define TM_CORE_SENDING_H

#include "core/outgoing.h"

typedef enum
{
  TM_SUBMIT_DONE,    /* the server answers for it now; not to those who were refused */
  TM_SUBMIT_AWAY,    /* there is no server that takes mail: another message would fare no better */
  TM_SUBMIT_LATER,   /* this message was not taken now, for sure */
  TM_SUBMIT_FAILED,  /* it will not be taken */
  TM_SUBMIT_UNKNOWN, /* its final dot may have gone out, and no answer came */
  TM_SUBMIT_NEEDLESS /* it was not tried: nothing waits for it any more */
} TmSubmitOutcome;

typedef struct
{
  char *address;
  bool is_final;   /* 5xx; else it may be taken later */
  char *text;      /* the server's words, one clean line */
} TmRefused;

typedef struct
{
  TmSubmitOutcome outcome;
  char *text;          /* one clean line of at most 300 bytes: the server's last words, or why there are none */
  GPtrArray *refused;  /* TmRefused: recipients that were not taken; whatever the outcome */
  gint64 retry_s;      /* how long a web server wants to be left alone; 0: it did not say */
} TmSubmitResult;

/* Without refused recipients; `text` is copied. */
void submit_result_init (TmSubmitResult *result, TmSubmitOutcome outcome, const char *text);
void submit_result_add (TmSubmitResult *result, const char *address, bool is_final, const char *text);
void submit_result_clear (TmSubmitResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmSubmitResult, submit_result_clear)

/* What the row is from now on. */
typedef struct
{
  TmOutboxState state;
  gint64 next_at;      /* of one that waits */
  char *error;         /* NULL: nothing went wrong */
  char *settled;       /* recipients that it need not go to any more, apart by line feeds */
  char *told;          /* what the ticket's agents have to know, one line; NULL: nothing */
} TmSending;

TmSending *sending_copy (const TmSending *sending);
void sending_free (TmSending *sending);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmSending, sending_free)

/* `row` as it was taken to be sent, with that try counted; `tried` (char *) are the recipients of the try.
 * `server_at`: when a server that takes nothing is tried again.  Mail that may not be repeated is unknown when nobody
 * knows; one that may is sent again, under the same Message-ID. */
TmSending *sending_decide (const TmOutboxRow *row, const GPtrArray *tried, const TmSubmitResult *result,
                           gint64 server_at, gint64 now);

/* The same of a page, which is sent again whenever nobody knows.  `receiver_at`: when a receiver that cannot be reached
 * is tried again. */
TmSending *sending_decide_page (const TmOutboxRow *row, const TmSubmitResult *result, gint64 receiver_at, gint64 now);

/* The same for a row that was being sent when the daemon ended without a word. */
TmSending *sending_interrupted (const TmOutboxRow *row, gint64 now);

#endif
