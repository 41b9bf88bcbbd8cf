/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/dbfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Made by root for an administrator's command, it must not be in the way of a daemon with fewer rights. */
static void
give_to_owner (int fd, const char *path)
{
  struct stat database, lock;
  /* A name that somebody gave to another file stays that file's owner's. */
  if (fstat (fd, &lock) != 0 || !S_ISREG (lock.st_mode) || lock.st_nlink != 1)
    return;
  if (geteuid () == 0 && stat (path, &database) == 0)
    (void) !fchown (fd, database.st_uid, database.st_gid);
}

/* The lock file is never removed: whoever waits for a removed one and whoever makes a new one would both have it. */
bool
dbfile_lock (const char *path, int *fd_out, GError **error)
{
  g_autofree char *name = g_strconcat (path, ".lock", NULL);
  int fd = open (name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0)
    {
      bool is_full = errno == ENOSPC || errno == EDQUOT;
      bool is_denied = errno == EACCES || errno == EPERM || errno == EROFS;
      TmErrorKind kind = is_full ? TM_ERROR_TEMP : is_denied ? TM_ERROR_DENIED : TM_ERROR_CONFIG;
      g_set_error (error, TM_ERROR, (int) kind, "%s: %s; its directory must exist and be writable for this user", name,
                   g_strerror (errno));
      return false;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    {
      give_to_owner (fd, path);
      *fd_out = fd;
      return true;
    }
  if (errno == EWOULDBLOCK)
    g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "%s: locked: another ticketmilter uses this database", name);
  else
    g_set_error (error, TM_ERROR, TM_ERROR_IO, "%s: flock: %s", name, g_strerror (errno));
  close (fd);
  return false;
}
