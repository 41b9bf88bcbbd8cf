/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/flaky-disk.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

TmFlakyDisk flaky_disk;

static sqlite3_vfs flaky_vfs;
static sqlite3_vfs *real_vfs;

/* The unix VFS has a table of methods for files that it locks and one for those that it does not. */
enum { MAX_TABLES = 4 };
static struct
{
  const sqlite3_io_methods *real;
  sqlite3_io_methods flaky;
} tables[MAX_TABLES];

static const sqlite3_io_methods *
real_methods (const sqlite3_file *file)
{
  int i = 0;
  while (file->pMethods != &tables[i].flaky)
    i++;
  return tables[i].real;
}

/* Before the operation, so that the one before it is the last that was done. */
static void
count_towards_kill (void)
{
  if (g_atomic_int_get (&flaky_disk.kill_at) > 0 && g_atomic_int_dec_and_test (&flaky_disk.kill_at))
    raise (SIGKILL);
}

static int
flaky_sync (sqlite3_file *file, int flags)
{
  count_towards_kill ();
  g_atomic_int_inc (&flaky_disk.n_syncs);
  g_atomic_int_inc (&flaky_disk.n_holding);
  while (g_atomic_int_get (&flaky_disk.is_held) != 0)
    g_usleep (1000);
  g_atomic_int_add (&flaky_disk.n_holding, -1);
  g_usleep ((gulong) g_atomic_int_get (&flaky_disk.sync_delay_ms) * 1000);
  gint good = g_atomic_int_get (&flaky_disk.good_syncs);
  if (good > 0)
    g_atomic_int_add (&flaky_disk.good_syncs, -1);
  gint failing = g_atomic_int_get (&flaky_disk.failing_syncs);
  if (good > 0 || failing == 0)
    return real_methods (file)->xSync (file, flags);
  if (failing > 0)
    g_atomic_int_add (&flaky_disk.failing_syncs, -1);
  return SQLITE_IOERR_FSYNC;
}

static int
flaky_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
  count_towards_kill ();
  if (g_atomic_int_get (&flaky_disk.is_full) != 0)
    return SQLITE_FULL;
  return real_methods (file)->xWrite (file, data, len, offset);
}

static int
flaky_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  count_towards_kill ();
  return real_methods (file)->xTruncate (file, size);
}

/* libc's, for the whole program. */
int
link (const char *from, const char *to)
{
  count_towards_kill ();
  return (int) syscall (SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
rename (const char *from, const char *to)
{
  count_towards_kill ();
  return (int) syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlink (const char *name)
{
  count_towards_kill ();
  return (int) syscall (SYS_unlinkat, AT_FDCWD, name, 0);
}

static int
flaky_open (sqlite3_vfs *vfs G_GNUC_UNUSED, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
  int rc = real_vfs->xOpen (real_vfs, name, file, flags, flags_out);
  if (rc != SQLITE_OK)
    return rc;
  int i = 0;
  while (tables[i].real != NULL && tables[i].real != file->pMethods)
    g_assert (++i < MAX_TABLES);
  if (tables[i].real == NULL)
    {
      tables[i].flaky = *file->pMethods;
      tables[i].flaky.xSync = flaky_sync;
      tables[i].flaky.xWrite = flaky_write;
      tables[i].flaky.xTruncate = flaky_truncate;
      tables[i].real = file->pMethods;
    }
  file->pMethods = &tables[i].flaky;
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
