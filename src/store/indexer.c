/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/indexer.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/reader.h"
#include "store/search.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum
{
  US_PER_S = 1000000,
  NS_PER_US = 1000,
  LOOK_EVERY_S = 2,
  AFTER_FAILURE_S = 60,
  LEAST_SHARE = 19,
  RUSH_MESSAGES = 200, /* that come between two looks */
  PATIENCE_LOOKS = 30
};

struct TmIndexer
{
  const char *path;
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t end;
  gint is_stopping; /* atomic, and guarded by mutex when it is set */
  gint64 n_seen;    /* the thread's own: the last message that was there at the last look */
  unsigned n_held;  /* likewise: looks since there was something to do */
  bool is_failing;  /* likewise */
};

bool
indexer_holds_back (gint64 n_came, unsigned n_held)
{
  return n_came >= RUSH_MESSAGES && n_held < PATIENCE_LOOKS;
}

/* One row is read when there is nothing new. */
static bool
update (TmIndexer *indexer, TmReader *reader, GError **error)
{
  gint64 last;
  if (!db_get_int (reader->db, SQL_COUNT_MESSAGES_AFTER, DB_VALUES (value_int (0)), 0, &last, error))
    return false;
  gint64 n_came = last - indexer->n_seen;
  indexer->n_seen = last;
  if (n_came == 0 && indexer->n_held == 0)
    return true;
  if (indexer_holds_back (n_came, indexer->n_held))
    {
      indexer->n_held++;
      return true;
    }
  bool ok = search_update (indexer->path, &indexer->is_stopping, NULL, NULL, error);
  indexer->n_held = ok ? 0 : PATIENCE_LOOKS;
  return ok;
}

/* Once, until it goes again. */
static void
note_outcome (TmIndexer *indexer, const GError *error)
{
  if (error != NULL && !indexer->is_failing)
    log_warning ("the search index is not filled: %s", error->message);
  else if (error == NULL && indexer->is_failing)
    log_info ("the search index is filled again");
  indexer->is_failing = error != NULL;
}

/* False at the end. */
static bool
wait_s (TmIndexer *indexer, gint64 seconds)
{
  gint64 until_us = clock_monotonic_us () + seconds * US_PER_S;
  const struct timespec until
    = { .tv_sec = (time_t) (until_us / US_PER_S), .tv_nsec = (long) (until_us % US_PER_S) * NS_PER_US };
  int rc = 0;
  pthread_mutex_lock (&indexer->mutex);
  while (g_atomic_int_get (&indexer->is_stopping) == 0 && rc == 0)
    rc = pthread_cond_timedwait (&indexer->end, &indexer->mutex, &until);
  pthread_mutex_unlock (&indexer->mutex);
  return g_atomic_int_get (&indexer->is_stopping) == 0;
}

static void *
indexer_main (void *data)
{
  TmIndexer *indexer = data;
  g_autoptr (TmReader) reader = NULL;
  prctl (PR_SET_NAME, "store-indexer");
  setpriority (PRIO_PROCESS, (id_t) gettid (), LEAST_SHARE);
  do
    {
      g_autoptr (GError) error = NULL;
      if (reader != NULL || reader_open (indexer->path, &reader, &error))
        (void) !update (indexer, reader, &error);
      note_outcome (indexer, error);
    }
  while (wait_s (indexer, indexer->is_failing ? AFTER_FAILURE_S : LOOK_EVERY_S));
  return NULL;
}

bool
indexer_start (const char *path, TmIndexer **indexer_out, GError **error)
{
  TmIndexer *indexer = g_new0 (TmIndexer, 1);
  pthread_condattr_t attributes;
  indexer->path = path;
  pthread_mutex_init (&indexer->mutex, NULL);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&indexer->end, &attributes);
  pthread_condattr_destroy (&attributes);
  int rc = pthread_create (&indexer->thread, NULL, indexer_main, indexer);
  if (rc == 0)
    {
      *indexer_out = indexer;
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "thread: %s", g_strerror (rc));
  g_free (indexer);
  return false;
}

void
indexer_stop (TmIndexer *indexer)
{
  if (indexer == NULL)
    return;
  pthread_mutex_lock (&indexer->mutex);
  g_atomic_int_set (&indexer->is_stopping, 1);
  pthread_cond_signal (&indexer->end);
  pthread_mutex_unlock (&indexer->mutex);
  pthread_join (indexer->thread, NULL);
  pthread_cond_destroy (&indexer->end);
  pthread_mutex_destroy (&indexer->mutex);
  g_free (indexer);
}
