/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One message, a change by hand or a task, on its way through the writer thread.  Two hold it: the session that waits
 * and the writer; whoever lets go last frees it, so a session may give up at any time.
 */
#ifndef TM_STORE_JOB_H
#define TM_STORE_JOB_H

#include "core/change.h"
#include "core/inbound.h"
#include "core/plan.h"

#include "store/task.h"

#include <pthread.h>
#include <stdbool.h>

typedef enum { JOB_WAITING, JOB_DONE, JOB_ABANDONED } TmJobState;

typedef struct
{
  gatomicrefcount refs;
  TmInbound *inbound; /* of these three, two are NULL */
  GBytes *packed;     /* may be NULL */
  TmChange *change;
  TmTask *task;
  gint64 deadline_us;
  gint64 queued_us;   /* since when it waits for the writer */

  GList link;     /* in the writer's queue; guarded by the writer's mutex */
  bool is_queued; /* likewise */

  pthread_mutex_t mutex;
  pthread_cond_t done; /* one a job: nobody wakes up for another's result */
  TmJobState state;    /* guarded by mutex */

  TmPlan *plan;   /* the writer's until JOB_DONE, then the session's */
  GError *error;  /* likewise */
} TmJob;

/* With one reference. */
TmJob *job_new (TmInbound *inbound, GBytes *packed, gint64 deadline_us);
TmJob *job_new_change (TmChange *change, gint64 deadline_us);
TmJob *job_new_task (TmTask *task, gint64 deadline_us);
TmJob *job_ref (TmJob *job);
void job_unref (TmJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmJob, job_unref)

/* The writer: does what a change or a task asks for in its transaction.  False: the database failed. */
bool job_run (TmJob *job, TmDb *db, gint64 now, GError **error) TM_WARN_UNUSED;

/* What it weighs in a group. */
gsize job_bytes (const TmJob *job);

/* When it came (UTC seconds), for what is decided and recorded; `clock` is now. */
gint64 job_instant (const TmJob *job, gint64 clock);

/* The writer: ends those that nobody waits for any more or whose deadline passed, or all where the database failed. */
void jobs_drop_unwanted (GPtrArray *jobs, bool broken, gint64 now_us);

/* The writer: hands plan and error over and wakes the session up. */
void job_finish (TmJob *job);

/* The session: waits for job_finish() until the deadline; false when it gave up. */
bool job_wait (TmJob *job);

#endif
