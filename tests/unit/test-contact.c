/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contacts as data: what can be done to them, what a message's writer on file changes, and that nobody on file costs
 * nothing.
 */
#include "base/clock.h"
#include "core/sender.h"
#include "store/contact.h"
#include "store/lookup.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <string.h>

enum { NOW = 1795200000 };

/* The bed's database, open for writing outside of the store, with a transaction begun. */
static TmDb *
begin (TmStoreBed *bed)
{
  TmDb *db = NULL;
  g_autoptr (GError) error = NULL;
  bed_open (bed);
  bed_close (bed);
  ck_assert_msg (db_open (bed->path, DB_WRITE, &db, &error) && db_run (db, SQL_BEGIN_WRITE, NULL, &error), "%s",
                 error != NULL ? error->message : "");
  return db;
}

static void
end (TmDb *db)
{
  ck_assert (db_run (db, SQL_COMMIT, NULL, NULL));
  db_close (db);
}

static gint64
ensure (TmDb *db, const char *address)
{
  gint64 id;
  ck_assert (contact_ensure (db, address, NOW, &id, NULL));
  return id;
}

START_TEST (changes)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  TmDb *db = begin (bed);
  g_autoptr (GError) error = NULL;
  gint64 eve = ensure (db, "eve@acme.example"), bob = ensure (db, "bob@acme.example");
  ck_assert_int_ne (eve, bob);
  ck_assert_int_eq (ensure (db, "eve@acme.example"), eve);
  ck_assert (contact_add_address (db, eve, "eve@home.example", NULL));
  ck_assert (contact_add_address (db, eve, "eve@home.example", NULL));
  ck_assert_int_eq (ensure (db, "eve@home.example"), eve);
  ck_assert (!contact_add_address (db, bob, "eve@home.example", &error));
  ck_assert_int_eq (error->code, TM_ERROR_DENIED);
  ck_assert (contact_set_customer (db, eve, "acme", NULL) && contact_set_name (db, eve, "Eve", NULL));
  ck_assert (contact_block (db, bob, NOW, NULL));
  end (db);

  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (TmContactRecord) contact = NULL;
  g_autoptr (TmContactRecord) nobody = NULL;
  ck_assert (reader_find_contact (reader, "eve@home.example", &contact, NULL));
  ck_assert_str_eq (contact->customer, "acme");
  ck_assert_str_eq (contact->name, "Eve");
  ck_assert_int_eq (contact->created_at, NOW);
  ck_assert (contact->confirmed_at == TM_NEVER && contact->blocked_at == TM_NEVER);
  ck_assert_uint_eq (contact->addresses->len, 2);
  ck_assert_str_eq (contact->addresses->pdata[0], "eve@acme.example");
  ck_assert_str_eq (contact->addresses->pdata[1], "eve@home.example");
  ck_assert (reader_find_contact (reader, "joe@acme.example", &nobody, NULL));
  ck_assert_ptr_null (nobody);

  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) of_acme = NULL;
  ck_assert (reader_list_contacts (reader, NULL, &all, NULL) && reader_list_contacts (reader, "acme", &of_acme, NULL));
  ck_assert_uint_eq (all->len, 2);
  ck_assert_int_eq (((const TmContactRecord *) all->pdata[1])->blocked_at, NOW);
  ck_assert_uint_eq (of_acme->len, 1);
}
END_TEST

/* A number that is nobody's changes nothing and says so. */
START_TEST (no_such_contact)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  TmDb *db = begin (bed);
  g_autoptr (GArray) released = g_array_new (FALSE, FALSE, sizeof (gint64));
  GError *errors[5] = { NULL };
  ck_assert (!contact_add_address (db, 7, "a@x.example", &errors[0]));
  ck_assert (!contact_set_customer (db, 7, NULL, &errors[1]));
  ck_assert (!contact_set_name (db, 7, "x", &errors[2]));
  ck_assert (!contact_block (db, 7, NOW, &errors[3]));
  ck_assert (!contact_confirm (db, 7, bed->site, "agent:anna", NOW, released, &errors[4]));
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      ck_assert_int_eq (errors[i]->code, TM_ERROR_NOT_FOUND);
      g_clear_error (&errors[i]);
    }
  end (db);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM contact_address"), 0);
}
END_TEST

/* Customers gold (its plan: gold) and plain; unknown senders are held. */
static void
add_customers (TmSite *site)
{
  TmCustomer *gold = customer_new ("gold");
  gold->plan = g_strdup ("gold");
  customers_add (site->customers, gold);
  g_ptr_array_add (site->plans, service_plan_new ("gold"));
  site->unknown_policy = TM_UNKNOWN_HOLD;
  site_index (site);
}

static void
submit (TmStoreBed *bed, const TmMailSpec *spec)
{
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, spec);
  sender_resolve (inbound);
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  ck_assert_ptr_nonnull (plan);
}

START_TEST (customer_of_a_contact)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  add_customers (bed->site);
  TmDb *db = begin (bed);
  gint64 eve = ensure (db, "eve@acme.example");
  ck_assert (contact_add_address (db, eve, "eve@home.example", NULL) && contact_set_customer (db, eve, "gold", NULL));
  gint64 joe = ensure (db, "joe@acme.example");
  ck_assert (contact_set_customer (db, joe, "gone", NULL));
  end (db);
  bed_open (bed);
  submit (bed, &(TmMailSpec) { .from = "eve@home.example", .message_id = "1@home.example" });
  submit (bed, &(TmMailSpec) { .from = "joe@acme.example", .message_id = "2@acme.example" });
  g_autoptr (TmTicketRecord) first = bed_get (bed, 1);
  g_autoptr (TmTicketRecord) second = bed_get (bed, 2);
  ck_assert_pstr_eq (first->facts->customer, "gold");
  ck_assert_pstr_eq (first->facts->service_plan, "gold");
  ck_assert_int_eq (first->facts->status, TM_STATUS_NEW);
  ck_assert_pstr_eq (second->facts->customer, NULL);
  ck_assert_int_eq (second->facts->status, TM_STATUS_HELD);
}
END_TEST

static void
add_rule (TmSite *site, const char *condition, const char *effect)
{
  TmRule *rule = rule_new (effect);
  TmCondition *parsed = NULL;
  TmEffect *first = NULL;
  ck_assert (condition_parse (condition, &parsed, NULL, NULL) && effect_parse (effect, &first, NULL, NULL));
  g_ptr_array_add (rule->all, parsed);
  g_ptr_array_add (rule->effects, first);
  g_ptr_array_add (site->rules, rule);
}

static void
submit_alert (TmStoreBed *bed, const char *from, const char *message_id)
{
  g_autoptr (TmInbound) inbound
    = maker_inbound (bed->site, &(TmMailSpec) { .from = from, .message_id = message_id, .subject = "c12 is down" });
  sender_resolve (inbound);
  inbound_classify (inbound);
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  ck_assert_ptr_nonnull (plan);
}

/* Rules that ask for the customer find the alert's ticket, too, when only the file of contacts knows him. */
START_TEST (alerts_of_a_contact)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  add_rule (bed->site, "!customer = gold", "correlate others");
  add_rule (bed->site, "customer = gold", "correlate gold");
  add_customers (bed->site);
  TmDb *db = begin (bed);
  ck_assert (contact_set_customer (db, ensure (db, "eve@acme.example"), "gold", NULL));
  end (db);
  bed_open (bed);
  submit_alert (bed, "joe@acme.example", "1@acme.example");
  submit_alert (bed, "eve@acme.example", "2@acme.example");
  submit_alert (bed, "eve@acme.example", "3@acme.example");
  submit_alert (bed, "joe@acme.example", "4@acme.example");
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT ticket FROM message WHERE message_id = '3@acme.example'"), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT ticket FROM message WHERE message_id = '4@acme.example'"), 1);
  bed_close (bed);
}
END_TEST

START_TEST (confirmation_releases)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  add_customers (bed->site);
  bed_open (bed);
  submit (bed, &(TmMailSpec) { .from = "eve@acme.example", .message_id = "1@acme.example" });
  submit (bed, &(TmMailSpec) { .from = "joe@acme.example", .message_id = "2@acme.example" });
  bed_close (bed);
  TmDb *db = begin (bed);
  g_autoptr (GArray) released = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 eve = ensure (db, "eve@acme.example");
  ck_assert (contact_confirm (db, eve, bed->site, "agent:anna", NOW, released, NULL));
  ck_assert (contact_confirm (db, eve, bed->site, "agent:anna", NOW + 1, released, NULL));
  ck_assert_uint_eq (released->len, 1);
  ck_assert_int_eq (g_array_index (released, gint64, 0), 1);
  end (db);
  ck_assert_int_eq (bed_count (bed, "SELECT confirmed_at FROM contact"), NOW);
  bed_open (bed);
  submit (bed, &(TmMailSpec) { .from = "eve@acme.example", .message_id = "3@acme.example" });
  static const TmStatus expected[] = { TM_STATUS_NEW, TM_STATUS_HELD, TM_STATUS_NEW };
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (TmTicketRecord) ticket = bed_get (bed, i + 1);
      ck_assert_int_eq (ticket->facts->status, expected[i]);
    }
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
  const TmEventRecord *event = ticket->events->pdata[ticket->events->len - 1];
  ck_assert_str_eq (event->actor, "agent:anna");
  ck_assert_str_eq (event->detail, "{\"from\":\"held\",\"to\":\"new\",\"why\":\"the sender is confirmed\"}");
}
END_TEST

/* Eve asks with her boss in Cc; each says later where answers should go. */
START_TEST (answer_addresses)
{
  static const struct
  {
    const char *from, *id, *in_reply_to, *cc, *reply_to;
  } mails[] = {
    { "eve@acme.example", "1@acme.example", NULL, "boss@acme.example", "first@acme.example" },
    { "boss@acme.example", "2@acme.example", "1@acme.example", NULL, "boss@mail.acme.example" },
    { "eve@acme.example", "3@acme.example", "1@acme.example", NULL, "second@acme.example" },
    { "eve@acme.example", "4@acme.example", "1@acme.example", NULL, NULL },
  };
  g_autoptr (TmStoreBed) bed = bed_new ();
  bed_open (bed);
  for (guint i = 0; i < G_N_ELEMENTS (mails); i++)
    {
      const TmMailSpec spec = { .from = mails[i].from, .message_id = mails[i].id,
                                .in_reply_to = mails[i].in_reply_to, .text = mails[i].id };
      g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &spec);
      inbound->is_authenticated = true;
      if (mails[i].cc != NULL)
        g_ptr_array_add (inbound->mail->cc, mailbox_new (mails[i].cc, ""));
      if (mails[i].reply_to != NULL)
        g_ptr_array_add (inbound->mail->reply_to, mailbox_new (mails[i].reply_to, ""));
      g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
      ck_assert_int_eq (plan->ticket, 1);
      if (i == 0)
        ck_assert_str_eq (plan->answer_to, "first@acme.example");
    }
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
  ck_assert_pstr_eq (ticket->facts->answer_to, "second@acme.example");
  ck_assert_pstr_eq (ticket_participant (ticket->facts, "boss@acme.example")->answer_to, "boss@mail.acme.example");
}
END_TEST

/* How often a statement ran on this connection. */
static int
n_runs (const TmDb *db, TmSql sql)
{
  return db->statements[sql] != NULL ? sqlite3_stmt_status (db->statements[sql], SQLITE_STMTSTATUS_RUN, 0) : 0;
}

static void
look_up (TmDb *db, const TmSite *site, const char *from)
{
  g_autoptr (TmInbound) inbound = maker_inbound (site, &(TmMailSpec) { .from = from });
  g_autoptr (TmFacts) facts = NULL;
  ck_assert (lookup_facts (db, inbound->keys, NOW, &facts, NULL));
}

START_TEST (cost)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  TmDb *db = begin (bed);
  for (int i = 0; i < 3; i++)
    look_up (db, bed->site, "eve@acme.example");
  ck_assert_int_eq (n_runs (db, SQL_ANY_CONTACT), 1);
  ck_assert_int_eq (n_runs (db, SQL_CONTACT_BY_ADDRESS), 0);
  ensure (db, "eve@acme.example");
  int before = n_runs (db, SQL_CONTACT_BY_ADDRESS);
  look_up (db, bed->site, "eve@acme.example");
  ck_assert_int_eq (n_runs (db, SQL_CONTACT_BY_ADDRESS), before + 1);
  ck_assert_int_eq (n_runs (db, SQL_CONTACT_ADDRESSES), 1);
  look_up (db, bed->site, "joe@acme.example");
  ck_assert_int_eq (n_runs (db, SQL_CONTACT_BY_ADDRESS), before + 2);
  ck_assert_int_eq (n_runs (db, SQL_CONTACT_ADDRESSES), 1);
  ck_assert_int_eq (n_runs (db, SQL_ANY_CONTACT), 1);
  end (db);
}
END_TEST

SUITE_MAIN ("contact", tcase_add_test (tc, changes); tcase_add_test (tc, no_such_contact);
            tcase_add_test (tc, customer_of_a_contact); tcase_add_test (tc, alerts_of_a_contact);
            tcase_add_test (tc, confirmation_releases);
            tcase_add_test (tc, answer_addresses); tcase_add_test (tc, cost);)
