/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread that does what is due, sleeps until something is due again or somebody wakes it, and ends when it is told
 * to, in a given time.
 */
#ifndef TM_DESK_WORKER_H
#define TM_DESK_WORKER_H

#include "base/error.h"

#include <stdbool.h>

typedef struct TmWorker TmWorker;

typedef struct
{
  const char *name;                                 /* of the thread, at most 15 bytes */
  bool (*begin) (TmWorker *worker, gpointer data);  /* in the thread, first of all; false: it ends */
  gint64 (*run) (TmWorker *worker, gpointer data);  /* does what is due; gives when there is more (UTC seconds) */
  gpointer data;
} TmWorkerOptions;

bool worker_start (const TmWorkerOptions *options, TmWorker **worker_out, GError **error) TM_WARN_UNUSED;

/* There is something new, from any thread; never waits. */
void worker_wake (TmWorker *worker);

/* Runs once more for what came last, for at most `drain_s` seconds, and ends; frees it.  NULL is fine. */
void worker_stop (TmWorker *worker, unsigned drain_s);

/* --- of the thread itself --- */

/* Whether there is time for one more. */
bool worker_goes_on (TmWorker *worker);

/* Sleeps so long without an ear for news; false: it is to end. */
bool worker_pause (TmWorker *worker, gint64 seconds);

#endif
