/* SPDX-License-Identifier: BSD-2-Clause */
/* Strangers who are asked to confirm their addresses, in the database: who is asked once, and what an answer
 * releases. */
#include "base/clock.h"
#include "core/acknowledge.h"
#include "core/sender.h"
#include "store/db.h"
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

START_TEST (by_index)
{
  g_autoptr (TmStoreBed) bed = bed_that_holds ();
  g_autoptr (TmDb) db = NULL;
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sql = g_strconcat ("EXPLAIN QUERY PLAN ", schema_statements[SQL_CONFIRM_ASKED], NULL);
  ck_assert (db_open (bed->path, DB_READ, &db, NULL) && db_read_lines (db, sql, lines, NULL));
  ck_assert_uint_eq (lines->len, 2);
  ck_assert_ptr_nonnull (strstr (g_ptr_array_index (lines, 0), "outbox_rate"));
  ck_assert_ptr_nonnull (strstr (g_ptr_array_index (lines, 1), "PRIMARY KEY"));
}
END_TEST

SUITE_MAIN ("store-confirm", tcase_add_test (tc, asked_once); tcase_add_test (tc, asked_later);
            tcase_add_test (tc, released); tcase_add_test (tc, waits_anew); tcase_add_test (tc, by_index);)
