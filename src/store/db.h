/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One SQLite connection: settings that are read back, statements prepared once, result codes as errors.
 * A connection belongs to one thread at a time.
 */
#ifndef TM_STORE_DB_H
#define TM_STORE_DB_H

#include "base/error.h"
#include "store/schema.h"

#include <sqlite3.h>
#include <stdbool.h>

typedef enum { DB_UNKNOWN, DB_NO, DB_YES } TmDbKnown;

typedef struct
{
  char *path;
  sqlite3 *handle;
  sqlite3_stmt *statements[SQL_N_STATEMENTS];
  TmDbKnown has_contacts; /* whether anybody is on file; only the connection that adds contacts may rely on it */
  gint64 notify_at;       /* the earliest that was written since the writer looked last; 0: none was */
  bool has_outgoing;      /* since the writer looked last, a row of the outbox became one that waits */
  int last_rc; /* extended result code of the last failure */
} TmDb;

typedef enum { DB_READ, DB_WRITE } TmDbMode;

/* Opens the existing file `path` and brings the settings of `mode` into force; those that do not hold
 * when read back are an error.  The file was looked at with dbfile_look() before. */
bool db_open (const char *path, TmDbMode mode, TmDb **db_out, GError **error) TM_WARN_UNUSED;
void db_close (TmDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmDb, db_close)

/* Opens `path` as it is, without settings: for making a database. */
bool db_open_bare (const char *path, int flags, TmDb **db_out, GError **error) TM_WARN_UNUSED;

/* --- values to bind, in the order of ?1, ?2 … --- */

typedef enum { DB_VALUE_END, DB_VALUE_INT, DB_VALUE_TEXT, DB_VALUE_BLOB } TmValueKind;

typedef struct
{
  TmValueKind kind;
  gint64 number;
  const void *data; /* NULL: NULL */
  gsize len;
} TmDbValue;

TmDbValue value_int (gint64 number);
TmDbValue value_text (const char *text);             /* NULL: NULL */
TmDbValue value_blob (const void *data, gsize len);
TmDbValue value_instant (gint64 at);                 /* TM_NEVER: NULL */
#define DB_VALUES(...) ((const TmDbValue[]) { __VA_ARGS__, { .kind = DB_VALUE_END } })

/* --- statements --- */

/* Runs a statement that gives no rows.  `values` may be NULL. */
bool db_run (TmDb *db, TmSql sql, const TmDbValue *values, GError **error) TM_WARN_UNUSED;

/* Rows: rows = db_select (); while (db_next (rows)) …; if (!db_finish (db, rows, error)) …
 * A failure at any point ends the loop and comes out of db_finish(), which is always called. */
sqlite3_stmt *db_select (TmDb *db, TmSql sql, const TmDbValue *values);
bool db_next (sqlite3_stmt *rows);
bool db_finish (TmDb *db, sqlite3_stmt *rows, GError **error) TM_WARN_UNUSED;

/* The first column of the first row, or `otherwise` when there is none. */
bool db_get_int (TmDb *db, TmSql sql, const TmDbValue *values, gint64 otherwise, gint64 *number_out,
                 GError **error) TM_WARN_UNUSED;

/* The same for a blob, cut to `max` bytes; length 0 when there is none. */
bool db_get_blob (TmDb *db, TmSql sql, const TmDbValue *values, void *blob, gsize max, gsize *len_out,
                  GError **error) TM_WARN_UNUSED;

/* Columns of the current row, from 0.  The caller frees the text; NULL is NULL. */
char *column_text (sqlite3_stmt *rows, int column);
gint64 column_instant (sqlite3_stmt *rows, int column);

/* Ends a transaction that SQL_BEGIN_READ began. */
void db_end_read (TmDb *db);

/* The id that the last INSERT made. */
gint64 db_last_id (TmDb *db);

/* The connection's last failure as an error; always false. */
bool db_fail (TmDb *db, GError **error);

/* SQL that is run once in a connection's life; may be several statements. */
bool db_run_text (TmDb *db, const char *sql, GError **error) TM_WARN_UNUSED;

/* Each row of `sql` as one line (columns apart by a blank), appended to `lines` (char *). */
bool db_read_lines (TmDb *db, const char *sql, GPtrArray *lines, GError **error) TM_WARN_UNUSED;

/* Whether application_id and user_version, as they are with the WAL, are ours; versions of older programs are. */
bool db_identify (TmDb *db, gint64 *version_out, GError **error) TM_WARN_UNUSED;

/* PRAGMA quick_check; a finding is TM_ERROR_CONFIG. */
bool db_quick_check (TmDb *db, GError **error) TM_WARN_UNUSED;

/* The same one table after the other, with its indexes: no read of an old state outlasts a table, so that the WAL can
 * be begun anew in between.  What concerns all of them (the list of free pages, a page that two tables use) is not
 * looked at.  `goes_on` is asked before each; false ends it there, without a finding. */
bool db_quick_check_tables (TmDb *db, bool (*goes_on) (gpointer data), gpointer data, GError **error) TM_WARN_UNUSED;

/* Appends to `lines` (char *) each setting of `mode` that is not in force. */
bool db_check_settings (TmDb *db, TmDbMode mode, GPtrArray *lines, GError **error) TM_WARN_UNUSED;

/* Copies what it can of the WAL into the database; readers are not waited for. */
bool db_checkpoint (TmDb *db, GError **error) TM_WARN_UNUSED;

/* Copies all of the WAL and empties its file, so that no old page stands there.  `is_done_out` false: somebody who
 * reads an old state held it up, for a second or two. */
bool db_empty_wal (TmDb *db, bool *is_done_out, GError **error) TM_WARN_UNUSED;

/* db_close() will not checkpoint, which SQLite does for the last connection. */
void db_leave_wal (TmDb *db);

/* Whether the last failure means that nothing this connection writes can be relied on any more. */
bool db_is_fatal (const TmDb *db);

/* Whether a transaction is open: some failures end it by themselves. */
bool db_in_transaction (const TmDb *db);

#endif
