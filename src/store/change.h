/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A change by hand in the caller's transaction: facts, decision, rows.
 */
#ifndef TM_STORE_CHANGE_H
#define TM_STORE_CHANGE_H

#include "core/change.h"
#include "store/db.h"

/* Fails like change_plan(), or because of the database. */
bool change_run (TmDb *db, const TmChange *change, gint64 now, TmPlan **plan_out, GError **error) TM_WARN_UNUSED;

#endif
