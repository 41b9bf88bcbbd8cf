/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts and plans ⇄ database.  One writer thread commits the jobs of all
 * sessions in groups, one fsync for all that waited; readers are read-only
 * connections of their own.  The only room that sees sqlite3.h and zstd.h; no
 * other room knows which engine runs.
 */
#ifndef TM_STORE_STORE_H
#define TM_STORE_STORE_H

#include "base/error.h"
#include "core/change.h"
#include "core/facts.h"
#include "core/inbound.h"
#include "core/plan.h"

#include <stdbool.h>

typedef struct TmStore TmStore;

/* How long, in seconds; 0: for ever. */
typedef struct
{
  gint64 raw_s;        /* messages as they came; what was read from them stays */
  gint64 quarantine_s;
  gint64 outbox_s;     /* rows of the outbox, since they were sent or given up */
  gint64 held_s;       /* held tickets, until they are closed because nobody confirmed the sender */
} TmKeep;

typedef struct
{
  const char *path;        /* database file; its directory must exist and be writable */
  unsigned lock_wait_ms;   /* how long to wait for whoever has the database */
  unsigned max_jobs;       /* more waiting jobs than this: TM_ERROR_TEMP at once */
  void (*on_fatal) (const char *what, gpointer data); /* once, from a thread of the store, after a failed fsync or a
                              corrupt database: no commit is taken any more, the program should end (75) */
  gpointer on_fatal_data;
  void (*on_outgoing) (gpointer data); /* from the writer thread, behind a commit that left mail in the outbox; NULL */
  gpointer on_outgoing_data;
  void (*on_notify) (gint64 at, gpointer data); /* likewise: somebody is to be told of a clock at `at`; NULL */
  gpointer on_notify_data;
  TmKeep keep;
  bool fills_index;        /* of search.h, by a thread of its own */
  guint64 small_bytes;     /* up to this size the whole database is checked before it serves, a larger one meanwhile;
                              0: 64 MB */
  guint64 min_free;        /* bytes of its file system that stay free; 0: 16 MB */
  unsigned wal_pages;      /* of 4 kB: a WAL that has so many is checkpointed, before it has twice as many; 0: 16384 */
} TmStoreOptions;

/* Opens or creates the database, checks that it is ours (application_id, user_version, quick_check when small or when
 * the marker of a failed fsync stands), recovers the WAL, takes the lock against a second daemon and starts the
 * writer.  A large database is checked while it serves; when it proves damaged, no commit is taken any more, which is
 * logged, and the next start checks it first.  A database of an older version is checked and brought to ours (a line in
 * the log).  A foreign, newer or corrupt file: TM_ERROR_CONFIG and the file is left as it was. */
bool store_open (const TmStoreOptions *options, TmStore **store_out, GError **error) TM_WARN_UNUSED;

/* What counts from the next housekeeping on. */
void store_set_keep (TmStore *store, const TmKeep *keep);

/* Ends the writer after the jobs that wait, checkpoints and closes.  NULL is fine. */
void store_close (TmStore *store);

/* Compresses `raw` for store_submit(): CPU of the session's thread, not of the
 * writer's.  Called by desk/ and handed over with the job. */
GBytes *store_pack (GBytes *raw);

/* What store_pack() made `len` bytes of; NULL: that they are not. */
GBytes *store_unpack (const void *data, gsize len);

/* Hands `inbound` to the writer thread: reads the facts of its keys, plan_inbound(), applies the plan, COMMIT
 * (synchronous=FULL). Returns when all of it is on stable storage, with the plan that was carried out (the caller's).
 * Fails with TM_ERROR_TEMP when the queue of jobs is full or the disk nearly, when nothing was committed by
 * `deadline_us` (clock_monotonic_us(); a commit that comes later is harmless: the retry is a duplicate), or when the
 * commit failed.
 * `packed` may be NULL: raw is not kept. */
bool store_submit (TmStore *store, TmInbound *inbound, GBytes *packed, gint64 deadline_us, TmPlan **plan_out,
                   GError **error) TM_WARN_UNUSED;

/* A change by hand, by the same thread: change_plan(), applied and on stable storage.  Fails like change_plan() with
 * nothing changed, or like store_submit(); after a deadline it may still be done. */
bool store_change (TmStore *store, TmChange *change, gint64 deadline_us, TmPlan **plan_out,
                   GError **error) TM_WARN_UNUSED;

/* How many transactions and jobs the writer has committed (jobs / groups is the mean group), how many calls of
 * store_submit() failed, how many jobs the writer has yet to begin, how many that
 * were at most, and how many may be. */
typedef struct
{
  guint64 groups, jobs, failed;
  unsigned waiting, most_waiting, max_waiting;
} TmStoreStats;
void store_stats (TmStore *store, TmStoreStats *stats_out);

/* --- readers: any thread may own one; not shared --- */

typedef struct TmReader TmReader;

/* Opens an existing database read-only.  No file: TM_ERROR_NOT_FOUND; foreign, newer or corrupt: TM_ERROR_CONFIG. */
bool reader_open (const char *path, TmReader **reader_out, GError **error) TM_WARN_UNUSED;
void reader_close (TmReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmReader, reader_close)

/* The facts for `keys` as they are now; next_ticket stays 0. */
bool reader_find_facts (TmReader *reader, const TmKeys *keys, gint64 now, TmFacts **facts_out,
                        GError **error) TM_WARN_UNUSED;

/* How much there is. */
typedef struct
{
  gint64 tickets, messages;
} TmReaderCounts;
bool reader_count (TmReader *reader, TmReaderCounts *counts_out, GError **error) TM_WARN_UNUSED;

/* How many tickets are of each status; `counts` has TM_STATUS_SPAM + 1 places, by TmStatus. */
bool reader_count_statuses (TmReader *reader, gint64 *counts, GError **error) TM_WARN_UNUSED;

/* PRAGMA integrity_check and foreign_key_check, and the settings read back: each finding is a line in
 * `findings_out` (char *), none is a sound database. */
bool reader_check (TmReader *reader, GPtrArray **findings_out, GError **error) TM_WARN_UNUSED;

#include "store/record.h"

#endif
