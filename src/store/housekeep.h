/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is kept for a while only, in small steps: raw and quarantined mail and what was sent is deleted, held
 * tickets are closed.
 */
#ifndef TM_STORE_HOUSEKEEP_H
#define TM_STORE_HOUSEKEEP_H

#include "store/db.h"
#include "store/store.h"

/* A step deletes at most so many rows of a table, and stops when it has so many bytes: mail waits for no longer. */
enum { HOUSEKEEP_ROWS = 64, HOUSEKEEP_BYTES = 8 << 20 };

/* One step: the oldest rows that were kept long enough at `now` are deleted, each table in a transaction of its own,
 * and the oldest held tickets closed, in another one.  It looks at the oldest rows only, which ascend with time.
 * `more_out`: there may be more of them. */
bool housekeep_step (TmDb *db, const TmKeep *keep, gint64 now, bool *more_out, GError **error) TM_WARN_UNUSED;

#endif
