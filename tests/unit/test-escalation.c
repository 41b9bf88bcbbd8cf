/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications: what comes of an escalation for a clock, at a given time, with what went out already.
 */
#include "base/clock.h"
#include "core/escalation.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

/* Monday 2026-11-23, 00:00 UTC; times are `HH:MM:SS` of it, with `+N.` so many days later. */
static const gint64 monday = 1795392000;

enum { DAY_S = 86400, MAX_STEPS = 3 };

typedef struct
{
  const char *metric, *priorities, *lead, *repeat; /* the second and the last may be NULL */
  guint level, times;
} Row;

typedef struct
{
  Row rows[MAX_STEPS];
  const char *calendar;        /* of the clock; NULL: any hour */
  const char *start, *due;     /* NULL: never */
  const char *met;             /* NULL: it runs */
  const char *priority;
  const char *notified;        /* `warning/1:0 breach/2:3!`: kind, level, number, acknowledged; NULL: nobody */
  const char *now;
  const char *fires, *next, *coming; /* `warning/1:0@10:50:00`, in order; "" none; next: a time, "never" */
} Case;

static gint64
parse_time (const char *text)
{
  gint64 at = monday;
  int hour, minute, second = 0;
  if (*text == '+')
    {
      at += g_ascii_strtoll (text, NULL, 10) * DAY_S;
      text = strchr (text, '.') + 1;
    }
  ck_assert_int_ge (sscanf (text, "%d:%d:%d", &hour, &minute, &second), 2);
  return at + hour * 3600 + minute * 60 + second;
}

static void
print_time (GString *out, gint64 at)
{
  if (at == TM_NEVER)
    {
      g_string_append (out, "never");
      return;
    }
  gint64 days = (at - monday) / DAY_S, s = (at - monday) % DAY_S;
  if (days > 0)
    g_string_append_printf (out, "+%d.", (int) days);
  g_string_append_printf (out, "%02d:%02d:%02d", (int) (s / 3600), (int) (s / 60 % 60), (int) (s % 60));
}

static TmTarget *
target (const char *text)
{
  TmTarget made;
  const char *why;
  ck_assert (target_parse (text, &made, &why));
  return g_memdup2 (&made, sizeof made);
}

static void
add_calendar (TmSite *site, const char *name, const char *hours)
{
  const char *why;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (TmCalendarMaker) maker = calendar_maker_new (name, zone);
  ck_assert (calendar_maker_hours (maker, hours, &why));
  g_ptr_array_add (site->calendars, calendar_make (g_steal_pointer (&maker)));
}

static TmSite *
make_site (const Row *rows)
{
  TmSite *site = site_new ();
  add_calendar (site, "office", "mon-fri=08:00-18:00");
  TmEscalation *escalation = escalation_new ("night");
  for (size_t i = 0; i < MAX_STEPS && rows[i].metric != NULL; i++)
    {
      TmEscalationStep *step = escalation_add_step (escalation);
      ck_assert (metric_parse (rows[i].metric, &step->metric));
      step->lead = target (rows[i].lead);
      step->level = rows[i].level;
      step->repeat = rows[i].repeat != NULL ? target (rows[i].repeat) : NULL;
      step->times = rows[i].times;
      if (rows[i].priorities == NULL)
        continue;
      step->priorities = g_ptr_array_new_with_free_func (g_free);
      g_auto (GStrv) codes = g_strsplit (rows[i].priorities, " ", -1);
      for (char **code = codes; *code != NULL; code++)
        g_ptr_array_add (step->priorities, g_strdup (*code));
    }
  g_ptr_array_add (site->escalations, escalation);
  TmServicePlan *plan = service_plan_new ("standard");
  plan->escalation = g_strdup ("night");
  plan->calendar = g_strdup ("office");
  g_ptr_array_add (site->plans, plan);
  site_index (site);
  return site;
}

static TmTicketFacts *
make_ticket (const Case *wanted)
{
  TmTicketFacts *ticket = ticket_facts_new (1);
  ticket->priority = g_strdup (wanted->priority);
  ticket->service_plan = g_strdup ("standard");
  ticket->clocks = g_ptr_array_new_with_free_func ((GDestroyNotify) clock_free);
  TmClock *clock = clock_new (TM_METRIC_FIRST_RESPONSE, 1);
  clock->calendar = g_strdup (wanted->calendar);
  clock->started_at = clock->base_at = parse_time (wanted->start);
  clock->due_at = wanted->due != NULL ? parse_time (wanted->due) : TM_NEVER;
  clock->met_at = wanted->met != NULL ? parse_time (wanted->met) : TM_NEVER;
  g_ptr_array_add (ticket->clocks, clock);
  ticket->notified = g_ptr_array_new_with_free_func ((GDestroyNotify) notified_free);
  g_auto (GStrv) words = g_strsplit (wanted->notified != NULL ? wanted->notified : "", " ", -1);
  for (char **word = words; *word != NULL; word++)
    {
      TmNotified *one = g_new0 (TmNotified, 1);
      const char *slash = strchr (*word, '/'), *colon = strchr (*word, ':');
      one->metric = TM_METRIC_FIRST_RESPONSE;
      one->cycle = 1;
      one->kind = g_str_has_prefix (*word, "warning") ? TM_NOTIFICATION_WARNING : TM_NOTIFICATION_BREACH;
      one->level = (guint) g_ascii_strtoull (slash + 1, NULL, 10);
      one->number = (guint) g_ascii_strtoull (colon + 1, NULL, 10);
      one->told = g_strdup ("desk");
      one->acked_by = g_str_has_suffix (*word, "!") ? g_strdup ("agent:anna") : NULL;
      g_ptr_array_add (ticket->notified, one);
    }
  return ticket;
}

static char *
print_all (GArray *notifications)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < notifications->len; i++)
    {
      const TmNotification *one = &g_array_index (notifications, TmNotification, i);
      g_string_append_printf (out, "%s%s/%u:%u@", i > 0 ? " " : "", notification_kind_name (one->kind),
                              one->step->level, one->number);
      print_time (out, one->fire_at);
    }
  g_array_unref (notifications);
  return g_string_free (out, FALSE);
}

#define FIRST(...) { "first_response", NULL, __VA_ARGS__ }
#define WARN_10 FIRST ("10m", NULL, 1, 0)
#define BREACH FIRST ("none", "15m", 1, 4)
#define USUAL .rows = { WARN_10, BREACH }, .start = "10:00", .due = "11:00", .priority = "P1"
#define REPEATS "breach/1:1@11:15:01 breach/1:2@11:30:01 breach/1:3@11:45:01 breach/1:4@12:00:01"

static const Case cases[] = {
  { USUAL, .now = "10:00", .fires = "", .next = "10:50:00",
    .coming = "warning/1:0@10:50:00 breach/1:0@11:00:01 " REPEATS },
  { USUAL, .now = "10:49:59", .fires = "", .next = "10:50:00",
    .coming = "warning/1:0@10:50:00 breach/1:0@11:00:01 " REPEATS },
  { USUAL, .now = "10:50", .fires = "warning/1:0@10:50:00", .next = "10:50:00",
    .coming = "warning/1:0@10:50:00 breach/1:0@11:00:01 " REPEATS },
  /* at the due time it is in time still; a warning that did not go out is of use until then */
  { USUAL, .now = "11:00", .fires = "warning/1:0@10:50:00", .next = "10:50:00",
    .coming = "warning/1:0@10:50:00 breach/1:0@11:00:01 " REPEATS },
  { USUAL, .now = "11:00:01", .fires = "breach/1:0@11:00:01", .next = "11:00:01",
    .coming = "breach/1:0@11:00:01 " REPEATS },
  /* never twice, whatever the clock says */
  { USUAL, .notified = "warning/1:0", .now = "10:55", .fires = "", .next = "11:00:01",
    .coming = "breach/1:0@11:00:01 " REPEATS },
  { USUAL, .notified = "warning/1:0 breach/1:0", .now = "10:30", .fires = "", .next = "11:15:01", .coming = REPEATS },
  { USUAL, .notified = "breach/1:0", .now = "11:15:00", .fires = "", .next = "11:15:01", .coming = REPEATS },
  { USUAL, .notified = "breach/1:0", .now = "11:15:01", .fires = "breach/1:1@11:15:01", .next = "11:15:01",
    .coming = REPEATS },
  { USUAL, .notified = "breach/1:4", .now = "14:00", .fires = "", .next = "never", .coming = "" },
  /* acknowledged: that one is not repeated, and what is another one is told */
  { USUAL, .notified = "breach/1:1!", .now = "11:40", .fires = "", .next = "never", .coming = "" },
  { USUAL, .notified = "warning/1:0!", .now = "11:15:01", .fires = "breach/1:1@11:15:01", .next = "11:00:01",
    .coming = "breach/1:1@11:15:01 breach/1:2@11:30:01 breach/1:3@11:45:01 breach/1:4@12:00:01" },
  { .rows = { FIRST ("none", "15m", 2, 4), FIRST ("none", NULL, 1, 0) }, .start = "10:00", .due = "11:00",
    .priority = "P1", .notified = "breach/2:0!", .now = "11:15:01", .fires = "breach/1:0@11:00:01",
    .next = "11:00:01", .coming = "breach/1:0@11:00:01" },
  /* after downtime: the breach once, and the repeats go on */
  { USUAL, .now = "11:40", .fires = "breach/1:2@11:30:01", .next = "11:00:01",
    .coming = "breach/1:2@11:30:01 breach/1:3@11:45:01 breach/1:4@12:00:01" },
  { USUAL, .now = "+7.11:40", .fires = "breach/1:4@12:00:01", .next = "11:00:01",
    .coming = "breach/1:4@12:00:01" },
  { USUAL, .notified = "breach/1:2", .now = "+7.11:40", .fires = "breach/1:4@12:00:01", .next = "11:45:01",
    .coming = "breach/1:4@12:00:01" },
  /* of another priority, metric, or of none */
  { .rows = { { "first_response", "P2 P3", "none", NULL, 1, 0 } }, .start = "10:00", .due = "11:00", .priority = "P1",
    .now = "12:00", .fires = "", .next = "never", .coming = "" },
  { .rows = { { "first_response", "P2 P3", "none", NULL, 1, 0 } }, .start = "10:00", .due = "11:00", .priority = "P3",
    .now = "12:00", .fires = "breach/1:0@11:00:01", .next = "11:00:01",
    .coming = "breach/1:0@11:00:01" },
  { .rows = { { "first_response", "P2 P3", "none", NULL, 1, 0 } }, .start = "10:00", .due = "11:00", .priority = NULL,
    .now = "12:00", .fires = "", .next = "never", .coming = "" },
  { .rows = { { "dispatch", NULL, "none", NULL, 1, 0 } }, .start = "10:00", .due = "11:00", .priority = "P1",
    .now = "12:00", .fires = "", .next = "never", .coming = "" },
  /* paused, met */
  { .rows = { WARN_10, BREACH }, .start = "10:00", .due = NULL, .priority = "P1", .now = "12:00",
    .fires = "", .next = "never", .coming = "" },
  { USUAL, .met = "11:30", .now = "12:00", .fires = "", .next = "never", .coming = "" },
  /* a lead on the calendar of the clock, and on the plan's where the clock goes by none */
  { .rows = { FIRST ("2bh", NULL, 1, 0) }, .calendar = "office", .start = "10:00", .due = "+1.09:00", .priority = "P1",
    .now = "12:00", .fires = "", .next = "17:00:00", .coming = "warning/1:0@17:00:00" },
  { .rows = { FIRST ("1bd", NULL, 1, 0) }, .calendar = "office", .start = "10:00", .due = "+7.09:00", .priority = "P1",
    .now = "12:00", .fires = "", .next = "+4.09:00:00", .coming = "warning/1:0@+4.09:00:00" },
  /* repeats in business time: at night nobody is told again */
  { .rows = { FIRST ("none", "1bh", 1, 3) }, .calendar = "office", .start = "10:00", .due = "16:30", .priority = "P1",
    .now = "16:00", .fires = "", .next = "16:30:01",
    .coming = "breach/1:0@16:30:01 breach/1:1@17:30:01 breach/1:2@+1.08:30:01 breach/1:3@+1.09:30:01" },
  /* a lead that reaches behind the start warns at once */
  { .rows = { FIRST ("2h", NULL, 1, 0) }, .start = "10:00", .due = "11:00", .priority = "P1",
    .now = "10:00", .fires = "warning/1:0@10:00:00", .next = "10:00:00", .coming = "warning/1:0@10:00:00" },
  /* a warning is repeated until its clock is overdue */
  { .rows = { FIRST ("30m", "10m", 1, 9) }, .start = "10:00", .due = "11:00", .priority = "P1",
    .now = "10:45", .fires = "warning/1:1@10:40:00", .next = "10:30:00",
    .coming = "warning/1:1@10:40:00 warning/1:2@10:50:00 warning/1:3@11:00:00" },
  { .rows = { FIRST ("30m", "10m", 1, 9) }, .start = "10:00", .due = "11:00", .priority = "P1",
    .notified = "warning/1:3", .now = "11:00:00", .fires = "", .next = "never", .coming = "" },
  /* levels: each for itself, the lower first where both are due */
  { .rows = { FIRST ("none", NULL, 2, 0), FIRST ("none", NULL, 1, 0), FIRST ("30m", NULL, 2, 0) }, .start = "10:00",
    .due = "11:00", .priority = "P1", .notified = "warning/2:0", .now = "11:30",
    .fires = "breach/1:0@11:00:01 breach/2:0@11:00:01", .next = "11:00:01",
    .coming = "breach/1:0@11:00:01 breach/2:0@11:00:01" },
  { .rows = { FIRST ("none", NULL, 2, 0), FIRST ("none", NULL, 1, 0) }, .start = "10:00", .due = "11:00",
    .priority = "P1", .notified = "breach/1:0", .now = "11:30", .fires = "breach/2:0@11:00:01", .next = "11:00:01",
    .coming = "breach/2:0@11:00:01" },
};

START_TEST (notifications)
{
  const Case *wanted = &cases[_i];
  g_autoptr (TmSite) site = make_site (wanted->rows);
  g_autoptr (TmTicketFacts) ticket = make_ticket (wanted);
  const TmEscalationFacts facts = escalation_facts (site, ticket);
  gint64 now = parse_time (wanted->now);
  g_autofree char *fires = print_all (escalation_due (&facts, now));
  g_autofree char *coming = print_all (escalation_preview (&facts, now));
  g_autoptr (GString) next = g_string_new (NULL);
  print_time (next, escalation_next (&facts, now));
  ck_assert_str_eq (fires, wanted->fires);
  ck_assert_str_eq (next->str, wanted->next);
  ck_assert_str_eq (coming, wanted->coming);
  /* Whenever something fires it is time to look, and the other way round. */
  ck_assert ((*fires != '\0') == (escalation_next (&facts, now) <= now));
}
END_TEST

/* A ticket whose plan the site does not know any more, and one without clocks. */
START_TEST (nothing)
{
  g_autoptr (TmSite) site = make_site (cases[0].rows);
  g_autoptr (TmTicketFacts) ticket = make_ticket (&cases[0]);
  g_free (ticket->service_plan);
  ticket->service_plan = g_strdup ("gone");
  TmEscalationFacts facts = escalation_facts (site, ticket);
  ck_assert_int_eq (escalation_next (&facts, monday + DAY_S), TM_NEVER);
  g_autoptr (TmTicketFacts) bare = ticket_facts_new (2);
  bare->service_plan = g_strdup ("standard");
  facts = escalation_facts (site, bare);
  ck_assert_int_eq (escalation_next (&facts, monday + DAY_S), TM_NEVER);
}
END_TEST

SUITE_MAIN ("escalation", tcase_add_loop_test (tc, notifications, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, nothing);)
