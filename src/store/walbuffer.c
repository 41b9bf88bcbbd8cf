/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/walbuffer.h"

#include <glib.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

/* SQLite's own VFS takes less than 128 kB at a time. */
enum { BUFFER_BYTES = 1 << 20, PIECE_BYTES = 1 << 16 };

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real; /* behind this struct */
  guint8 *bytes;      /* BUFFER_BYTES, NULL before the first write */
  sqlite3_int64 start; /* where in the file they belong */
  int len;
  bool has_lost;      /* frames from `lost_at` on could not be written and have not come again */
  sqlite3_int64 lost_at;
} WalFile;

static sqlite3_vfs layer;
static sqlite3_vfs *below;

static WalFile *
wal_file (sqlite3_file *file)
{
  return (WalFile *) file;
}

/* What could not be written is dropped: SQLite hears of it and the transaction fails, nothing earlier is in the buffer
 * because every commit syncs.  Kept, it would want its room again before a smaller transaction may have any. */
static int
flush (WalFile *wal)
{
  int rc = SQLITE_OK;
  for (int done = 0; rc == SQLITE_OK && done < wal->len; done += PIECE_BYTES)
    rc = wal->real->pMethods->xWrite (wal->real, wal->bytes + done, MIN (PIECE_BYTES, wal->len - done),
                                      wal->start + done);
  if (rc != SQLITE_OK)
    {
      wal->has_lost = true;
      wal->lost_at = wal->start;
    }
  wal->len = 0;
  return rc;
}

static int
wal_close (sqlite3_file *file)
{
  WalFile *wal = wal_file (file);
  int rc = flush (wal), rc_close = wal->real->pMethods->xClose (wal->real);
  g_free (wal->bytes);
  return rc != SQLITE_OK ? rc : rc_close;
}

static int
wal_read (sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
  WalFile *wal = wal_file (file);
  bool is_gathered = at < wal->start + wal->len && at + len > wal->start;
  int rc = is_gathered ? flush (wal) : SQLITE_OK;
  return rc != SQLITE_OK ? rc : wal->real->pMethods->xRead (wal->real, out, len, at);
}

static int
wal_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
  WalFile *wal = wal_file (file);
  if (at <= wal->lost_at)
    wal->has_lost = false;
  bool joins = wal->len > 0 && at >= wal->start && at <= wal->start + wal->len
               && at + len <= wal->start + BUFFER_BYTES;
  if (!joins)
    {
      int rc = flush (wal);
      if (rc != SQLITE_OK || len > BUFFER_BYTES)
        return rc != SQLITE_OK ? rc : wal->real->pMethods->xWrite (wal->real, data, len, at);
      wal->start = at;
    }
  if (wal->bytes == NULL)
    wal->bytes = g_malloc (BUFFER_BYTES);
  int place = (int) (at - wal->start);
  memcpy (wal->bytes + place, data, (size_t) len);
  wal->len = MAX (wal->len, place + len);
  return SQLITE_OK;
}

static int
wal_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  WalFile *wal = wal_file (file);
  int rc = flush (wal);
  return rc != SQLITE_OK ? rc : wal->real->pMethods->xTruncate (wal->real, size);
}

static int
wal_sync (sqlite3_file *file, int flags)
{
  WalFile *wal = wal_file (file);
  bool is_whole = !wal->has_lost || wal->len == 0;
  int rc = is_whole ? flush (wal) : SQLITE_IOERR_WRITE;
  return rc != SQLITE_OK ? rc : wal->real->pMethods->xSync (wal->real, flags);
}

static int
wal_size (sqlite3_file *file, sqlite3_int64 *size_out)
{
  WalFile *wal = wal_file (file);
  int rc = flush (wal);
  return rc != SQLITE_OK ? rc : wal->real->pMethods->xFileSize (wal->real, size_out);
}

/* --- what is only passed on; the locks are held on the database, never on its WAL --- */

static int
wal_lock (sqlite3_file *file, int level)
{
  WalFile *wal = wal_file (file);
  return wal->real->pMethods->xLock (wal->real, level);
}

static int
wal_unlock (sqlite3_file *file, int level)
{
  WalFile *wal = wal_file (file);
  return wal->real->pMethods->xUnlock (wal->real, level);
}

static int
wal_check_lock (sqlite3_file *file, int *is_locked_out)
{
  WalFile *wal = wal_file (file);
  return wal->real->pMethods->xCheckReservedLock (wal->real, is_locked_out);
}

static int
wal_control (sqlite3_file *file, int what, void *data)
{
  WalFile *wal = wal_file (file);
  return wal->real->pMethods->xFileControl (wal->real, what, data);
}

static int
wal_sector_size (sqlite3_file *file)
{
  WalFile *wal = wal_file (file);
  return wal->real->pMethods->xSectorSize (wal->real);
}

static int
wal_characteristics (sqlite3_file *file)
{
  WalFile *wal = wal_file (file);
  return wal->real->pMethods->xDeviceCharacteristics (wal->real);
}

static const sqlite3_io_methods wal_methods = {
  .iVersion = 1, /* no shared memory and no mmap, which a WAL has no use for */
  .xClose = wal_close,
  .xRead = wal_read,
  .xWrite = wal_write,
  .xTruncate = wal_truncate,
  .xSync = wal_sync,
  .xFileSize = wal_size,
  .xLock = wal_lock,
  .xUnlock = wal_unlock,
  .xCheckReservedLock = wal_check_lock,
  .xFileControl = wal_control,
  .xSectorSize = wal_sector_size,
  .xDeviceCharacteristics = wal_characteristics,
};

/* --- the layer --- */

static int
layer_open (sqlite3_vfs *vfs G_GNUC_UNUSED, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
  if ((flags & SQLITE_OPEN_WAL) == 0)
    return below->xOpen (below, name, file, flags, flags_out);
  WalFile *wal = wal_file (file);
  memset (wal, 0, sizeof *wal);
  wal->real = (sqlite3_file *) (wal + 1);
  int rc = below->xOpen (below, name, wal->real, flags, flags_out);
  if (rc == SQLITE_OK)
    wal->base.pMethods = &wal_methods;
  return rc;
}

static void
install (void)
{
  below = sqlite3_vfs_find (NULL);
  if (below == NULL)
    return;
  layer = *below;
  layer.zName = "ticketmilter";
  layer.szOsFile = (int) sizeof (WalFile) + below->szOsFile;
  layer.xOpen = layer_open;
  if (sqlite3_vfs_register (&layer, 0) != SQLITE_OK)
    below = NULL;
}

const char *
walbuffer_vfs (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once (&once, install);
  return below != NULL ? layer.zName : NULL;
}
