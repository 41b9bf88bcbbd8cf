/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forgets the idempotency keys that have expired, a few rows at a time and in the order of the keys: an index by
 * expires_at would be one more b-tree for each message to write.
 */
#ifndef TM_STORE_SWEEP_H
#define TM_STORE_SWEEP_H

#include "base/digest.h"
#include "store/db.h"

/* Zeroed: begins with the first key. */
typedef struct
{
  guint n_jobs;             /* since the last sweep */
  guint8 to[TM_DIGEST_LEN]; /* so far it came */
  gsize len;                /* of `to`; 0: it begins anew */
} TmSweep;

/* Called in each transaction with the number of its jobs.  Every now and then it looks at a few more rows than came in
 * since the last time, so that it keeps up with them and never takes long. */
bool sweep_expired (TmSweep *sweep, TmDb *db, guint n_jobs, GError **error) TM_WARN_UNUSED;

#endif
