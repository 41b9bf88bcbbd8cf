/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What apply.c and apply_change.c share: one plan on its way into the database.
 */
#ifndef TM_STORE_APPLY_STEPS_H
#define TM_STORE_APPLY_STEPS_H

#include "core/inbound.h"
#include "core/plan.h"
#include "store/db.h"

typedef struct
{
  TmDb *db;
  const TmInbound *inbound; /* NULL: a change */
  GBytes *packed;
  const TmPlan *plan;
  gint64 ticket;            /* that the steps are about */
  guint n_done;             /* steps before the one that is under way */
  gint64 now;
  gint64 *message;          /* the one that was added; 0 before that */
  bool no_queues, no_events; /* the ticket was made here, and has none yet */
} TmApply;

/* The steps of changes, by their kinds. */
bool apply_own_queue (const TmApply *apply, const char *queue, GError **error) TM_WARN_UNUSED;
bool apply_untag (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_unshare (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_writer (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_note (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_answer (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_move (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_merge (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_contact (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_paged (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_acknowledged (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;
bool apply_verify (TmApply *apply, const TmStep *step, GError **error) TM_WARN_UNUSED;

#endif
