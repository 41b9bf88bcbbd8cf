/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/housekeep.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/detail.h"
#include "core/ticket.h"

/* The statements: oldest (id, instant, bytes) by id; delete up to an id. */
static const struct
{
  size_t keep; /* offset of the duration in TmKeep */
  TmSql oldest, delete_up_to;
} tables[] = {
  { offsetof (TmKeep, raw_s), SQL_OLDEST_RAW, SQL_DELETE_RAW },
  { offsetof (TmKeep, quarantine_s), SQL_OLDEST_QUARANTINE, SQL_DELETE_QUARANTINE },
  { offsetof (TmKeep, outbox_s), SQL_OLDEST_OUTBOX, SQL_DELETE_OUTBOX },
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

/* --- held tickets --- */

static bool
find_held (TmDb *db, gint64 before, GArray *tickets, bool *more_out, GError **error)
{
  int n_rows = 0;
  sqlite3_stmt *rows
    = db_select (db, SQL_OLDEST_HELD, DB_VALUES (value_int (TM_STATUS_HELD), value_int (HOUSEKEEP_ROWS)));
  while (db_next (rows))
    {
      gint64 ticket = sqlite3_column_int64 (rows, 0);
      n_rows++;
      if (sqlite3_column_int64 (rows, 1) < before)
        g_array_append_val (tickets, ticket);
    }
  *more_out = n_rows == HOUSEKEEP_ROWS && tickets->len > 0;
  return db_finish (db, rows, error);
}

static bool
close_held (TmDb *db, const GArray *tickets, gint64 now, GError **error)
{
  g_autofree char *detail = detail_new ("from", status_name (TM_STATUS_HELD), "to", status_name (TM_STATUS_CLOSED),
                                        "why", "nobody confirmed the sender in time", NULL);
  for (guint i = 0; i < tickets->len; i++)
    {
      TmDbValue ticket = value_int (g_array_index (tickets, gint64, i));
      if (!db_run (db, SQL_SET_STATUS, DB_VALUES (ticket, value_int (TM_STATUS_CLOSED), value_int (now)), error)
          || !db_run (db, SQL_ADD_EVENT,
                      DB_VALUES (ticket, value_int (now), value_text ("desk"), value_text ("status"),
                                 value_text (detail)),
                      error))
        return false;
    }
  return true;
}

/* Somebody may have waited for an answer. */
static void
report_expired (const GArray *tickets)
{
  for (guint i = 0; i < tickets->len; i++)
    metrics_count (TM_COUNT_HELD_EXPIRED);
  log_info ("held: %u tickets closed, nobody confirmed their senders in time; the last is ticket=%" G_GINT64_FORMAT,
            tickets->len, g_array_index (tickets, gint64, tickets->len - 1));
}

static bool
expire_held (TmDb *db, gint64 kept_s, gint64 now, bool *more_out, GError **error)
{
  g_autoptr (GArray) tickets = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!find_held (db, now - kept_s, tickets, more_out, error))
    return false;
  if (tickets->len == 0)
    return true;
  if (!db_run (db, SQL_BEGIN_WRITE, NULL, error))
    return false;
  if (close_held (db, tickets, now, error) && db_run (db, SQL_COMMIT, NULL, error))
    {
      report_expired (tickets);
      return true;
    }
  if (db_in_transaction (db))
    {
      g_autoptr (GError) ignored = NULL;
      (void) !db_run (db, SQL_ROLLBACK, NULL, &ignored);
    }
  return false;
}

/* --- all of it --- */

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
  bool more_held = false;
  if (keep->held_s > 0 && !expire_held (db, keep->held_s, now, &more_held, error))
    return false;
  *more_out = *more_out || more_held;
  return true;
}
