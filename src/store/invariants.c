/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/care.h"
#include "store/reader.h"


/* What must hold beyond what SQLite itself looks after; each row is a finding.  The first ten of a kind tell enough. */
static const char *const invariants[] = {
  "SELECT 'ticket ' || id || ' is in no queue' FROM ticket AS t"
  " WHERE NOT EXISTS (SELECT 1 FROM ticket_queue AS q WHERE q.ticket = t.id) LIMIT 10",

  "SELECT 'message ' || id || ': its writer''s own text ends behind its text' FROM message"
  " WHERE reply_start < 0 OR reply_len < 0 OR reply_start + reply_len > length (CAST (text AS BLOB)) LIMIT 10",

  "SELECT 'ticket ' || ticket || ' is related to ' || other || ', but not the other way' FROM relation AS r"
  " WHERE NOT EXISTS (SELECT 1 FROM relation AS b WHERE b.ticket = r.other AND b.other = r.ticket) LIMIT 10",

  /* UNION ends where a chain comes round again. */
  "WITH RECURSIVE chain (first, id) AS (SELECT id, merged_into FROM ticket WHERE merged_into IS NOT NULL"
  " UNION SELECT c.first, t.merged_into FROM chain AS c JOIN ticket AS t ON t.id = c.id"
  " WHERE t.merged_into IS NOT NULL)"
  " SELECT 'ticket ' || first || ' is merged into itself' FROM chain WHERE first = id LIMIT 10",

  "SELECT 'ticket ' || id || ' is due at another time than the first of its clocks' FROM ticket AS t"
  " WHERE next_due IS NOT (SELECT min (due_at) FROM clock AS c WHERE " SCHEMA_CLOCKS_OF ("t.id")
  " AND met_at IS NULL AND ended_at IS NULL) LIMIT 10",

  "SELECT 'clock ' || metric || ' of ticket ' || ticket || ' was met and ended without' FROM clock"
  " WHERE met_at IS NOT NULL AND ended_at IS NOT NULL LIMIT 10",

  "SELECT 'note shingles of message ' || message || ' are of ticket ' || s.ticket || ', the message is not'"
  " FROM shingle AS s JOIN message AS m ON m.id = s.message WHERE m.ticket <> s.ticket GROUP BY s.message, s.ticket"
  " LIMIT 10",

  /* 1 waiting, 2 sending; the others are over. */
  "SELECT 'mail ' || id || ' in the outbox is of state ' || state || ', and ended '"
  " || CASE WHEN ended_at IS NULL THEN 'not' ELSE 'all the same' END FROM outbox"
  " WHERE state NOT BETWEEN 1 AND 6 OR (ended_at IS NULL) <> (state IN (1, 2)) LIMIT 10",

  "SELECT 'mail ' || id || ' in the outbox goes to nobody' FROM outbox WHERE recipients = '' LIMIT 10",

  "SELECT 'event ' || number || ' of ticket ' || ticket || ' has a broken detail' FROM event"
  " WHERE NOT json_valid (detail) LIMIT 10",
};

/* NULL: it can be unpacked. */
static const char *
find_fault (int codec, const void *data, gsize len)
{
  if (codec != SCHEMA_CODEC_ZSTD)
    return "is packed in an unknown way";
  g_autoptr (GBytes) raw = store_unpack (data, len);
  return raw != NULL ? NULL : "cannot be unpacked";
}

static bool
check_raw (TmDb *db, TmProgress progress, gpointer data, GPtrArray *findings_io, GError **error)
{
  gint64 n_raw, n_done = 0;
  if (!db_get_int (db, SQL_COUNT_RAW, NULL, 0, &n_raw, error))
    return false;
  sqlite3_stmt *rows = db_select (db, SQL_ALL_RAW, NULL);
  while (db_next (rows))
    {
      const void *packed = sqlite3_column_blob (rows, 2);
      const char *fault = find_fault (sqlite3_column_int (rows, 1), packed, (gsize) sqlite3_column_bytes (rows, 2));
      if (fault != NULL)
        g_ptr_array_add (findings_io, g_strdup_printf ("raw mail of message %" G_GINT64_FORMAT " %s",
                                                       (gint64) sqlite3_column_int64 (rows, 0), fault));
      if (progress != NULL)
        progress (++n_done, n_raw, data);
    }
  return db_finish (db, rows, error);
}

bool
store_check_invariants (TmReader *reader, TmProgress progress, gpointer data, GPtrArray *findings_io, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS (invariants); i++)
    if (!db_read_lines (reader->db, invariants[i], findings_io, error))
      return false;
  return check_raw (reader->db, progress, data, findings_io, error);
}
