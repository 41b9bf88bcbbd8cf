/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/db.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/walbuffer.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

/* --- errors --- */

static const struct
{
  int rc; /* primary result code */
  TmErrorKind kind;
  const char *what_to_do; /* "" none */
} result_kinds[] = {
  { SQLITE_FULL, TM_ERROR_TEMP, "; make room on the disk" },
  { SQLITE_BUSY, TM_ERROR_TEMP, "; another program writes to it" },
  { SQLITE_LOCKED, TM_ERROR_TEMP, "" },
  { SQLITE_NOMEM, TM_ERROR_TEMP, "" },
  { SQLITE_INTERRUPT, TM_ERROR_TEMP, "" },
  { SQLITE_IOERR, TM_ERROR_IO, "; look at the disk and the kernel's log" },
  { SQLITE_CORRUPT, TM_ERROR_CONFIG, "; restore a backup" },
  { SQLITE_NOTADB, TM_ERROR_CONFIG, "" },
  { SQLITE_CANTOPEN, TM_ERROR_DENIED, "; check the rights on the file, on its -wal and -shm, and on the directory" },
  { SQLITE_READONLY, TM_ERROR_DENIED, "; check the rights on the file and on its directory" },
  { SQLITE_PERM, TM_ERROR_DENIED, "" },
  { SQLITE_AUTH, TM_ERROR_DENIED, "" },
  { SQLITE_TOOBIG, TM_ERROR_MESSAGE, "" },
};

/* What the operating system calls a full disk arrives as an I/O error in these cases. */
static bool
is_disk_full (TmDb *db, int rc)
{
  return rc == SQLITE_IOERR_SHMSIZE
         || (rc == SQLITE_IOERR_WRITE && sqlite3_system_errno (db->handle) == EDQUOT);
}

static bool
set_error (TmDb *db, int rc, GError **error)
{
  db->last_rc = is_disk_full (db, rc) ? SQLITE_FULL : rc;
  TmErrorKind kind = TM_ERROR_BUG;
  const char *what_to_do = "";
  for (size_t i = 0; i < G_N_ELEMENTS (result_kinds); i++)
    if (result_kinds[i].rc == (db->last_rc & 0xff))
      {
        kind = result_kinds[i].kind;
        what_to_do = result_kinds[i].what_to_do;
      }
  g_set_error (error, TM_ERROR, (int) kind, "%s: %s (SQLite %d)%s", db->path, sqlite3_errmsg (db->handle), rc,
               what_to_do);
  return false;
}

bool
db_fail (TmDb *db, GError **error)
{
  return set_error (db, sqlite3_extended_errcode (db->handle), error);
}

bool
db_is_fatal (const TmDb *db)
{
  int primary = db->last_rc & 0xff;
  return (primary == SQLITE_IOERR && db->last_rc != SQLITE_IOERR_NOMEM) || primary == SQLITE_CORRUPT
         || primary == SQLITE_NOTADB;
}

bool
db_in_transaction (const TmDb *db)
{
  return sqlite3_get_autocommit (db->handle) == 0;
}

/* --- values --- */

TmDbValue
value_int (gint64 number)
{
  return (TmDbValue) { .kind = DB_VALUE_INT, .number = number };
}

TmDbValue
value_text (const char *text)
{
  return (TmDbValue) { .kind = DB_VALUE_TEXT, .data = text, .len = text != NULL ? strlen (text) : 0 };
}

TmDbValue
value_blob (const void *data, gsize len)
{
  return (TmDbValue) { .kind = DB_VALUE_BLOB, .data = data, .len = len };
}

TmDbValue
value_instant (gint64 at)
{
  return at == TM_NEVER ? value_text (NULL) : value_int (at);
}

/* The values outlive the statement's run, so nothing is copied. */
static int
bind (sqlite3_stmt *statement, const TmDbValue *values)
{
  int rc = SQLITE_OK;
  for (int i = 0; rc == SQLITE_OK && values[i].kind != DB_VALUE_END; i++)
    switch (values[i].kind)
      {
      case DB_VALUE_INT:
        rc = sqlite3_bind_int64 (statement, i + 1, values[i].number);
        break;
      case DB_VALUE_TEXT:
        rc = sqlite3_bind_text64 (statement, i + 1, values[i].data, values[i].len, SQLITE_STATIC, SQLITE_UTF8);
        break;
      case DB_VALUE_BLOB:
        rc = sqlite3_bind_blob64 (statement, i + 1, values[i].data, values[i].len, SQLITE_STATIC);
        break;
      case DB_VALUE_END:
        break;
      }
  return rc;
}

/* --- statements --- */

sqlite3_stmt *
db_select (TmDb *db, TmSql sql, const TmDbValue *values)
{
  sqlite3_stmt **statement = &db->statements[sql];
  if (*statement == NULL
      && sqlite3_prepare_v3 (db->handle, schema_statements[sql], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL)
           != SQLITE_OK)
    return NULL;
  if (values != NULL && bind (*statement, values) != SQLITE_OK)
    return NULL;
  return *statement;
}

bool
db_next (sqlite3_stmt *rows)
{
  return rows != NULL && sqlite3_step (rows) == SQLITE_ROW;
}

bool
db_finish (TmDb *db, sqlite3_stmt *rows, GError **error)
{
  int rc = rows != NULL ? sqlite3_reset (rows) : sqlite3_extended_errcode (db->handle);
  return rc == SQLITE_OK || set_error (db, rc, error);
}

bool
db_run (TmDb *db, TmSql sql, const TmDbValue *values, GError **error)
{
  sqlite3_stmt *rows = db_select (db, sql, values);
  while (db_next (rows))
    continue;
  return db_finish (db, rows, error);
}

bool
db_get_int (TmDb *db, TmSql sql, const TmDbValue *values, gint64 otherwise, gint64 *number_out, GError **error)
{
  sqlite3_stmt *rows = db_select (db, sql, values);
  *number_out = db_next (rows) ? sqlite3_column_int64 (rows, 0) : otherwise;
  return db_finish (db, rows, error);
}

bool
db_get_blob (TmDb *db, TmSql sql, const TmDbValue *values, void *blob, gsize max, gsize *len_out, GError **error)
{
  sqlite3_stmt *rows = db_select (db, sql, values);
  *len_out = 0;
  if (db_next (rows))
    {
      *len_out = MIN (max, (gsize) sqlite3_column_bytes (rows, 0));
      if (*len_out > 0)
        memcpy (blob, sqlite3_column_blob (rows, 0), *len_out);
    }
  return db_finish (db, rows, error);
}

void
db_end_read (TmDb *db)
{
  g_autoptr (GError) ignored = NULL;
  (void) !db_run (db, SQL_ROLLBACK, NULL, &ignored);
}

char *
column_text (sqlite3_stmt *rows, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (rows, column));
}

gint64
column_instant (sqlite3_stmt *rows, int column)
{
  return sqlite3_column_type (rows, column) == SQLITE_NULL ? TM_NEVER : sqlite3_column_int64 (rows, column);
}

gint64
db_last_id (TmDb *db)
{
  return sqlite3_last_insert_rowid (db->handle);
}

bool
db_run_text (TmDb *db, const char *sql, GError **error)
{
  int rc = sqlite3_exec (db->handle, sql, NULL, NULL, NULL);
  return rc == SQLITE_OK || set_error (db, rc, error);
}

bool
db_read_lines (TmDb *db, const char *sql, GPtrArray *lines, GError **error)
{
  sqlite3_stmt *rows = NULL;
  if (sqlite3_prepare_v2 (db->handle, sql, -1, &rows, NULL) != SQLITE_OK)
    return db_finish (db, NULL, error);
  while (db_next (rows))
    {
      GString *line = g_string_new (NULL);
      for (int i = 0; i < sqlite3_column_count (rows); i++)
        {
          const char *text = (const char *) sqlite3_column_text (rows, i);
          g_string_append_printf (line, "%s%s", i > 0 ? " " : "", text != NULL ? text : "NULL");
        }
      g_ptr_array_add (lines, g_string_free (line, FALSE));
    }
  bool ok = db_finish (db, rows, error);
  sqlite3_finalize (rows);
  return ok;
}

bool
db_checkpoint (TmDb *db, GError **error)
{
  int rc = sqlite3_wal_checkpoint_v2 (db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  return rc == SQLITE_OK || set_error (db, rc, error);
}

/* As in the table of settings. */
enum { BUSY_MS = 3000 };

/* The first copy stops nobody; the second, who writes, for the little that came meanwhile, and for the moment that it
 * waits for readers. */
bool
db_empty_wal (TmDb *db, bool *is_done_out, GError **error)
{
  enum { TRIES = 20, WAIT_MS = 20, PAUSE_US = 50000 };
  int rc = SQLITE_BUSY;
  if (!db_checkpoint (db, error))
    return false;
  sqlite3_busy_timeout (db->handle, WAIT_MS);
  for (int i = 0; i < TRIES && rc == SQLITE_BUSY; i++)
    {
      if (i > 0)
        g_usleep (PAUSE_US);
      rc = sqlite3_wal_checkpoint_v2 (db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
  sqlite3_busy_timeout (db->handle, BUSY_MS);
  *is_done_out = rc == SQLITE_OK;
  return rc == SQLITE_OK || rc == SQLITE_BUSY || set_error (db, rc, error);
}

void
db_leave_wal (TmDb *db)
{
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

/* --- settings --- */

enum { FOR_READ = 1 << DB_READ, FOR_WRITE = 1 << DB_WRITE, FOR_BOTH = FOR_READ | FOR_WRITE };

/* Foreign keys are not looked up at each insert: db check does that, and every test that writes (store-bed.c).
 * The WAL keeps its size on disk (twice wal_pages and more): to cut it and let it grow again makes fdatasync(2) write
 * the file system's journal, too.
 * In this order: busy_timeout before what may have to wait.  The writer checkpoints by itself between
 * groups (writer.c).  No mmap: a read error would be a signal instead of an error. */
static const struct
{
  unsigned modes;
  bool is_set; /* else it is only read back */
  const char *name, *value, *read_back;
} settings[] = {
  { FOR_BOTH, true, "busy_timeout", "3000", "3000" },
  { FOR_BOTH, true, "trusted_schema", "OFF", "0" },
  { FOR_BOTH, true, "cell_size_check", "ON", "1" },
  { FOR_BOTH, true, "mmap_size", "0", "0" },
  { FOR_BOTH, true, "temp_store", "MEMORY", "2" },
  { FOR_WRITE, true, "cache_size", "-16384", "-16384" },
  { FOR_WRITE, true, "journal_mode", "WAL", "wal" },
  { FOR_WRITE, true, "synchronous", "FULL", "2" },
  { FOR_WRITE, true, "foreign_keys", "OFF", "0" },
  { FOR_WRITE, true, "wal_autocheckpoint", "0", "0" },
  { FOR_WRITE, true, "journal_size_limit", "201326592", "201326592" },
  { FOR_READ, true, "query_only", "ON", "1" },
  { FOR_READ, false, "journal_mode", NULL, "wal" },
};

/* The builds of some distributions leave the limit of mmap at 0 and then answer nothing. */
static bool
is_in_force (const GPtrArray *lines, const char *expected)
{
  return lines->len == 0 ? strcmp (expected, "0") == 0
                         : g_ascii_strcasecmp (g_ptr_array_index (lines, 0), expected) == 0;
}

bool
db_check_settings (TmDb *db, TmDbMode mode, GPtrArray *lines, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      if ((settings[i].modes & 1u << mode) == 0)
        continue;
      g_autoptr (GPtrArray) value = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *sql = g_strdup_printf ("PRAGMA %s", settings[i].name);
      if (!db_read_lines (db, sql, value, error))
        return false;
      if (!is_in_force (value, settings[i].read_back))
        g_ptr_array_add (lines, g_strdup_printf ("%s is %s, not %s", settings[i].name,
                                                 value->len > 0 ? (char *) g_ptr_array_index (value, 0) : "unset",
                                                 settings[i].read_back));
    }
  return true;
}

static bool
configure (TmDb *db, TmDbMode mode, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      if ((settings[i].modes & 1u << mode) == 0 || !settings[i].is_set)
        continue;
      g_autofree char *sql = g_strdup_printf ("PRAGMA %s = %s", settings[i].name, settings[i].value);
      if (!db_run_text (db, sql, error))
        return false;
    }
  g_autoptr (GPtrArray) wrong = g_ptr_array_new_with_free_func (g_free);
  if (!db_check_settings (db, mode, wrong, error))
    return false;
  if (wrong->len == 0)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s: setting not in force: %s", db->path,
               (char *) g_ptr_array_index (wrong, 0));
  return false;
}

/* --- opening --- */

/* Counting what it allocates costs SQLite a mutex each time. */
static void
set_up (void)
{
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
}

bool
db_open_bare (const char *path, int flags, TmDb **db_out, GError **error)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once (&once, set_up);
  g_autoptr (TmDb) db = g_new0 (TmDb, 1);
  db->path = g_strdup (path);
  /* The layer counts on commits that sync: whoever writes in WAL mode sets synchronous=FULL first (configure()). */
  const char *vfs = (flags & SQLITE_OPEN_READWRITE) != 0 ? walbuffer_vfs () : NULL;
  int rc = sqlite3_open_v2 (path, &db->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  if (rc != SQLITE_OK)
    return set_error (db, rc, error);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  *db_out = g_steal_pointer (&db);
  return true;
}

bool
db_open (const char *path, TmDbMode mode, TmDb **db_out, GError **error)
{
  g_autoptr (TmDb) db = NULL;
  if (!db_open_bare (path, mode == DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, &db, error)
      || !configure (db, mode, error))
    return false;
  if (mode == DB_WRITE)
    {
      /* The side files stay when the daemon ends: who may only read could not make them. */
      int persist = 1;
      sqlite3_file_control (db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    }
  *db_out = g_steal_pointer (&db);
  return true;
}

void
db_close (TmDb *db)
{
  if (db == NULL)
    return;
  /* What a failed fsync left behind must not be copied into the database. */
  if (db_is_fatal (db) && db->handle != NULL)
    db_leave_wal (db);
  for (size_t i = 0; i < SQL_N_STATEMENTS; i++)
    sqlite3_finalize (db->statements[i]);
  sqlite3_close (db->handle);
  g_free (db->path);
  g_free (db);
}

static bool
read_number (TmDb *db, const char *pragma, gint64 *number_out, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  if (!db_read_lines (db, pragma, lines, error))
    return false;
  *number_out = lines->len == 1 ? g_ascii_strtoll (g_ptr_array_index (lines, 0), NULL, 10) : -1;
  return true;
}

bool
db_identify (TmDb *db, gint64 *version_out, GError **error)
{
  gint64 id;
  if (!read_number (db, "PRAGMA application_id", &id, error)
      || !read_number (db, "PRAGMA user_version", version_out, error))
    return false;
  if (id == SCHEMA_APPLICATION_ID && *version_out >= 1 && *version_out <= SCHEMA_VERSION)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_CONFIG,
               "%s: application_id %" G_GINT64_FORMAT ", user_version %" G_GINT64_FORMAT
               ": made by another program or a newer ticketmilter; left as it is",
               db->path, id, *version_out);
  return false;
}

/* `lines` is what a check said. */
static bool
judge_check (const TmDb *db, const GPtrArray *lines, GError **error)
{
  if (lines->len == 1 && strcmp (g_ptr_array_index (lines, 0), "ok") == 0)
    return true;
  g_autofree char *finding = text_one_line (lines->len > 0 ? g_ptr_array_index (lines, 0) : "", 200);
  g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "%s: the database is corrupt: %s; restore a backup", db->path,
               finding);
  return false;
}

bool
db_quick_check (TmDb *db, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  return db_read_lines (db, "PRAGMA quick_check (1)", lines, error) && judge_check (db, lines, error);
}

static bool
quick_check_table (TmDb *db, const char *table, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  char *sql = sqlite3_mprintf ("PRAGMA quick_check (%Q)", table);
  bool ok = db_read_lines (db, sql, lines, error) && judge_check (db, lines, error);
  sqlite3_free (sql);
  return ok;
}

bool
db_quick_check_tables (TmDb *db, bool (*goes_on) (gpointer data), gpointer data, GError **error)
{
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);
  if (!db_read_lines (db, "SELECT 'sqlite_schema' UNION ALL SELECT name FROM sqlite_schema WHERE type = 'table'",
                      tables, error))
    return false;
  for (guint i = 0; i < tables->len && goes_on (data); i++)
    if (!quick_check_table (db, g_ptr_array_index (tables, i), error))
      return false;
  return true;
}
