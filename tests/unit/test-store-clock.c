/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks ⇄ rows: each under a key of its own, found with its ticket and no other, up to the limits and not beyond. */
#include "store/clock.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <string.h>

enum { START = 1795190400 };

static TmDb *
writing (TmStoreBed *bed)
{
  TmDb *db;
  bed_open (bed);
  bed_close (bed);
  bed->is_spoiled = true; /* clocks of tickets that are not there */
  ck_assert (db_open (bed->path, DB_WRITE, &db, NULL));
  return db;
}

/* One of each kind of key; those of a ticket in the order in which they are read. */
static const struct
{
  gint64 ticket;
  TmMetric metric;
  guint cycle;
} keys[] = {
  { 1, TM_METRIC_DISPATCH, 1 },
  { 1, TM_METRIC_NEXT_RESPONSE, 1 },
  { 1, TM_METRIC_NEXT_RESPONSE, 2 },
  { 1, TM_METRIC_POSTMORTEM, CLOCK_MAX_CYCLE },
  { 2, TM_METRIC_DISPATCH, 1 },
  { CLOCK_MAX_TICKET - 1, TM_METRIC_POSTMORTEM, CLOCK_MAX_CYCLE },
  { CLOCK_MAX_TICKET, TM_METRIC_DISPATCH, 1 },
  { CLOCK_MAX_TICKET, TM_METRIC_RESOLUTION, 7 },
};

/* Its target is its number, by which it is known again. */
static TmClock *
make_clock (guint i, TmClockChange change)
{
  TmClock *clock = clock_new (keys[i].metric, keys[i].cycle);
  clock->target = g_strdup_printf ("%ubm", i);
  clock->started_at = clock->base_at = START;
  clock->due_at = START + i;
  clock->change = change;
  return clock;
}

/* What stands under the ticket, a word for each clock; the caller frees. */
static char *
read_words (TmDb *db, gint64 ticket)
{
  GString *words = g_string_new (NULL);
  g_autoptr (TmTicketFacts) facts = ticket_facts_new (ticket);
  ck_assert (clock_read (db, facts, NULL));
  for (guint i = 0; facts->clocks != NULL && i < facts->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (facts->clocks, i);
      g_string_append_printf (words, " %d.%u:%s@%d", (int) clock->metric, clock->cycle, clock->target,
                              (int) (clock->due_at - START));
    }
  return g_string_free (words, FALSE);
}

static char *
expected_words (gint64 ticket, guint changed)
{
  GString *words = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].ticket == ticket)
      g_string_append_printf (words, " %d.%u:%ubm@%u", (int) keys[i].metric, keys[i].cycle, i, i == changed ? 99 : i);
  return g_string_free (words, FALSE);
}

static void
check_all (TmDb *db, guint changed)
{
  static const gint64 tickets[] = { 0, 1, 2, 3, CLOCK_MAX_TICKET - 1, CLOCK_MAX_TICKET, CLOCK_MAX_TICKET + 1,
                                    CLOCK_MAX_TICKET + 2, G_MAXINT64 };
  for (guint i = 0; i < G_N_ELEMENTS (tickets); i++)
    {
      g_autofree char *words = read_words (db, tickets[i]), *expected = expected_words (tickets[i], changed);
      ck_assert_str_eq (words, expected);
    }
}

START_TEST (each_by_its_key)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (TmDb) db = writing (bed);
  for (guint i = G_N_ELEMENTS (keys); i-- > 0;)
    {
      g_autoptr (TmClock) clock = make_clock (i, TM_CLOCK_ADDED);
      clock->is_breached = i % 2 != 0; /* by either way of writing */
      ck_assert (clock_write (db, keys[i].ticket, &clock, 1, NULL));
    }
  check_all (db, G_MAXUINT);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (TmClock) clock = make_clock (i, TM_CLOCK_CHANGED);
      clock->due_at = START + 99;
      ck_assert (clock_write (db, keys[i].ticket, &clock, 1, NULL));
      check_all (db, i);
      clock->due_at = START + i;
      ck_assert (clock_write (db, keys[i].ticket, &clock, 1, NULL));
    }
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM clock"), G_N_ELEMENTS (keys));
}
END_TEST

/* New ones go in together, as many as there are. */
START_TEST (several_at_once)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (TmDb) db = writing (bed);
  enum { N = 8 };
  TmClock *clocks[N];
  for (guint i = 0; i < N; i++)
    {
      clocks[i] = clock_new (TM_METRIC_NEXT_RESPONSE, i + 1);
      clocks[i]->target = g_strdup ("2bd");
      clocks[i]->change = TM_CLOCK_ADDED;
    }
  for (guint n = 1; n <= N; n++)
    {
      ck_assert (clock_write (db, n, clocks, n, NULL));
      g_autoptr (TmTicketFacts) facts = ticket_facts_new (n);
      ck_assert (clock_read (db, facts, NULL));
      ck_assert_int_eq (facts->clocks->len, n);
      for (guint i = 0; i < n; i++)
        ck_assert_int_eq (((TmClock *) g_ptr_array_index (facts->clocks, i))->cycle, i + 1);
    }
  for (guint i = 0; i < N; i++)
    clock_free (clocks[i]);
}
END_TEST

static const struct
{
  gint64 ticket;
  guint cycle;
} beyond[] = {
  { CLOCK_MAX_TICKET + 1, 1 }, { G_MAXINT64, 1 }, { -1, 1 }, { 1, CLOCK_MAX_CYCLE + 1 }, { 1, G_MAXUINT },
};

START_TEST (beyond_the_limits)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (TmDb) db = writing (bed);
  for (int way = 0; way < 3; way++) /* plain, added, changed */
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TmClock) clock = clock_new (TM_METRIC_UPDATE, beyond[_i].cycle);
      clock->target = g_strdup ("4bh");
      clock->change = way == 2 ? TM_CLOCK_CHANGED : TM_CLOCK_ADDED;
      clock->is_breached = way == 1;
      ck_assert (!clock_write (db, beyond[_i].ticket, &clock, 1, &error));
      ck_assert_int_eq (error->code, TM_ERROR_MESSAGE);
      ck_assert_ptr_nonnull (strstr (error->message, "clock update"));
    }
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM clock"), 0);
}
END_TEST

SUITE_MAIN ("store clock", tcase_add_test (tc, each_by_its_key); tcase_add_test (tc, several_at_once);
            tcase_add_loop_test (tc, beyond_the_limits, 0, G_N_ELEMENTS (beyond));)
