/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The milter itself: libmilter's callbacks and its life.  One a process,
 * because libmilter is.
 */
#ifndef TM_MILTER_FRONT_H
#define TM_MILTER_FRONT_H

#include "milter/current.h"
#include "store/store.h"

/* All of it outlives the process's last callback, but for the store: that until front_drain(). */
typedef struct
{
  int fd; /* listens */
  TmStore *store;
  TmCurrent *current;
} TmFrontOptions;

/* Tells libmilter all it must know; nothing is served yet. */
bool front_open (const TmFrontOptions *options, GError **error) TM_WARN_UNUSED;

/* Serves.  Comes back with an error when libmilter gives up, without one when it stopped by itself: it waits for
 * SIGTERM, SIGINT and SIGHUP, like the main thread, and either may get them.  They must be blocked in all threads. */
bool front_run (GError **error) TM_WARN_UNUSED;

/* Bytes that messages in flight take at the moment. */
guint64 front_memory_used (void);

/* Answers 451 to what comes to its end from now on and waits for the answers under way; false when some are not given
 * after `wait_s`: then the store must not be closed under them.  Afterwards the store is not used any more, and the
 * process may end with callbacks running: it does so at once, where smfi_stop() would take seconds. */
bool front_drain (gint64 wait_s);

#endif
