/* SPDX-License-Identifier: BSD-2-Clause */
/* A message with what its commands change: all of it in the transaction of its group, or nothing of it. */
#include "core/change.h"
#include "core/command.h"
#include "store/apply.h"
#include "store/commands.h"
#include "store/lookup.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <sqlite3.h>
#include <string.h>

enum { NOW = 1795190400 };

/* A connection like the writer's, to a database with ticket 1. */
static TmDb *
open_writer (TmStoreBed *bed)
{
  TmDb *db;
  bed_open (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@acme.example", .text = "x" }), 1);
  bed_close (bed);
  ck_assert (db_open (bed->path, DB_WRITE, &db, NULL));
  return db;
}

/* What is asked of ticket `ticket` in anna's name: "status=open", "split" with the message itself. */
static TmChange *
make_change (const TmStoreBed *bed, gint64 ticket, const char *what)
{
  bool is_set = strchr (what, '=') != NULL;
  TmChange *change = change_new (is_set ? TM_CHANGE_SET : TM_CHANGE_SPLIT, ticket);
  change->site = bed->site;
  ck_assert (change_set_actor (change, "anna", "anna", NULL));
  if (is_set)
    g_ptr_array_add (change->settings, g_strdup (what));
  change->takes_message = !is_set;
  return change;
}

/* Decides about a message of ticket 1 (or a new one) and carries it out with the changes, apart by blanks. */
static TmPlan *
apply (TmStoreBed *bed, TmDb *db, const char *id, bool is_new, const char *changes, bool is_unfinished)
{
  const TmMailSpec spec = { .message_id = id, .in_reply_to = is_new ? NULL : "1@acme.example", .text = "y" };
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &spec);
  g_autoptr (TmFacts) facts = NULL;
  ck_assert (lookup_facts (db, inbound->keys, NOW, &facts, NULL));
  ck_assert (lookup_next_ticket (db, &facts->next_ticket, NULL));
  TmPlan *plan = plan_inbound (inbound, facts, NOW);
  g_auto (GStrv) words = g_strsplit (changes, " ", -1);
  for (char **word = words; *word != NULL; word++)
    {
      if (plan->changes == NULL)
        plan->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) change_unref);
      g_ptr_array_add (plan->changes, make_change (bed, plan->ticket, *word));
    }
  if (is_unfinished)
    {
      g_clear_pointer (&plan->marks, g_free);
      plan->unfinished = marks_new (plan->ticket);
      marks_add_field (plan->unfinished, "X-Ticket-Status", "finished");
    }
  ck_assert (commands_apply (db, inbound, NULL, NOW, &plan, NULL));
  return plan;
}

static const struct
{
  const char *changes;
  const char *says;                     /* the refusal; NULL: none */
  gint64 n_tickets, n_messages, status; /* tickets in all, messages and status of ticket 1 */
} cases[] = {
  { "status=waiting subject=New", NULL, 3, 2, TM_STATUS_WAITING },
  { "status=waiting assignee=nobody", "unknown agent `nobody`", 3, 1, TM_STATUS_OPEN },
  { "assignee=nobody status=waiting", "unknown agent `nobody`", 3, 1, TM_STATUS_OPEN },
  { "status=waiting status=nonsense", "unknown status", 3, 1, TM_STATUS_OPEN },
  { "split status=pending", NULL, 4, 1, TM_STATUS_PENDING },
  { "split split", "has no message", 3, 1, TM_STATUS_OPEN },
};

/* Between two other messages, in one transaction. */
START_TEST (all_or_nothing)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (TmDb) db = open_writer (bed);
  bed_sql (bed, "UPDATE ticket SET status = 2");
  ck_assert (db_run (db, SQL_BEGIN_WRITE, NULL, NULL));
  plan_free (apply (bed, db, "2@acme.example", true, "", false));
  g_autoptr (TmPlan) plan = apply (bed, db, "3@acme.example", false, cases[_i].changes, false);
  plan_free (apply (bed, db, "4@acme.example", true, "", false));
  ck_assert (db_run (db, SQL_COMMIT, NULL, NULL));
  ck_assert_int_eq (plan->action, cases[_i].says != NULL ? TM_ACTION_REFUSE : TM_ACTION_APPEND);
  if (cases[_i].says != NULL)
    {
      ck_assert_str_eq (plan->reply_code, "550");
      ck_assert_str_eq (plan->reply_enhanced, "5.7.1");
      ck_assert_msg (strstr (plan->reply_text, cases[_i].says) != NULL, "%s", plan->reply_text);
      ck_assert_uint_eq (plan->steps->len, 0);
    }
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), cases[_i].n_tickets);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message WHERE ticket = 1"), cases[_i].n_messages);
  ck_assert_int_eq (bed_count (bed, "SELECT status FROM ticket WHERE id = 1"), cases[_i].status);
  bool is_done = cases[_i].says == NULL;
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message WHERE message_id = '3@acme.example'"), is_done);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM event WHERE actor = 'user:anna'") > 0, is_done);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM dedup"), is_done ? 4 : 3);
}
END_TEST

/* What goes out is told by the ticket as it is then, and its marks are those of a retry. */
START_TEST (marks_are_written_afterwards)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (TmDb) db = open_writer (bed);
  ck_assert (db_run (db, SQL_BEGIN_WRITE, NULL, NULL));
  g_autoptr (TmPlan) plan = apply (bed, db, "2@acme.example", false, _i == 0 ? "" : "status=pending", true);
  ck_assert (db_run (db, SQL_COMMIT, NULL, NULL));
  ck_assert_ptr_null (plan->unfinished);
  ck_assert_ptr_nonnull (strstr (plan->marks, "finished"));
  if (_i == 1)
    ck_assert_str_eq (plan->status, "pending");
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM message WHERE message_id = '2@acme.example'"
                                          " AND marks = '%s'", plan->marks);
  ck_assert_int_eq (bed_count (bed, sql), 1);
}
END_TEST

/* How often statements were run over `db`, in all. */
static int
count_runs (const TmDb *db)
{
  int n = 0;
  for (int i = 0; i < SQL_N_STATEMENTS; i++)
    if (db->statements[i] != NULL)
      n += sqlite3_stmt_status (db->statements[i], SQLITE_STMTSTATUS_RUN, 0);
  return n;
}

/* Mail without commands costs the statements of its steps and nothing else. */
START_TEST (others_pay_nothing)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (TmDb) db = open_writer (bed);
  const TmMailSpec specs[] = { { .message_id = "2@acme.example", .text = "y" },
                               { .message_id = "3@acme.example", .text = "y" },
                               { .message_id = "4@acme.example", .text = "y" } };
  int n_runs[G_N_ELEMENTS (specs)];
  ck_assert (db_run (db, SQL_BEGIN_WRITE, NULL, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &specs[i]);
      g_autoptr (TmFacts) facts = NULL;
      ck_assert (lookup_facts (db, inbound->keys, NOW, &facts, NULL));
      ck_assert (lookup_next_ticket (db, &facts->next_ticket, NULL));
      TmPlan *plan = plan_inbound (inbound, facts, NOW);
      int before = count_runs (db);
      ck_assert (i == 1 ? commands_apply (db, inbound, NULL, NOW, &plan, NULL)
                        : apply_plan (db, inbound, NULL, plan, NOW, NULL, NULL));
      n_runs[i] = count_runs (db) - before;
      plan_free (plan);
    }
  ck_assert (db_run (db, SQL_COMMIT, NULL, NULL));
  ck_assert_int_gt (n_runs[0], 0);
  ck_assert_int_eq (n_runs[1], n_runs[0]);
  ck_assert_int_eq (n_runs[2], n_runs[0]);
  ck_assert_ptr_null (db->statements[SQL_SAVEPOINT]);
  ck_assert_ptr_null (db->statements[SQL_SET_MARKS]);
  ck_assert_ptr_null (db->statements[SQL_ADD_OUTBOX]);
}
END_TEST

/* --- through the store --- */

enum { N_JOBS = 24 };

typedef struct
{
  TmStoreBed *bed;
  int number;
  TmPlan *plan;
} Sender;

/* Every third message is anna's, about ticket 1, with a command that is fine and one that is not. */
static gpointer
send_one (gpointer data)
{
  Sender *sender = data;
  bool is_agents = sender->number % 3 == 0;
  g_autofree char *id = g_strdup_printf ("%d@example.com", sender->number);
  const TmMailSpec spec = { .message_id = id, .text = is_agents ? "#pending\n#merge 77\n" : "x",
                            .from = is_agents ? "anna@example.com" : "joe@acme.example",
                            .in_reply_to = is_agents ? "1@acme.example" : NULL };
  g_autoptr (TmInbound) inbound = maker_inbound (sender->bed->site, &spec);
  if (is_agents)
    {
      inbound->agent = site_agent_by_address (sender->bed->site, spec.from);
      inbound->is_authenticated = true;
      inbound->commands = commands_read (spec.text, NULL);
    }
  sender->plan = bed_submit_until (sender->bed, inbound, BED_PATIENCE_S, NULL);
  return NULL;
}

static void
add_anna (TmSite *site)
{
  TmAgent *anna = agent_new ("anna");
  g_ptr_array_add (anna->addresses, g_strdup ("anna@example.com"));
  g_ptr_array_add (site->agents, anna);
  g_ptr_array_add (((TmQueue *) g_ptr_array_index (site->queues, 0))->agents, g_strdup ("anna"));
  g_hash_table_insert (site->agent_by_address, g_ptr_array_index (anna->addresses, 0), anna);
}

START_TEST (others_in_the_group_are_committed)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  Sender senders[N_JOBS];
  GThread *threads[N_JOBS];
  add_anna (bed->site);
  bed_open (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@acme.example", .text = "x" }), 1);
  for (int i = 0; i < N_JOBS; i++)
    {
      senders[i] = (Sender) { .bed = bed, .number = i };
      threads[i] = g_thread_new ("sender", send_one, &senders[i]);
    }
  for (int i = 0; i < N_JOBS; i++)
    {
      g_thread_join (threads[i]);
      g_autoptr (TmPlan) plan = senders[i].plan;
      ck_assert_int_eq (plan->action, i % 3 == 0 ? TM_ACTION_REFUSE : TM_ACTION_OPEN);
      if (i % 3 == 0)
        ck_assert_msg (g_str_has_suffix (plan->reply_text, "no ticket 77"), "%s", plan->reply_text);
    }
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), 1 + N_JOBS * 2 / 3);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message"), 1 + N_JOBS * 2 / 3);
  ck_assert_int_eq (bed_count (bed, "SELECT status FROM ticket WHERE id = 1"), TM_STATUS_NEW);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM outbox"), 0);
  TmStoreStats stats;
  store_stats (bed->store, &stats);
  ck_assert_uint_eq (stats.failed, 0);
}
END_TEST

SUITE_MAIN ("store-commands", tcase_add_loop_test (tc, all_or_nothing, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, marks_are_written_afterwards, 0, 2);
            tcase_add_test (tc, others_pay_nothing);
            tcase_add_test (tc, others_in_the_group_are_committed);)
