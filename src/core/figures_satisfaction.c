/* SPDX-License-Identifier: BSD-2-Clause */
/* How satisfied the customers of a report are. */
#include "core/figures.h"

#include "base/clock.h"

void
satisfied_add (TmSatisfied *satisfied, const TmFiguresTicket *ticket)
{
  satisfied->n_resolved += ticket->resolved_at != TM_NEVER || ticket->feedback != TM_FEEDBACK_NONE;
  satisfied->n_good += ticket->feedback == TM_FEEDBACK_GOOD;
  satisfied->n_bad += ticket->feedback == TM_FEEDBACK_BAD;
}

static int
percent (gint64 n, gint64 n_all)
{
  return n_all > 0 ? (int) (n * 100 / n_all) : -1;
}

int
satisfied_percent (const TmSatisfied *satisfied)
{
  return percent (satisfied->n_good, satisfied->n_good + satisfied->n_bad);
}

int
satisfied_answered_percent (const TmSatisfied *satisfied)
{
  return percent (satisfied->n_good + satisfied->n_bad, satisfied->n_resolved);
}
