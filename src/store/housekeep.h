/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is kept for a while only: raw mail and quarantined mail, deleted in small steps.
 */
#ifndef TM_STORE_HOUSEKEEP_H
#define TM_STORE_HOUSEKEEP_H

#include "store/db.h"
#include "store/store.h"

/* A step deletes at most so many rows of a table, and stops when it has so many bytes: mail waits for no longer. */
enum { HOUSEKEEP_ROWS = 64, HOUSEKEEP_BYTES = 8 << 20 };

/* One step: the oldest rows that were kept long enough at `now` are deleted, each table in a transaction of its own.
 * It looks at the oldest rows only; both tables ascend with time.  `more_out`: there may be more of them. */
bool housekeep_step (TmDb *db, const TmKeep *keep, gint64 now, bool *more_out, GError **error) TM_WARN_UNUSED;

#endif
