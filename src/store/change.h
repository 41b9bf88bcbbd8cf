/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A change by hand in the caller's transaction: facts, decision, rows.
 */
#ifndef TM_STORE_CHANGE_H
#define TM_STORE_CHANGE_H

#include "core/change.h"
#include "store/db.h"

/* A refusal by change_plan() goes into `refusal_out`: then nothing is written, and neither fails whoever shares the
 * transaction.  False: the database failed. */
bool change_run (TmDb *db, const TmChange *change, gint64 now, TmPlan **plan_out, GError **refusal_out,
                 GError **error) TM_WARN_UNUSED;

#endif
