/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications in the database: when the next one is due moves with the clock, each goes out once, after downtime a
 * breach once and a warning not at all, and many in one mail.
 */
#include "base/clock.h"
#include "store/notify.h"
#include "store/outbox.h"
#include "store/task.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <string.h>

enum { TARGET_S = 3600, LEAD_S = 600, REPEAT_S = 900, DEADLINE_US = 30 * G_USEC_PER_SEC };

#define MOVED_ON "9223372036854775807"

static TmTarget *
seconds (gint64 s)
{
  const TmTarget made = { .kind = s > 0 ? TM_TARGET_ELAPSED : TM_TARGET_NONE, .amount = s, .unit = 's' };
  return g_memdup2 (&made, sizeof made);
}

static void
add_step (TmEscalation *escalation, gint64 lead_s, gint64 repeat_s, const char *to)
{
  TmEscalationStep *step = escalation_add_step (escalation);
  step->metric = TM_METRIC_FIRST_RESPONSE;
  step->lead = seconds (lead_s);
  step->repeat = repeat_s > 0 ? seconds (repeat_s) : NULL;
  step->times = 3;
  g_auto (GStrv) words = g_strsplit (to, " ", -1);
  for (char **word = words; *word != NULL; word++)
    g_ptr_array_add (step->to, g_strdup (*word));
}

static void
add_receiver (TmSite *site, const char *id)
{
  TmReceiver *receiver = receiver_new (id);
  receiver->kind = TM_RECEIVER_MAIL;
  receiver->address = g_strconcat (id, "@example.com", NULL);
  g_ptr_array_add (site->receivers, receiver);
}

/* Queue support has a plan that escalates, hosting has the same without. */
static TmStoreBed *
open_bed (void)
{
  static const char *const queues[] = { "support", "hosting" };
  TmStoreBed *bed = bed_new ();
  TmSite *site = bed->site;
  g_ptr_array_add (site->priorities, priority_new ("P1", "Urgent"));
  TmEscalation *escalation = escalation_new ("night");
  add_step (escalation, LEAD_S, 0, "desk");
  add_step (escalation, 0, REPEAT_S, "desk boss ticket.assignee");
  g_ptr_array_add (site->escalations, escalation);
  add_receiver (site, "desk");
  add_receiver (site, "boss");
  for (size_t i = 0; i < G_N_ELEMENTS (queues); i++)
    {
      TmServicePlan *plan = service_plan_new (queues[i]);
      TmTargets *targets = targets_new ("P1");
      targets->promises[TM_METRIC_FIRST_RESPONSE].target = seconds (TARGET_S);
      g_ptr_array_add (plan->targets, targets);
      plan->default_priority = g_strdup ("P1");
      plan->escalation = i == 0 ? g_strdup ("night") : NULL;
      g_ptr_array_add (site->plans, plan);
      ((TmQueue *) site->queues->pdata[i])->plan = g_strdup (queues[i]);
    }
  site_index (site);
  bed_open (bed);
  return bed;
}

static gpointer
hold_nothing (gpointer policy)
{
  return policy;
}

static void
drop_nothing (gpointer policy G_GNUC_UNUSED)
{
}

static TmNotifyResult
notify_at (TmStoreBed *bed, TmNotifyRun *run, gint64 at)
{
  const TmPolicyHold hold = { bed->site, bed->site, hold_nothing, drop_nothing };
  TmNotifyResult result = { 0 };
  g_autoptr (GError) error = NULL;
  ck_assert_msg (store_notify (bed->store, &hold, run, at, clock_monotonic_us () + DEADLINE_US, &result, &error), "%s",
                 error != NULL ? error->message : "");
  return result;
}

static TmNotifyResult
notify (TmStoreBed *bed, gint64 at)
{
  g_autoptr (TmNotifyRun) run = notify_run_new ();
  return notify_at (bed, run, at);
}

static gint64
open_ticket (TmStoreBed *bed, const char *to, const char *id)
{
  const TmMailSpec spec = { .to = to, .subject = id, .message_id = id, .text = "It hurts." };
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &spec);
  inbound->service_plan = inbound->queue->service_plan;
  inbound_classify (inbound);
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  ck_assert_int_eq (plan->action, TM_ACTION_OPEN);
  return plan->ticket;
}

#define COUNT(where) bed_count (bed, "SELECT count (*) FROM outbox WHERE kind = 'alert'" where)
#define DUE_AT "(SELECT due_at FROM clock WHERE ticket = 1 AND metric = 3)"

START_TEST (next_stands_with_the_ticket)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  ck_assert_int_eq (open_ticket (bed, "support@example.com", "one@a.example"), 1);
  ck_assert_int_eq (open_ticket (bed, "hosting@example.com", "two@a.example"), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT notify_at - " DUE_AT " FROM ticket WHERE id = 1"), -LEAD_S);
  ck_assert_int_eq (bed_count (bed, "SELECT notify_at IS NULL FROM ticket WHERE id = 2"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM notification"), 0);
  g_autoptr (TmReader) reader = bed_reader (bed);
  gint64 at = 0;
  ck_assert (reader_next_notification (reader, &at, NULL));
  ck_assert_int_eq (at, bed_count (bed, "SELECT " DUE_AT) - LEAD_S);
}
END_TEST

/* An answer meets the clock, and nothing is told of it any more. */
START_TEST (met_clock)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  open_ticket (bed, "support@example.com", "one@a.example");
  gint64 due_at = bed_count (bed, "SELECT " DUE_AT);
  g_autoptr (TmChange) change = change_new (TM_CHANGE_CLOSE, 1);
  g_autoptr (TmPlan) plan = NULL;
  change->site = bed->site;
  ck_assert (change_set_actor (change, "joe", "joe", NULL));
  ck_assert (store_change (bed->store, change, clock_monotonic_us () + DEADLINE_US, &plan, NULL));
  ck_assert_int_eq (bed_count (bed, "SELECT notify_at = " MOVED_ON " FROM ticket WHERE id = 1"), 1);
  ck_assert_uint_eq (notify (bed, due_at + 1).n_tickets, 0);
  ck_assert_int_eq (COUNT (""), 0);
}
END_TEST

START_TEST (each_goes_out_once)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  open_ticket (bed, "support@example.com", "one@a.example");
  gint64 due_at = bed_count (bed, "SELECT " DUE_AT);
  ck_assert_uint_eq (notify (bed, due_at - LEAD_S - 1).n_tickets, 0);
  ck_assert_uint_eq (notify (bed, due_at - LEAD_S).n_told, 1);
  ck_assert_int_eq (COUNT (" AND recipients = 'desk@example.com' AND subject LIKE '%#1] Due soon: first response:%'"),
                    1);
  ck_assert_int_eq (bed_count (bed, "SELECT notify_at - " DUE_AT " FROM ticket WHERE id = 1"), 1);
  /* the clock goes back, and on again */
  ck_assert_uint_eq (notify (bed, due_at - LEAD_S - 3600).n_tickets, 0);
  ck_assert_uint_eq (notify (bed, due_at - LEAD_S).n_tickets, 0);
  ck_assert_uint_eq (notify (bed, due_at + 1).n_told, 1);
  ck_assert_int_eq (COUNT (" AND subject LIKE '%#1] Overdue: first response:%'"), 2);
  ck_assert_int_eq (COUNT (" AND recipients = 'boss@example.com' AND may_repeat = 1 AND reply_purpose = 'n'"), 1);
  for (gint64 i = 1; i <= 3; i++)
    ck_assert_uint_eq (notify (bed, due_at + 1 + i * REPEAT_S).n_told, 1);
  ck_assert_int_eq (COUNT (""), 1 + 2 * 4);
  ck_assert_int_eq (bed_count (bed, "SELECT notify_at = " MOVED_ON " FROM ticket WHERE id = 1"), 1);
  ck_assert_uint_eq (notify (bed, due_at + 30 * REPEAT_S).n_tickets, 0);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM notification"), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT number FROM notification WHERE kind = 2 AND told = 'desk boss'"), 3);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM event WHERE action = 'warning' AND ticket = 1"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM event WHERE action = 'breach' AND ticket = 1"
                                    " AND detail LIKE '%ticket.assignee: nobody has the ticket%'"),
                    4);
}
END_TEST

/* A day later: no warning any more, the breach once, and one mail for each of the two. */
START_TEST (after_downtime)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  open_ticket (bed, "support@example.com", "one@a.example");
  gint64 due_at = bed_count (bed, "SELECT " DUE_AT);
  const TmNotifyResult result = notify (bed, due_at + 86400);
  ck_assert_uint_eq (result.n_told, 1);
  ck_assert_uint_eq (result.n_mails, 2);
  ck_assert_int_eq (COUNT (" AND subject LIKE '%Overdue%' AND text LIKE '%Told again, time 3.%'"), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT notify_at = " MOVED_ON " FROM ticket WHERE id = 1"), 1);
}
END_TEST

/* More tickets than one transaction takes: a mail for each mailbox, which grows. */
START_TEST (many_in_one_mail)
{
  enum { N = NOTIFY_TICKETS + 50 };
  g_autoptr (TmStoreBed) bed = open_bed ();
  g_autoptr (TmNotifyRun) run = notify_run_new ();
  for (int i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%d@a.example", i);
      open_ticket (bed, "support@example.com", id);
    }
  gint64 at = clock_now () + 86400;
  ck_assert_uint_eq (notify_at (bed, run, at).n_tickets, NOTIFY_TICKETS);
  ck_assert_int_eq (COUNT (" AND next_at > created_at"), 2);
  ck_assert_uint_eq (notify_at (bed, run, at).n_tickets, N - NOTIFY_TICKETS);
  ck_assert_uint_eq (notify_at (bed, run, at).n_tickets, 0);
  ck_assert_int_eq (COUNT (""), 2);
  g_autofree char *sql
      = g_strdup_printf ("SELECT count (*) FROM outbox WHERE subject LIKE '[example] %d clocks%%' AND ticket IS NULL"
                         " AND text LIKE '%%[example#1] first response%%' AND text LIKE '%%%d more: %%'",
                         N, N - 200);
  ck_assert_int_eq (bed_count (bed, sql), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM notification WHERE kind = 2"), N);
}
END_TEST

/* What is being sent is not touched: the rest goes into another one. */
START_TEST (digest_that_is_gone)
{
  enum { N = NOTIFY_TICKETS + 1 };
  g_autoptr (TmStoreBed) bed = open_bed ();
  g_autoptr (TmNotifyRun) run = notify_run_new ();
  for (int i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%d@a.example", i);
      open_ticket (bed, "support@example.com", id);
    }
  gint64 at = clock_now () + 86400;
  notify_at (bed, run, at);
  bed_sql (bed, "UPDATE outbox SET state = 3 WHERE recipients = 'desk@example.com'");
  notify_at (bed, run, at);
  ck_assert_int_eq (COUNT (" AND recipients = 'desk@example.com'"), 2);
  ck_assert_int_eq (COUNT (" AND recipients = 'boss@example.com'"), 1);
  bed_sql (bed, "UPDATE outbox SET state = 3");
  ck_assert_uint_eq (notify_at (bed, run, at).n_mails, 0); /* nothing new, nothing sent */
  ck_assert_int_eq (COUNT (""), 3);
}
END_TEST

/* A handful is one of the whole run, not of each transaction. */
START_TEST (few_at_a_time)
{
  enum { RUNS = 4, AT_ONCE = 2 };
  g_autoptr (TmStoreBed) bed = open_bed ();
  g_autoptr (TmNotifyRun) run = notify_run_new ();
  gint64 at = clock_now () + 86400;
  for (int i = 0; i < RUNS * AT_ONCE; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%d@a.example", i);
      open_ticket (bed, "support@example.com", id);
      if (i % AT_ONCE == AT_ONCE - 1)
        ck_assert_uint_eq (notify_at (bed, run, at).n_tickets, AT_ONCE);
    }
  ck_assert_int_eq (COUNT (" AND recipients = 'desk@example.com' AND ticket IS NOT NULL"), 4);
  ck_assert_int_eq (COUNT (" AND recipients = 'desk@example.com' AND ticket IS NULL"
                           " AND subject LIKE '[example] 8 clocks%'"),
                    1);
}
END_TEST

/* A pager gets each notification, and hears once that the clock is over. */
START_TEST (pager)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  TmReceiver *receiver = receiver_new ("hook");
  receiver->kind = TM_RECEIVER_EXEC;
  g_ptr_array_add (bed->site->receivers, receiver);
  const TmEscalation *night = bed->site->escalations->pdata[0];
  for (guint i = 0; i < night->steps->len; i++)
    g_ptr_array_add (((TmEscalationStep *) night->steps->pdata[i])->to, g_strdup ("hook"));
  open_ticket (bed, "support@example.com", "one@a.example");
  gint64 due_at = bed_count (bed, "SELECT " DUE_AT);
  notify (bed, due_at - LEAD_S);
  notify (bed, due_at + 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM outbox WHERE receiver = 'hook' AND ticket = 1"
                                    " AND page LIKE '%event=trigger%' AND page LIKE '%metric=first_response%'"),
                    2);
  g_autoptr (TmChange) change = change_new (TM_CHANGE_CLOSE, 1);
  g_autoptr (TmPlan) plan = NULL;
  change->site = bed->site;
  ck_assert (change_set_actor (change, "joe", "joe", NULL));
  ck_assert (store_change (bed->store, change, clock_monotonic_us () + DEADLINE_US, &plan, NULL));
  gint64 now = clock_now ();
  ck_assert_int_le (bed_count (bed, "SELECT notify_at FROM ticket WHERE id = 1"), now);
  ck_assert_uint_eq (notify (bed, now).n_tickets, 1);
  ck_assert_uint_eq (notify (bed, now + 1).n_tickets, 0);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM outbox WHERE receiver = 'hook' AND ticket = 1"
                                    " AND page LIKE '%event=resolve%' AND page LIKE '%cycle=1%'"),
                    1);
  ck_assert_int_eq (bed_count (bed, "SELECT notify_at = " MOVED_ON " FROM ticket WHERE id = 1"), 1);
}
END_TEST

SUITE_MAIN ("store-notify", tcase_add_test (tc, next_stands_with_the_ticket); tcase_add_test (tc, met_clock);
            tcase_add_test (tc, each_goes_out_once); tcase_add_test (tc, after_downtime);
            tcase_add_test (tc, many_in_one_mail); tcase_add_test (tc, digest_that_is_gone);
            tcase_add_test (tc, few_at_a_time); tcase_add_test (tc, pager);)
