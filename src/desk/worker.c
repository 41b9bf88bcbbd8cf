/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/worker.h"

#include "base/clock.h"

#include <pthread.h>
#include <sys/prctl.h>

enum
{
  NAP_S = 60,       /* no longer asleep: the clock may have been set */
  US_PER_S = 1000000
};

struct TmWorker
{
  TmWorkerOptions options;
  pthread_t thread;

  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t wake;
  bool is_woken, is_stopping;
  gint64 stop_us;        /* clock_monotonic_us() at which it breaks off */
};

bool
worker_goes_on (TmWorker *worker)
{
  pthread_mutex_lock (&worker->mutex);
  bool is_over = worker->is_stopping && clock_monotonic_us () >= worker->stop_us;
  pthread_mutex_unlock (&worker->mutex);
  return !is_over;
}

/* Until `at` (UTC seconds), or something new; false when it is time to end. */
static bool
wait_until (TmWorker *worker, gint64 at)
{
  gint64 now = clock_now ();
  gint64 seconds = at <= now ? 0 : at - now > NAP_S ? NAP_S : at - now;
  const struct timespec until = clock_timespec (clock_monotonic_us () + seconds * US_PER_S);
  int rc = 0;
  pthread_mutex_lock (&worker->mutex);
  while (!worker->is_woken && !worker->is_stopping && rc == 0)
    rc = pthread_cond_timedwait (&worker->wake, &worker->mutex, &until);
  worker->is_woken = false;
  bool is_stopping = worker->is_stopping;
  pthread_mutex_unlock (&worker->mutex);
  return !is_stopping;
}

bool
worker_pause (TmWorker *worker, gint64 seconds)
{
  const struct timespec until = clock_timespec (clock_monotonic_us () + seconds * US_PER_S);
  int rc = 0;
  pthread_mutex_lock (&worker->mutex);
  while (!worker->is_stopping && rc == 0)
    rc = pthread_cond_timedwait (&worker->wake, &worker->mutex, &until);
  bool is_stopping = worker->is_stopping;
  pthread_mutex_unlock (&worker->mutex);
  return !is_stopping;
}

static void *
worker_main (void *data)
{
  TmWorker *worker = data;
  const TmWorkerOptions *options = &worker->options;
  prctl (PR_SET_NAME, options->name);
  if (!options->begin (worker, options->data))
    return NULL;
  while (wait_until (worker, options->run (worker, options->data)))
    ;
  /* What came while it was told to end. */
  (void) options->run (worker, options->data);
  return NULL;
}

static void
worker_free (TmWorker *worker)
{
  pthread_cond_destroy (&worker->wake);
  pthread_mutex_destroy (&worker->mutex);
  g_free (worker);
}

bool
worker_start (const TmWorkerOptions *options, TmWorker **worker_out, GError **error)
{
  TmWorker *worker = g_new0 (TmWorker, 1);
  pthread_condattr_t attributes;
  worker->options = *options;
  pthread_mutex_init (&worker->mutex, NULL);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&worker->wake, &attributes);
  pthread_condattr_destroy (&attributes);
  int rc = pthread_create (&worker->thread, NULL, worker_main, worker);
  if (rc == 0)
    {
      *worker_out = worker;
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "cannot start a thread: %s", g_strerror (rc));
  worker_free (worker);
  return false;
}

void
worker_wake (TmWorker *worker)
{
  pthread_mutex_lock (&worker->mutex);
  worker->is_woken = true;
  pthread_cond_signal (&worker->wake);
  pthread_mutex_unlock (&worker->mutex);
}

void
worker_stop (TmWorker *worker, unsigned drain_s)
{
  if (worker == NULL)
    return;
  pthread_mutex_lock (&worker->mutex);
  worker->is_stopping = true;
  worker->stop_us = clock_monotonic_us () + (gint64) drain_s * US_PER_S;
  pthread_cond_signal (&worker->wake);
  pthread_mutex_unlock (&worker->mutex);
  pthread_join (worker->thread, NULL);
  worker_free (worker);
}
