/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/notify.h"

#include "base/clock.h"
#include "core/alert.h"
#include "core/detail.h"
#include "store/apply.h"
#include "store/due.h"
#include "store/lookup.h"
#include "store/outbox.h"
#include "store/reader.h"
#include "store/task.h"

/* While there is more to tell, a digest waits for it. */
enum { DIGEST_WAIT_S = 5 };

/* --- a run: digests by their receiver --- */

typedef struct
{
  gint64 row; /* of the outbox */
  guint n, n_lines;
  char *lines;
} Digest;

struct TmNotifyRun
{
  GHashTable *digests; /* address, or id of a receiver → Digest */
};

static void
digest_free (gpointer data)
{
  g_free (((Digest *) data)->lines);
  g_free (data);
}

TmNotifyRun *
notify_run_new (void)
{
  TmNotifyRun *run = g_new0 (TmNotifyRun, 1);
  run->digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, digest_free);
  return run;
}

void
notify_run_free (TmNotifyRun *run)
{
  if (run == NULL)
    return;
  g_hash_table_unref (run->digests);
  g_free (run);
}

/* --- the task --- */

typedef struct
{
  TmTask task;
  TmPolicyHold hold;
  gint64 at;            /* 0: now */
  GHashTable *before;   /* digests as the last transaction left them; the task's own */
  GHashTable *after;
  TmNotifyResult result;
} NotifyTask;

static void
free_task (TmTask *task)
{
  NotifyTask *notify = (NotifyTask *) task;
  notify->hold.unref (notify->hold.policy);
  g_hash_table_unref (notify->before);
  g_hash_table_unref (notify->after);
  g_free (notify);
}

static GHashTable *
copy_digests (GHashTable *digests)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, digest_free);
  GHashTableIter iter;
  gpointer address, digest;
  g_hash_table_iter_init (&iter, digests);
  while (g_hash_table_iter_next (&iter, &address, &digest))
    {
      Digest *one = g_memdup2 (digest, sizeof *one);
      one->lines = g_strdup (one->lines);
      g_hash_table_insert (copy, g_strdup (address), one);
    }
  return copy;
}

/* --- one ticket --- */

/* A row that is to be written once it is known which pagers got a page of their own, and not a digest. */
typedef struct
{
  gint64 ticket;
  TmNotified row;        /* its `told`: those of before */
  char *told;
} Told;

static void
told_clear (gpointer data)
{
  Told *told = data;
  g_free (told->row.told);
  g_free (told->row.acked_by);
  g_free (told->told);
}

/* Who was told, apart by blanks; who was not goes to `missed`.  `pages_out` is set when somebody has to acknowledge
 * it. */
static char *
tell (TmAlerts *alerts, const TmEscalationFacts *facts, const TmTicketFacts *ticket, const char *subject,
      const TmNotification *one, GString *missed, bool *pages_out)
{
  const TmCalendar *calendar = escalation_calendar (facts, one->clock);
  bool is_open = calendar == NULL || calendar_is_open (calendar, alerts->now, NULL, 0);
  g_autoptr (GArray) audience = audience_of (facts->site, ticket, one->step, is_open, alerts->now);
  GString *told = g_string_new (NULL);
  for (guint i = 0; i < audience->len; i++)
    {
      const TmAddressee *addressee = &g_array_index (audience, TmAddressee, i);
      if (addressee->why_not != NULL)
        {
          g_string_append_printf (missed, "%s%s: %s", missed->len > 0 ? "; " : "", addressee->to, addressee->why_not);
          continue;
        }
      alerts_add (alerts, ticket, subject, one, addressee);
      *pages_out = *pages_out || (addressee_is_paged (addressee) && addressee_acknowledges (addressee));
      g_string_append_printf (told, "%s%s", told->len > 0 ? " " : "", addressee->to);
    }
  return g_string_free (told, FALSE);
}

static bool
set_notified (TmDb *db, gint64 ticket, const TmNotified *one, GError **error)
{
  return db_run (db, SQL_SET_NOTIFIED,
                 DB_VALUES (value_int (ticket), value_int (one->metric), value_int (one->cycle), value_int (one->kind),
                            value_int (one->level), value_int (one->number), value_int (one->fired_at),
                            value_text (one->told), value_text (one->acked_by), value_int (one->is_ack_told)),
                 error);
}

static bool
add_event (TmDb *db, gint64 ticket, const TmNotification *one, const char *told, const char *missed, gint64 now,
           GError **error)
{
  g_autofree char *cycle = g_strdup_printf ("%u", one->clock->cycle);
  g_autofree char *level = g_strdup_printf ("%u", one->step->level);
  g_autofree char *number = one->number > 0 ? g_strdup_printf ("%u", one->number) : NULL;
  g_autofree char *due = instant_format (one->clock->due_at);
  g_autofree char *detail
      = detail_new ("metric", metric_name (one->clock->metric), "cycle", cycle, "level", level, "repeat", number, "due",
                    due, "told", *told != '\0' ? told : NULL, "not_told", *missed != '\0' ? missed : NULL, NULL);
  return db_run (db, SQL_ADD_EVENT,
                 DB_VALUES (value_int (ticket), value_int (now), value_text ("desk"),
                            value_text (notification_kind_name (one->kind)), value_text (detail)),
                 error);
}

/* Once for each clock and receiver, however often it was told. */
static void
add_news (TmAlerts *alerts, const TmTicketFacts *ticket, const char *subject, TmNews news, const TmNotified *one,
          const TmClock *clock, GHashTable *heard)
{
  g_auto (GStrv) names = g_strsplit (one->told, " ", -1);
  for (char **name = names; *name != NULL; name++)
    {
      const TmReceiver *receiver = site_receiver (alerts->site, *name);
      bool is_rules = one->kind == TM_NOTIFICATION_PAGE;
      g_autofree char *key
          = g_strdup_printf ("%s %d %d %u", *name, is_rules, (int) one->metric, one->cycle);
      if (receiver != NULL && receiver->kind != TM_RECEIVER_MAIL && g_hash_table_add (heard, g_steal_pointer (&key)))
        alerts_add_news (alerts, ticket, subject, news, one, clock, receiver);
    }
}

/* What was told of a clock that is over is taken back, where somebody keeps it open; and that it is acknowledged, is
 * told. */
static bool
tell_news (TmDb *db, TmAlerts *alerts, const TmEscalationFacts *facts, const TmTicketFacts *ticket,
           const char *subject, GError **error)
{
  g_autoptr (GHashTable) heard = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < ticket->notified->len; i++)
    {
      TmNotified *one = g_ptr_array_index (ticket->notified, i);
      const TmClock *clock;
      TmNews news = escalation_news (facts, one, &clock);
      if (news == TM_NEWS_NONE)
        continue;
      add_news (alerts, ticket, subject, news, one, clock, heard);
      one->is_ack_told = true;
      if (news == TM_NEWS_OVER)
        one->told[0] = '\0';
      if (!set_notified (db, ticket->id, one, error))
        return false;
    }
  return true;
}

/* Somebody was paged: the clock in which he has to acknowledge it runs from now on. */
static bool
start_ack (TmDb *db, const TmSite *site, TmTicketFacts *ticket, gint64 now, GError **error)
{
  g_auto (TmClockwork) work = { .clocks = NULL };
  g_autoptr (TmPlan) plan = plan_new (TM_ACTION_CHANGE);
  plan->ticket = ticket->id;
  clockwork_init_ticket (&work, site, ticket, now);
  guint n_before = work.clocks->len;
  clockwork_paged (&work);
  if (work.clocks->len == n_before)
    return true;
  plan_take_clocks (plan, &work, "desk", false);
  g_clear_pointer (&ticket->clocks, g_ptr_array_unref);
  ticket->clocks = g_ptr_array_ref (plan->clocks);
  return apply_plan (db, NULL, NULL, plan, now, NULL, error);
}

static void
keep_told (GArray *list, gint64 ticket, const TmNotified *notified, const char *before, const char *told)
{
  Told one = { .ticket = ticket, .row = *notified, .told = g_strdup (told) };
  one.row.told = g_strdup (before);
  one.row.acked_by = g_strdup (notified->acked_by);
  g_array_append_val (list, one);
}

static bool
tell_all (TmDb *db, NotifyTask *notify, TmAlerts *alerts, TmTicketFacts *ticket, const char *subject, GArray *rows,
          GError **error)
{
  const TmEscalationFacts facts = escalation_facts (notify->hold.site, ticket);
  g_autoptr (GArray) list = escalation_due (&facts, alerts->now);
  bool pages = false;
  for (guint i = 0; i < list->len; i++)
    {
      const TmNotification *one = &g_array_index (list, TmNotification, i);
      const TmNotified *earlier = escalation_find (ticket->notified, one->clock->metric, one->clock->cycle, one->kind,
                                                   one->step->level);
      g_autofree char *before = g_strdup (earlier != NULL ? earlier->told : "");
      g_autoptr (GString) missed = g_string_new (NULL);
      g_autofree char *told = tell (alerts, &facts, ticket, subject, one, missed, &pages);
      keep_told (rows, ticket->id, escalation_mark (ticket, one, told, alerts->now), before, told);
      if (!add_event (db, ticket->id, one, told, missed->str, alerts->now, error))
        return false;
    }
  notify->result.n_told += list->len;
  return !pages || start_ack (db, notify->hold.site, ticket, alerts->now, error);
}

static bool
notify_ticket (TmDb *db, NotifyTask *notify, TmAlerts *alerts, const TmDueTicket *due, GArray *rows, GError **error)
{
  g_autoptr (TmTicketFacts) ticket = NULL;
  gint64 merged_into;
  if (!lookup_ticket (db, due->id, &ticket, &merged_into, error))
    return false;
  if (ticket == NULL)
    return true;
  if (!tell_all (db, notify, alerts, ticket, due->subject, rows, error))
    return false;
  const TmEscalationFacts facts = escalation_facts (notify->hold.site, ticket);
  if (!tell_news (db, alerts, &facts, ticket, due->subject, error))
    return false;
  /* Whatever a damaged row says: no ticket is looked at twice in a second. */
  gint64 next_at = MAX (escalation_next (&facts, alerts->now), alerts->now + 1);
  return db_run (db, SQL_SET_NOTIFY, DB_VALUES (value_int (ticket->id), value_instant (next_at)), error);
}

/* A digest is no page about a clock: a pager has nothing of it that could be acknowledged or taken back. */
static char *
without_digests (const TmAlerts *alerts, const char *told)
{
  g_auto (GStrv) names = g_strsplit (told, " ", -1);
  GString *left = g_string_new (NULL);
  for (char **name = names; *name != NULL; name++)
    {
      const TmAlertGroup *group = g_hash_table_lookup (alerts->by_to, *name);
      if (group == NULL || group->receiver == NULL || !alert_group_is_digest (group))
        g_string_append_printf (left, "%s%s", left->len > 0 ? " " : "", *name);
    }
  return g_string_free (left, FALSE);
}

static bool
write_rows (TmDb *db, const TmAlerts *alerts, GArray *rows, GError **error)
{
  for (guint i = 0; i < rows->len; i++)
    {
      Told *told = &g_array_index (rows, Told, i);
      g_autofree char *left = without_digests (alerts, told->told);
      g_autofree char *before = g_steal_pointer (&told->row.told);
      told->row.told = escalation_unite (before, left);
      if (!set_notified (db, told->ticket, &told->row, error))
        return false;
    }
  return true;
}

/* --- what goes out --- */

static bool
add_alerts (TmDb *db, const GPtrArray *list, gint64 now, GError **error)
{
  for (guint i = 0; i < list->len; i++)
    {
      const TmAlert *alert = g_ptr_array_index (list, i);
      if (!outbox_add (db, alert->outgoing, alert->ticket, 0, now, error))
        return false;
    }
  return true;
}

/* For the next transaction of the run; `row` 0: they went out one by one. */
static void
keep_group (NotifyTask *notify, const TmAlertGroup *group, gint64 row)
{
  Digest *digest = g_new0 (Digest, 1);
  *digest = (Digest) { row, group->n, group->n_lines, g_strdup (group->lines->str) };
  g_hash_table_replace (notify->after, g_strdup (group->to), digest);
}

/* Into the row that waits already, else into one of its own; when there is something new. */
static bool
add_digest (TmDb *db, NotifyTask *notify, const TmAlerts *alerts, TmAlertGroup *group, bool is_more, GError **error)
{
  const Digest *before = g_hash_table_lookup (notify->before, group->to);
  if (before != NULL && before->row != 0 && before->n == group->n)
    {
      keep_group (notify, group, before->row);
      return true;
    }
  notify->result.n_mails++;
  g_autoptr (TmOutgoing) outgoing = alert_digest (alerts, group);
  gint64 n_grown = 0;
  if (group->digest != 0
      && (!db_run (db, SQL_OUTBOX_GROW,
                   DB_VALUES (value_int (group->digest), value_text (outgoing->subject), value_text (outgoing->text),
                              value_int (TM_OUTBOX_WAITING)),
                   error)
          || !db_get_int (db, SQL_CHANGES, NULL, 0, &n_grown, error)))
    return false;
  outgoing->not_before = is_more ? alerts->now + DIGEST_WAIT_S : 0;
  if (n_grown == 0 && !outbox_add (db, outgoing, 0, 0, alerts->now, error))
    return false;
  keep_group (notify, group, n_grown == 0 ? db_last_id (db) : group->digest);
  return true;
}

static void
take_before (NotifyTask *notify, TmAlerts *alerts)
{
  GHashTableIter iter;
  gpointer address, data;
  g_hash_table_iter_init (&iter, notify->before);
  while (g_hash_table_iter_next (&iter, &address, &data))
    {
      const Digest *digest = data;
      TmAlertGroup *group = alerts_group (alerts, address);
      group->digest = digest->row;
      group->n = digest->n;
      group->n_lines = digest->n_lines;
      g_string_assign (group->lines, digest->lines);
    }
}

static bool
write_groups (TmDb *db, NotifyTask *notify, const TmAlerts *alerts, bool is_more, GError **error)
{
  for (guint i = 0; i < alerts->groups->len; i++)
    {
      TmAlertGroup *group = g_ptr_array_index (alerts->groups, i);
      bool is_digest = alert_group_is_digest (group);
      if (!(is_digest ? add_digest (db, notify, alerts, group, is_more, error)
                      : add_alerts (db, group->alerts, alerts->now, error)))
        return false;
      if (is_digest)
        continue;
      notify->result.n_mails += group->alerts->len;
      keep_group (notify, group, 0);
    }
  notify->result.n_mails += alerts->news->len;
  return add_alerts (db, alerts->news, alerts->now, error);
}

static bool
run_task (TmDb *db, TmTask *task, gint64 now, GError **refusal_out G_GNUC_UNUSED, GError **error)
{
  NotifyTask *notify = (NotifyTask *) task;
  g_auto (TmAlerts) alerts = { .groups = NULL };
  g_autoptr (GArray) list = NULL;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Told));
  g_array_set_clear_func (rows, told_clear);
  notify->result = (TmNotifyResult) { 0 };
  g_hash_table_remove_all (notify->after);
  alerts_init (&alerts, notify->hold.site, notify->at != 0 ? notify->at : now);
  take_before (notify, &alerts);
  if (!due_find (db, SQL_NOTIFY_DUE, alerts.now, NOTIFY_TICKETS, &list, error))
    return false;
  for (guint i = 0; i < list->len; i++)
    if (!notify_ticket (db, notify, &alerts, &g_array_index (list, TmDueTicket, i), rows, error))
      return false;
  if (!write_rows (db, &alerts, rows, error))
    return false;
  notify->result.n_tickets = list->len;
  return write_groups (db, notify, &alerts, list->len == NOTIFY_TICKETS, error);
}

bool
store_notify (TmStore *store, const TmPolicyHold *hold, TmNotifyRun *run, gint64 at, gint64 deadline_us,
              TmNotifyResult *result_out, GError **error)
{
  NotifyTask *notify = g_new0 (NotifyTask, 1);
  task_init (&notify->task, run_task, free_task);
  notify->hold = *hold;
  notify->hold.ref (hold->policy);
  notify->at = at;
  notify->before = copy_digests (run->digests);
  notify->after = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, digest_free);
  bool ok = store_run_task (store, &notify->task, deadline_us, error);
  if (ok)
    {
      g_hash_table_unref (run->digests);
      run->digests = copy_digests (notify->after);
      *result_out = notify->result;
    }
  task_unref (&notify->task);
  return ok;
}

bool
reader_next_notification (TmReader *reader, gint64 *at_out, GError **error)
{
  return db_get_int (reader->db, SQL_NEXT_NOTIFY, NULL, TM_NEVER, at_out, error);
}
