/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one thread that writes: takes all jobs that wait as a group into one transaction and answers them
 * after its COMMIT.  When one of them fails, each gets a transaction of its own.
 */
#ifndef TM_STORE_WRITER_H
#define TM_STORE_WRITER_H

#include "store/db.h"
#include "store/job.h"
#include "store/store.h"

typedef struct TmWriter TmWriter;

/* Starts the thread on `db`, which it takes over.  `options` is copied; its path is that of `db`. */
bool writer_start (TmDb *db, const TmStoreOptions *options, TmWriter **writer_out, GError **error) TM_WARN_UNUSED;

/* Ends it after the jobs that wait; checkpoints; closes the connection. */
void writer_stop (TmWriter *writer);

/* Takes no commit any more, as after a failed one, but without on_fatal. */
void writer_refuse (TmWriter *writer);

void writer_set_keep (TmWriter *writer, const TmKeep *keep);

/* store_submit() and store_change(). */
bool writer_submit (TmWriter *writer, TmJob *job, TmPlan **plan_out, GError **error) TM_WARN_UNUSED;

void writer_stats (TmWriter *writer, TmStoreStats *stats_out);

#endif
