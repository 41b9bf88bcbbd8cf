/* SPDX-License-Identifier: BSD-2-Clause */
/* Acknowledgements in the database: the windows that their limits look at, what makes them wait, what drops them. */
#include "base/clock.h"
#include "core/acknowledge.h"
#include "store/db.h"
#include "store/store.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"
#include "tests/unit/plan_site.h"

#include <string.h>

static TmStoreBed *
bed_that_acknowledges (void)
{
  TmStoreBed *bed = bed_new ();
  TmAgent *anna = agent_new ("anna");
  g_ptr_array_add (anna->logins, g_strdup ("anna"));
  g_ptr_array_add (anna->addresses, g_strdup ("anna@example.com"));
  g_ptr_array_add (bed->site->agents, anna);
  g_ptr_array_add (((TmQueue *) bed->site->queues->pdata[0])->agents, g_strdup ("anna"));
  plan_site_acknowledges (bed->site);
  site_index (bed->site);
  bed_open (bed);
  return bed;
}

/* Whether a mail from `from` about `subject` is acknowledged; `last_out` (NULL: not asked): as the last one. */
static bool
write_mail (TmStoreBed *bed, const char *from, const char *subject, bool *last_out)
{
  static unsigned n;
  g_autofree char *id = g_strdup_printf ("%u@acme.example", n++);
  const TmMailSpec spec = { .from = from, .subject = subject, .message_id = id, .text = "x" };
  TmInbound *inbound = maker_inbound (bed->site, &spec);
  inbound_classify (inbound);
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  inbound_unref (inbound);
  ck_assert_ptr_nonnull (plan->ack);
  if (last_out != NULL)
    *last_out = plan->ack->is_last;
  gint64 rows = bed_count (bed, "SELECT count(*) FROM outbox WHERE kind = 'ack' AND ticket ="
                                " (SELECT max (id) FROM ticket)");
  gint64 events = bed_count (bed, "SELECT count(*) FROM event WHERE action = 'acknowledgement' AND ticket ="
                                  " (SELECT max (id) FROM ticket)");
  ck_assert_int_eq (rows, plan->ack->to != NULL);
  ck_assert_int_eq (events, 1);
  return rows == 1;
}

static void
pass_time (TmStoreBed *bed, int seconds)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE outbox SET created_at = created_at - %d", seconds);
  bed_sql (bed, sql);
}

/* --- windows --- */

typedef struct
{
  int later;           /* seconds after the mail before */
  const char *from, *subject;
  bool is_sent;
  const char *before;  /* SQL */
} Mail;

/* Each in a database of its own, by the limits of the defaults; ended by a NULL sender. */
static const Mail courses[][16] = {
  { { 0, "eve@acme.example", "A", true, NULL },
    { 0, "eve+a@acme.example", "B", true, NULL },
    { 0, "eve+b@acme.example", "C", true, NULL },
    { 0, "eve+c@acme.example", "D", false, NULL },
    { 0, "joe@acme.example", "E", true, NULL },
    { 3590, "eve@acme.example", "F", false, NULL },
    { 12, "eve@acme.example", "G", true, NULL },
    { 0, NULL, NULL, false, NULL } },
  { { 0, "eve@acme.example", "A", true, NULL },
    { 0, "eve@acme.example", "B", true, NULL },
    { 0, "eve@acme.example", "C", true, NULL },
    { 3602, "eve@acme.example", "D", true, NULL },
    { 0, "eve@acme.example", "E", true, NULL },
    { 0, "eve@acme.example", "F", true, NULL },
    { 3602, "eve@acme.example", "G", true, NULL },
    { 0, "eve@acme.example", "H", true, NULL },
    { 0, "eve@acme.example", "I", true, NULL },
    { 3602, "eve@acme.example", "J", true, NULL },
    { 0, "eve@acme.example", "K", false, NULL },
    { 86400 - 3 * 3602 - 60, "eve@acme.example", "L", false, NULL },
    { 62, "eve@acme.example", "M", true, NULL },
    { 0, NULL, NULL, false, NULL } },
  { { 0, "eve@acme.example", "Fire", true, NULL },
    { 0, "eve+x@acme.example", "RE: fire", false, NULL },
    { 0, "joe@acme.example", "Fire", true, NULL },
    { 10790, "eve@acme.example", "Fire", false, NULL },
    { 12, "eve@acme.example", "Fire", true, NULL },
    { 0, NULL, NULL, false, NULL } },
  /* Those that were dropped before they went out do not count; whether they were sent does not matter. */
  { { 0, "eve@acme.example", "A", true, NULL },
    { 0, "eve@acme.example", "B", true, "UPDATE outbox SET state = 6, ended_at = 1" },
    { 0, "eve@acme.example", "C", true, NULL },
    { 0, "eve@acme.example", "D", true, NULL },
    { 0, "eve@acme.example", "E", false, "UPDATE outbox SET state = 3, ended_at = 1 WHERE state = 1" },
    { 0, NULL, NULL, false, NULL } },
  /* What it was about is gone. */
  { { 0, "eve@acme.example", "A", true, NULL },
    { 0, "eve@acme.example", "A", true, "UPDATE outbox SET message = NULL" },
    { 0, NULL, NULL, false, NULL } },
  { { 0, "eve@acme.example", "A", true, NULL },
    { 0, "eve@acme.example", "B", false, "INSERT INTO silenced VALUES ('eve@acme.example', 1, 'x', NULL, NULL)" },
    { 0, "joe@acme.example", "C", true, NULL },
    { 0, NULL, NULL, false, NULL } },
};

START_TEST (windows)
{
  g_autoptr (TmStoreBed) bed = bed_that_acknowledges ();
  for (const Mail *mail = courses[_i]; mail->from != NULL; mail++)
    {
      pass_time (bed, mail->later);
      if (mail->before != NULL)
        bed_sql (bed, mail->before);
      ck_assert_msg (write_mail (bed, mail->from, mail->subject, NULL) == mail->is_sent, "course %d: %s %s", _i,
                     mail->from, mail->subject);
    }
}
END_TEST

/* Senders do not matter, nor what became of it. */
START_TEST (flood)
{
  g_autoptr (TmStoreBed) bed = bed_that_acknowledges ();
  bool is_last;
  bed->site->ack.minute = 5;
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *from = g_strdup_printf ("user%d@acme.example", i);
      ck_assert (write_mail (bed, from, "x", &is_last));
      ck_assert_int_eq (is_last, i == 4);
      pass_time (bed, i < 4 ? 10 : 0);
    }
  bed_sql (bed, "UPDATE outbox SET state = 6, ended_at = 1");
  ck_assert (!write_mail (bed, "user6@acme.example", "x", &is_last));
  ck_assert (!is_last);
  pass_time (bed, 3590);
  ck_assert (!write_mail (bed, "user7@acme.example", "x", NULL));
  pass_time (bed, 12);
  ck_assert (write_mail (bed, "user8@acme.example", "x", &is_last));
  ck_assert (!is_last);
}
END_TEST

/* Slower than that there is no end to them. */
START_TEST (no_flood)
{
  g_autoptr (TmStoreBed) bed = bed_that_acknowledges ();
  bed->site->ack.minute = 5;
  for (int i = 0; i < 12; i++)
    {
      bool is_last;
      g_autofree char *from = g_strdup_printf ("user%d@acme.example", i);
      ck_assert (write_mail (bed, from, "x", &is_last));
      ck_assert (!is_last);
      pass_time (bed, 16);
    }
}
END_TEST

/* Every look-up goes by an index, also with a million rows. */
START_TEST (by_index)
{
  static const struct
  {
    TmSql sql;
    const char *index;
  } statements[] = { { SQL_ACK_EARLIER, "outbox_rate" },
                     { SQL_ACK_NEWEST, "outbox_made" },
                     { SQL_ACK_DELAY, "outbox_ack" },
                     { SQL_ACK_DROP, "outbox_ack" } };
  g_autoptr (TmStoreBed) bed = bed_that_acknowledges ();
  g_autoptr (TmDb) db = NULL;
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  ck_assert (db_open (bed->path, DB_READ, &db, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      g_autofree char *sql = g_strconcat ("EXPLAIN QUERY PLAN ", schema_statements[statements[i].sql], NULL);
      g_ptr_array_set_size (lines, 0);
      ck_assert (db_read_lines (db, sql, lines, NULL));
      const char *first = lines->len > 0 ? g_ptr_array_index (lines, 0) : "";
      ck_assert_msg (strstr (first, statements[i].index) != NULL, "%s: %s", sql, first);
      for (guint k = 0; k < lines->len; k++)
        ck_assert_msg (strstr (g_ptr_array_index (lines, k), "TEMP B-TREE") == NULL, "%s sorts", sql);
    }
}
END_TEST

/* --- waiting --- */

static gint64
next_at (TmStoreBed *bed)
{
  return bed_count (bed, "SELECT next_at FROM outbox WHERE kind = 'ack'");
}

static void
send_again (TmStoreBed *bed, const TmMailSpec *spec)
{
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, spec);
  inbound_classify (inbound);
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  ck_assert_int_eq (plan->ticket, 1);
}

START_TEST (waits_anew)
{
  static const TmMailSpec first = { .subject = "Fire", .message_id = "one@acme.example", .text = "x" };
  static const TmMailSpec answer = { .subject = "Re: Fire", .message_id = "two@acme.example", .text = "y",
                                     .in_reply_to = "one@acme.example" };
  g_autoptr (TmStoreBed) bed = bed_that_acknowledges ();
  gint64 before = clock_now ();
  send_again (bed, &first);
  ck_assert_int_ge (next_at (bed), before + 30);
  bed_sql (bed, "UPDATE outbox SET next_at = 1000");
  send_again (bed, &first);
  ck_assert_int_ge (next_at (bed), before + 30);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM outbox"), 1);
  /* Nor earlier than it was to be, nor for another message, nor once it is sent. */
  bed_sql (bed, "UPDATE outbox SET next_at = 9000000000");
  send_again (bed, &first);
  ck_assert_int_eq (next_at (bed), 9000000000);
  send_again (bed, &answer);
  bed_sql (bed, "UPDATE outbox SET next_at = 1000");
  send_again (bed, &answer);
  ck_assert_int_eq (next_at (bed), 1000);
  bed_sql (bed, "UPDATE outbox SET state = 2");
  send_again (bed, &first);
  ck_assert_int_eq (next_at (bed), 1000);
}
END_TEST

/* --- what drops it --- */

static const struct
{
  TmChangeKind kind;
  const char *setting, *text;
  gint64 into;
  const char *before; /* SQL */
  TmOutboxState state; /* of ticket 1's afterwards */
  const char *why;
} drops[] = {
  { TM_CHANGE_MERGE, NULL, NULL, 2, NULL, TM_OUTBOX_CANCELLED, "merged" },
  { TM_CHANGE_SET, "status=spam", NULL, 0, NULL, TM_OUTBOX_CANCELLED, "spam" },
  { TM_CHANGE_SET, "status=resolved", NULL, 0, NULL, TM_OUTBOX_CANCELLED, "resolved" },
  { TM_CHANGE_CLOSE, NULL, NULL, 0, NULL, TM_OUTBOX_CANCELLED, "closed" },
  { TM_CHANGE_RECORD, NULL, "quiet", 0, NULL, TM_OUTBOX_CANCELLED, "quiet" },
  { TM_CHANGE_REPLY, NULL, "We are on it.", 0, NULL, TM_OUTBOX_CANCELLED, "answered" },
  { TM_CHANGE_ANSWERED, NULL, NULL, 0, NULL, TM_OUTBOX_CANCELLED, "answered" },
  { TM_CHANGE_RECORD, NULL, "ack", 0, NULL, TM_OUTBOX_WAITING, NULL },
  { TM_CHANGE_NOTE, NULL, "Not now.", 0, NULL, TM_OUTBOX_WAITING, NULL },
  { TM_CHANGE_SET, "assignee=anna", NULL, 0, NULL, TM_OUTBOX_WAITING, NULL },
  { TM_CHANGE_CLOSE, NULL, NULL, 0, "UPDATE outbox SET state = 2", TM_OUTBOX_SENDING, NULL },
  { TM_CHANGE_CLOSE, NULL, NULL, 0, "UPDATE outbox SET state = 3, ended_at = 1", TM_OUTBOX_SENT, NULL },
};

START_TEST (dropped)
{
  g_autoptr (TmStoreBed) bed = bed_that_acknowledges ();
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TmChange) change = change_new (drops[_i].kind, 1);
  ck_assert (write_mail (bed, "eve@acme.example", "A", NULL));
  ck_assert (write_mail (bed, "eve@acme.example", "B", NULL));
  if (drops[_i].before != NULL)
    bed_sql (bed, drops[_i].before);
  change->site = bed->site;
  change->into = drops[_i].into;
  change->text = g_strdup (drops[_i].text);
  change->channel = drops[_i].kind == TM_CHANGE_ANSWERED ? g_strdup ("phone") : NULL;
  if (drops[_i].setting != NULL)
    g_ptr_array_add (change->settings, g_strdup (drops[_i].setting));
  ck_assert (change_set_actor (change, "anna", "anna", NULL));
  ck_assert_msg (store_change (bed->store, change, clock_monotonic_us () + (gint64) BED_PATIENCE_S * 1000000, &plan,
                               &error), "%s", error != NULL ? error->message : "");
  ck_assert_int_eq (bed_count (bed, "SELECT state FROM outbox WHERE kind = 'ack' AND ticket = 1"), drops[_i].state);
  ck_assert_int_eq (bed_count (bed, "SELECT state IN (1, 2, 3) FROM outbox WHERE kind = 'ack' AND ticket = 2"), 1);
  g_autofree char *sql
      = g_strdup_printf ("SELECT count(*) FROM event WHERE ticket = 1 AND action = 'acknowledgement'"
                         " AND actor = 'agent:anna' AND instr (detail, '%s') > 0",
                         drops[_i].why != NULL ? drops[_i].why : "");
  ck_assert_int_eq (bed_count (bed, sql), drops[_i].why != NULL);
}
END_TEST

/* The row has all that is sent. */
START_TEST (written)
{
  g_autoptr (TmStoreBed) bed = bed_that_acknowledges ();
  ck_assert (write_mail (bed, "eve+x@acme.example", "Secret", NULL));
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM outbox WHERE recipients = 'eve+x@acme.example' AND state = 1"
                                    " AND rate_key = 'eve@acme.example' AND html = '<p>[example#1]</p>' || char (10)"
                                    " AND sender_purpose = '' AND reply_purpose = 'r' AND may_repeat = 0"
                                    " AND message = (SELECT max (id) FROM message) AND actor = 'desk'"
                                    " AND instr (text, 'Secret') = 0 AND subject = '[example#1] Arrived'"), 1);
}
END_TEST

SUITE_MAIN ("store-ack", tcase_add_loop_test (tc, windows, 0, G_N_ELEMENTS (courses)); tcase_add_test (tc, flood);
            tcase_add_test (tc, no_flood); tcase_add_test (tc, by_index); tcase_add_test (tc, waits_anew);
            tcase_add_loop_test (tc, dropped, 0, G_N_ELEMENTS (drops)); tcase_add_test (tc, written);)
