/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/job.h"

#include "base/clock.h"
#include "store/change.h"

static TmJob *
new_empty (gint64 deadline_us)
{
  TmJob *job = g_new0 (TmJob, 1);
  g_atomic_ref_count_init (&job->refs);
  job->deadline_us = deadline_us;
  job->link.data = job;
  pthread_mutex_init (&job->mutex, NULL);
  pthread_condattr_t attributes;
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&job->done, &attributes);
  pthread_condattr_destroy (&attributes);
  return job;
}

TmJob *
job_new (TmInbound *inbound, GBytes *packed, gint64 deadline_us)
{
  TmJob *job = new_empty (deadline_us);
  job->inbound = inbound_ref (inbound);
  job->packed = packed != NULL ? g_bytes_ref (packed) : NULL;
  return job;
}

TmJob *
job_new_change (TmChange *change, gint64 deadline_us)
{
  TmJob *job = new_empty (deadline_us);
  job->change = change_ref (change);
  return job;
}

TmJob *
job_new_task (TmTask *task, gint64 deadline_us)
{
  TmJob *job = new_empty (deadline_us);
  job->task = task_ref (task);
  return job;
}

TmJob *
job_ref (TmJob *job)
{
  g_atomic_ref_count_inc (&job->refs);
  return job;
}

void
job_unref (TmJob *job)
{
  if (job == NULL || !g_atomic_ref_count_dec (&job->refs))
    return;
  inbound_unref (job->inbound);
  change_unref (job->change);
  task_unref (job->task);
  g_clear_pointer (&job->packed, g_bytes_unref);
  plan_free (job->plan);
  g_clear_error (&job->error);
  pthread_cond_destroy (&job->done);
  pthread_mutex_destroy (&job->mutex);
  g_free (job);
}

bool
job_run (TmJob *job, TmDb *db, gint64 now, GError **error)
{
  return job->change != NULL ? change_run (db, job->change, now, &job->plan, &job->error, error)
                             : job->task->run (db, job->task, now, &job->error, error);
}

gsize
job_bytes (const TmJob *job)
{
  return (job->inbound != NULL ? job->inbound->mail->size : 0)
         + (job->packed != NULL ? g_bytes_get_size (job->packed) : 0);
}

gint64
job_instant (const TmJob *job, gint64 clock)
{
  return job->inbound != NULL && job->inbound->envelope->received_at != 0
           ? job->inbound->envelope->received_at
           : clock;
}

static bool
is_wanted (TmJob *job, gint64 now_us)
{
  pthread_mutex_lock (&job->mutex);
  bool waits = job->state == JOB_WAITING;
  pthread_mutex_unlock (&job->mutex);
  return waits && job->deadline_us > now_us;
}

void
job_finish (TmJob *job)
{
  pthread_mutex_lock (&job->mutex);
  if (job->state == JOB_WAITING)
    job->state = JOB_DONE;
  pthread_mutex_unlock (&job->mutex);
  pthread_cond_signal (&job->done); /* after the unlock, or the session would wake up to wait for the mutex */
}

bool
job_wait (TmJob *job)
{
  const struct timespec until = clock_timespec (job->deadline_us);
  int rc = 0;
  pthread_mutex_lock (&job->mutex);
  while (job->state == JOB_WAITING && rc == 0)
    rc = pthread_cond_timedwait (&job->done, &job->mutex, &until);
  if (job->state == JOB_WAITING)
    job->state = JOB_ABANDONED;
  bool done = job->state == JOB_DONE;
  pthread_mutex_unlock (&job->mutex);
  return done;
}

void
jobs_drop_unwanted (GPtrArray *jobs, bool broken, gint64 now_us)
{
  for (guint i = jobs->len; i > 0; i--)
    {
      TmJob *job = g_ptr_array_index (jobs, i - 1);
      if (!broken && is_wanted (job, now_us))
        continue;
      job->error = g_error_new_literal (
        TM_ERROR, TM_ERROR_TEMP, broken ? "not committed: the database failed" : "not committed: deadline passed");
      job_finish (job);
      g_ptr_array_remove_index (jobs, i - 1);
    }
}
