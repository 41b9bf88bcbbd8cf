/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/housekeep.h"

/* The statements: oldest (id, instant, bytes) by id; delete up to an id. */
static const struct
{
  size_t keep; /* offset of the duration in TmKeep */
  TmSql oldest, delete_up_to;
} tables[] = {
  { offsetof (TmKeep, raw_s), SQL_OLDEST_RAW, SQL_DELETE_RAW },
  { offsetof (TmKeep, quarantine_s), SQL_OLDEST_QUARANTINE, SQL_DELETE_QUARANTINE },
};

/* The last of the oldest rows that may go; 0: none. */
static bool
find_last (TmDb *db, TmSql oldest, gint64 before, gint64 *last_out, bool *more_out, GError **error)
{
  gint64 n_rows = 0, n_bytes = 0;
  bool is_old = true;
  *last_out = 0;
  sqlite3_stmt *rows = db_select (db, oldest, DB_VALUES (value_int (HOUSEKEEP_ROWS)));
  while (is_old && n_bytes < HOUSEKEEP_BYTES && db_next (rows))
    {
      is_old = sqlite3_column_int64 (rows, 1) < before;
      if (!is_old)
        continue;
      *last_out = sqlite3_column_int64 (rows, 0);
      n_bytes += sqlite3_column_int64 (rows, 2);
      n_rows++;
    }
  *more_out = is_old && (n_rows == HOUSEKEEP_ROWS || n_bytes >= HOUSEKEEP_BYTES);
  return db_finish (db, rows, error);
}

bool
housekeep_step (TmDb *db, const TmKeep *keep, gint64 now, bool *more_out, GError **error)
{
  *more_out = false;
  for (size_t i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      gint64 kept_s = *(const gint64 *) (gconstpointer) ((const char *) keep + tables[i].keep);
      gint64 last;
      bool more;
      if (kept_s == 0)
        continue;
      if (!find_last (db, tables[i].oldest, now - kept_s, &last, &more, error)
          || (last > 0 && !db_run (db, tables[i].delete_up_to, DB_VALUES (value_int (last)), error)))
        return false;
      *more_out = *more_out || more;
    }
  return true;
}
