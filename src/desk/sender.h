/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that sends what waits in the outbox: one mail after another over one connection, when it is due, and
 * whatever came of each is on stable storage before the next.  A server that takes nothing is left alone for a while;
 * what waits waits.
 */
#ifndef TM_DESK_SENDER_H
#define TM_DESK_SENDER_H

#include "conf/policy.h"
#include "store/store.h"

typedef struct
{
  TmStore *store;
  TmPolicy *(*policy) (gpointer data); /* a reference to the policy in force, pinned for each mail */
  gpointer data;
  unsigned answer_s;                   /* how long to wait for an answer of the server; 0: 600 (RFC 5321 §4.5.3.2.6) */
  unsigned commit_ms;                  /* for the database; 0: 20 s */
} TmSenderOptions;

typedef struct TmSender TmSender;

/* Once, before there are threads. */
void sender_init (void);

/* Begins with what the last daemon left; mail that waits goes out at once. */
bool sender_start (const TmSenderOptions *options, TmSender **sender_out, GError **error) TM_WARN_UNUSED;

/* There is something new, from any thread; never waits. */
void sender_wake (TmSender *sender);

/* Sends what is due for at most `drain_s` seconds more, then ends; what is left goes out after the next start.  NULL is
 * fine. */
void sender_stop (TmSender *sender, unsigned drain_s);

#endif
