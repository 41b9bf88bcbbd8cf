/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/copy.h"

#include "store/dbfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void
copy_report_clear (TmCopyReport *report)
{
  g_clear_pointer (&report->kept, g_free);
}

static bool
copy_pages (TmDb *source, TmDb *copy, TmProgress progress, gpointer data, GError **error)
{
  enum { STEP_PAGES = 1024 };
  sqlite3_backup *backup = sqlite3_backup_init (copy->handle, "main", source->handle, "main");
  if (backup == NULL)
    return db_fail (copy, error);
  int rc;
  do
    {
      rc = sqlite3_backup_step (backup, STEP_PAGES);
      int total = sqlite3_backup_pagecount (backup);
      if (progress != NULL)
        progress (total - sqlite3_backup_remaining (backup), total, data);
    }
  while (rc == SQLITE_OK);
  /* Gives the error of the steps too. */
  return sqlite3_backup_finish (backup) == SQLITE_OK || db_fail (copy, error);
}

/* The transaction pins what is copied: without it each commit of the writer would make the copy begin anew. */
static bool
copy_snapshot (TmDb *source, TmDb *copy, TmProgress progress, gpointer data, GError **error)
{
  gint64 version;
  if (!db_run (source, SQL_BEGIN_READ, NULL, error))
    return false;
  bool ok = db_identify (source, &version, error) && copy_pages (source, copy, progress, data, error);
  db_end_read (source);
  return ok;
}

static bool
count (TmDb *copy, TmReaderCounts *counts_out, GError **error)
{
  sqlite3_stmt *rows = db_select (copy, SQL_COUNTS, NULL);
  if (db_next (rows))
    *counts_out
      = (TmReaderCounts) { .tickets = sqlite3_column_int64 (rows, 0), .messages = sqlite3_column_int64 (rows, 1) };
  return db_finish (copy, rows, error);
}

/* SQLite syncs at its own moments; this is ours. */
static bool
sync_file (const char *made, guint64 *bytes_out, GError **error)
{
  struct stat status;
  int fd = open (made, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return dbfile_fail ("open", made, error);
  bool ok = (fsync (fd) == 0 && fstat (fd, &status) == 0) || dbfile_fail ("fsync", made, error);
  if (ok)
    *bytes_out = (guint64) status.st_size;
  close (fd);
  return ok;
}

bool
copy_make (TmDb *source, const char *made, TmProgress progress, gpointer data, TmCopyReport *report_out, GError **error)
{
  TmDb *copy = NULL;
  TmCopyReport report = { 0 };
  bool ok = db_open_bare (made, SQLITE_OPEN_READWRITE, &copy, error)
            && db_run_text (copy, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL", error)
            && copy_snapshot (source, copy, progress, data, error) && db_quick_check (copy, error)
            && db_run_text (copy, "PRAGMA journal_mode = WAL", error) /* copies of other tools have none */
            && count (copy, &report.counts, error);
  db_close (copy); /* before the file is opened by anybody else of this process */
  if (!ok || !sync_file (made, &report.bytes, error))
    return false;
  *report_out = report;
  return true;
}
