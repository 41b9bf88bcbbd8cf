/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps about pages: that a rule sent some, and that somebody acknowledged what went out. */
#include "core/escalation.h"
#include "store/apply_steps.h"

bool
apply_paged (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_SET_NOTIFIED,
                 DB_VALUES (value_int (apply->ticket), value_int (TM_METRIC_ACK), value_int (step->number),
                            value_int (TM_NOTIFICATION_PAGE), value_int (1), value_int (0), value_int (apply->now),
                            value_text (step->value), value_text (NULL), value_int (0)),
                 error)
         && db_run (apply->db, SQL_HAS_NOTIFIED, DB_VALUES (value_int (apply->ticket)), error);
}

bool
apply_acknowledged (TmApply *apply, const TmStep *step, GError **error)
{
  return db_run (apply->db, SQL_ACK_NOTIFIED, DB_VALUES (value_int (apply->ticket), value_text (step->actor)), error);
}
