/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/fault-disk.h"

#include "tests/support/disk-image.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real; /* behind this struct */
  char *name;         /* NULL: not in the directory that matters */
  bool owes_error;    /* another one's sync of this file has failed: the next one here says so */
} FaultFile;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static DiskPlan plan;
static char *directory;
static unsigned n_operations, n_faults;
static const char *what_failed;
static GPtrArray *files; /* FaultFile: those that are open and have a name */

static sqlite3_vfs layer;
static sqlite3_vfs *below;

static bool
matters (const char *name)
{
  return name != NULL && directory != NULL && g_str_has_prefix (name, directory);
}

/* --- faults --- */

static const char *const operation_names[]
  = { "write", "sync", "truncate", "open", "delete", "shared memory", "names", "read" };

/* With the mutex held: whether this one fails. */
static bool
meets_fault (DiskOperation operation, const char *name)
{
  if (plan.nth == 0 || !matters (name) || (plan.operations & 1u << operation) == 0)
    return false;
  n_operations++;
  bool is_for_good = plan.fault == DISK_FAILS_FOR_GOOD || plan.fault == DISK_FULL_FOR_GOOD;
  if (n_operations != plan.nth && (!is_for_good || n_operations < plan.nth))
    return false;
  if (plan.fault == DISK_LOSES_POWER)
    {
      disk_image_lose_power (plan.seed, n_operations);
      _exit (DISK_POWER_LOST);
    }
  if (n_faults++ == 0)
    what_failed = operation_names[operation];
  return true;
}

static bool
is_full (void)
{
  return plan.fault == DISK_FULL_ONCE || plan.fault == DISK_FULL_FOR_GOOD;
}

/* --- SQLite's files --- */

static FaultFile *
fault_file (sqlite3_file *file)
{
  return (FaultFile *) file;
}

static int
fault_close (sqlite3_file *file)
{
  FaultFile *fault = fault_file (file);
  pthread_mutex_lock (&mutex);
  if (fault->name != NULL)
    g_ptr_array_remove_fast (files, fault);
  pthread_mutex_unlock (&mutex);
  g_free (fault->name);
  return fault->real->pMethods->xClose (fault->real);
}

static int
fault_read (sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
  FaultFile *fault = fault_file (file);
  pthread_mutex_lock (&mutex);
  bool fails = meets_fault (DISK_READ, fault->name);
  pthread_mutex_unlock (&mutex);
  return fails ? SQLITE_IOERR_READ : fault->real->pMethods->xRead (fault->real, out, len, at);
}

/* One that fails has written half of it. */
static int
fault_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
  FaultFile *fault = fault_file (file);
  pthread_mutex_lock (&mutex);
  bool fails = meets_fault (DISK_WRITE, fault->name);
  int n = fails ? len / 2 : len;
  int rc = n > 0 ? fault->real->pMethods->xWrite (fault->real, data, n, at) : SQLITE_OK;
  if (n > 0 && fault->name != NULL)
    disk_image_change (fault->name, at, data, (gsize) n);
  if (fails)
    rc = is_full () ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  pthread_mutex_unlock (&mutex);
  return rc;
}

static int
fault_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  FaultFile *fault = fault_file (file);
  pthread_mutex_lock (&mutex);
  int rc = SQLITE_IOERR_TRUNCATE;
  if (!meets_fault (DISK_TRUNCATE, fault->name))
    {
      rc = fault->real->pMethods->xTruncate (fault->real, size);
      if (fault->name != NULL)
        disk_image_change (fault->name, size, NULL, 0);
    }
  pthread_mutex_unlock (&mutex);
  return rc;
}

/* Linux tells each open file of a failed write-back once (since 4.13), whoever's fsync met it. */
static void
tell_others (const FaultFile *fault)
{
  for (guint i = 0; i < files->len; i++)
    {
      FaultFile *other = g_ptr_array_index (files, i);
      if (other != fault && strcmp (other->name, fault->name) == 0)
        other->owes_error = true;
    }
}

static int
fault_sync (sqlite3_file *file, int flags)
{
  FaultFile *fault = fault_file (file);
  pthread_mutex_lock (&mutex);
  bool meets = meets_fault (DISK_SYNC, fault->name), fails = meets || fault->owes_error;
  fault->owes_error = false;
  if (fault->name != NULL)
    disk_image_sync (fault->name, !fails);
  if (meets)
    tell_others (fault);
  pthread_mutex_unlock (&mutex);
  return fails ? SQLITE_IOERR_FSYNC : fault->real->pMethods->xSync (fault->real, flags);
}

static int
fault_shm_map (sqlite3_file *file, int page, int size, int extends, void volatile **map_out)
{
  FaultFile *fault = fault_file (file);
  pthread_mutex_lock (&mutex);
  bool fails = extends != 0 && meets_fault (DISK_SHM, fault->name);
  pthread_mutex_unlock (&mutex);
  return fails ? SQLITE_IOERR_SHMMAP : fault->real->pMethods->xShmMap (fault->real, page, size, extends, map_out);
}

/* --- what is only passed on --- */

static int
fault_size (sqlite3_file *file, sqlite3_int64 *size_out)
{
  return fault_file (file)->real->pMethods->xFileSize (fault_file (file)->real, size_out);
}

static int
fault_lock (sqlite3_file *file, int level)
{
  return fault_file (file)->real->pMethods->xLock (fault_file (file)->real, level);
}

static int
fault_unlock (sqlite3_file *file, int level)
{
  return fault_file (file)->real->pMethods->xUnlock (fault_file (file)->real, level);
}

static int
fault_check_lock (sqlite3_file *file, int *is_locked_out)
{
  return fault_file (file)->real->pMethods->xCheckReservedLock (fault_file (file)->real, is_locked_out);
}

static int
fault_control (sqlite3_file *file, int what, void *data)
{
  return fault_file (file)->real->pMethods->xFileControl (fault_file (file)->real, what, data);
}

static int
fault_sector_size (sqlite3_file *file)
{
  return fault_file (file)->real->pMethods->xSectorSize (fault_file (file)->real);
}

static int
fault_characteristics (sqlite3_file *file)
{
  return fault_file (file)->real->pMethods->xDeviceCharacteristics (fault_file (file)->real);
}

static int
fault_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return fault_file (file)->real->pMethods->xShmLock (fault_file (file)->real, offset, n, flags);
}

static void
fault_shm_barrier (sqlite3_file *file)
{
  fault_file (file)->real->pMethods->xShmBarrier (fault_file (file)->real);
}

static int
fault_shm_unmap (sqlite3_file *file, int removes)
{
  return fault_file (file)->real->pMethods->xShmUnmap (fault_file (file)->real, removes);
}

static const sqlite3_io_methods fault_methods = {
  .iVersion = 2, /* no mmap */
  .xClose = fault_close,
  .xRead = fault_read,
  .xWrite = fault_write,
  .xTruncate = fault_truncate,
  .xSync = fault_sync,
  .xFileSize = fault_size,
  .xLock = fault_lock,
  .xUnlock = fault_unlock,
  .xCheckReservedLock = fault_check_lock,
  .xFileControl = fault_control,
  .xSectorSize = fault_sector_size,
  .xDeviceCharacteristics = fault_characteristics,
  .xShmMap = fault_shm_map,
  .xShmLock = fault_shm_lock,
  .xShmBarrier = fault_shm_barrier,
  .xShmUnmap = fault_shm_unmap,
};

static int
layer_open (sqlite3_vfs *vfs G_GNUC_UNUSED, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
  FaultFile *fault = fault_file (file);
  memset (fault, 0, sizeof *fault);
  fault->real = (sqlite3_file *) (fault + 1);
  pthread_mutex_lock (&mutex);
  bool fails = meets_fault (DISK_OPEN, name);
  bool counts = matters (name);
  if (counts && !fails)
    disk_image_open (name);
  pthread_mutex_unlock (&mutex);
  int rc = fails ? SQLITE_CANTOPEN : below->xOpen (below, name, fault->real, flags, flags_out);
  if (rc != SQLITE_OK)
    return rc;
  fault->base.pMethods = &fault_methods;
  if (!counts)
    return rc;
  fault->name = g_strdup (name);
  pthread_mutex_lock (&mutex);
  g_ptr_array_add (files, fault);
  pthread_mutex_unlock (&mutex);
  return rc;
}

static int
layer_delete (sqlite3_vfs *vfs G_GNUC_UNUSED, const char *name, int syncs)
{
  pthread_mutex_lock (&mutex);
  bool fails = meets_fault (DISK_DELETE, name);
  if (!fails && matters (name))
    disk_image_forget (name);
  pthread_mutex_unlock (&mutex);
  return fails ? SQLITE_IOERR_DELETE : below->xDelete (below, name, syncs);
}

/* --- libc's, for the whole program --- */

static int
fail (void)
{
  errno = is_full () ? ENOSPC : EIO;
  return -1;
}

int
rename (const char *from, const char *to)
{
  pthread_mutex_lock (&mutex);
  bool fails = meets_fault (DISK_NAMES, from);
  if (!fails && matters (from))
    disk_image_rename (from, to);
  pthread_mutex_unlock (&mutex);
  return fails ? fail () : (int) syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlink (const char *name)
{
  pthread_mutex_lock (&mutex);
  bool fails = meets_fault (DISK_NAMES, name);
  if (!fails && matters (name))
    disk_image_forget (name);
  pthread_mutex_unlock (&mutex);
  return fails ? fail () : (int) syscall (SYS_unlinkat, AT_FDCWD, name, 0);
}

int
fsync (int fd)
{
  struct stat status;
  bool is_directory = fstat (fd, &status) == 0 && S_ISDIR (status.st_mode);
  pthread_mutex_lock (&mutex);
  bool fails = is_directory && meets_fault (DISK_NAMES, directory);
  if (is_directory && !fails)
    disk_image_sync_names ();
  pthread_mutex_unlock (&mutex);
  return fails ? fail () : (int) syscall (SYS_fsync, fd);
}

/* --- from outside --- */

void
fault_disk_install (void)
{
  files = g_ptr_array_new ();
  below = sqlite3_vfs_find (NULL);
  layer = *below;
  layer.zName = "fault";
  layer.szOsFile = (int) sizeof (FaultFile) + below->szOsFile;
  layer.xOpen = layer_open;
  layer.xDelete = layer_delete;
  sqlite3_vfs_register (&layer, 1);
}

void
fault_disk_begin (const char *within, const DiskPlan *what)
{
  pthread_mutex_lock (&mutex);
  g_free (directory);
  directory = g_strdup (within);
  plan = *what;
  n_operations = n_faults = 0;
  what_failed = "nothing";
  disk_image_begin (directory);
  pthread_mutex_unlock (&mutex);
}

bool
fault_disk_end (void)
{
  pthread_mutex_lock (&mutex);
  plan.nth = 0;
  bool had_fault = n_faults > 0;
  pthread_mutex_unlock (&mutex);
  return had_fault;
}

void
fault_disk_lose_power (void)
{
  pthread_mutex_lock (&mutex);
  disk_image_lose_power (plan.seed, n_operations);
  g_clear_pointer (&directory, g_free);
  pthread_mutex_unlock (&mutex);
}

const char *
fault_disk_what (void)
{
  return what_failed;
}
