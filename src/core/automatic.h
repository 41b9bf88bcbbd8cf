/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is it from a machine, and may it be answered by one?  RFC 3834.  Pure.
 */
#ifndef TM_CORE_AUTOMATIC_H
#define TM_CORE_AUTOMATIC_H

#include "core/mail.h"

typedef struct
{
  bool is_auto;       /* question A: a machine wrote it */
  bool is_bounce;     /* a delivery-status report, or a recognised wild form with a status or a recipient */
  bool is_list;       /* came through a mailing list */
  bool no_answer;     /* question B: do not answer it automatically; true whenever is_auto */
  const char *reason; /* static: what decided A, else B; "" when neither */
  const char *unwanted; /* static: what decides B apart from A and from the sender's address; NULL: nothing */
  bool is_unattended; /* what the address of From or of the envelope sender says of itself: nobody reads what comes
                         there (no-reply, bounces, owner-…, VERP) */
} TmAutomatic;

typedef struct
{
  const char *sender;        /* envelope sender, normalised; "" is the null sender */
  const char *loop_token;    /* our X-Ticket-Loop value, e.g. the instance's name; NULL: none */
  const char *own_domain;    /* domain of the Message-IDs that the desk makes; NULL: none */
  bool at_bounce_address;    /* a recipient is a bounce token of ours */
  bool answers_us_quickly;   /* within 15 minutes of a mail of ours to that address, or where nobody writes unasked */
} TmAutomaticContext;

/* Judges `mail` by its top-level fields, report and, for wild forms of bounces, text. */
TmAutomatic automatic_judge (const TmMail *mail, const TmAutomaticContext *context);

/* Whether a normalised address says of itself that nobody reads what comes there, or that it is a mail system's. */
bool automatic_is_unattended (const char *address);

#endif
