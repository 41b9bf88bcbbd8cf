/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/care.h"
#include "store/dbfile.h"
#include "store/indexer.h"
#include "store/inspect.h"
#include "store/migrate.h"
#include "store/space.h"
#include "store/task.h"
#include "store/writer.h"

#include <unistd.h>

/* Up to this size the whole database is checked at every start: a fraction of a second. */
enum { SMALL_BYTES = 64 << 20, MIN_FREE_BYTES = 16 << 20 };

struct TmStore
{
  int lock_fd;
  char *path;
  TmWriter *writer;
  TmInspect *inspect; /* NULL: the database was checked before, or is just made */
  TmIndexer *indexer; /* NULL: not asked for */
};

/* What was found, and done, on the way to an open database. */
typedef struct
{
  gint64 version; /* it had when it was found */
  bool is_checked;
} Opening;

/* Read-only first: what is not as it should be is left as it is. */
static bool
check_existing (const char *path, bool is_small, Opening *opening, GError **error)
{
  g_autoptr (TmDb) db = NULL;
  if (!db_open_bare (path, SQLITE_OPEN_READONLY, &db, error) || !db_identify (db, &opening->version, error))
    return false;
  opening->is_checked = is_small || opening->version < SCHEMA_VERSION || dbfile_is_marked (path);
  return !opening->is_checked || db_quick_check (db, error);
}

/* Made if it is not there; brought to our version if it is older. */
static bool
prepare_database (const char *path, guint64 small_bytes, Opening *opening, GError **error)
{
  TmDbFileState state;
  guint64 size;
  *opening = (Opening) { .version = SCHEMA_VERSION, .is_checked = true };
  if (!dbfile_look (path, &state, &size, error))
    return false;
  if (state != DBFILE_OURS)
    return dbfile_create (path, error);
  if (!dbfile_check_mode (path, error) || !check_existing (path, size < small_bytes, opening, error))
    return false;
  if (opening->version == SCHEMA_VERSION)
    return true;
  g_autoptr (TmDb) db = NULL;
  return db_open (path, DB_WRITE, &db, error) && migrate_run (db, opening->version, error);
}

/* A commit that changes nothing shows at the start, not at the first message, that the disk takes writes. */
static bool
try_commit (TmDb *db, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("BEGIN IMMEDIATE; PRAGMA user_version = %d; COMMIT", SCHEMA_VERSION);
  return db_run_text (db, sql, error);
}

static bool
open_database (const TmStoreOptions *options, Opening *opening_out, TmDb **db_out, GError **error)
{
  g_autoptr (TmDb) db = NULL;
  if (!prepare_database (options->path, options->small_bytes, opening_out, error)
      || !db_open (options->path, DB_WRITE, &db, error) || !try_commit (db, error)
      || !dbfile_unmark (options->path, error))
    return false;
  if (opening_out->version < SCHEMA_VERSION)
    log_info ("database migrated from version %" G_GINT64_FORMAT " to %d", opening_out->version, SCHEMA_VERSION);
  *db_out = g_steal_pointer (&db);
  return true;
}

/* Who changes something by hand while no daemon runs has the lock for a moment. */
static bool
wait_for_lock (const TmStoreOptions *options, const char *path, int *fd_out, GError **error)
{
  enum { TRY_MS = 20, US_PER_MS = 1000 };
  for (unsigned waited_ms = 0; waited_ms < options->lock_wait_ms; waited_ms += TRY_MS)
    {
      g_autoptr (GError) cause = NULL;
      if (dbfile_lock (path, fd_out, &cause))
        return true;
      if (!g_error_matches (cause, TM_ERROR, TM_ERROR_UNAVAILABLE))
        break;
      g_usleep (TRY_MS * US_PER_MS);
    }
  return dbfile_lock (path, fd_out, error);
}

/* From the thread that checks a large one. */
static void
on_damage (const char *what, gpointer data)
{
  TmStore *store = data;
  dbfile_mark_failed (store->path);
  writer_refuse (store->writer);
  log_error ("the database is damaged, no mail is taken any more: %s", what);
}

/* The disk is looked at before anything is written to it. */
static bool
check_space (const TmStoreOptions *options, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (options->path);
  TmSpace space = { .path = directory, .min_free = options->min_free };
  return space_take (&space, 0, 0, clock_monotonic_us (), error);
}

static bool
open_locked (TmStore *store, TmStoreOptions *options, GError **error)
{
  Opening opening;
  TmDb *db = NULL;
  options->path = store->path;
  options->small_bytes = options->small_bytes != 0 ? options->small_bytes : SMALL_BYTES;
  options->min_free = options->min_free != 0 ? options->min_free : MIN_FREE_BYTES;
  return check_space (options, error) && open_database (options, &opening, &db, error)
         && writer_start (db, options, &store->writer, error)
         && (opening.is_checked || inspect_start (store->path, on_damage, store, &store->inspect, error))
         && (!options->fills_index || indexer_start (store->path, &store->indexer, error));
}

bool
store_open (const TmStoreOptions *options, TmStore **store_out, GError **error)
{
  TmStoreOptions effective = *options;
  TmStore *store = g_new0 (TmStore, 1);
  store->path = dbfile_resolve (options->path);
  store->lock_fd = -1;
  if (wait_for_lock (options, store->path, &store->lock_fd, error) && open_locked (store, &effective, error))
    {
      *store_out = store;
      return true;
    }
  store_close (store);
  return false;
}

bool
store_migrate (const char *path, gint64 *from_out, gint64 *to_out, GError **error)
{
  g_autofree char *resolved = dbfile_resolve (path);
  Opening opening;
  int lock_fd;
  if (!dbfile_find (resolved, error) || !dbfile_lock (resolved, &lock_fd, error))
    return false;
  bool ok = prepare_database (resolved, SMALL_BYTES, &opening, error);
  *from_out = opening.version;
  *to_out = SCHEMA_VERSION;
  close (lock_fd);
  return ok;
}

void
store_close (TmStore *store)
{
  if (store == NULL)
    return;
  indexer_stop (store->indexer);
  inspect_stop (store->inspect);
  if (store->writer != NULL)
    writer_stop (store->writer);
  if (store->lock_fd >= 0)
    close (store->lock_fd);
  g_free (store->path);
  g_free (store);
}

void
store_set_keep (TmStore *store, const TmKeep *keep)
{
  writer_set_keep (store->writer, keep);
}

bool
store_submit (TmStore *store, TmInbound *inbound, GBytes *packed, gint64 deadline_us, TmPlan **plan_out, GError **error)
{
  g_autoptr (TmJob) job = job_new (inbound, packed, deadline_us);
  return writer_submit (store->writer, job, plan_out, error);
}

bool
store_change (TmStore *store, TmChange *change, gint64 deadline_us, TmPlan **plan_out, GError **error)
{
  g_autoptr (TmJob) job = job_new_change (change, deadline_us);
  return writer_submit (store->writer, job, plan_out, error);
}

bool
store_run_task (TmStore *store, TmTask *task, gint64 deadline_us, GError **error)
{
  g_autoptr (TmJob) job = job_new_task (task, deadline_us);
  g_autoptr (TmPlan) none = NULL;
  return writer_submit (store->writer, job, &none, error);
}

const char *
store_path (const TmStore *store)
{
  return store->path;
}

void
store_stats (TmStore *store, TmStoreStats *stats_out)
{
  writer_stats (store->writer, stats_out);
}
