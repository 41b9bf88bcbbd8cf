/* SPDX-License-Identifier: BSD-2-Clause */
/* What a report reads, and that it reads no more. */
#include "store/figures.h"
#include "store/reader.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <string.h>

enum { N_TICKETS = 20480, STEP_S = 600, DAY_S = 86400, FIRST_AT = 1700000000 };


/* A ticket every ten minutes, the numbers in order, all closed. */
static TmStoreBed *
bed_with_tickets (void)
{
  TmStoreBed *bed = bed_new ();
  bed_open (bed);
  bed_close (bed);
  bed_sql (bed, "INSERT INTO ticket (id, status, subject, requester, created_at, priority, customer)"
                " WITH RECURSIVE series (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM series WHERE n < 20480)"
                " SELECT n, 6, 'ticket ' || n, 'eve@acme.example', 1700000000 + (n - 1) * 600, 'P3',"
                " CASE n % 4 WHEN 0 THEN 'acme' END FROM series");
  bed_sql (bed, "INSERT INTO ticket_queue (ticket, queue, position)"
                " SELECT id, CASE id % 2 WHEN 0 THEN 'support' ELSE 'hosting' END, 0 FROM ticket");
  return bed;
}

static TmFigures *
read_figures (const TmStoreBed *bed, TmReader *reader, const TmFiguresScope *scope)
{
  g_autoptr (TmFiguresMaker) maker = figures_maker_new (bed->site, scope->from_at, scope->to_at, scope->to_at);
  g_autoptr (GError) error = NULL;
  ck_assert_msg (reader_read_figures (reader, scope, maker, NULL, NULL, &error), "%s",
                 error != NULL ? error->message : "");
  return figures_make (maker);
}

static int
count_runs (const TmReader *reader, TmSql sql)
{
  sqlite3_stmt *statement = reader->db->statements[sql];
  return statement != NULL ? sqlite3_stmt_status (statement, SQLITE_STMTSTATUS_RUN, 0) : 0;
}

/* --- how much is read --- */

static const struct
{
  int from_day, to_day; /* since the first ticket */
  gint64 n_tickets;
  int n_runs; /* at most */
} spans[] = {
  { 0, 7, 1008, 3 },     { 70, 71, 144, 2 },     { 135, 142, 1008, 4 }, { 0, 200, N_TICKETS, 20 },
  { -10, -5, 0, 0 },     { 200, 300, 0, 0 },     { 142, 143, 32, 1 },
};

START_TEST (reads_the_span)
{
  g_autoptr (TmStoreBed) bed = bed_with_tickets ();
  g_autoptr (TmReader) reader = bed_reader (bed);
  const TmFiguresScope scope = { .from_at = FIRST_AT + (gint64) spans[_i].from_day * DAY_S,
                                 .to_at = FIRST_AT + (gint64) spans[_i].to_day * DAY_S };
  g_autoptr (TmFigures) figures = read_figures (bed, reader, &scope);
  ck_assert_int_eq (figures->n_tickets, spans[_i].n_tickets);
  ck_assert_int_le (count_runs (reader, SQL_FIGURES_TICKETS), spans[_i].n_runs);
  ck_assert_int_eq (count_runs (reader, SQL_CLOCKS), spans[_i].n_tickets);
  ck_assert_int_le (count_runs (reader, SQL_FIRST_FROM), N_TICKETS / 1024 + 1);
  for (int sql = 0; sql < SQL_N_STATEMENTS; sql++)
    if (reader->db->statements[sql] != NULL)
      ck_assert_msg (sqlite3_stmt_status (reader->db->statements[sql], SQLITE_STMTSTATUS_FULLSCAN_STEP, 0) == 0,
                     "%s", schema_statements[sql]);
}
END_TEST

/* --- which tickets --- */

#define WEEK { .from_at = FIRST_AT, .to_at = FIRST_AT + 7 * DAY_S }

START_TEST (scopes_apply)
{
  static const struct
  {
    const char *queue, *customer;
    gint64 n_tickets;
  } scopes[] = { { NULL, NULL, 1008 }, { "support", NULL, 504 }, { NULL, "acme", 252 }, { "support", "acme", 252 },
                 { "hosting", "acme", 0 }, { "none", NULL, 0 } };
  g_autoptr (TmStoreBed) bed = bed_with_tickets ();
  g_autoptr (TmReader) reader = bed_reader (bed);
  for (size_t i = 0; i < G_N_ELEMENTS (scopes); i++)
    {
      TmFiguresScope one = WEEK;
      one.queue = scopes[i].queue;
      one.customer = scopes[i].customer;
      g_autoptr (TmFigures) figures = read_figures (bed, reader, &one);
      ck_assert_int_eq (figures->n_tickets, scopes[i].n_tickets);
    }
}
END_TEST

/* Mail of former years, taken over behind tickets that came later, is found by the ends of its run; one ticket alone
 * whose neighbors are of another time is found when every ticket is looked at. */
START_TEST (out_of_order)
{
  g_autoptr (TmStoreBed) bed = bed_with_tickets ();
  bed_sql (bed, "UPDATE ticket SET created_at = created_at - 100 * 86400 WHERE id > 10240 AND id <= 18432");
  bed_sql (bed, "UPDATE ticket SET created_at = 1700000000 WHERE id = 20000");
  g_autoptr (TmReader) reader = bed_reader (bed);
  for (int i = 0; i < 2; i++)
    {
      TmFiguresScope week = WEEK;
      week.is_thorough = i == 1;
      const TmFiguresScope before = { .from_at = FIRST_AT - 29 * DAY_S, .to_at = FIRST_AT, .is_thorough = i == 1 };
      g_autoptr (TmFigures) figures = read_figures (bed, reader, &week);
      g_autoptr (TmFigures) earlier = read_figures (bed, reader, &before);
      ck_assert_int_eq (figures->n_tickets, 1008 + 1008 + i);
      ck_assert_int_eq (earlier->n_tickets, 29 * 144 - 16);
    }
}
END_TEST

/* --- what is read of them --- */

START_TEST (values)
{
  g_autoptr (TmStoreBed) bed = bed_with_tickets ();
  bed_sql (bed, "UPDATE ticket SET type = 'problem', resolved_at = created_at + 500 WHERE id = 1");
  bed_sql (bed, "INSERT INTO ticket_tag (ticket, key, value) VALUES (1, 'cluster', 'c1'), (2, 'cluster', 'c1')");
  /* ticket 1: one of the customer's, one of a machine's, the agent's; ticket 2: a clock that runs, whatever was sent */
  bed_sql (bed, "INSERT INTO message (id, ticket, direction, from_address, message_id, subject, received_at,"
                " reply_start, reply_len, flags, is_auto, is_bounce, is_verified, size, envelope_sender, queue_id,"
                " text) SELECT column1, column2, column3, '', '', '', 1700000000 + column4, 0, 0, 0, column5, 0, 0, 0,"
                " '', '', '' FROM (VALUES (1, 1, 1, 0, 0), (2, 1, 2, 10, 1), (3, 1, 2, 300, 0), (4, 1, 2, 400, 0),"
                " (5, 2, 2, 700, 0))");
  bed_sql (bed, "INSERT INTO clock (id, target, started_at, due_at, met_at, is_breached, revision)"
                " VALUES ((1 << 28) | (6 << 24) | 1, '1h', 1700000000, 1700003600, 1700000500, 0, 1),"
                " ((2 << 28) | (3 << 24) | 1, '1h', 1700000600, 1700004200, NULL, 0, 1)");
  g_autoptr (TmReader) reader = bed_reader (bed);
  const TmFiguresScope scope = WEEK;
  g_autoptr (TmFigures) figures = read_figures (bed, reader, &scope);
  ck_assert_int_eq (figures->first_response.elapsed.n, 1);
  ck_assert_int_eq (figures->first_response.elapsed.p50_s, 300);
  ck_assert_int_eq (figures->resolution.elapsed.p50_s, 500);
  ck_assert_int_eq (figures->kept[TM_METRIC_RESOLUTION].n_met, 1);
  ck_assert_int_eq (figures->kept[TM_METRIC_FIRST_RESPONSE].n_breached, 1);
  ck_assert_int_eq (((const TmCount *) figures->tags->pdata[0])->n, 2);
  ck_assert_str_eq (((const TmCount *) figures->tags->pdata[0])->key, "cluster=c1");
  ck_assert_str_eq (((const TmCount *) figures->types->pdata[0])->key, "problem");
}
END_TEST

/* Whenever they came. */
START_TEST (open_tickets)
{
  g_autoptr (TmStoreBed) bed = bed_with_tickets ();
  bed_sql (bed, "UPDATE ticket SET status = 2, assignee = 'anna', next_due = 1700000000 WHERE id IN (10, 20, 5000)");
  bed_sql (bed, "UPDATE ticket SET status = 1 WHERE id = 11; UPDATE ticket SET status = 8 WHERE id = 12");
  bed_sql (bed, "INSERT INTO message (ticket, direction, from_address, message_id, subject, received_at,"
                " reply_start, reply_len, flags, is_auto, is_bounce, is_verified, size, envelope_sender, queue_id,"
                " text) VALUES (10, 2, '', '', '', 1700000000, 0, 0, 0, 0, 0, 0, 0, '', '', '')");
  bed_sql (bed, "INSERT INTO clock (id, target, started_at, due_at, met_at, is_breached, revision)"
                " VALUES ((20 << 28) | (3 << 24) | 1, '1h', 1700000000, 1700003600, 1700000500, 0, 1)");
  g_autoptr (TmReader) reader = bed_reader (bed);
  const TmFiguresScope later = { .from_at = FIRST_AT + 300 * DAY_S, .to_at = FIRST_AT + 301 * DAY_S };
  g_autoptr (TmFigures) figures = read_figures (bed, reader, &later);
  ck_assert_int_eq (figures->n_tickets, 0);
  ck_assert_int_eq (figures->n_open, 4);
  ck_assert_int_eq (figures->n_unanswered, 2);
  ck_assert_int_eq (figures->n_overdue, 3);
  const TmLoad *load = figures->loads->pdata[0];
  ck_assert_str_eq (load->agent, "anna");
  ck_assert_int_eq (load->n_open, 3);
  ck_assert_int_eq (load->n_unanswered, 1);
  ck_assert_int_eq (count_runs (reader, SQL_FIGURES_OPEN), 4);
  const TmFiguresScope hosting = { .from_at = later.from_at, .to_at = later.to_at, .queue = "hosting" };
  g_autoptr (TmFigures) of_queue = read_figures (bed, reader, &hosting);
  ck_assert_int_eq (of_queue->n_open, 1);
}
END_TEST

START_TEST (empty_database)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  bed_open (bed);
  g_autoptr (TmReader) reader = bed_reader (bed);
  const TmFiguresScope scope = WEEK;
  g_autoptr (TmFigures) figures = read_figures (bed, reader, &scope);
  ck_assert_int_eq (figures->n_tickets + figures->n_open, 0);
}
END_TEST

SUITE_MAIN ("store-figures", tcase_add_loop_test (tc, reads_the_span, 0, G_N_ELEMENTS (spans));
            tcase_add_test (tc, scopes_apply); tcase_add_test (tc, out_of_order); tcase_add_test (tc, values);
            tcase_add_test (tc, open_tickets); tcase_add_test (tc, empty_database);)
