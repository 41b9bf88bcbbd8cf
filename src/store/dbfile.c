/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/dbfile.h"

#include "store/db.h"
#include "store/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct
{
  int number;
  TmErrorKind kind;
} errno_kinds[] = {
  { ENOENT, TM_ERROR_NOT_FOUND }, { EACCES, TM_ERROR_DENIED }, { EPERM, TM_ERROR_DENIED },
  { EROFS, TM_ERROR_DENIED },     { ENOSPC, TM_ERROR_TEMP },   { EDQUOT, TM_ERROR_TEMP },
  { ENOTDIR, TM_ERROR_CONFIG },   { EISDIR, TM_ERROR_CONFIG },
};

bool
dbfile_fail (const char *what, const char *path, GError **error)
{
  int number = errno;
  TmErrorKind kind = TM_ERROR_IO;
  for (size_t i = 0; i < G_N_ELEMENTS (errno_kinds); i++)
    if (errno_kinds[i].number == number)
      kind = errno_kinds[i].kind;
  g_set_error (error, TM_ERROR, (int) kind, "%s: %s: %s", path, what, g_strerror (number));
  return false;
}

static bool
refuse (const char *path, const char *why, GError **error)
{
  g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s: %s; left as it is", path, why);
  return false;
}

char *
dbfile_resolve (const char *path)
{
  char *real = realpath (path, NULL);
  if (real == NULL)
    {
      g_autofree char *directory = g_path_get_dirname (path);
      g_autofree char *name = g_path_get_basename (path);
      real = realpath (directory, NULL);
      if (real == NULL)
        return g_strdup (path);
      char *resolved = g_build_filename (real, name, NULL);
      free (real);
      return resolved;
    }
  char *resolved = g_strdup (real);
  free (real);
  return resolved;
}

/* --- looking (https://www.sqlite.org/fileformat2.html §1.3) --- */

enum
{
  HEADER_LEN = 100,
  OFFSET_PAGE_SIZE = 16,
  OFFSET_CHANGE_COUNTER = 24,
  OFFSET_PAGE_COUNT = 28,
  OFFSET_USER_VERSION = 60,
  OFFSET_APPLICATION_ID = 68,
  OFFSET_VALID_FOR = 92
};

static guint32
read_be32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

static bool
has_content_beside (const char *path, const char *suffix)
{
  struct stat status;
  g_autofree char *name = g_strconcat (path, suffix, NULL);
  return stat (name, &status) == 0 && status.st_size > 0;
}

/* With a WAL or journal beside it a sound file may be shorter than its header says. */
static bool
is_truncated (const char *path, const guint8 *header, guint64 size)
{
  guint64 page_size = (guint64) header[OFFSET_PAGE_SIZE] << 8 | header[OFFSET_PAGE_SIZE + 1];
  if (page_size == 1)
    page_size = 65536;
  bool counts = read_be32 (header + OFFSET_CHANGE_COUNTER) == read_be32 (header + OFFSET_VALID_FOR);
  return counts && size < page_size * read_be32 (header + OFFSET_PAGE_COUNT) && !has_content_beside (path, "-wal")
         && !has_content_beside (path, "-journal");
}

static bool
check_header (const char *path, const guint8 *header, guint64 size, GError **error)
{
  static const char magic[16] = "SQLite format 3";
  if (size < HEADER_LEN || memcmp (header, magic, sizeof magic) != 0)
    return refuse (path, "not a database", error);
  if (read_be32 (header + OFFSET_APPLICATION_ID) != SCHEMA_APPLICATION_ID)
    return refuse (path, "a database of another program", error);
  guint32 version = read_be32 (header + OFFSET_USER_VERSION);
  if (version > SCHEMA_VERSION)
    return refuse (path, "made by a newer ticketmilter; install that or restore an older backup", error);
  if (version < 1)
    return refuse (path, "of a version that this ticketmilter does not know", error);
  if (is_truncated (path, header, size))
    return refuse (path, "the database is corrupt: shorter than it says; restore a backup", error);
  return true;
}

/* A log without its database may hold acknowledged mail, and SQLite would apply it to the next file of that name. */
static bool
check_no_orphan (const char *path, GError **error)
{
  if (has_content_beside (path, "-wal") || has_content_beside (path, "-journal"))
    return refuse (path, "no database, but its -wal or -journal is there: restore the database or move that away",
                   error);
  return true;
}

/* By SQLite's own file, which reads nothing by itself before the first statement.  To open the file beside it would
 * be wrong: close(2) drops all fcntl(2) locks that other connections of this process have on it. */
static bool
read_header (const char *path, guint8 header[HEADER_LEN], GError **error)
{
  g_autoptr (TmDb) db = NULL;
  sqlite3_file *file = NULL;
  if (!db_open_bare (path, SQLITE_OPEN_READONLY, &db, error))
    return false;
  sqlite3_file_control (db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  int rc = file->pMethods->xRead (file, header, HEADER_LEN, 0);
  if (rc == SQLITE_OK || rc == SQLITE_IOERR_SHORT_READ)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_IO, "%s: read: %s", path, sqlite3_errstr (rc));
  return false;
}

bool
dbfile_look (const char *path, TmDbFileState *state_out, guint64 *size_out, GError **error)
{
  struct stat status = { .st_size = 0 };
  bool exists = stat (path, &status) == 0;
  if (!exists && errno != ENOENT)
    return dbfile_fail ("stat", path, error);
  if (exists && !S_ISREG (status.st_mode))
    return refuse (path, "not a regular file", error);
  if (size_out != NULL)
    *size_out = (guint64) status.st_size;
  *state_out = !exists ? DBFILE_ABSENT : status.st_size == 0 ? DBFILE_EMPTY : DBFILE_OURS;
  if (*state_out != DBFILE_OURS)
    return check_no_orphan (path, error);
  guint8 header[HEADER_LEN];
  return read_header (path, header, error) && check_header (path, header, (guint64) status.st_size, error);
}

bool
dbfile_check_mode (const char *path, GError **error)
{
  struct stat status;
  if (stat (path, &status) != 0)
    return dbfile_fail ("stat", path, error);
  if ((status.st_mode & S_IRWXO) == 0)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
               "%s: open to everybody on this host (mode %04o), and it holds everybody's mail; chmod o= it", path,
               (unsigned) status.st_mode & 07777);
  return false;
}

bool
dbfile_find (const char *path, GError **error)
{
  TmDbFileState state;
  if (!dbfile_look (path, &state, NULL, error))
    return false;
  if (state == DBFILE_OURS)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND,
               "%s: no database there yet: ticketmilter makes it at its first start", path);
  return false;
}

/* --- making --- */

bool
dbfile_sync_directory (const char *path, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (path);
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return dbfile_fail ("open", directory, error);
  bool ok = fsync (fd) == 0 || dbfile_fail ("fsync", directory, error);
  close (fd);
  return ok;
}

/* Nothing is asked for that is so already: a sandbox may allow no fchown(2) at all. */
static bool
give (int fd, const struct stat *old)
{
  struct stat made;
  return (fstat (fd, &made) == 0 && made.st_uid == old->st_uid && made.st_gid == old->st_gid)
         || fchown (fd, old->st_uid, old->st_gid) == 0;
}

bool
dbfile_make_empty (const char *made, const char *path, GError **error)
{
  struct stat old;
  bool exists = stat (path, &old) == 0;
  int fd = open (made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return dbfile_fail ("create", made, error);
  bool ok = true;
  if (exists && !give (fd, &old))
    ok = dbfile_fail ("give it owner and group of the empty file that was there (be a member, or remove that)",
                          made, error);
  if (ok && fchmod (fd, exists ? old.st_mode & 0777 : 0640) != 0)
    ok = dbfile_fail ("set mode", made, error);
  close (fd);
  return ok;
}

/* No journal on disk: nobody sees the file before it is complete. */
static bool
fill (const char *made, GError **error)
{
  g_autoptr (TmDb) db = NULL;
  g_autofree char *create = migrate_create_sql ();
  g_autofree char *sql = g_strdup_printf ("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL; BEGIN;"
                                          "PRAGMA application_id = %d; PRAGMA user_version = %d; %s COMMIT;"
                                          "PRAGMA journal_mode = WAL",
                                          SCHEMA_APPLICATION_ID, SCHEMA_VERSION, create);
  return db_open_bare (made, SQLITE_OPEN_READWRITE, &db, error) && db_run_text (db, sql, error);
}

bool
dbfile_remove (const char *made, GError **error)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (made, suffixes[i], NULL);
      if (unlink (name) != 0 && errno != ENOENT)
        return dbfile_fail ("remove", name, error);
    }
  return true;
}

bool
dbfile_create (const char *path, GError **error)
{
  g_autofree char *made = g_strconcat (path, ".new", NULL);
  if (!dbfile_remove (made, error))
    return false;
  if (dbfile_make_empty (made, path, error) && fill (made, error))
    {
      if (rename (made, path) == 0)
        return dbfile_sync_directory (path, error);
      dbfile_fail ("rename", made, error);
    }
  g_autoptr (GError) ignored = NULL;
  (void) !dbfile_remove (made, &ignored);
  return false;
}

/* --- marker --- */

static char *
marker_name (const char *path)
{
  return g_strconcat (path, ".fsync-failed", NULL);
}

/* Best effort: on a failing disk there may be no second file either. */
void
dbfile_mark_failed (const char *path)
{
  g_autofree char *marker = marker_name (path);
  int fd = open (marker, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0)
    return;
  if (fsync (fd) == 0)
    {
      g_autoptr (GError) ignored = NULL;
      (void) !dbfile_sync_directory (path, &ignored);
    }
  close (fd);
}

bool
dbfile_is_marked (const char *path)
{
  g_autofree char *marker = marker_name (path);
  return access (marker, F_OK) == 0;
}

bool
dbfile_unmark (const char *path, GError **error)
{
  g_autofree char *marker = marker_name (path);
  if (unlink (marker) != 0)
    return errno == ENOENT || dbfile_fail ("remove", marker, error);
  return dbfile_sync_directory (path, error);
}
