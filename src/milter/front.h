/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The milter itself: libmilter's callbacks and its life.  One a process,
 * because libmilter is.
 */
#ifndef TM_MILTER_FRONT_H
#define TM_MILTER_FRONT_H

#include "milter/current.h"
#include "milter/listen.h"
#include "store/store.h"

typedef struct
{
  TmListener *listener;
  TmStore *store;
  TmCurrent *current;
} TmFrontOptions;

/* Serves the listener until front_stop(), SIGTERM, SIGINT or SIGHUP (libmilter takes all three).  Those signals must be blocked in
 * all threads.  Messages may still be at their end when it returns: front_drain(). */
bool front_run (const TmFrontOptions *options, GError **error) TM_WARN_UNUSED;

/* Makes front_run() return soon; from any thread. */
void front_stop (TmListener *listener);

/* Answers 451 to what comes to its end from now on and waits for the answers under way; false when
 * some are not given after `wait_s`: then the store must not be closed under them. */
bool front_drain (gint64 wait_s);

#endif
