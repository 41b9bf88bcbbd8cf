/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the desk does by itself with tickets that wait for their customers or are resolved: which action, and when the
 * next, over nights, weekends, holidays and changes of the clock.
 */
#include "base/clock.h"
#include "core/after.h"
#include "tests/support/suite.h"

#include <string.h>

static TmTarget *
target (const char *text)
{
  TmTarget made;
  const char *why;
  ck_assert_msg (target_parse (text, &made, &why), "%s", text);
  return g_memdup2 (&made, sizeof made);
}

/* Berlin, Monday to Friday 08:00 to 18:00 and Christmas closed; `remind` apart by blanks. */
static TmSite *
make_site (const char *remind, const char *resolve, const char *close, const char *close_notice)
{
  const char *why;
  TmSite *site = site_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (TmCalendarMaker) maker = calendar_maker_new ("office", zone);
  ck_assert (calendar_maker_hours (maker, "mon-fri=08:00-18:00", &why));
  ck_assert (calendar_maker_holiday (maker, "2026-12-25", &why));
  g_ptr_array_add (site->calendars, calendar_make (g_steal_pointer (&maker)));
  TmServicePlan *plan = service_plan_new ("standard");
  plan->calendar = g_strdup ("office");
  g_ptr_array_add (site->plans, plan);
  site->ack.delay_s = 30;
  site->after = (TmAfterSettings) { .acts = true, .tells = true, .resolve = target (resolve), .close = target (close),
                                    .close_notice = target (close_notice) };
  site->after.remind = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = g_strsplit (remind, " ", -1);
  for (char **word = words; *word != NULL; word++)
    g_ptr_array_add (site->after.remind, target (*word));
  site_index (site);
  return site;
}

typedef struct
{
  const char *remind, *resolve, *close, *close_notice;
  TmStatus status;
  const char *since; /* UTC; NULL: never */
  guint done;
  const char *told;  /* NULL: not */
  const char *now;
  TmAfterAction action;
  const char *next;  /* once that is done, "never" */
} Case;

#define W TM_STATUS_WAITING
#define R TM_STATUS_RESOLVED
#define DEFAULTS "2bd 4bd", "none", "5bd", "1bd"

static const Case cases[] = {
  /* waiting since Friday 15:00 of Berlin: two business days later is Tuesday 15:00 */
  { DEFAULTS, W, "2026-11-20T14:00:00Z", 0, NULL, "2026-11-20T14:00:00Z", TM_AFTER_NOTHING, "2026-11-24T14:00:00Z" },
  { DEFAULTS, W, "2026-11-20T14:00:00Z", 0, NULL, "2026-11-24T13:59:59Z", TM_AFTER_NOTHING, "2026-11-24T14:00:00Z" },
  { DEFAULTS, W, "2026-11-20T14:00:00Z", 0, NULL, "2026-11-24T14:00:00Z", TM_AFTER_REMIND, "2026-11-26T14:00:00Z" },
  /* told already, and the clock was set back: nothing a second time */
  { DEFAULTS, W, "2026-11-20T14:00:00Z", 1, NULL, "2026-11-24T14:00:00Z", TM_AFTER_NOTHING, "2026-11-26T14:00:00Z" },
  { DEFAULTS, W, "2026-11-20T14:00:00Z", 1, NULL, "2026-11-23T14:00:00Z", TM_AFTER_NOTHING, "2026-11-26T14:00:00Z" },
  /* after downtime one reminder, not two */
  { DEFAULTS, W, "2026-11-20T14:00:00Z", 0, NULL, "2026-12-20T14:00:00Z", TM_AFTER_REMIND, "never" },
  { DEFAULTS, W, "2026-11-20T14:00:00Z", 2, NULL, "2026-12-20T14:00:00Z", TM_AFTER_NOTHING, "never" },
  /* by a reload the second comes before the first, which is over: it waits for it */
  { "4bd 2bd", "none", "5bd", "1bd", W, "2026-11-20T14:00:00Z", 1, NULL, "2026-11-25T14:00:00Z", TM_AFTER_NOTHING,
    "2026-11-26T14:00:00Z" },
  /* a holiday: Wednesday 23 December, 25 and the weekend closed */
  { DEFAULTS, W, "2026-12-23T14:00:00Z", 0, NULL, "2026-12-23T14:00:00Z", TM_AFTER_NOTHING, "2026-12-28T14:00:00Z" },
  /* summer time begins on Sunday: 15:00 stays 15:00 */
  { DEFAULTS, W, "2026-03-27T14:00:00Z", 0, NULL, "2026-03-27T14:00:00Z", TM_AFTER_NOTHING, "2026-03-31T13:00:00Z" },
  /* resolved by the desk: whatever reminder is open was overtaken */
  { "2bd 4bd", "5bd", "5bd", "1bd", W, "2026-11-20T14:00:00Z", 2, NULL, "2026-11-26T15:00:00Z", TM_AFTER_NOTHING,
    "2026-11-27T14:00:00Z" },
  { "2bd 4bd", "5bd", "5bd", "1bd", W, "2026-11-20T14:00:00Z", 0, NULL, "2026-11-27T14:00:00Z", TM_AFTER_RESOLVE,
    NULL },
  /* resolved on Friday 15:00: told at once, about to be closed on Thursday, closed on Friday */
  { DEFAULTS, R, "2026-11-20T14:00:00Z", 0, NULL, "2026-11-20T14:00:29Z", TM_AFTER_NOTHING, "2026-11-20T14:00:30Z" },
  { DEFAULTS, R, "2026-11-20T14:00:00Z", 0, NULL, "2026-11-20T14:00:30Z", TM_AFTER_RESOLVED, "2026-11-26T14:00:00Z" },
  { DEFAULTS, R, "2026-11-20T14:00:00Z", 1, NULL, "2026-11-20T14:00:30Z", TM_AFTER_NOTHING, "2026-11-26T14:00:00Z" },
  { DEFAULTS, R, "2026-11-20T14:00:00Z", 1, NULL, "2026-11-26T14:00:00Z", TM_AFTER_CLOSING, "2026-11-27T14:00:00Z" },
  { DEFAULTS, R, "2026-11-20T14:00:00Z", 1, "2026-11-26T14:00:00Z", "2026-11-27T13:59:59Z", TM_AFTER_NOTHING,
    "2026-11-27T14:00:00Z" },
  { DEFAULTS, R, "2026-11-20T14:00:00Z", 1, "2026-11-26T14:00:00Z", "2026-11-27T14:00:00Z", TM_AFTER_CLOSE, NULL },
  /* nobody looked for two weeks: one notice, and it gets its day before the ticket is closed */
  { DEFAULTS, R, "2026-11-20T14:00:00Z", 0, NULL, "2026-12-04T09:00:00Z", TM_AFTER_CLOSING, "2026-12-07T09:00:00Z" },
  { DEFAULTS, R, "2026-11-20T14:00:00Z", 1, "2026-12-04T09:00:00Z", "2026-12-04T09:00:00Z", TM_AFTER_NOTHING,
    "2026-12-07T09:00:00Z" },
  /* without a notice, and a notice that reaches back behind the resolution */
  { "2bd", "none", "1h", "none", R, "2026-11-20T14:00:00Z", 1, NULL, "2026-11-20T15:00:00Z", TM_AFTER_CLOSE, NULL },
  { "2bd", "none", "1bd", "3bd", R, "2026-11-20T14:00:00Z", 0, NULL, "2026-11-20T14:00:00Z", TM_AFTER_CLOSING,
    "2026-11-25T14:00:00Z" },
  { "2bd", "none", "none", "1bd", R, "2026-11-20T14:00:00Z", 1, NULL, "2036-11-20T15:00:00Z", TM_AFTER_NOTHING,
    "never" },
  /* nothing of it */
  { DEFAULTS, TM_STATUS_OPEN, "2026-11-20T14:00:00Z", 0, NULL, "2026-12-20T14:00:00Z", TM_AFTER_NOTHING, "never" },
  { DEFAULTS, TM_STATUS_MERGED, "2026-11-20T14:00:00Z", 0, NULL, "2026-12-20T14:00:00Z", TM_AFTER_NOTHING, "never" },
  { DEFAULTS, TM_STATUS_CLOSED, "2026-11-20T14:00:00Z", 0, NULL, "2026-12-20T14:00:00Z", TM_AFTER_NOTHING, "never" },
  { DEFAULTS, W, NULL, 0, NULL, "2026-12-20T14:00:00Z", TM_AFTER_NOTHING, "never" },
  { DEFAULTS, R, NULL, 0, NULL, "2026-12-20T14:00:00Z", TM_AFTER_NOTHING, "never" },
};

static gint64
instant (const char *text)
{
  gint64 at = TM_NEVER;
  ck_assert (text == NULL || strcmp (text, "never") == 0 || instant_parse (text, &at));
  return at;
}

START_TEST (in_time)
{
  const Case *wanted = &cases[_i];
  g_autoptr (TmSite) site = make_site (wanted->remind, wanted->resolve, wanted->close, wanted->close_notice);
  g_autoptr (TmTicketFacts) ticket = ticket_facts_new (1);
  ticket->status = wanted->status;
  ticket->service_plan = g_strdup ("standard");
  ticket->after = (TmAfterState) { TM_NEVER, instant (wanted->since), wanted->done, instant (wanted->told) };
  gint64 now = instant (wanted->now);
  const TmAfterFacts facts = after_facts (site, ticket);
  TmAfterAction action = after_due (&facts, now);
  ck_assert_int_eq (action, wanted->action);
  if (wanted->next == NULL)
    return;
  TmAfterState state = after_done (&facts, action, now);
  TmAfterFacts then = facts;
  then.state = &state;
  g_autofree char *next = instant_format (after_next (&then));
  ck_assert_str_eq (next != NULL ? next : "never", wanted->next);
  ck_assert_int_eq (after_due (&then, now), TM_AFTER_NOTHING);
}
END_TEST

/* Nothing is told of a quiet ticket, but it is closed; without the section nothing happens at all. */
START_TEST (quiet_and_off)
{
  g_autoptr (TmSite) site = make_site (DEFAULTS);
  g_autoptr (TmTicketFacts) ticket = ticket_facts_new (1);
  ticket->service_plan = g_strdup ("standard");
  ticket->is_quiet = true;
  ticket->after.since_at = instant ("2026-11-20T14:00:00Z");
  ticket->status = W;
  TmAfterFacts facts = after_facts (site, ticket);
  ck_assert_int_eq (after_next (&facts), TM_NEVER);
  facts.status = R;
  ck_assert_int_eq (after_next (&facts), instant ("2026-11-27T14:00:00Z"));
  ck_assert_int_eq (after_due (&facts, instant ("2026-11-27T14:00:00Z")), TM_AFTER_CLOSE);
  site->after.acts = false;
  ck_assert_int_eq (after_next (&facts), TM_NEVER);
  ck_assert_int_eq (after_due (&facts, instant ("2026-11-27T14:00:00Z")), TM_AFTER_NOTHING);
  ck_assert_int_eq (after_ends_at (&facts, 0), TM_NEVER);
}
END_TEST

typedef struct
{
  TmStatus before, status;
  bool is_answered;
  guint done_before, done; /* the latter of what it is then */
  bool follows, begins;
} Follow;

static const Follow follows[] = {
  { TM_STATUS_OPEN, W, true, 0, 0, true, true },
  { TM_STATUS_OPEN, R, false, 0, 0, true, true },
  { W, R, false, 2, 0, true, true },
  { W, W, true, 2, 0, true, true },           /* our next message: he has time again */
  { R, R, true, 1, 1, true, true },           /* likewise, but he was told already that it is resolved */
  { W, TM_STATUS_OPEN, false, 1, 0, true, false },
  { R, TM_STATUS_CLOSED, false, 1, 0, true, false },
  { R, TM_STATUS_MERGED, false, 1, 0, true, false },
  { W, W, false, 1, 0, false, false },        /* a note, a bare thanks */
  { TM_STATUS_OPEN, TM_STATUS_PENDING, false, 0, 0, false, false },
};

START_TEST (by_status)
{
  const Follow *wanted = &follows[_i];
  g_autoptr (TmSite) site = make_site (DEFAULTS);
  g_autoptr (TmTicketFacts) ticket = ticket_facts_new (1);
  g_auto (TmClockwork) work = { .clocks = NULL };
  gint64 now = instant ("2026-11-20T14:00:00Z");
  ticket->service_plan = g_strdup ("standard");
  ticket->status = wanted->before;
  if (wanted->before == W || wanted->before == R)
    ticket->after = (TmAfterState) { now, now - 86400, wanted->done_before, TM_NEVER };
  clockwork_init_ticket (&work, site, ticket, now);
  if (wanted->is_answered)
    clockwork_answered (&work);
  clockwork_set_status (&work, wanted->status, false);
  TmAfterState state;
  ck_assert_int_eq (after_follow (&work, &state), wanted->follows);
  ck_assert_int_eq (state.at != TM_NEVER, wanted->begins);
  ck_assert_int_eq (state.since_at, wanted->begins ? now : TM_NEVER);
  ck_assert_uint_eq (state.done, wanted->done);
}
END_TEST

SUITE_MAIN ("after", tcase_add_loop_test (tc, in_time, 0, G_N_ELEMENTS (cases)); tcase_add_test (tc, quiet_and_off);
            tcase_add_loop_test (tc, by_status, 0, G_N_ELEMENTS (follows));)
