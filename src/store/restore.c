/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/copy.h"
#include "store/dbfile.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_same_file (const char *a, const char *b)
{
  struct stat of_a, of_b;
  return stat (a, &of_a) == 0 && stat (b, &of_b) == 0 && of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

static bool
has_log (const char *path)
{
  struct stat status;
  g_autofree char *name = g_strconcat (path, "-wal", NULL);
  return stat (name, &status) == 0 && status.st_size > 0;
}

/* A backup without a log is opened as a file that nobody changes: no files appear beside it, and its medium may be
 * read-only. */
static bool
open_backup (const char *backup, TmDb **db_out, GError **error)
{
  if (has_log (backup))
    return db_open (backup, DB_READ, db_out, error);
  g_autofree char *absolute = g_canonicalize_filename (backup, NULL);
  g_autofree char *file_uri = g_filename_to_uri (absolute, NULL, error);
  if (file_uri == NULL)
    return false;
  g_autofree char *uri = g_strconcat (file_uri, "?immutable=1", NULL);
  return db_open_bare (uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, db_out, error);
}

static bool
make_copy (const char *backup, const char *made, const char *path, TmProgress progress, gpointer data,
           TmCopyReport *report_out, GError **error)
{
  g_autoptr (TmDb) source = NULL;
  return open_backup (backup, &source, error) && dbfile_remove (made, error)
         && dbfile_make_empty (made, path, error) && copy_make (source, made, progress, data, report_out, error);
}

/* What its log still holds goes into the old database, if that is sound enough: then it is whole as one file. */
static void
fold_log (const char *path)
{
  g_autoptr (GError) ignored = NULL;
  g_autoptr (TmDb) db = NULL;
  TmDbFileState state;
  if (dbfile_look (path, &state, NULL, &ignored) && state == DBFILE_OURS
      && db_open_bare (path, SQLITE_OPEN_READWRITE, &db, &ignored))
    (void) !db_run_text (db, "PRAGMA wal_checkpoint (TRUNCATE)", &ignored);
}

/* A second name for `path` and for what stands beside it.  `kept_out` NULL: there was no database. */
static bool
keep_old (const char *path, char **kept_out, GError **error)
{
  static const char *const suffixes[] = { "", "-wal", "-journal" };
  g_autofree char *now = instant_format (clock_now ());
  g_autofree char *kept = g_strconcat (path, ".before-", now, NULL);
  bool has_old = false;
  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *second = g_strconcat (kept, suffixes[i], NULL);
      struct stat status;
      if (stat (name, &status) != 0 || status.st_size == 0)
        continue;
      if (link (name, second) != 0)
        return dbfile_fail ("keep the old one under this name", second, error);
      has_old = true;
    }
  *kept_out = has_old ? g_steal_pointer (&kept) : NULL;
  return dbfile_sync_directory (path, error);
}

/* What belongs to the old database alone. */
static bool
remove_beside (const char *path, GError **error)
{
  static const char *const suffixes[] = { "-wal", "-shm", "-journal" };
  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, suffixes[i], NULL);
      if (unlink (name) != 0 && errno != ENOENT)
        return dbfile_fail ("remove", name, error);
    }
  return dbfile_sync_directory (path, error);
}

/* The old one has its second name when its log is taken away; the marker makes a start between here and the end look
 * at the whole of what it finds. */
static bool
exchange (const char *made, const char *path, TmCopyReport *report_io, GError **error)
{
  fold_log (path);
  if (!keep_old (path, &report_io->kept, error))
    return false;
  dbfile_mark_failed (path);
  if (!remove_beside (path, error))
    return false;
  if (rename (made, path) != 0)
    return dbfile_fail ("rename to", path, error);
  return dbfile_sync_directory (path, error) && dbfile_unmark (path, error);
}

static bool
restore_locked (const char *path, const char *backup, TmProgress progress, gpointer data, TmCopyReport *report_out,
                GError **error)
{
  g_autofree char *made = g_strconcat (path, ".new", NULL);
  TmCopyReport report = { 0 };
  if (make_copy (backup, made, path, progress, data, &report, error) && exchange (made, path, &report, error))
    {
      *report_out = report;
      return true;
    }
  copy_report_clear (&report);
  g_autoptr (GError) ignored = NULL;
  (void) !dbfile_remove (made, &ignored);
  return false;
}

bool
store_restore (const char *path, const char *backup, TmProgress progress, gpointer data, TmCopyReport *report_out,
               GError **error)
{
  g_autofree char *resolved = dbfile_resolve (path);
  g_autofree char *resolved_backup = dbfile_resolve (backup);
  TmDbFileState state;
  int lock_fd;
  if (is_same_file (resolved, resolved_backup))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "%s: is the database itself: name its backup", backup);
      return false;
    }
  if (!dbfile_look (resolved_backup, &state, NULL, error))
    return false;
  if (state != DBFILE_OURS)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "%s: no backup there", backup);
      return false;
    }
  if (!dbfile_lock (resolved, &lock_fd, error))
    return false;
  bool ok = restore_locked (resolved, resolved_backup, progress, data, report_out, error);
  close (lock_fd);
  return ok;
}
