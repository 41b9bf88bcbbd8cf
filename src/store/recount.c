/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/recount.h"

#include "base/clock.h"
#include "store/apply.h"
#include "store/lookup.h"
#include "store/reader.h"
#include "store/task.h"

enum { TICKETS_AT_ONCE = 64, DEADLINE_US = 60 * G_USEC_PER_SEC };

static bool
recount_ticket (TmDb *db, gint64 ticket, const TmSite *site, gint64 now, GError **error)
{
  g_autoptr (TmTicketFacts) facts = NULL;
  g_autoptr (TmPlan) plan = plan_new (TM_ACTION_CHANGE);
  g_auto (TmClockwork) work = { .clocks = NULL };
  gint64 merged_into;
  if (!lookup_ticket (db, ticket, &facts, &merged_into, error))
    return false;
  if (facts == NULL)
    return true;
  clockwork_init_ticket (&work, site, facts, now);
  clockwork_renew (&work);
  plan->ticket = ticket;
  plan_take_clocks (plan, &work, "desk", false);
  return apply_plan (db, NULL, NULL, plan, now, NULL, error);
}

/* --- after a reload --- */

typedef struct
{
  TmTask task;
  TmPolicyHold hold;
  gint64 tickets[TICKETS_AT_ONCE];
  guint n_tickets;
} RecountTask;

static void
free_task (TmTask *task)
{
  RecountTask *recount = (RecountTask *) task;
  recount->hold.unref (recount->hold.policy);
  g_free (recount);
}

static bool
run_task (TmDb *db, TmTask *task, gint64 now, GError **refusal_out G_GNUC_UNUSED, GError **error)
{
  const RecountTask *recount = (const RecountTask *) task;
  for (guint i = 0; i < recount->n_tickets; i++)
    if (!recount_ticket (db, recount->tickets[i], recount->hold.site, now, error))
      return false;
  return true;
}

static bool
find_tickets (const char *path, guint32 revision, GArray *tickets, GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  if (!reader_open (path, &reader, error))
    return false;
  sqlite3_stmt *rows = db_select (reader->db, SQL_OTHER_REVISION, DB_VALUES (value_int (revision)));
  while (db_next (rows))
    {
      gint64 ticket = sqlite3_column_int64 (rows, 0);
      g_array_append_val (tickets, ticket);
    }
  return db_finish (reader->db, rows, error);
}

bool
store_recount (TmStore *store, const TmPolicyHold *hold, guint *n_out, GError **error)
{
  g_autoptr (GArray) tickets = g_array_new (FALSE, FALSE, sizeof (gint64));
  bool ok = find_tickets (store_path (store), hold->site->revision, tickets, error);
  for (guint i = 0; ok && i < tickets->len; i += TICKETS_AT_ONCE)
    {
      RecountTask *recount = g_new0 (RecountTask, 1);
      task_init (&recount->task, run_task, free_task);
      recount->hold = *hold;
      recount->hold.ref (hold->policy);
      recount->n_tickets = MIN (TICKETS_AT_ONCE, tickets->len - i);
      for (guint k = 0; k < recount->n_tickets; k++)
        recount->tickets[k] = g_array_index (tickets, gint64, i + k);
      ok = store_run_task (store, &recount->task, clock_monotonic_us () + DEADLINE_US, error);
      task_unref (&recount->task);
    }
  *n_out = tickets->len;
  return ok;
}
