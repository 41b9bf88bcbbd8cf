/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store.h"

#include "base/log.h"
#include "store/dbfile.h"
#include "store/migrate.h"
#include "store/writer.h"

#include <unistd.h>

/* Up to this size the whole database is checked at every start: a fraction of a second. */
enum { SMALL_BYTES = 64 << 20 };

struct TmStore
{
  int lock_fd;
  TmWriter *writer;
};

/* Read-only first: what is not as it should be is left as it is. */
static bool
check_existing (const char *path, guint64 size, gint64 *version_out, GError **error)
{
  g_autoptr (TmDb) db = NULL;
  if (!db_open_bare (path, SQLITE_OPEN_READONLY, &db, error) || !db_identify (db, version_out, error))
    return false;
  bool is_thorough = size < SMALL_BYTES || *version_out < SCHEMA_VERSION || dbfile_is_marked (path);
  return !is_thorough || db_quick_check (db, error);
}

/* Made if it is not there; brought to our version if it is older. */
static bool
prepare_database (const char *path, gint64 *version_out, GError **error)
{
  TmDbFileState state;
  guint64 size;
  *version_out = SCHEMA_VERSION;
  if (!dbfile_look (path, &state, &size, error))
    return false;
  if (state != DBFILE_OURS)
    return dbfile_create (path, error);
  if (!check_existing (path, size, version_out, error))
    return false;
  if (*version_out == SCHEMA_VERSION)
    return true;
  g_autoptr (TmDb) db = NULL;
  return db_open (path, DB_WRITE, &db, error) && migrate_run (db, *version_out, error);
}

/* A commit that changes nothing shows at the start, not at the first message, that the disk takes writes. */
static bool
try_commit (TmDb *db, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("BEGIN IMMEDIATE; PRAGMA user_version = %d; COMMIT", SCHEMA_VERSION);
  return db_run_text (db, sql, error);
}

static bool
open_database (const char *path, TmDb **db_out, GError **error)
{
  gint64 version;
  g_autoptr (TmDb) db = NULL;
  if (!prepare_database (path, &version, error) || !db_open (path, DB_WRITE, &db, error) || !try_commit (db, error)
      || !dbfile_unmark (path, error))
    return false;
  if (version < SCHEMA_VERSION)
    log_info ("database migrated from version %" G_GINT64_FORMAT " to %d", version, SCHEMA_VERSION);
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

bool
store_migrate (const char *path, gint64 *from_out, gint64 *to_out, GError **error)
{
  g_autofree char *resolved = dbfile_resolve (path);
  int lock_fd;
  if (!dbfile_find (resolved, error) || !dbfile_lock (resolved, &lock_fd, error))
    return false;
  bool ok = prepare_database (resolved, from_out, error);
  *to_out = SCHEMA_VERSION;
  close (lock_fd);
  return ok;
}

bool
store_open (const TmStoreOptions *options, TmStore **store_out, GError **error)
{
  g_autofree char *path = dbfile_resolve (options->path);
  int lock_fd;
  if (!wait_for_lock (options, path, &lock_fd, error))
    return false;
  TmDb *db = NULL;
  TmWriter *writer = NULL;
  if (!open_database (path, &db, error) || !writer_start (db, options, &writer, error))
    {
      close (lock_fd);
      return false;
    }
  TmStore *store = g_new0 (TmStore, 1);
  store->lock_fd = lock_fd;
  store->writer = writer;
  *store_out = store;
  return true;
}

void
store_close (TmStore *store)
{
  if (store == NULL)
    return;
  writer_stop (store->writer);
  close (store->lock_fd);
  g_free (store);
}

bool
store_submit (TmStore *store, TmInbound *inbound, GBytes *packed, gint64 deadline_us, TmPlan **plan_out, GError **error)
{
  return writer_submit (store->writer, inbound, packed, deadline_us, plan_out, error);
}

bool
store_change (TmStore *store, TmChange *change, gint64 deadline_us, TmPlan **plan_out, GError **error)
{
  return writer_change (store->writer, change, deadline_us, plan_out, error);
}

void
store_stats (TmStore *store, TmStoreStats *stats_out)
{
  writer_stats (store->writer, stats_out);
}
