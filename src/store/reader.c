/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/reader.h"

#include "store/dbfile.h"
#include "store/lookup.h"

#include <string.h>

/* Readers change nothing, so a database of an older version waits for who may. */
static bool
check_version (TmDb *db, GError **error)
{
  gint64 version;
  if (!db_identify (db, &version, error))
    return false;
  if (version == SCHEMA_VERSION)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_CONFIG,
               "%s: made by an older ticketmilter (version %" G_GINT64_FORMAT " of %d): start ticketmilter or run "
               "`ticketctl db migrate`", db->path, version, SCHEMA_VERSION);
  return false;
}

bool
reader_open (const char *path, TmReader **reader_out, GError **error)
{
  g_autofree char *resolved = dbfile_resolve (path);
  if (!dbfile_find (resolved, error))
    return false;
  g_autoptr (TmReader) reader = g_new0 (TmReader, 1);
  if (!db_open (resolved, DB_READ, &reader->db, error) || !check_version (reader->db, error))
    return false;
  *reader_out = g_steal_pointer (&reader);
  return true;
}

void
reader_close (TmReader *reader)
{
  if (reader == NULL)
    return;
  db_close (reader->db);
  g_free (reader);
}

bool
reader_find_facts (TmReader *reader, const TmKeys *keys, gint64 now, TmFacts **facts_out, GError **error)
{
  if (!db_run (reader->db, SQL_BEGIN_READ, NULL, error))
    return false;
  reader->db->has_contacts = DB_UNKNOWN;
  bool ok = lookup_facts (reader->db, keys, now, facts_out, error);
  db_end_read (reader->db);
  return ok;
}

bool
reader_check (TmReader *reader, GPtrArray **findings_out, GError **error)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  if (!db_read_lines (reader->db, "PRAGMA integrity_check", findings, error))
    return false;
  if (findings->len == 1 && g_str_equal (g_ptr_array_index (findings, 0), "ok"))
    g_ptr_array_set_size (findings, 0);
  if (!db_read_lines (reader->db,
                      "SELECT 'row ' || coalesce (rowid, '?') || ' of ' || \"table\" || ' refers to a missing row of '"
                      " || parent FROM pragma_foreign_key_check",
                      findings, error)
      || !db_check_settings (reader->db, DB_READ, findings, error))
    return false;
  *findings_out = g_steal_pointer (&findings);
  return true;
}

bool
reader_count (TmReader *reader, TmReaderCounts *counts_out, GError **error)
{
  sqlite3_stmt *rows = db_select (reader->db, SQL_COUNTS, NULL);
  TmReaderCounts counts = { 0 };
  if (db_next (rows))
    counts = (TmReaderCounts) { .tickets = sqlite3_column_int64 (rows, 0), .messages = sqlite3_column_int64 (rows, 1) };
  if (!db_finish (reader->db, rows, error))
    return false;
  *counts_out = counts;
  return true;
}

bool
reader_count_statuses (TmReader *reader, gint64 *counts, GError **error)
{
  memset (counts, 0, (TM_STATUS_SPAM + 1) * sizeof *counts);
  sqlite3_stmt *rows = db_select (reader->db, SQL_STATUSES, NULL);
  while (db_next (rows))
    {
      int status = sqlite3_column_int (rows, 0);
      if (status >= TM_STATUS_NEW && status <= TM_STATUS_SPAM)
        counts[status] = sqlite3_column_int64 (rows, 1);
    }
  return db_finish (reader->db, rows, error);
}

/* --- for those that read lists --- */

GPtrArray *
column_lines (sqlite3_stmt *rows, int column)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) split = g_strsplit ((const char *) sqlite3_column_text (rows, column), "\n", -1);
  for (char **line = split; *line != NULL; line++)
    g_ptr_array_add (lines, g_strdup (*line));
  return lines;
}

TmDbValue
value_limit (unsigned limit)
{
  return value_int (limit > 0 ? (gint64) limit : -1); /* SQLite's word for all */
}
