/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/sweep.h"

#include "base/clock.h"

#include <string.h>

enum { EVERY_JOBS = 64, ROWS_PER_JOB = 2 };

bool
sweep_expired (TmSweep *sweep, TmDb *db, guint n_jobs, GError **error)
{
  sweep->n_jobs += n_jobs;
  if (sweep->n_jobs < EVERY_JOBS)
    return true;
  TmDbValue from = value_blob (sweep->to, sweep->len);
  guint8 to[TM_DIGEST_LEN];
  gsize len;
  if (!db_get_blob (db, SQL_SWEEP_END, DB_VALUES (from, value_int (ROWS_PER_JOB * (gint64) sweep->n_jobs)), to,
                    sizeof to, &len, error)
      || !db_run (db, SQL_SWEEP_DEDUP, DB_VALUES (from, value_blob (to, len), value_int (clock_now ())), error))
    return false;
  memcpy (sweep->to, to, len);
  sweep->len = len;
  sweep->n_jobs = 0;
  return true;
}
