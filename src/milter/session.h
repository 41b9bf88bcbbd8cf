/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One SMTP session, and inside it one transaction for each message: what the
 * callbacks of front.c do.  A session's callbacks come one after the other, but on any thread.
 */
#ifndef TM_MILTER_SESSION_H
#define TM_MILTER_SESSION_H

#include "desk/guesses.h"
#include "milter/current.h"
#include "milter/gate.h"
#include "milter/gather.h"
#include "store/store.h"

#include <libmilter/mfapi.h>
#include <stdbool.h>
#include <sys/socket.h>

/* What all sessions share; outlives them. */
typedef struct
{
  TmStore *store;
  TmCurrent *current;
  TmGate gate;
  TmBudget budget;
  TmGuesses guesses;
} TmShared;

typedef struct TmSession TmSession;

/* `address` (NULL: unknown) is xxfi_connect's.  `leading_space`: SMFIP_HDR_LEADSPC was negotiated. */
TmSession *session_new (TmShared *shared, const struct sockaddr *address, bool leading_space);

/* At any time, also in the middle of a message; NULL is fine. */
void session_free (TmSession *session);

void session_mail (TmSession *session, SMFICTX *ctx, const char *sender);
void session_rcpt (TmSession *session, const char *recipient);

/* SMFIS_CONTINUE: we want the content; else the message's fate. */
sfsistat session_data (TmSession *session, SMFICTX *ctx);

void session_header (TmSession *session, SMFICTX *ctx, const char *name, const char *value);
void session_eoh (TmSession *session, SMFICTX *ctx);
void session_body (TmSession *session, SMFICTX *ctx, const void *chunk, size_t len);
sfsistat session_eom (TmSession *session, SMFICTX *ctx);
void session_abort (TmSession *session);

#endif
