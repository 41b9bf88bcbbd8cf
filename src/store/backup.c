/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/copy.h"
#include "store/dbfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
check_is_free (const char *target, GError **error)
{
  struct stat status;
  if (lstat (target, &status) != 0)
    return errno == ENOENT || dbfile_fail ("stat", target, error);
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s: is there already: give a name that is not", target);
  return false;
}

/* Never onto a file that came to be meanwhile.  Some file systems know no such rename. */
static bool
put_in_place (const char *made, const char *target, GError **error)
{
  int rc = renameat2 (AT_FDCWD, made, AT_FDCWD, target, RENAME_NOREPLACE);
  if (rc != 0 && (errno == EINVAL || errno == EEXIST))
    {
      if (!check_is_free (target, error))
        return false;
      rc = rename (made, target);
    }
  return rc == 0 ? dbfile_sync_directory (target, error) : dbfile_fail ("rename to", target, error);
}

/* Who may not read the database must not read its copy: without its group the group gets nothing. */
static bool
make_file (const char *made, const char *path, GError **error)
{
  struct stat source;
  int fd = open (made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return dbfile_fail ("create", made, error);
  bool ok = stat (path, &source) == 0 || dbfile_fail ("stat", path, error);
  if (ok)
    {
      mode_t mode = fchown (fd, (uid_t) -1, source.st_gid) == 0 ? source.st_mode & 0777 : source.st_mode & 0700;
      ok = fchmod (fd, mode) == 0 || dbfile_fail ("set mode", made, error);
    }
  close (fd);
  return ok;
}

static bool
write_copy (const char *path, const char *made, TmProgress progress, gpointer data, TmCopyReport *report_out,
            GError **error)
{
  g_autoptr (TmDb) source = NULL;
  return db_open (path, DB_READ, &source, error) && dbfile_remove (made, error) && make_file (made, path, error)
         && copy_make (source, made, progress, data, report_out, error);
}

bool
store_backup (const char *path, const char *target, TmProgress progress, gpointer data, TmCopyReport *report_out,
              GError **error)
{
  g_autofree char *resolved = dbfile_resolve (path);
  g_autofree char *made = g_strdup_printf ("%s.%d.part", target, (int) getpid ());
  if (!dbfile_find (resolved, error) || !check_is_free (target, error))
    return false;
  if (write_copy (resolved, made, progress, data, report_out, error) && put_in_place (made, target, error))
    return true;
  g_autoptr (GError) ignored = NULL;
  (void) !dbfile_remove (made, &ignored);
  return false;
}
