/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/commands.h"

#include "core/after.h"
#include "core/refusal.h"
#include "core/reply.h"
#include "store/apply.h"
#include "store/change.h"
#include "store/lookup.h"

/* Each finds what those before it left. */
static bool
run_changes (TmDb *db, TmPlan *plan, gint64 message, gint64 now, GError **refusal_out, GError **error)
{
  for (guint i = 0; plan->changes != NULL && i < plan->changes->len; i++)
    {
      TmChange *change = g_ptr_array_index (plan->changes, i);
      g_autoptr (TmPlan) done = NULL;
      if (change->takes_message)
        g_array_append_val (change->messages, message);
      if (!change_run (db, change, now, &done, refusal_out, error))
        return false;
      if (done == NULL)
        return true;
      if (plan->uncounted == NULL)
        plan->uncounted = g_steal_pointer (&done->uncounted);
    }
  return true;
}

static void
replace (char **text, const char *by)
{
  g_free (*text);
  *text = g_strdup (by);
}

/* What is told of the ticket is what it came to. */
static void
follow_ticket (TmPlan *plan, const TmTicketFacts *ticket)
{
  replace (&plan->status, status_name (ticket->status));
  replace (&plan->type, ticket->type);
  replace (&plan->priority, ticket->priority);
  replace (&plan->priority_by, ticket->priority_by);
  replace (&plan->assignee, ticket->assignee);
  plan->next_due_at = ticket->clocks != NULL ? clocks_next_due (ticket->clocks) : TM_NEVER;
}

static bool
keep_marks (TmDb *db, gint64 message, const TmPlan *plan, GError **error)
{
  return message == 0
         || db_run (db, SQL_SET_MARKS, DB_VALUES (value_int (message), value_text (plan->marks)), error);
}

/* What the footer of an answer says needs no notice of its own. */
static bool
tell_resolved (TmDb *db, const TmSite *site, const TmTicketFacts *ticket, const TmPlan *plan, GError **error)
{
  if (plan->direction != TM_DIRECTION_OUT || plan->footer == NULL || ticket->status != TM_STATUS_RESOLVED
      || ticket->after.since_at == TM_NEVER)
    return true;
  const TmAfterState state = after_told (site, ticket);
  return db_run (db, SQL_SET_AFTER,
                 DB_VALUES (value_int (ticket->id), value_instant (state.at), value_instant (state.since_at),
                            value_int (state.done), value_instant (state.told_at)),
                 error);
}

/* Of a ticket that its changes merged into another, that one's. */
static bool
finish (TmDb *db, const TmInbound *inbound, gint64 message, gint64 now, TmPlan *plan, GError **error)
{
  g_autoptr (TmTicketFacts) ticket = NULL;
  if (!lookup_followed (db, plan->ticket, &ticket, error))
    return false;
  if (ticket == NULL)
    return true;
  if (plan->unfinished == NULL)
    {
      follow_ticket (plan, ticket);
      return true;
    }
  reply_finish (inbound, ticket, now, plan);
  return tell_resolved (db, inbound->site, ticket, plan, error) && keep_marks (db, message, plan, error);
}

static bool
undo (TmDb *db, GError **error)
{
  return db_run (db, SQL_ROLLBACK_TO, NULL, error) && db_run (db, SQL_RELEASE, NULL, error);
}

static bool
apply_all (TmDb *db, const TmInbound *inbound, GBytes *packed, gint64 now, TmPlan *plan, GError **refusal_out,
           GError **error)
{
  gint64 message = 0;
  return apply_plan (db, inbound, packed, plan, now, &message, error)
         && run_changes (db, plan, message, now, refusal_out, error)
         && (*refusal_out != NULL || finish (db, inbound, message, now, plan, error));
}

bool
commands_apply (TmDb *db, const TmInbound *inbound, GBytes *packed, gint64 now, TmPlan **plan_io, GError **error)
{
  TmPlan *plan = *plan_io;
  g_autoptr (GError) refusal = NULL;
  if (plan->changes == NULL && plan->unfinished == NULL)
    return apply_plan (db, inbound, packed, plan, now, NULL, error);
  if (plan->changes == NULL)
    return apply_all (db, inbound, packed, now, plan, &refusal, error);
  if (!db_run (db, SQL_SAVEPOINT, NULL, error)
      || !apply_all (db, inbound, packed, now, plan, &refusal, error))
    return false;
  if (refusal == NULL)
    return db_run (db, SQL_RELEASE, NULL, error);
  plan_free (plan);
  *plan_io = refusal_by_change (inbound, refusal->message);
  return undo (db, error) && apply_plan (db, inbound, packed, *plan_io, now, NULL, error);
}
