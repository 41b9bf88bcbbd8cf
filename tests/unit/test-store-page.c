/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages in the database: which of them start the clock in which they are to be acknowledged, what acknowledging ends,
 * and what pagers hear of it.
 */
#include "base/clock.h"
#include "core/alert.h"
#include "core/letter.h"
#include "store/notify.h"
#include "store/outbox.h"
#include "store/task.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <string.h>

enum { ACK_S = 600, REPEAT_S = 900, DEADLINE_US = 30 * G_USEC_PER_SEC };

static TmTarget *
seconds (gint64 s)
{
  const TmTarget made = { .kind = s > 0 ? TM_TARGET_ELAPSED : TM_TARGET_NONE, .amount = s, .unit = 's' };
  return g_memdup2 (&made, sizeof made);
}

static void
add_step (TmEscalation *escalation, TmMetric metric, guint level, gint64 repeat_s, const char *to)
{
  TmEscalationStep *step = escalation_add_step (escalation);
  step->metric = metric;
  step->level = level;
  step->lead = seconds (0);
  step->repeat = repeat_s > 0 ? seconds (repeat_s) : NULL;
  step->times = 3;
  g_auto (GStrv) words = g_strsplit (to, " ", -1);
  for (char **word = words; *word != NULL; word++)
    g_ptr_array_add (step->to, g_strdup (*word));
}

static void
add_receiver (TmSite *site, const char *id, TmReceiverKind kind, bool is_acked_outside)
{
  TmReceiver *receiver = receiver_new (id);
  receiver->kind = kind;
  receiver->is_acked_outside = is_acked_outside;
  receiver->address = kind == TM_RECEIVER_MAIL ? g_strconcat (id, "@example.com", NULL) : NULL;
  g_ptr_array_add (site->receivers, receiver);
}

static void
add_rota (TmSite *site)
{
  TmAgent *anna = agent_new ("anna");
  g_ptr_array_add (anna->addresses, g_strdup ("anna@example.com"));
  g_ptr_array_add (anna->addresses, g_strdup ("anna@phone.example"));
  g_ptr_array_add (anna->logins, g_strdup ("anna"));
  g_ptr_array_add (site->agents, anna);
  TmRota *rota = rota_new ("ops");
  rota->handover = g_new0 (TmHandover, 1);
  rota->handover->days = 1;
  g_ptr_array_add (rota->agents, g_strdup ("anna"));
  g_ptr_array_add (site->rotas, rota);
  TmQueue *queue = site->queues->pdata[0];
  queue->rota = g_strdup ("ops");
}

/* An overdue first response is told to `to`; what nobody acknowledges, to the pager `second`. */
static TmStoreBed *
open_bed (const char *to)
{
  TmStoreBed *bed = bed_new ();
  TmSite *site = bed->site;
  g_ptr_array_add (site->priorities, priority_new ("P1", "Urgent"));
  TmEscalation *escalation = escalation_new ("night");
  add_step (escalation, TM_METRIC_FIRST_RESPONSE, 1, REPEAT_S, to);
  add_step (escalation, TM_METRIC_ACK, 2, 0, "second");
  g_ptr_array_add (site->escalations, escalation);
  add_receiver (site, "desk", TM_RECEIVER_MAIL, false);
  add_receiver (site, "hook", TM_RECEIVER_EXEC, false);
  add_receiver (site, "second", TM_RECEIVER_GENERIC, false);
  add_receiver (site, "outside", TM_RECEIVER_PAGERDUTY, true);
  add_rota (site);
  TmServicePlan *plan = service_plan_new ("standard");
  TmTargets *targets = targets_new ("P1");
  targets->promises[TM_METRIC_FIRST_RESPONSE].target = seconds (1);
  targets->promises[TM_METRIC_ACK].target = seconds (ACK_S);
  g_ptr_array_add (plan->targets, targets);
  plan->default_priority = g_strdup ("P1");
  plan->escalation = g_strdup ("night");
  g_ptr_array_add (site->plans, plan);
  ((TmQueue *) site->queues->pdata[0])->plan = g_strdup ("standard");
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

static void
notify (TmStoreBed *bed, gint64 at)
{
  const TmPolicyHold hold = { bed->site, bed->site, hold_nothing, drop_nothing };
  g_autoptr (TmNotifyRun) run = notify_run_new ();
  TmNotifyResult result = { 0 };
  g_autoptr (GError) error = NULL;
  ck_assert_msg (store_notify (bed->store, &hold, run, at, clock_monotonic_us () + DEADLINE_US, &result, &error), "%s",
                 error != NULL ? error->message : "");
}

static gint64
open_ticket (TmStoreBed *bed, const char *id)
{
  const TmMailSpec spec = { .to = "support@example.com", .subject = id, .message_id = id, .text = "It hurts." };
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &spec);
  inbound->service_plan = inbound->queue->service_plan;
  inbound_classify (inbound);
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  ck_assert_int_eq (plan->action, TM_ACTION_OPEN);
  return plan->ticket;
}

/* What `ticketctl` would say. */
static char *
change (TmStoreBed *bed, TmChangeKind kind, gint64 ticket)
{
  g_autoptr (TmChange) change = change_new (kind, ticket);
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  change->site = bed->site;
  ck_assert (change_set_actor (change, "anna", "anna", NULL));
  ck_assert_msg (store_change (bed->store, change, clock_monotonic_us () + DEADLINE_US, &plan, &error), "%s",
                 error != NULL ? error->message : "");
  return g_strdup (plan->reason);
}

#define CLOCKS(where) bed_count (bed, "SELECT count (*) FROM clock WHERE metric = 2" where)
#define PAGES(where) bed_count (bed, "SELECT count (*) FROM outbox WHERE receiver IS NOT NULL" where)
#define MAILS(where) bed_count (bed, "SELECT count (*) FROM outbox WHERE receiver IS NULL" where)

/* --- what is a page --- */

static const struct
{
  const char *to;
  int n_clocks, n_mails, n_pages;
} told[] = {
  { "desk", 0, 1, 0 },
  { "ticket.assignee", 0, 0, 0 },
  { "queue.rota", 1, 1, 0 },
  { "hook", 1, 0, 1 },
  { "outside", 0, 0, 1 },
  { "outside queue.rota", 1, 1, 1 },
  { "desk hook outside", 1, 1, 2 },
};

START_TEST (starts_a_clock)
{
  g_autoptr (TmStoreBed) bed = open_bed (told[_i].to);
  open_ticket (bed, "one@a.example");
  gint64 at = clock_now () + 2;
  notify (bed, at);
  ck_assert_int_eq (CLOCKS (""), told[_i].n_clocks);
  ck_assert_int_eq (MAILS (""), told[_i].n_mails);
  ck_assert_int_eq (PAGES (""), told[_i].n_pages);
  ck_assert_int_eq (MAILS (" AND recipients = 'anna@example.com' AND reply_purpose = 'k'"
                           " AND text LIKE '%acknowledges%'"),
                    strstr (told[_i].to, "rota") != NULL);
  if (told[_i].n_clocks == 0)
    return;
  g_autofree char *is_due = g_strdup_printf ("SELECT count (*) FROM clock JOIN ticket AS t ON t.id = 1 WHERE metric = 2"
                                             " AND cycle = 1 AND started_at = %" G_GINT64_FORMAT
                                             " AND due_at = started_at + 600 AND t.notify_at = due_at + 1",
                                             at);
  ck_assert_int_eq (bed_count (bed, is_due), 1);
}
END_TEST

/* --- acknowledging --- */

START_TEST (nobody_acknowledges)
{
  g_autoptr (TmStoreBed) bed = open_bed ("queue.rota");
  open_ticket (bed, "one@a.example");
  gint64 at = clock_now () + 2;
  notify (bed, at);
  notify (bed, at + ACK_S);
  ck_assert_int_eq (PAGES (""), 0);
  notify (bed, at + ACK_S + 1);
  ck_assert_int_eq (PAGES (" AND receiver = 'second' AND page LIKE '%event=trigger%' AND page LIKE '%metric=ack%'"
                           " AND page LIKE '%level=2%'"),
                    1);
  ck_assert_int_eq (CLOCKS (""), 1); /* the page of the next level is the same trouble */
  notify (bed, at + REPEAT_S);
  ck_assert_int_eq (MAILS (""), 2);
}
END_TEST

START_TEST (somebody_acknowledges)
{
  g_autoptr (TmStoreBed) bed = open_bed ("queue.rota hook outside");
  open_ticket (bed, "one@a.example");
  gint64 at = clock_now () + 2;
  notify (bed, at);
  g_autofree char *said = change (bed, TM_CHANGE_ACK, 1);
  ck_assert_str_eq (said, "the page is acknowledged");
  ck_assert_int_eq (CLOCKS (" AND met_at IS NOT NULL"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM event WHERE action = 'ack' AND actor = 'agent:anna'"), 1);
  ck_assert_int_le (bed_count (bed, "SELECT notify_at FROM ticket"), clock_now ());
  g_autofree char *again = change (bed, TM_CHANGE_ACK, 1);
  ck_assert_str_eq (again, "no page waits to be acknowledged");
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM event WHERE action = 'ack'"), 1);
  notify (bed, at + 1);
  notify (bed, at + 2);
  ck_assert_int_eq (PAGES (" AND page LIKE '%event=acknowledge%' AND page LIKE '%metric=first_response%'"
                           " AND actor = 'agent:anna'"),
                    2);
  notify (bed, at + 3 * REPEAT_S); /* no repeat, no next level */
  ck_assert_int_eq (MAILS (""), 1);
  ck_assert_int_eq (PAGES (" AND page LIKE '%event=trigger%'"), 2);
  g_free (change (bed, TM_CHANGE_CLOSE, 1));
  notify (bed, at + 3 * REPEAT_S);
  ck_assert_int_eq (PAGES (" AND page LIKE '%event=resolve%'"), 2);
  ck_assert_int_eq (PAGES (""), 6);
}
END_TEST

/* Over before anybody hears that it was acknowledged: that is all that is told. */
START_TEST (over_at_once)
{
  g_autoptr (TmStoreBed) bed = open_bed ("hook");
  open_ticket (bed, "one@a.example");
  gint64 at = clock_now () + 2;
  notify (bed, at);
  g_free (change (bed, TM_CHANGE_ACK, 1));
  g_free (change (bed, TM_CHANGE_CLOSE, 1));
  g_autofree char *said = change (bed, TM_CHANGE_ACK, 1);
  ck_assert_str_eq (said, "no page waits to be acknowledged");
  notify (bed, at + 1);
  ck_assert_int_eq (PAGES (" AND page LIKE '%event=acknowledge%'"), 0);
  ck_assert_int_eq (PAGES (" AND page LIKE '%event=resolve%'"), 1);
}
END_TEST

/* --- other languages --- */

START_TEST (in_german)
{
  g_autoptr (TmStoreBed) bed = open_bed ("queue.rota hook");
  ((TmQueue *) bed->site->queues->pdata[0])->language = g_strdup ("de");
  open_ticket (bed, "one@a.example");
  gint64 at = clock_now () + 2;
  notify (bed, at);
  ck_assert_int_eq (MAILS (" AND subject = '[example#1] Überfällig: Erste Antwort: one@a.example'"
                           " AND text LIKE 'Erste Antwort war fällig: %bestätigt den Alarm%'"),
                    1);
  g_free (change (bed, TM_CHANGE_ACK, 1));
  notify (bed, at + 1);
  ck_assert_int_eq (PAGES (" AND subject = '[example#1] Bestätigt: Erste Antwort: one@a.example'"), 1);
}
END_TEST

/* --- more than a handful --- */

/* A pager's digest is no page about a clock: nothing takes it back, and nothing says that it is acknowledged. */
START_TEST (digest_to_a_pager)
{
  enum { N = TM_ALERT_HANDFUL + 3 };
  g_autoptr (TmStoreBed) bed = open_bed ("hook desk");
  for (int i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%d@a.example", i);
      open_ticket (bed, id);
    }
  gint64 at = clock_now () + 60;
  notify (bed, at);
  ck_assert_int_eq (PAGES (" AND page LIKE '%kind=digest%' AND ticket IS NULL"), 1);
  ck_assert_int_eq (PAGES (""), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM notification WHERE told = 'desk'"), N);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM event WHERE detail LIKE '%hook desk%'"), N);
  for (int i = 0; i < N; i++)
    g_free (change (bed, i % 2 == 0 ? TM_CHANGE_CLOSE : TM_CHANGE_ACK, i + 1));
  notify (bed, at + 1);
  ck_assert_int_eq (PAGES (""), 1);
}
END_TEST

/* Whatever its size, some server on the way to who is on call would refuse it. */
START_TEST (large_request)
{
  enum { LARGE = 300 << 10, MOST = 257 << 10 };
  g_autoptr (TmStoreBed) bed = bed_new ();
  bed_open (bed);
  bed_sql (bed, "INSERT INTO outbox (kind, actor, recipients, sender_purpose, reply_purpose, subject, text, may_repeat,"
                " state, created_at, next_at, tries) VALUES ('alert', 'desk', 'anna@example.com', '', 'k', 'Page',"
                " 'Look.', 1, 1, 1, 1, 0)");
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (TmOutboxRow) row = NULL;
  ck_assert (reader_get_outgoing (reader, 1, &row, NULL));
  g_autoptr (TmLetterFacts) facts = letter_facts_new ();
  facts->has_message = true;
  facts->message_id = g_strdup ("");
  facts->message_from = g_strdup ("eve@acme.example");
  facts->message_subject = g_strdup ("Down");
  GString *text = g_string_new ("x");
  while (text->len < LARGE)
    g_string_append (text, "\303\244");
  facts->message_text = g_string_free (text, FALSE);
  for (int is_large = 0; is_large < 2; is_large++)
    {
      g_clear_pointer (&facts->raw, g_bytes_unref);
      facts->raw = g_bytes_new_take (g_strnfill (is_large ? LARGE : 1000, 'x'), is_large ? LARGE : 1000);
      g_autoptr (TmLetter) letter = letter_write (bed->site, row, TM_OUTGOING_ALERT, facts, 1);
      ck_assert (is_large == (letter->attached == NULL));
      ck_assert (g_str_has_prefix (letter->text, "Look.") && g_utf8_validate (letter->text, -1, NULL));
      ck_assert_uint_le (strlen (letter->text), MOST);
      ck_assert (is_large == (strstr (letter->text, "x\303\244") != NULL));
    }
}
END_TEST

SUITE_MAIN ("store-page", tcase_add_test (tc, large_request);
            tcase_add_loop_test (tc, starts_a_clock, 0, G_N_ELEMENTS (told));
            tcase_add_test (tc, nobody_acknowledges); tcase_add_test (tc, somebody_acknowledges);
            tcase_add_test (tc, over_at_once); tcase_add_test (tc, in_german); tcase_add_test (tc, digest_to_a_pager);)
