/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks: what happens to a ticket, as a line of words, and what its clocks are then.
 */
#include "base/clock.h"
#include "core/clock.h"
#include "tests/support/suite.h"

#include <string.h>

/* Monday 2026-11-23, 00:00 UTC; times are `HH:MM` of that week's days, `tue.09:00`, Monday where none is named. */
static const gint64 monday = 1795392000;
static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static const TmCalendar *
add_calendar (TmSite *site, const char *name, const char *hours)
{
  const char *why;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (TmCalendarMaker) maker = calendar_maker_new (name, zone);
  ck_assert (calendar_maker_hours (maker, hours, &why));
  TmCalendar *calendar = calendar_make (g_steal_pointer (&maker));
  g_ptr_array_add (site->calendars, calendar);
  return calendar;
}

static void
add_targets (GPtrArray *all, const char *priority, const char *words)
{
  TmTargets *targets = targets_new (priority);
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  for (char **word = list; *word != NULL; word++)
    {
      const char *why;
      char *equals = strchr (*word, '=');
      *equals = '\0';
      TmMetric metric;
      TmTarget target;
      ck_assert (metric_parse (*word, &metric) && target_parse (equals + 1, &target, &why));
      targets->promises[metric].target = g_memdup2 (&target, sizeof target);
    }
  g_ptr_array_add (all, targets);
}

static TmServicePlan *
add_plan (TmSite *site, const char *id)
{
  TmServicePlan *plan = service_plan_new (id);
  plan->calendar = g_strdup ("office");
  g_ptr_array_add (site->plans, plan);
  return plan;
}

/* usual: P1, P2, P3, as below; other: the same from the start, pending pauses; mere: only next_response. */
static TmSite *
make_site (void)
{
  static const char *const ranks[] = { "P1", "P2", "P3", "P4" };
  TmSite *site = site_new ();
  for (size_t i = 0; i < G_N_ELEMENTS (ranks); i++)
    g_ptr_array_add (site->priorities, priority_new (ranks[i], ranks[i]));
  add_calendar (site, "office", "mon-fri=08:00-18:00");
  add_calendar (site, "always", "24x7");
  TmServicePlan *usual = add_plan (site, "usual"), *other = add_plan (site, "other"), *mere = add_plan (site, "mere");
  other->on_raise = TM_RAISE_FROM_START;
  other->pauses_pending = true;
  TmServicePlan *both[] = { usual, other };
  for (size_t i = 0; i < G_N_ELEMENTS (both); i++)
    {
      add_targets (both[i]->targets, "P1",
                   "dispatch=30m first_response=1h next_response=1bh update=2bh resolution=8bh review=5bd "
                   "postmortem=72h");
      add_targets (both[i]->targets, "P2", "dispatch=1bh first_response=4bh next_response=4bh resolution=16bh");
      add_targets (both[i]->targets, "P3", "first_response=1bd resolution=5bd");
    }
  add_targets (mere->targets, "P1", "next_response=1bh");
  TmCustomer *gold = customer_new ("gold");
  add_targets ((customer_add_targets (gold, "P4"), gold->targets), "P1", "first_response=10bm");
  gold->calendar = g_strdup ("always");
  customers_add (site->customers, gold);
  site->revision = 7;
  site_index (site);
  return site;
}

static gint64
parse_time (const char *text)
{
  gint64 day_at = monday;
  for (size_t i = 0; i < G_N_ELEMENTS (days); i++)
    if (g_str_has_prefix (text, days[i]))
      {
        day_at += (gint64) i * 86400;
        text += strlen ("mon.");
      }
  return day_at + (gint64) (g_ascii_strtoll (text, NULL, 10) * 3600 + g_ascii_strtoll (text + 3, NULL, 10) * 60);
}

static void
print_time (GString *out, const char *name, gint64 at)
{
  gint64 day = (at - monday) / 86400, minute = (at - monday) % 86400 / 60;
  if (at == TM_NEVER)
    return;
  g_string_append_printf (out, " %s=", name);
  if (day > 0)
    g_string_append_printf (out, "%s%s.", day >= 7 ? "next-" : "", days[day % 7]);
  g_string_append_printf (out, "%02d:%02d", (int) (minute / 60), (int) (minute % 60));
}

static void
print_clocks (GString *out, const TmClockwork *work)
{
  for (guint i = 0; i < work->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (work->clocks, i);
      g_string_append_printf (out, "%s/%u %s", metric_name (clock->metric), clock->cycle, clock->target);
      print_time (out, "start", clock->started_at);
      if (clock->base_at != clock->started_at)
        print_time (out, "from", clock->base_at);
      print_time (out, "due", clock->due_at);
      print_time (out, "met", clock->met_at);
      print_time (out, "ended", clock->ended_at);
      for (guint k = 0; clock->pauses != NULL && k < clock->pauses->len; k++)
        {
          print_time (out, "paused", g_array_index (clock->pauses, TmInterval, k).from_at);
          print_time (out, "until", g_array_index (clock->pauses, TmInterval, k).to_at);
        }
      g_string_append (out, clock_is_breached (clock, work->now) ? " breached\n" : "\n");
    }
}

static void
print_moves (GString *out, const TmClockwork *work)
{
  for (guint i = 0; work->moves != NULL && i < work->moves->len; i++)
    {
      const TmClockMove *move = g_ptr_array_index (work->moves, i);
      g_string_append_printf (out, "move %s/%u", metric_name (move->metric), move->cycle);
      print_time (out, "was", move->from_at);
      print_time (out, "is", move->to_at);
      g_string_append_printf (out, " %s\n", move->why);
    }
}

typedef struct
{
  const char *plan, *customer, *priority;
  const char *script; /* `TIME WORD [VALUE]; …` */
  const char *clocks; /* and how they moved last */
} Case;

/* The ticket as the database would have it between two causes. */
static void
keep (const TmClockwork *work, TmTicketFacts *ticket)
{
  g_clear_pointer (&ticket->clocks, g_ptr_array_unref);
  ticket->clocks = g_ptr_array_new_with_free_func ((GDestroyNotify) clock_free);
  for (guint i = 0; i < work->clocks->len; i++)
    g_ptr_array_add (ticket->clocks, clock_copy (g_ptr_array_index (work->clocks, i)));
  ticket->status = work->status;
  char *priority = g_strdup (work->priority);
  g_free (ticket->priority);
  ticket->priority = priority;
  ticket->wants_postmortem = work->wants_postmortem;
}

static void
run_merge (TmClockwork *work, const char *value)
{
  TmStatus status = TM_STATUS_OPEN;
  g_auto (TmClockwork) from = { .clocks = NULL };
  clockwork_init (&from, work->site, "usual", NULL, "P2", status, parse_time (value), work->now);
  clockwork_open (&from);
  clockwork_merge (work, &from);
  ck_assert_int_eq (from.status, TM_STATUS_MERGED);
  for (guint i = 0; i < from.clocks->len; i++)
    ck_assert (!clock_is_running (g_ptr_array_index (from.clocks, i)));
}

static void
run_word (TmClockwork *work, const char *word, const char *value, TmTicketFacts *ticket)
{
  TmStatus status;
  if (strcmp (word, "customer") == 0)
    clockwork_customer_wrote (work);
  else if (strcmp (word, "answered") == 0)
    clockwork_answered (work);
  else if (strcmp (word, "called") == 0)
    {
      work->is_afterwards = true;
      clockwork_answered (work);
    }
  else if (strcmp (word, "touched") == 0)
    clockwork_touched (work);
  else if (strcmp (word, "set") == 0 && status_parse (value, &status))
    clockwork_set_status (work, status, true);
  else if (strcmp (word, "follows") == 0 && status_parse (value, &status))
    clockwork_set_status (work, status, false);
  else if (strcmp (word, "priority") == 0)
    clockwork_set_priority (work, value);
  else if (strcmp (word, "plan") == 0)
    {
      clockwork_set_plan (work, value, "another plan");
      g_free (ticket->service_plan);
      ticket->service_plan = g_strdup (value);
    }
  else if (strcmp (word, "promise") == 0)
    clockwork_promise (work, strcmp (value, "none") == 0 ? TM_NEVER : parse_time (value));
  else if (strcmp (word, "record") == 0)
    clockwork_record (work, strcmp (value, "review") == 0 ? TM_METRIC_REVIEW : TM_METRIC_POSTMORTEM);
  else if (strcmp (word, "flag") == 0)
    clockwork_flag_postmortem (work, value != NULL ? parse_time (value) : TM_NEVER);
  else if (strcmp (word, "merge") == 0)
    run_merge (work, value);
  else if (strcmp (word, "split") == 0)
    clockwork_split (work, value != NULL ? parse_time (value) : TM_NEVER);
  else if (strcmp (word, "look") != 0)
    ck_abort_msg ("no cause %s", word);
}

static char *
run (const TmSite *site, const Case *c)
{
  g_autoptr (TmTicketFacts) ticket = ticket_facts_new (1);
  g_auto (GStrv) causes = g_strsplit (c->script, "; ", -1);
  GString *out = g_string_new (NULL);
  ticket->service_plan = g_strdup (c->plan);
  ticket->customer = g_strdup (c->customer);
  ticket->priority = g_strdup (c->priority);
  for (guint i = 0; causes[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (causes[i], " ", 3);
      g_auto (TmClockwork) work = { .clocks = NULL };
      gint64 now = parse_time (words[0]);
      if (i == 0)
        {
          ticket->created_at = now;
          ck_assert (words[2] == NULL || status_parse (words[2], &ticket->status));
          clockwork_init (&work, site, c->plan, c->customer, c->priority, ticket->status, now, now);
          clockwork_open (&work);
        }
      else
        {
          clockwork_init_ticket (&work, site, ticket, now);
          run_word (&work, words[1], words[2], ticket);
        }
      if (causes[i + 1] == NULL)
        print_clocks (out, &work);
      if (causes[i + 1] == NULL)
        print_moves (out, &work);
      keep (&work, ticket);
    }
  return g_string_free (out, FALSE);
}

#define USUAL .plan = "usual"
static const Case cases[] = {
#include "tests/unit/clock-cases.h"
};

START_TEST (causes)
{
  TmSite *site = make_site ();
  g_autofree char *found = run (site, &cases[_i]);
  if (g_getenv ("TM_WRITE_CLOCKS") != NULL)
    g_print ("== %s\n%s", cases[_i].script, found);
  else
    ck_assert_msg (strcmp (found, cases[_i].clocks) == 0, "%s\nexpected:\n%sfound:\n%s", cases[_i].script,
                   cases[_i].clocks, found);
  site_free (site);
}
END_TEST

/* A policy that promises something else moves what still runs, once. */
START_TEST (reload)
{
  TmSite *site = make_site ();
  g_autoptr (TmTicketFacts) ticket = ticket_facts_new (1);
  g_auto (TmClockwork) opened = { .clocks = NULL }, reloaded = { .clocks = NULL }, again = { .clocks = NULL };
  gint64 now = parse_time ("09:00");
  ticket->service_plan = g_strdup ("usual");
  ticket->priority = g_strdup ("P2");
  ticket->created_at = now;
  clockwork_init (&opened, site, "usual", NULL, "P2", TM_STATUS_NEW, now, now);
  clockwork_open (&opened);
  clockwork_touched (&opened);
  keep (&opened, ticket);
  TmPromise *promise
      = &((TmTargets *) g_ptr_array_index (((TmServicePlan *) site->plans->pdata[0])->targets, 1))->promises[0];
  promise[TM_METRIC_FIRST_RESPONSE].target->amount = 2 * 3600;
  g_clear_pointer (&promise[TM_METRIC_RESOLUTION].target, g_free);
  site->revision++;
  clockwork_init_ticket (&reloaded, site, ticket, parse_time ("10:00"));
  g_autoptr (GString) out = g_string_new (NULL);
  print_clocks (out, &reloaded);
  print_moves (out, &reloaded);
  ck_assert_str_eq (out->str, "dispatch/1 1bh start=09:00 due=10:00 met=09:00\n"
                              "first_response/1 2bh start=09:00 due=11:00\n"
                              "resolution/1 16bh start=09:00 due=tue.15:00 ended=10:00\n"
                              "move first_response/1 was=13:00 is=11:00 the policy was changed\n"
                              "move resolution/1 was=tue.15:00 the policy was changed\n");
  keep (&reloaded, ticket);
  clockwork_init_ticket (&again, site, ticket, parse_time ("10:00"));
  ck_assert_ptr_null (again.moves);
  for (guint i = 0; i < again.clocks->len; i++)
    ck_assert_int_eq (((const TmClock *) again.clocks->pdata[i])->change, TM_CLOCK_KEPT);
  site_free (site);
}
END_TEST

/* A calendar that is gone: never, and said. */
START_TEST (uncounted)
{
  TmSite *site = make_site ();
  g_auto (TmClockwork) work = { .clocks = NULL };
  ((TmServicePlan *) site->plans->pdata[0])->counts_by = NULL;
  clockwork_init (&work, site, "usual", NULL, "P2", TM_STATUS_NEW, monday, monday);
  clockwork_open (&work);
  ck_assert_uint_eq (work.uncounted,
                     1u << TM_METRIC_DISPATCH | 1u << TM_METRIC_FIRST_RESPONSE | 1u << TM_METRIC_RESOLUTION);
  ck_assert (clocks_next_due (work.clocks) == TM_NEVER);
  site_free (site);
}
END_TEST

SUITE_MAIN ("clock", tcase_add_loop_test (tc, causes, 0, G_N_ELEMENTS (cases)); tcase_add_test (tc, reload);
            tcase_add_test (tc, uncounted);)
