/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that tells people of clocks that run out: asleep until somebody is to be told, woken by a commit that
 * brings that forward.  What it finds is told by the writer thread, so many tickets a transaction (store/notify.h);
 * a clock that is set makes nothing go out twice, because each is recorded when it goes out.
 */
#ifndef TM_DESK_TICK_H
#define TM_DESK_TICK_H

#include "conf/policy.h"
#include "store/store.h"

typedef struct
{
  TmStore *store;
  TmPolicy *(*policy) (gpointer data); /* a reference to the policy in force */
  gpointer data;
} TmTickOptions;

typedef struct TmTick TmTick;

/* Begins with what came due while nobody looked. */
bool tick_start (const TmTickOptions *options, TmTick **tick_out, GError **error) TM_WARN_UNUSED;

/* Somebody is to be told at `at` (UTC seconds), from any thread; never waits. */
void tick_wake (TmTick *tick, gint64 at);

/* Ends behind the transaction at hand; the rest is told after the next start.  NULL is fine. */
void tick_stop (TmTick *tick);

#endif
