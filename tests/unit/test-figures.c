/* SPDX-License-Identifier: BSD-2-Clause */
/* Tickets → the figures of a report. */
#include "base/clock.h"
#include "core/classify.h"
#include "core/figures.h"
#include "core/recurrence.h"
#include "tests/support/suite.h"

#include <string.h>

static gint64
at (const char *text)
{
  gint64 instant;
  ck_assert_msg (instant_parse (text, &instant), "%s", text);
  return instant;
}

/* A desk in Berlin that works Monday to Friday from 8 to 18. */
static TmSite *
make_site (void)
{
  static const char *const priorities[] = { "P1", "P2", "P3" }, *const types[] = { "problem", "question" };
  TmSite *site = site_new ();
  const char *why;
  g_free (site->instance);
  site->instance = g_strdup ("example");
  site->zone = g_time_zone_new_identifier ("Europe/Berlin");
  for (size_t i = 0; i < G_N_ELEMENTS (priorities); i++)
    g_ptr_array_add (site->priorities, priority_new (priorities[i], priorities[i]));
  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    g_ptr_array_add (site->types, type_new (types[i], types[i]));
  TmCalendarMaker *maker = calendar_maker_new ("office", site->zone);
  ck_assert (calendar_maker_hours (maker, "mon-fri=08:00-18:00", &why));
  g_ptr_array_add (site->calendars, calendar_make (maker));
  TmServicePlan *plan = service_plan_new ("usual");
  plan->calendar = g_strdup ("office");
  g_ptr_array_add (site->plans, plan);
  site_index (site);
  return site;
}

#define FROM "2026-11-01T00:00:00Z"
#define TO "2026-12-01T00:00:00Z"
#define NOW "2026-12-01T12:00:00Z"

typedef struct
{
  TmSite *site;
  TmFiguresMaker *maker;
  TmFigures *figures;
  gint64 n_added;
} Bed;

static Bed
bed_make (const char *from, const char *to)
{
  TmSite *site = make_site ();
  return (Bed) { site, figures_maker_new (site, at (from), at (to), at (NOW)), NULL, 0 };
}

static void
bed_clear (Bed *bed)
{
  figures_free (bed->figures);
  figures_maker_free (bed->maker);
  site_free (bed->site);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bed, bed_clear)

static TmFiguresTicket
ticket_at (Bed *bed, const char *created)
{
  return (TmFiguresTicket) { .id = ++bed->n_added, .status = TM_STATUS_OPEN, .subject = "x", .created_at = at (created),
                             .resolved_at = TM_NEVER, .answered_at = TM_NEVER };
}

/* "P1:2 P3:1 -:4" */
static char *
show_counts (const GPtrArray *counts)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < counts->len; i++)
    {
      const TmCount *count = counts->pdata[i];
      g_string_append_printf (out, "%s%s:%d", i > 0 ? " " : "", count->key != NULL ? count->key : "-", (int) count->n);
    }
  return g_string_free (out, FALSE);
}

static void
expect_counts (const GPtrArray *counts, const char *expected)
{
  g_autofree char *shown = show_counts (counts);
  ck_assert_str_eq (shown, expected);
}

/* --- nothing --- */

START_TEST (empty)
{
  g_auto (Bed) bed = bed_make (FROM, TO);
  bed.figures = figures_make (bed.maker);
  const TmFigures *figures = bed.figures;
  ck_assert_int_eq (figures->n_tickets + figures->n_open, 0);
  ck_assert_int_eq (figures->types->len + figures->priorities->len + figures->tags->len + figures->customers->len
                    + figures->loads->len + figures->recurrences->len + figures->first_responses->len, 0);
  ck_assert_int_eq (figures->first_response.elapsed.p90_s, 0);
  for (int metric = 0; metric < TM_METRIC_END; metric++)
    ck_assert_int_eq (kept_percent (&figures->kept[metric]), -1);
}
END_TEST

/* --- percentiles --- */

static const struct
{
  gint64 seconds[12]; /* up to the first -1 */
  gint64 n, p50, p90;
} percentiles[] = {
  { { -1 }, 0, 0, 0 },
  { { 7, -1 }, 1, 7, 7 },
  { { 1, 2, -1 }, 2, 1, 2 },
  { { 3, 1, 2, -1 }, 3, 2, 3 },
  { { 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, -1 }, 10, 5, 9 },
  { { 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, -1 }, 11, 6, 10 },
  { { 0, 0, 0, 0, 100, -1 }, 5, 0, 100 },
  { { 5000000000, -1 }, 1, 4294967295, 4294967295 },
};

START_TEST (percentile)
{
  g_auto (Bed) bed = bed_make (FROM, TO);
  for (const gint64 *s = percentiles[_i].seconds; *s >= 0; s++)
    {
      TmFiguresTicket ticket = ticket_at (&bed, "2026-11-02T09:00:00Z");
      ticket.answered_at = ticket.created_at + *s;
      figures_add_ticket (bed.maker, &ticket);
    }
  bed.figures = figures_make (bed.maker);
  const TmQuantiles *elapsed = &bed.figures->first_response.elapsed;
  ck_assert_int_eq (elapsed->n, percentiles[_i].n);
  ck_assert_int_eq (elapsed->p50_s, percentiles[_i].p50);
  ck_assert_int_eq (elapsed->p90_s, percentiles[_i].p90);
  ck_assert_int_eq (bed.figures->first_response.business.n, 0);
}
END_TEST

START_TEST (times_by_priority)
{
  g_auto (Bed) bed = bed_make (FROM, TO);
  static const struct
  {
    const char *priority, *plan, *created, *answered;
  } rows[] = {
    /* Friday 17:00 in Berlin to Monday 9:00: two business hours */
    { "P3", "usual", "2026-11-06T16:00:00Z", "2026-11-09T08:00:00Z" },
    { "P1", NULL, "2026-11-06T16:00:00Z", "2026-11-06T16:10:00Z" },
    { NULL, "gone", "2026-11-06T16:00:00Z", "2026-11-06T16:00:00Z" },
    { "P9", "usual", "2026-11-07T16:00:00Z", "2026-11-07T17:00:00Z" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TmFiguresTicket ticket = ticket_at (&bed, rows[i].created);
      ticket.priority = rows[i].priority;
      ticket.plan = rows[i].plan;
      ticket.answered_at = at (rows[i].answered);
      ticket.resolved_at = i == 0 ? ticket.answered_at + 60 : TM_NEVER;
      figures_add_ticket (bed.maker, &ticket);
    }
  bed.figures = figures_make (bed.maker);
  static const struct
  {
    const char *priority;
    gint64 elapsed, n_business, business;
  } expected[] = { { "P1", 600, 0, 0 }, { "P3", 64 * 3600, 1, 2 * 3600 }, { "P9", 3600, 1, 0 }, { NULL, 0, 0, 0 } };
  ck_assert_int_eq (bed.figures->first_responses->len, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const TmTimes *times = bed.figures->first_responses->pdata[i];
      ck_assert_pstr_eq (times->priority, expected[i].priority);
      ck_assert_int_eq (times->elapsed.p50_s, expected[i].elapsed);
      ck_assert_int_eq (times->business.n, expected[i].n_business);
      ck_assert_int_eq (times->business.p90_s, expected[i].business);
    }
  ck_assert_int_eq (bed.figures->first_response.elapsed.n, 4);
  ck_assert_int_eq (bed.figures->resolutions->len, 1);
  ck_assert_int_eq (bed.figures->resolution.business.p50_s, 2 * 3600 + 60);
}
END_TEST

/* --- edges, hours --- */

/* An hour is that of the clock on the wall in Berlin; on 2026-10-25 it shows 2 twice, on 2026-03-29 never. */
static const struct
{
  const char *created;
  int hour, weekday; /* -1: outside the span */
} hours[] = {
  { "2026-03-01T00:00:00Z", 1, 6 },   { "2026-02-28T23:59:59Z", -1, 0 },  { "2026-11-30T23:59:59Z", 0, 1 },
  { "2026-12-01T00:00:00Z", -1, 0 },  { "2026-10-24T21:59:59Z", 23, 5 },  { "2026-10-24T22:00:00Z", 0, 6 },
  { "2026-10-25T00:30:00Z", 2, 6 },   { "2026-10-25T01:30:00Z", 2, 6 },   { "2026-10-25T02:00:00Z", 3, 6 },
  { "2026-03-29T00:59:59Z", 1, 6 },   { "2026-03-29T01:00:00Z", 3, 6 },   { "2026-03-29T22:00:00Z", 0, 0 },
};

START_TEST (hour)
{
  g_auto (Bed) bed = bed_make ("2026-03-01T00:00:00Z", TO);
  TmFiguresTicket ticket = ticket_at (&bed, hours[_i].created);
  figures_add_ticket (bed.maker, &ticket);
  bed.figures = figures_make (bed.maker);
  ck_assert_int_eq (bed.figures->n_tickets, hours[_i].hour >= 0);
  for (int i = 0; i < TM_FIGURES_HOURS; i++)
    ck_assert_int_eq (bed.figures->hours[i], i == hours[_i].hour);
  for (int i = 0; i < TM_FIGURES_WEEKDAYS; i++)
    ck_assert_int_eq (bed.figures->weekdays[i], hours[_i].hour >= 0 && i == hours[_i].weekday);
}
END_TEST

/* --- what is counted --- */

START_TEST (statuses)
{
  g_auto (Bed) bed = bed_make (FROM, TO);
  for (int status = 0; status <= TM_STATUS_SPAM + 1; status++)
    {
      TmFiguresTicket ticket = ticket_at (&bed, FROM);
      ticket.status = (TmStatus) status;
      figures_add_ticket (bed.maker, &ticket);
    }
  bed.figures = figures_make (bed.maker);
  ck_assert_int_eq (bed.figures->n_tickets, 6);
  static const TmStatus left_out[] = { TM_STATUS_MERGED, TM_STATUS_HELD, TM_STATUS_UNSORTED, TM_STATUS_SPAM };
  for (size_t i = 0; i < G_N_ELEMENTS (left_out); i++)
    ck_assert_int_eq (bed.figures->n_left_out[left_out[i]], 1);
  ck_assert_int_eq (bed.figures->n_left_out[TM_STATUS_OPEN], 0);
}
END_TEST

START_TEST (counts)
{
  g_auto (Bed) bed = bed_make (FROM, TO);
  static const struct
  {
    const char *type, *priority, *customer, *tag;
  } rows[] = { { "question", "P3", "acme", "c1" }, { "problem", "P3", "acme", "c2" }, { "old", NULL, NULL, "c2" },
               { "question", "P1", NULL, NULL },   { "question", "P0", "beta", "c2" } };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func ((GDestroyNotify) tag_free);
      TmFiguresTicket ticket = ticket_at (&bed, FROM);
      if (rows[i].tag != NULL)
        g_ptr_array_add (tags, tag_new ("cluster", rows[i].tag));
      ticket.type = rows[i].type;
      ticket.priority = rows[i].priority;
      ticket.customer = rows[i].customer;
      ticket.tags = tags;
      figures_add_ticket (bed.maker, &ticket);
    }
  bed.figures = figures_make (bed.maker);
  expect_counts (bed.figures->types, "problem:1 question:3 old:1");
  expect_counts (bed.figures->priorities, "P1:1 P3:2 P0:1 -:1");
  expect_counts (bed.figures->customers, "acme:2 beta:1 -:2");
  expect_counts (bed.figures->tags, "cluster=c2:3 cluster=c1:1");
  ck_assert_int_eq (bed.figures->n_other_tags, 0);
}
END_TEST

/* More different tags than are shown, and more than are counted. */
START_TEST (many_tags)
{
  enum { N = TM_FIGURES_KEYS + 100 };
  g_auto (Bed) bed = bed_make (FROM, TO);
  for (int i = 0; i < N; i++)
    {
      g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func ((GDestroyNotify) tag_free);
      g_autofree char *value = g_strdup_printf ("%05d", i);
      TmFiguresTicket ticket = ticket_at (&bed, FROM);
      g_ptr_array_add (tags, tag_new ("n", value));
      g_ptr_array_add (tags, tag_new ("all", "yes"));
      ticket.tags = tags;
      figures_add_ticket (bed.maker, &ticket);
    }
  bed.figures = figures_make (bed.maker);
  ck_assert_int_eq (bed.figures->tags->len, TM_FIGURES_TOP);
  const TmCount *first = bed.figures->tags->pdata[0];
  ck_assert_str_eq (first->key, "all=yes");
  ck_assert_int_eq (first->n, N);
  ck_assert_int_eq (bed.figures->n_other_tags, N - (TM_FIGURES_TOP - 1));
}
END_TEST

/* --- what was promised --- */

/* Instants are minutes from the ticket's; -1: never. */
static const struct
{
  int due, met, ended;
  bool is_breached;
  int what; /* 0 met, 1 breached, 2 running, 3 ended */
} promises[] = {
  { 60, 30, -1, false, 0 },       { 60, 60, -1, false, 0 },  { 60, 61, -1, false, 1 }, { 60, 30, -1, true, 1 },
  { 60, -1, -1, false, 1 },       { 99999, -1, -1, false, 2 }, { -1, -1, -1, false, 2 }, { 60, -1, 30, false, 3 },
  { 60, -1, 90, false, 1 },       { -1, 30, -1, false, 0 },
};

static gint64
minutes (const TmFiguresTicket *ticket, int n)
{
  return n < 0 ? TM_NEVER : ticket->created_at + (gint64) n * 60;
}

START_TEST (promise)
{
  g_auto (Bed) bed = bed_make (FROM, TO);
  g_autoptr (GPtrArray) clocks = g_ptr_array_new_with_free_func ((GDestroyNotify) clock_free);
  TmFiguresTicket ticket = ticket_at (&bed, FROM);
  TmClock *clock = clock_new (TM_METRIC_RESOLUTION, 1);
  clock->due_at = minutes (&ticket, promises[_i].due);
  clock->met_at = minutes (&ticket, promises[_i].met);
  clock->ended_at = minutes (&ticket, promises[_i].ended);
  clock->is_breached = promises[_i].is_breached;
  g_ptr_array_add (clocks, clock);
  ticket.clocks = clocks;
  figures_add_ticket (bed.maker, &ticket);
  bed.figures = figures_make (bed.maker);
  const TmKept *kept = &bed.figures->kept[TM_METRIC_RESOLUTION];
  const gint64 found[] = { kept->n_met, kept->n_breached, kept->n_running, kept->n_ended };
  for (int i = 0; i < (int) G_N_ELEMENTS (found); i++)
    ck_assert_int_eq (found[i], i == promises[_i].what);
  ck_assert_int_eq (bed.figures->kept[TM_METRIC_UPDATE].n_met, 0);
}
END_TEST

START_TEST (percent)
{
  static const struct
  {
    TmKept kept;
    int percent;
  } rows[] = { { { 0, 0, 9, 9 }, -1 }, { { 1, 0, 0, 0 }, 100 }, { { 0, 1, 0, 0 }, 0 }, { { 2, 1, 0, 0 }, 66 },
               { { 99999, 1, 0, 0 }, 99 } };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    ck_assert_int_eq (kept_percent (&rows[i].kept), rows[i].percent);
}
END_TEST

/* A clock of the first answer knows more than messages do: of a call, and that the requester got nothing yet. */
START_TEST (answer_by_clock)
{
  g_auto (Bed) bed = bed_make (FROM, TO);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) clocks = g_ptr_array_new_with_free_func ((GDestroyNotify) clock_free);
      TmFiguresTicket ticket = ticket_at (&bed, "2026-11-06T16:00:00Z");
      TmClock *clock = clock_new (TM_METRIC_FIRST_RESPONSE, 1);
      clock->met_at = i == 0 ? ticket.created_at + 120 : TM_NEVER;
      clock->calendar = g_strdup ("office");
      g_ptr_array_add (clocks, clock);
      ticket.clocks = clocks;
      ticket.answered_at = ticket.created_at + 7200;
      figures_add_ticket (bed.maker, &ticket);
    }
  bed.figures = figures_make (bed.maker);
  ck_assert_int_eq (bed.figures->first_response.elapsed.n, 1);
  ck_assert_int_eq (bed.figures->first_response.elapsed.p50_s, 120);
  ck_assert_int_eq (bed.figures->first_response.business.p50_s, 120);
}
END_TEST

/* --- what is open --- */

START_TEST (open)
{
  g_auto (Bed) bed = bed_make (FROM, TO);
  static const struct
  {
    TmStatus status;
    const char *assignee, *created, *next_due;
    bool is_answered;
  } rows[] = {
    { TM_STATUS_NEW, NULL, "2026-11-30T12:00:01Z", NULL, false },
    { TM_STATUS_OPEN, "anna", "2026-11-30T12:00:00Z", "2026-12-01T11:59:59Z", false },
    { TM_STATUS_OPEN, "anna", "2026-11-28T12:00:00Z", "2026-12-01T12:00:00Z", true },
    { TM_STATUS_WAITING, "anna", "2026-11-24T12:00:00Z", NULL, false },
    { TM_STATUS_PENDING, "ben", "2020-01-01T00:00:00Z", NULL, true },
    { TM_STATUS_NEW, "ben", "2026-12-02T00:00:00Z", NULL, false },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TmFiguresOpen ticket = { .status = rows[i].status, .assignee = rows[i].assignee,
                               .created_at = at (rows[i].created),
                               .next_due = rows[i].next_due != NULL ? at (rows[i].next_due) : TM_NEVER,
                               .is_answered = rows[i].is_answered };
      figures_add_open (bed.maker, &ticket);
    }
  bed.figures = figures_make (bed.maker);
  const TmFigures *figures = bed.figures;
  static const gint64 ages[TM_FIGURES_AGES] = { 2, 1, 1, 1, 0, 1 };
  for (int i = 0; i < TM_FIGURES_AGES; i++)
    ck_assert_int_eq (figures->ages[i], ages[i]);
  ck_assert_int_eq (figures->n_open, 6);
  ck_assert_int_eq (figures->n_unanswered, 3);
  ck_assert_int_eq (figures->n_overdue, 1);
  static const TmLoad loads[] = { { (char *) (gsize) "anna", 3, 1, 1 }, { (char *) (gsize) "ben", 2, 1, 0 },
                                  { NULL, 1, 1, 0 } };
  ck_assert_int_eq (figures->loads->len, G_N_ELEMENTS (loads));
  for (guint i = 0; i < G_N_ELEMENTS (loads); i++)
    {
      const TmLoad *load = figures->loads->pdata[i];
      ck_assert_pstr_eq (load->agent, loads[i].agent);
      ck_assert_int_eq (load->n_open, loads[i].n_open);
      ck_assert_int_eq (load->n_unanswered, loads[i].n_unanswered);
      ck_assert_int_eq (load->n_overdue, loads[i].n_overdue);
    }
  ck_assert_int_eq (figures->n_tickets, 0);
}
END_TEST

/* --- what keeps coming back --- */

static const struct
{
  const char *subjects[8];
  const char *found; /* "3 Printer on fire (1 2 3)"; apart by "; " */
} recurring[] = {
  { { NULL }, "" },
  { { "Printer on fire", "Out of paper" }, "" },
  { { "Printer on fire", "RE: printer ON  fire", "[example#7] AW: Printer on fire" }, "3 Printer on fire (1 2 3)" },
  { { "Disk 81% full on db01", "Disk 9% full on db02" }, "2 Disk 81% full on db01 (1 2)" },
  { { "Disk full on db01", "Disk full on db02", "Disk full on db03", "Disk full on web" },
    "4 Disk full on db01 (1 2 3 4)" },
  { { "Printer on fire", "Printer on fire", "Printer on fire again" }, "3 Printer on fire (1 2 3)" },
  { { "Printer on fire", "Printer is empty" }, "" },
  { { "Password", "Password", "Passport" }, "2 Password (1 2)" },
  { { "", " ", "Re:", "[example#1]", "" }, "" },
  { { "a b", "c d", "c d", "a b", "c d" }, "3 c d (2 3 5); 2 a b (1 4)" },
  { { "\xc3\x84nderung n\xc3\xb6tig", "\xc3\xa4NDERUNG N\xc3\x96TIG" }, "2 \xc3\x84nderung n\xc3\xb6tig (1 2)" },
  { { "a b", "a b", "a b", "a b", "a b", "a b", "a b" }, "7 a b (3 4 5 6 7)" },
};

START_TEST (recurs)
{
  g_auto (Bed) bed = bed_make (FROM, TO);
  for (int i = 0; i < 8 && recurring[_i].subjects[i] != NULL; i++)
    {
      TmFiguresTicket ticket = ticket_at (&bed, FROM);
      ticket.subject = recurring[_i].subjects[i];
      ticket.created_at += i;
      figures_add_ticket (bed.maker, &ticket);
    }
  bed.figures = figures_make (bed.maker);
  g_autoptr (GString) out = g_string_new (NULL);
  for (guint i = 0; i < bed.figures->recurrences->len; i++)
    {
      const TmRecurrence *recurrence = bed.figures->recurrences->pdata[i];
      g_string_append_printf (out, "%s%d %s (", i > 0 ? "; " : "", (int) recurrence->n, recurrence->subject);
      for (guint k = 0; k < recurrence->tickets->len; k++)
        g_string_append_printf (out, "%s%d", k > 0 ? " " : "", (int) g_array_index (recurrence->tickets, gint64, k));
      ck_assert_int_eq (recurrence->last_at,
                        at (FROM) + g_array_index (recurrence->tickets, gint64, recurrence->tickets->len - 1) - 1);
      g_string_append_c (out, ')');
    }
  ck_assert_str_eq (out->str, recurring[_i].found);
}
END_TEST

/* However many subjects there are, the frequent ones are found, and no more are kept than was said. */
START_TEST (many_subjects)
{
  g_autoptr (TmRecurrences) recurrences = recurrences_new ("example");
  for (int i = 0; i < 3 * TM_RECURRENCE_SUBJECTS; i++)
    {
      g_autofree char *subject = g_strdup_printf ("%c%c%c%c alone", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676 % 26,
                                                  'a' + i / 17576 % 26);
      recurrences_add (recurrences, i % 100 == 0 ? "comes back" : subject, i, i);
    }
  g_autoptr (GPtrArray) found = recurrences_find (recurrences, TM_FIGURES_TOP);
  ck_assert_int_eq (found->len, 1);
  const TmRecurrence *first = found->pdata[0];
  ck_assert_str_eq (first->subject, "comes back");
  ck_assert_int_eq (first->n, 3 * TM_RECURRENCE_SUBJECTS / 100);
}
END_TEST

SUITE_MAIN ("figures", tcase_add_test (tc, empty);
            tcase_add_loop_test (tc, percentile, 0, G_N_ELEMENTS (percentiles));
            tcase_add_test (tc, times_by_priority); tcase_add_loop_test (tc, hour, 0, G_N_ELEMENTS (hours));
            tcase_add_test (tc, statuses); tcase_add_test (tc, counts);
            tcase_add_test (tc, many_tags); tcase_add_loop_test (tc, promise, 0, G_N_ELEMENTS (promises));
            tcase_add_test (tc, percent); tcase_add_test (tc, answer_by_clock); tcase_add_test (tc, open);
            tcase_add_loop_test (tc, recurs, 0, G_N_ELEMENTS (recurring)); tcase_add_test (tc, many_subjects);)
