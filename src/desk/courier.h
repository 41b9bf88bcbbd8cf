/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both threads that empty the outbox do with its rows: take up what the last daemon left, and record how a try
 * ended, until the database has it.
 */
#ifndef TM_DESK_COURIER_H
#define TM_DESK_COURIER_H

#include "core/sending.h"
#include "desk/worker.h"
#include "store/store.h"

enum { TM_COURIER_STORE_S = 20, TM_COURIER_TROUBLE_S = 5 }; /* for a commit; until a store that failed is asked again */

typedef struct
{
  TmStore *store;
  TmReader *reader;
  TmWorker *thread;
  bool of_pages;    /* it has the pages, else all but them */
  bool has_trouble; /* with the store, and said so */
  unsigned commit_ms; /* how long a commit may take; 0: TM_COURIER_STORE_S */
} TmCourier;

/* clock_monotonic_us() at which a commit is too late. */
gint64 courier_deadline_us (const TmCourier *courier);

void courier_log_trouble (TmCourier *courier, const GError *error);

/* False: the thread is to end. */
bool courier_resume (TmCourier *courier, TmWorker *thread);

/* Between two tries: takes up what was given up on because the database did not answer, and was marked as being sent
 * all the same.  False: it does not answer yet. */
bool courier_recover (TmCourier *courier);

/* Until it is recorded, or there is no more time: then it counts as interrupted.  Counts it, too. */
void courier_record (TmCourier *courier, gint64 id, const TmSending *sending);

#endif
