/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/flaky-disk.h"

#include <sqlite3.h>

TmFlakyDisk flaky_disk;

static sqlite3_vfs flaky_vfs;
static sqlite3_vfs *real_vfs;
static sqlite3_io_methods flaky_methods;
static const sqlite3_io_methods *real_methods;

static int
flaky_sync (sqlite3_file *file, int flags)
{
  g_atomic_int_inc (&flaky_disk.n_syncs);
  g_atomic_int_inc (&flaky_disk.n_holding);
  while (g_atomic_int_get (&flaky_disk.is_held) != 0)
    g_usleep (1000);
  g_atomic_int_add (&flaky_disk.n_holding, -1);
  g_usleep ((gulong) g_atomic_int_get (&flaky_disk.sync_delay_ms) * 1000);
  gint failing = g_atomic_int_get (&flaky_disk.failing_syncs);
  if (failing == 0)
    return real_methods->xSync (file, flags);
  if (failing > 0)
    g_atomic_int_add (&flaky_disk.failing_syncs, -1);
  return SQLITE_IOERR_FSYNC;
}

static int
flaky_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
  if (g_atomic_int_get (&flaky_disk.is_full) != 0)
    return SQLITE_FULL;
  return real_methods->xWrite (file, data, len, offset);
}

static int
flaky_open (sqlite3_vfs *vfs G_GNUC_UNUSED, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
  int rc = real_vfs->xOpen (real_vfs, name, file, flags, flags_out);
  if (rc != SQLITE_OK)
    return rc;
  /* The unix VFS has one table for all files of its default locking style. */
  g_assert (real_methods == NULL || real_methods == file->pMethods);
  if (real_methods == NULL)
    {
      flaky_methods = *file->pMethods;
      flaky_methods.xSync = flaky_sync;
      flaky_methods.xWrite = flaky_write;
      real_methods = file->pMethods;
    }
  file->pMethods = &flaky_methods;
  return rc;
}

void
flaky_disk_install (void)
{
  real_vfs = sqlite3_vfs_find (NULL);
  flaky_vfs = *real_vfs;
  flaky_vfs.zName = "flaky";
  flaky_vfs.xOpen = flaky_open;
  sqlite3_vfs_register (&flaky_vfs, 1);
}
