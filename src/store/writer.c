/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/writer.h"

#include "base/clock.h"
#include "base/cond.h"
#include "base/log.h"
#include "base/metrics.h"
#include "core/sender.h"
#include "store/checkpoint.h"
#include "store/commands.h"
#include "store/dbfile.h"
#include "store/housekeep.h"
#include "store/job.h"
#include "store/linger.h"
#include "store/lookup.h"
#include "store/space.h"
#include "store/sweep.h"

#include <string.h>
#include <sys/prctl.h>

enum
{
  GROUP_JOBS = 256,
  GROUP_BYTES = 64 << 20,
  WAL_PAGES = 16384, /* 64 MB; the longer, the more pages are copied once that were written often */
  HOUSEKEEP_EVERY_US = 600 * 1000000,
  HOUSEKEEP_PATIENCE_US = 10 * 1000000 /* so long it waits for a moment without mail */
};

struct TmWriter
{
  TmDb *db;                /* the thread's own */
  TmCheckpointer *checkpointer;
  TmStoreOptions options;
  pthread_t thread;
  int wal_pages;           /* the thread's own: the size of the WAL after the last commit */
  int checkpoint_at;       /* likewise: the size at which the next checkpoint is due */
  TmSweep sweep;           /* likewise */
  gint64 housekeep_us;     /* likewise: when housekeeping is due */
  TmSpace space;           /* likewise */
  TmLinger linger;         /* likewise */

  pthread_mutex_t mutex;   /* guards what follows */
  pthread_cond_t work;
  GQueue queue;            /* TmJob, by their own links */
  bool is_closing;
  bool is_broken;          /* nothing is committed any more */
  TmStoreStats stats;
  TmKeep keep;
};

static bool
is_broken (TmWriter *writer)
{
  pthread_mutex_lock (&writer->mutex);
  bool broken = writer->is_broken;
  pthread_mutex_unlock (&writer->mutex);
  return broken;
}

/* --- one job --- */

static bool
find_facts (TmWriter *writer, TmInbound *inbound, gint64 now, TmFacts **facts_out, GError **error)
{
  g_autoptr (TmFacts) facts = NULL;
  if (!lookup_facts (writer->db, inbound->keys, now, &facts, error))
    return false;
  if (sender_settle (inbound, facts))
    {
      g_clear_pointer (&facts, facts_free);
      if (!lookup_facts (writer->db, inbound->keys, now, &facts, error))
        return false;
    }
  *facts_out = g_steal_pointer (&facts);
  return lookup_next_ticket (writer->db, &(*facts_out)->next_ticket, error);
}

static bool
decide_and_apply (TmWriter *writer, TmJob *job, GError **error)
{
  gint64 clock = clock_now (), now = job_instant (job, clock);
  g_autoptr (TmFacts) facts = NULL;
  if (job->inbound == NULL)
    return job_run (job, writer->db, now, error);
  if (!find_facts (writer, job->inbound, now, &facts, error))
    return false;
  job->plan = plan_inbound (job->inbound, facts, now);
  job->plan->dedup_expires_at += clock - now; /* a retry comes now, whenever the message came */
  return commands_apply (writer->db, job->inbound, job->packed, now, &job->plan, error);
}

/* --- a group --- */

static bool
run_transaction (TmWriter *writer, TmJob *const *jobs, guint n_jobs, GError **error)
{
  writer->db->last_rc = SQLITE_OK;
  if (!db_run (writer->db, SQL_BEGIN_WRITE, NULL, error))
    return false;
  for (guint i = 0; i < n_jobs; i++)
    if (!decide_and_apply (writer, jobs[i], error))
      return false;
  return sweep_expired (&writer->sweep, writer->db, n_jobs, error) && db_run (writer->db, SQL_COMMIT, NULL, error);
}

static void
roll_back (TmWriter *writer, TmJob *const *jobs, guint n_jobs)
{
  TmDb *db = writer->db;
  if (db_in_transaction (db))
    {
      g_autoptr (GError) ignored = NULL;
      int rc = db->last_rc;
      (void) !db_run (db, SQL_ROLLBACK, NULL, &ignored);
      db->last_rc = rc;
    }
  for (guint i = 0; i < n_jobs; i++)
    {
      g_clear_pointer (&jobs[i]->plan, plan_free);
      g_clear_error (&jobs[i]->error);
    }
}

/* The state of the files is unknown from here on: a later commit could build on what never reached the disk. */
static void
break_down (TmWriter *writer, const char *what)
{
  pthread_mutex_lock (&writer->mutex);
  bool first = !writer->is_broken;
  writer->is_broken = true;
  pthread_mutex_unlock (&writer->mutex);
  if (!first)
    return;
  dbfile_mark_failed (writer->options.path);
  if (writer->options.on_fatal != NULL)
    writer->options.on_fatal (what, writer->options.on_fatal_data);
}

/* Whether the cause may lie in one of the jobs, so that the others could do without it. */
static bool
is_of_one_job (const TmDb *db)
{
  int rc = db->last_rc & 0xff;
  return !db_is_fatal (db) && rc != SQLITE_FULL && rc != SQLITE_BUSY && rc != SQLITE_NOMEM;
}

static void
count_committed (TmWriter *writer, guint n_jobs)
{
  pthread_mutex_lock (&writer->mutex);
  writer->stats.groups++;
  writer->stats.jobs += n_jobs;
  pthread_mutex_unlock (&writer->mutex);
  metrics_observe (TM_SPREAD_GROUP, n_jobs);
}

static void
tell_news (TmWriter *writer)
{
  if (writer->db->has_outgoing && writer->options.on_outgoing != NULL)
    writer->options.on_outgoing (writer->options.on_outgoing_data);
  if (writer->db->notify_at != 0 && writer->options.on_notify != NULL)
    writer->options.on_notify (writer->db->notify_at, writer->options.on_notify_data);
  writer->db->has_outgoing = false;
  writer->db->notify_at = 0;
}

/* Savepoints (but for mail with commands, store/commands.c) would make each job pay for the one that fails, which
 * hardly ever happens: then each gets a transaction of its own. */
static void
commit_group (TmWriter *writer, TmJob *const *jobs, guint n_jobs)
{
  g_autoptr (GError) error = NULL;
  if (run_transaction (writer, jobs, n_jobs, &error))
    {
      count_committed (writer, n_jobs);
      tell_news (writer);
      return;
    }
  roll_back (writer, jobs, n_jobs);
  if (db_is_fatal (writer->db))
    break_down (writer, error->message);
  bool is_own_fault = is_of_one_job (writer->db);
  for (guint i = 0; i < n_jobs; i++)
    if (is_own_fault && n_jobs > 1 && !is_broken (writer))
      commit_group (writer, &jobs[i], 1);
    else
      jobs[i]->error = g_error_new (TM_ERROR, is_own_fault ? error->code : TM_ERROR_TEMP, "not committed: %s",
                                    error->message);
}

/* --- checkpoints --- */

static int
note_wal_size (void *data, sqlite3 *handle G_GNUC_UNUSED, const char *name G_GNUC_UNUSED, int n_pages)
{
  TmWriter *writer = data;
  if (n_pages < writer->wal_pages)
    writer->checkpoint_at = (int) writer->options.wal_pages; /* the WAL began anew */
  writer->wal_pages = n_pages;
  metrics_set_wal_pages ((unsigned) n_pages);
  return SQLITE_OK;
}

/* What the checkpointer left.  Passive: when a reader holds it back, the next try is so many pages later. */
static void
end_checkpoint (TmWriter *writer)
{
  g_autoptr (GError) error = NULL;
  if (db_checkpoint (writer->db, &error) || !db_is_fatal (writer->db))
    writer->checkpoint_at = writer->wal_pages + (int) writer->options.wal_pages;
  else
    break_down (writer, error->message);
}

static void
checkpoint (TmWriter *writer)
{
  if (is_broken (writer))
    return;
  /* A disk that is slower than the mail: the WAL never has more than twice its pages and a group. */
  if (writer->wal_pages >= writer->checkpoint_at + (int) writer->options.wal_pages)
    checkpointer_wait (writer->checkpointer);
  if (checkpointer_take_end (writer->checkpointer))
    end_checkpoint (writer);
  else if (writer->wal_pages >= writer->checkpoint_at)
    checkpointer_begin (writer->checkpointer);
}

static void
on_checkpointer_fatal (const char *what, gpointer data)
{
  break_down (data, what);
}

/* --- the thread --- */

/* With the mutex held.  Asleep, so that those who come do not wake it. */
static void
linger (TmWriter *writer)
{
  if (writer->queue.length != 1 || writer->is_closing || !linger_is_due (&writer->linger))
    return;
  pthread_mutex_unlock (&writer->mutex);
  g_usleep ((gulong) linger_wait_us (&writer->linger));
  pthread_mutex_lock (&writer->mutex);
  linger_learn (&writer->linger, writer->queue.length > 1);
}

/* All that wait, within bounds; none when housekeeping is due, or at the end (false). */
static bool
take_group (TmWriter *writer, GPtrArray *jobs, gsize *bytes_out)
{
  gsize bytes = 0;
  const struct timespec until = clock_timespec (writer->housekeep_us);
  pthread_mutex_lock (&writer->mutex);
  while (writer->queue.length == 0 && !writer->is_closing && clock_monotonic_us () < writer->housekeep_us)
    pthread_cond_timedwait (&writer->work, &writer->mutex, &until);
  linger (writer);
  while (writer->queue.length > 0 && jobs->len < GROUP_JOBS && bytes < GROUP_BYTES)
    {
      TmJob *job = g_queue_pop_head_link (&writer->queue)->data;
      job->is_queued = false;
      linger_note (&writer->linger, job->queued_us);
      bytes += job_bytes (job);
      g_ptr_array_add (jobs, job);
    }
  bool goes_on = jobs->len > 0 || !writer->is_closing;
  pthread_mutex_unlock (&writer->mutex);
  *bytes_out = bytes;
  return goes_on;
}

static void
run_group (TmWriter *writer, GPtrArray *jobs, gsize bytes)
{
  g_autoptr (GError) error = NULL;
  gint64 began_us = clock_monotonic_us ();
  jobs_drop_unwanted (jobs, is_broken (writer), began_us);
  if (jobs->len > 0 && space_take (&writer->space, jobs->len, bytes, began_us, &error))
    {
      commit_group (writer, (TmJob *const *) jobs->pdata, jobs->len);
      metrics_observe (TM_SPREAD_COMMIT, clock_monotonic_us () - began_us);
    }
  for (guint i = 0; i < jobs->len; i++)
    {
      TmJob *job = g_ptr_array_index (jobs, i);
      metrics_observe (TM_SPREAD_WAIT, began_us - job->queued_us);
      if (error != NULL)
        job->error = g_error_copy (error);
      job_finish (job);
    }
}

/* Due, and nobody waits for us, or only for so long that it would never be done else. */
static bool
may_housekeep (TmWriter *writer, gint64 now_us, TmKeep *keep_out)
{
  if (now_us < writer->housekeep_us)
    return false;
  pthread_mutex_lock (&writer->mutex);
  bool may = writer->queue.length == 0 || now_us >= writer->housekeep_us + HOUSEKEEP_PATIENCE_US;
  *keep_out = writer->keep;
  pthread_mutex_unlock (&writer->mutex);
  return may;
}

static void
housekeep (TmWriter *writer)
{
  TmKeep keep;
  bool more = false;
  g_autoptr (GError) error = NULL;
  gint64 now_us = clock_monotonic_us ();
  if (!may_housekeep (writer, now_us, &keep))
    return;
  if (!is_broken (writer) && !housekeep_step (writer->db, &keep, clock_now (), &more, &error))
    {
      log_warning ("housekeeping put off: %s", error->message);
      if (db_is_fatal (writer->db))
        break_down (writer, error->message);
    }
  writer->housekeep_us = now_us + (more && error == NULL ? 0 : HOUSEKEEP_EVERY_US);
}

static void *
writer_main (void *data)
{
  TmWriter *writer = data;
  prctl (PR_SET_NAME, "store-writer");
  for (;;)
    {
      g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) job_unref);
      gsize bytes;
      if (!take_group (writer, jobs, &bytes))
        return NULL;
      run_group (writer, jobs, bytes);
      housekeep (writer);
      checkpoint (writer);
    }
}

static void
writer_free (TmWriter *writer)
{
  checkpointer_stop (writer->checkpointer);
  db_close (writer->db);
  pthread_cond_destroy (&writer->work);
  pthread_mutex_destroy (&writer->mutex);
  g_free (writer);
}

bool
writer_start (TmDb *db, const TmStoreOptions *options, TmWriter **writer_out, GError **error)
{
  TmWriter *writer = g_new0 (TmWriter, 1);
  writer->db = db;
  writer->options = *options;
  writer->options.path = db->path;
  writer->keep = options->keep;
  writer->space = (TmSpace) { .path = db->path, .min_free = options->min_free };
  if (writer->options.wal_pages == 0)
    writer->options.wal_pages = WAL_PAGES;
  writer->checkpoint_at = (int) writer->options.wal_pages;
  g_queue_init (&writer->queue);
  pthread_mutex_init (&writer->mutex, NULL);
  cond_init (&writer->work);
  sqlite3_wal_hook (db->handle, note_wal_size, writer);
  if (checkpointer_start (db->path, on_checkpointer_fatal, writer, &writer->checkpointer, error))
    {
      int rc = pthread_create (&writer->thread, NULL, writer_main, writer);
      if (rc == 0)
        {
          *writer_out = writer;
          return true;
        }
      g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "thread: %s", g_strerror (rc));
    }
  writer_free (writer);
  return false;
}

void
writer_stop (TmWriter *writer)
{
  pthread_mutex_lock (&writer->mutex);
  writer->is_closing = true;
  pthread_cond_signal (&writer->work);
  pthread_mutex_unlock (&writer->mutex);
  pthread_join (writer->thread, NULL);
  checkpointer_stop (g_steal_pointer (&writer->checkpointer));
  if (writer->is_broken)
    db_leave_wal (writer->db);
  else
    end_checkpoint (writer);
  writer_free (writer);
}

void
writer_refuse (TmWriter *writer)
{
  pthread_mutex_lock (&writer->mutex);
  writer->is_broken = true;
  pthread_mutex_unlock (&writer->mutex);
}

void
writer_set_keep (TmWriter *writer, const TmKeep *keep)
{
  pthread_mutex_lock (&writer->mutex);
  writer->keep = *keep;
  pthread_mutex_unlock (&writer->mutex);
}

/* --- the sessions' side --- */

static bool
enqueue (TmWriter *writer, TmJob *job, GError **error)
{
  const char *why = NULL;
  pthread_mutex_lock (&writer->mutex);
  job->queued_us = clock_monotonic_us ();
  if (writer->is_broken)
    why = "the database failed";
  else if (writer->is_closing)
    why = "the store is closing";
  else if (writer->queue.length >= writer->options.max_jobs)
    why = "too many messages wait to be committed";
  else
    {
      g_queue_push_tail_link (&writer->queue, &job_ref (job)->link);
      job->is_queued = true;
      writer->stats.most_waiting = MAX (writer->stats.most_waiting, writer->queue.length);
    }
  pthread_mutex_unlock (&writer->mutex);
  if (why == NULL)
    pthread_cond_signal (&writer->work);
  else
    g_set_error_literal (error, TM_ERROR, TM_ERROR_TEMP, why);
  return why == NULL;
}

/* A job that nobody waits for any more makes room for one that somebody waits for. */
static void
withdraw (TmWriter *writer, TmJob *job)
{
  pthread_mutex_lock (&writer->mutex);
  bool was_queued = job->is_queued;
  if (was_queued)
    g_queue_unlink (&writer->queue, &job->link);
  job->is_queued = false;
  pthread_mutex_unlock (&writer->mutex);
  if (was_queued)
    job_unref (job);
}

static bool
run_through (TmWriter *writer, TmJob *job, GError **error)
{
  if (!enqueue (writer, job, error))
    return false;
  if (!job_wait (job))
    {
      withdraw (writer, job);
      g_set_error_literal (error, TM_ERROR, TM_ERROR_TEMP, "not committed before the deadline");
      return false;
    }
  if (job->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&job->error));
      return false;
    }
  return true;
}

bool
writer_submit (TmWriter *writer, TmJob *job, TmPlan **plan_out, GError **error)
{
  if (run_through (writer, job, error))
    {
      *plan_out = g_steal_pointer (&job->plan);
      return true;
    }
  pthread_mutex_lock (&writer->mutex);
  writer->stats.failed += job->inbound != NULL;
  pthread_mutex_unlock (&writer->mutex);
  return false;
}

void
writer_stats (TmWriter *writer, TmStoreStats *stats_out)
{
  pthread_mutex_lock (&writer->mutex);
  *stats_out = writer->stats;
  stats_out->waiting = writer->queue.length;
  stats_out->max_waiting = writer->options.max_jobs;
  pthread_mutex_unlock (&writer->mutex);
}
