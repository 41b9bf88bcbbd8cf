/* SPDX-License-Identifier: BSD-2-Clause */
/* Strangers who are asked to confirm their addresses, in the database: who is asked once, and what an answer
 * releases. */
#include "base/clock.h"
#include "core/acknowledge.h"
#include "core/sender.h"
#include "store/db.h"
#include "store/release.h"
#include "store/store.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"
#include "tests/unit/plan_site.h"

#include <string.h>

static TmStoreBed *
bed_that_holds (void)
{
  TmStoreBed *bed = bed_new ();
  bed->site->unknown_policy = TM_UNKNOWN_HOLD;
  plan_site_acknowledges (bed->site);
  site_index (bed->site);
  bed_open (bed);
  return bed;
}

static TmPlan *
submit (TmStoreBed *bed, const TmMailSpec *spec, bool is_auto)
{
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, spec);
  inbound->automatic.is_auto = inbound->automatic.no_answer = is_auto;
  sender_resolve (inbound);
  inbound_classify (inbound);
  return bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
}

/* A request from `from`, whether it is asked about. */
static bool
asks (TmStoreBed *bed, const char *from)
{
  static unsigned n;
  g_autofree char *id = g_strdup_printf ("%u@acme.example", n++);
  const TmMailSpec spec = { .from = from, .subject = id, .message_id = id, .text = "x" };
  g_autoptr (TmPlan) plan = submit (bed, &spec, false);
  g_autofree char *sql
      = g_strdup_printf ("SELECT count(*) FROM outbox WHERE kind = 'confirm' AND ticket = %" G_GINT64_FORMAT,
                         plan->ticket);
  ck_assert_int_eq (bed_count (bed, sql), plan->ack->to != NULL);
  ck_assert (plan->ack->asks);
  return plan->ack->to != NULL;
}

/* An answer of `from` to the question about `ticket` of eve@acme.example. */
static void
answer (TmStoreBed *bed, const char *from, gint64 ticket, const char *id, bool is_auto)
{
  g_autofree char *token = token_sign (bed->site->keys, ticket, 'c', "eve@acme.example");
  g_autofree char *to = g_strdup_printf ("support+%s@example.com", token);
  const TmMailSpec spec = { .from = from, .to = to, .subject = "Re: x", .message_id = id, .text = "yes" };
  g_autoptr (TmPlan) plan = submit (bed, &spec, is_auto);
  ck_assert_ptr_nonnull (plan);
}

START_TEST (asked_once)
{
  g_autoptr (TmStoreBed) bed = bed_that_holds ();
  ck_assert (asks (bed, "eve@acme.example"));
  ck_assert (!asks (bed, "eve@acme.example"));
  ck_assert (asks (bed, "joe@acme.example"));
  /* A day later, and long after it was sent. */
  bed_sql (bed, "UPDATE outbox SET created_at = created_at - 400000, state = 3, ended_at = 1");
  ck_assert (!asks (bed, "eve@acme.example"));
  /* Each address by its own token. */
  ck_assert (asks (bed, "eve+x@acme.example"));
  /* What it was about is held no more: he never answered, and writes again. */
  bed_sql (bed, "UPDATE ticket SET status = 6 WHERE id = 1");
  ck_assert (asks (bed, "eve@acme.example"));
}
END_TEST

/* One that was withheld is no question. */
START_TEST (asked_later)
{
  g_autoptr (TmStoreBed) bed = bed_that_holds ();
  bed_sql (bed, "INSERT INTO silenced VALUES ('eve@acme.example', 1, 'x', NULL, NULL)");
  ck_assert (!asks (bed, "eve@acme.example"));
  bed_sql (bed, "DELETE FROM silenced");
  ck_assert (asks (bed, "eve@acme.example"));
}
END_TEST

START_TEST (released)
{
  g_autoptr (TmStoreBed) bed = bed_that_holds ();
  ck_assert (asks (bed, "eve@acme.example"));
  ck_assert (!asks (bed, "eve@acme.example"));
  ck_assert (asks (bed, "joe@acme.example"));
  bed_sql (bed, "UPDATE ticket SET created_at = 1000");
  answer (bed, "eve@acme.example", 1, "vacation@acme.example", true);
  answer (bed, "joe@acme.example", 1, "joe@acme.example", false);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM contact"), 0);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE status <> 8"), 0);
  gint64 n_tickets = bed_count (bed, "SELECT count(*) FROM ticket");
  answer (bed, "eve@acme.example", 1, "yes@acme.example", false);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), n_tickets);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM contact AS c JOIN contact_address AS a ON a.contact = c.id"
                                    " WHERE address = 'eve@acme.example' AND confirmed_at > 1000"
                                    " AND customer IS NULL"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE status = 1 AND id IN (1, 2)"
                                    " AND created_at = 1000"), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE status = 8 AND id = 3"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT ticket FROM message WHERE message_id = 'yes@acme.example'"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM event WHERE ticket IN (1, 2) AND action = 'status'"
                                    " AND actor = 'customer' AND instr (detail, 'the sender is confirmed') > 0"), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM event WHERE action = 'confirmed'"), 1);
  /* Twice is once, and what he writes now is like any other's. */
  answer (bed, "eve@acme.example", 1, "again@acme.example", false);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM event WHERE action = 'confirmed'"), 1);
  const TmMailSpec more = { .subject = "More", .message_id = "more@acme.example", .text = "x" };
  g_autoptr (TmPlan) plan = submit (bed, &more, false);
  ck_assert_str_eq (plan->status, "new");
  ck_assert (!plan->ack->asks);
}
END_TEST

START_TEST (waits_anew)
{
  static const TmMailSpec first = { .subject = "Fire", .message_id = "one@acme.example", .text = "x" };
  g_autoptr (TmStoreBed) bed = bed_that_holds ();
  plan_free (submit (bed, &first, false));
  bed_sql (bed, "UPDATE outbox SET next_at = 1000");
  plan_free (submit (bed, &first, false));
  ck_assert_int_gt (bed_count (bed, "SELECT next_at FROM outbox WHERE kind = 'confirm'"), 1000);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM outbox"), 1);
}
END_TEST

/* --- a lot of them --- */

static gpointer
hold_nothing (gpointer policy)
{
  return policy;
}

static void
drop_nothing (gpointer policy G_GNUC_UNUSED)
{
}

static guint
release_more (TmStoreBed *bed)
{
  g_autoptr (GError) error = NULL;
  const TmPolicyHold hold = { bed->site, bed->site, hold_nothing, drop_nothing };
  guint n;
  ck_assert_msg (store_release (bed->store, &hold, clock_monotonic_us () + 20000000, &n, &error), "%s",
                 error != NULL ? error->message : "");
  return n;
}

static bool
has_more (TmStoreBed *bed)
{
  g_autoptr (TmReader) reader = bed_reader (bed);
  bool has;
  ck_assert (reader_has_releases (reader, &has, NULL));
  return has;
}

static gint64
count_held (TmStoreBed *bed)
{
  return bed_count (bed, "SELECT count(*) FROM ticket WHERE status = 8");
}

/* Copies of ticket 1, so that eve has `n` in all. */
static void
hold_more (TmStoreBed *bed, unsigned n)
{
  g_autofree char *sql = g_strdup_printf (
      "WITH RECURSIVE k (id) AS (SELECT 1000 UNION ALL SELECT id + 1 FROM k WHERE id < %u)"
      " INSERT INTO ticket (id, status, subject, requester, created_at, ack_to)"
      " SELECT k.id, 8, t.subject, t.requester, 1000, t.ack_to FROM k, ticket AS t WHERE t.id = 1", 1000 + n - 2);
  bed_sql (bed, sql);
}

/* The transaction of the mail releases some; the others are found by whoever looks, also behind a start. */
START_TEST (released_in_lots)
{
  g_autoptr (TmStoreBed) bed = bed_that_holds ();
  ck_assert (asks (bed, "eve@acme.example"));
  ck_assert (asks (bed, "joe@acme.example"));
  hold_more (bed, 3 * RELEASE_TICKETS - 10);
  ck_assert (!has_more (bed));
  answer (bed, "eve@acme.example", 1, "yes@acme.example", false);
  ck_assert_int_eq (count_held (bed), 1 + 2 * RELEASE_TICKETS - 10);
  ck_assert_int_eq (bed_count (bed, "SELECT status FROM ticket WHERE id = 1"), TM_STATUS_NEW);
  ck_assert (has_more (bed));
  bed_close (bed);
  bed_open (bed);
  ck_assert (has_more (bed));
  ck_assert_uint_eq (release_more (bed), RELEASE_TICKETS);
  ck_assert (has_more (bed));
  ck_assert_uint_eq (release_more (bed), RELEASE_TICKETS - 10);
  ck_assert (!has_more (bed));
  ck_assert_uint_eq (release_more (bed), 0);
  ck_assert_int_eq (bed_count (bed, "SELECT requester = 'joe@acme.example' FROM ticket WHERE status = 8"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM event WHERE action = 'status' AND actor = 'customer'"),
                    3 * RELEASE_TICKETS - 10);
}
END_TEST

/* --- what he is told then --- */

/* Events about acknowledgements of a ticket whose detail has `text`. */
static gint64
count_acks (TmStoreBed *bed, gint64 ticket, const char *text)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM event WHERE ticket = %" G_GINT64_FORMAT
                                          " AND action = 'acknowledgement' AND instr (detail, '%s') > 0", ticket, text);
  return bed_count (bed, sql);
}

static gint64
count_mails (TmStoreBed *bed, gint64 ticket)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(*) FROM outbox AS o JOIN message AS m ON m.id = o.message WHERE kind = 'ack' AND state = 1"
      " AND o.ticket = m.ticket AND recipients = 'eve@acme.example' AND rate_key = recipients AND next_at > created_at"
      " AND may_repeat = 0 AND instr (o.text, m.subject) > 0 AND o.ticket = %" G_GINT64_FORMAT, ticket);
  return bed_count (bed, sql);
}

/* Each of his tickets within his limits, the question counted: two more in the first hour. */
START_TEST (acknowledged)
{
  static const TmMailSpec quiet
      = { .from = "eve@acme.example", .subject = "List", .message_id = "list@acme.example", .text = "x" };
  g_autoptr (TmStoreBed) bed = bed_that_holds ();
  ck_assert (asks (bed, "eve@acme.example"));
  g_autoptr (TmInbound) list = maker_inbound (bed->site, &quiet);
  list->automatic.unwanted = "Precedence: list";
  sender_resolve (list);
  inbound_classify (list);
  plan_free (bed_submit_until (bed, list, BED_PATIENCE_S, NULL));
  for (int i = 0; i < 3; i++)
    ck_assert (!asks (bed, "eve@acme.example"));
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM outbox WHERE kind = 'ack'"), 0);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE ack_to = 'eve@acme.example'"), 4);
  answer (bed, "eve@acme.example", 1, "yes@acme.example", false);
  ck_assert_int_eq (count_held (bed), 0);
  ck_assert_int_eq (count_mails (bed, 1), 1);
  ck_assert_int_eq (count_mails (bed, 2), 0); /* speaks against it itself, and said so when it came */
  ck_assert_int_eq (count_mails (bed, 3), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM outbox WHERE kind = 'ack'"), 2);
  ck_assert_int_eq (count_acks (bed, 1, "\"subject\":\"told\""), 1);
  ck_assert_int_eq (count_acks (bed, 2, ""), 0);
  ck_assert_int_eq (count_acks (bed, 4, "ack.hour"), 1);
  ck_assert_int_eq (count_acks (bed, 5, "ack.hour"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE ack_to IS NOT NULL"), 0);
}
END_TEST

static const struct
{
  const char *sql; /* what happened while it was held */
  const char *why;
} suppressed[] = {
  { "INSERT INTO silenced VALUES ('eve@acme.example', 1, 'x', NULL, NULL)", "nothing is sent there any more" },
  { "INSERT INTO message (id, ticket, direction, from_address, message_id, subject, received_at, text, reply_start,"
    " reply_len, flags, is_auto, is_bounce, is_verified, size, envelope_sender, queue_id) SELECT 99, 2, direction,"
    " from_address, 'x', subject, received_at, text, 0, 1, 0, 0, 0, 1, 1, '', '' FROM message WHERE id = 1;"
    " INSERT INTO outbox (kind, ticket, message, actor, recipients, sender_purpose, reply_purpose, subject, text,"
    " rate_key, may_repeat, state, created_at, next_at, tries) SELECT 'ack', 2, 99, 'desk', 'eve@acme.example', '',"
    " 'r', 'x', 'x', 'eve@acme.example', 0, 3, created_at, next_at, 1 FROM outbox WHERE ticket = 1",
    "ack.same_subject" },
};

START_TEST (acknowledged_not)
{
  g_autoptr (TmStoreBed) bed = bed_that_holds ();
  ck_assert (asks (bed, "eve@acme.example"));
  ck_assert (asks (bed, "joe@acme.example"));
  bed_sql (bed, "DELETE FROM outbox WHERE ticket = 2");
  bed_sql (bed, suppressed[_i].sql);
  answer (bed, "eve@acme.example", 1, "yes@acme.example", false);
  ck_assert_int_eq (count_mails (bed, 1), 0);
  ck_assert_int_eq (count_acks (bed, 1, suppressed[_i].why), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT status FROM ticket WHERE id = 1"), TM_STATUS_NEW);
}
END_TEST

/* --- by index --- */

static const struct
{
  TmSql sql;
  const char *lines[2]; /* what each says, no line more */
} looks[] = {
  { SQL_CONFIRM_ASKED, { "outbox_rate", "PRIMARY KEY" } },
  { SQL_HELD_TICKETS, { "contact_address_contact", "ticket_held" } },
  { SQL_COUNT_HELD_TICKETS, { "contact_address_contact", "ticket_held" } },
  { SQL_RELEASES, { "contact_releases", NULL } },
};

START_TEST (by_index)
{
  g_autoptr (TmStoreBed) bed = bed_that_holds ();
  g_autoptr (TmDb) db = NULL;
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sql = g_strconcat ("EXPLAIN QUERY PLAN ", schema_statements[looks[_i].sql], NULL);
  ck_assert (db_open (bed->path, DB_READ, &db, NULL) && db_read_lines (db, sql, lines, NULL));
  ck_assert_uint_eq (lines->len, looks[_i].lines[1] != NULL ? 2 : 1);
  for (guint i = 0; i < lines->len; i++)
    ck_assert_msg (strstr (g_ptr_array_index (lines, i), looks[_i].lines[i]) != NULL, "%s",
                   (char *) g_ptr_array_index (lines, i));
}
END_TEST

SUITE_MAIN ("store-confirm", tcase_add_test (tc, asked_once); tcase_add_test (tc, asked_later);
            tcase_add_test (tc, released); tcase_add_test (tc, waits_anew); tcase_add_test (tc, released_in_lots);
            tcase_add_test (tc, acknowledged);
            tcase_add_loop_test (tc, acknowledged_not, 0, G_N_ELEMENTS (suppressed));
            tcase_add_loop_test (tc, by_index, 0, G_N_ELEMENTS (looks));)
