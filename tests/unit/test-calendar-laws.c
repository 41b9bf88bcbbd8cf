/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold of every calendar (SLA.md §3.6): made-up calendars in many zones, instants up to a year away.
 */
#include "core/target.h"
#include "tests/support/calendar-sketch.h"
#include "tests/support/suite.h"

#include <string.h>

enum { DAY = 86400, N_SEEDS = 40, N_ASKED = 25, N_DAYS = 40 };

typedef struct
{
  const TmCalendar *calendar;
  const char *what;
  TmInterval pauses[SKETCH_MAX];
  guint n_pauses;
  bool is_overnight; /* a window runs into the next date */
} TmLaw;

#define HOLDS(law, at, condition)                                                                                      \
  ck_assert_msg (condition, "%s: not at %" G_GINT64_FORMAT ": %s", (law)->what, (gint64)(at), #condition)

static void
add_and_sub (const TmLaw *law, gint64 t, gint64 s, gint64 more_s)
{
  const TmCalendar *c = law->calendar;
  const TmInterval *p = law->pauses;
  guint n = law->n_pauses;
  gint64 due = calendar_add (c, t, s, p, n), from = calendar_sub (c, t, s, p, n);
  if (due != TM_NEVER)
    {
      HOLDS (law, t, due > t && calendar_between (c, t, due, p, n) == s);
      HOLDS (law, t, calendar_between (c, t, due - 1, p, n) == s - 1);
      HOLDS (law, t, calendar_prev_active (c, due, p, n) == due);
      HOLDS (law, t, calendar_add (c, due, more_s, p, n) == calendar_add (c, t, s + more_s, p, n)
                       || calendar_add (c, t, s + more_s, p, n) == TM_NEVER);
      HOLDS (law, t, calendar_between (c, calendar_sub (c, due, s, p, n), due, p, n) == s);
      HOLDS (law, t, calendar_sub (c, due, s, p, n) == calendar_next_open (c, t, p, n));
    }
  if (from != G_MININT64)
    {
      HOLDS (law, t, from < t && calendar_between (c, from, t, p, n) == s);
      HOLDS (law, t, calendar_between (c, from + 1, t, p, n) == s - 1);
      HOLDS (law, t, calendar_is_open (c, from, p, n));
      HOLDS (law, t, calendar_add (c, from, s, p, n) == calendar_prev_active (c, t, p, n));
    }
}

static void
opening_and_closing (const TmLaw *law, gint64 t)
{
  const TmCalendar *c = law->calendar;
  const TmInterval *p = law->pauses;
  guint n = law->n_pauses;
  gint64 open_at = calendar_next_open (c, t, p, n), close_at = calendar_next_close (c, t, p, n);
  gint64 active_at = calendar_prev_active (c, t, p, n);
  HOLDS (law, t, calendar_is_open (c, t, p, n) == (open_at == t));
  HOLDS (law, t, calendar_between (c, t, t - 1, p, n) == 0 && calendar_between (c, t, t, p, n) == 0);
  if (open_at != TM_NEVER)
    HOLDS (law, t, open_at >= t && calendar_is_open (c, open_at, p, n) && calendar_between (c, t, open_at, p, n) == 0);
  if (close_at != TM_NEVER)
    HOLDS (law, t, close_at > t && !calendar_is_open (c, close_at, p, n) && calendar_is_open (c, close_at - 1, p, n));
  if (active_at != G_MININT64)
    HOLDS (law, t, active_at <= t && calendar_is_open (c, active_at - 1, p, n)
                     && calendar_between (c, active_at, t, p, n) == 0);
}

/* They lie in order, apart, inside the span asked for, and add up. */
static void
windows (const TmLaw *law, gint64 t, gint64 span_s)
{
  const TmCalendar *c = law->calendar;
  g_autoptr (GArray) open = calendar_windows (c, t, t + span_s, law->pauses, law->n_pauses);
  gint64 sum_s = 0, last_at = t - 1;
  for (guint i = 0; i < open->len; i++)
    {
      const TmInterval *window = &g_array_index (open, TmInterval, i);
      HOLDS (law, t, window->from_at > last_at && window->to_at > window->from_at && window->to_at <= t + span_s);
      sum_s += window->to_at - window->from_at;
      last_at = window->to_at;
    }
  HOLDS (law, t, sum_s == calendar_between (c, t, t + span_s, law->pauses, law->n_pauses));
  HOLDS (law, t, sum_s == calendar_between (c, t, t + span_s / 3, law->pauses, law->n_pauses)
                            + calendar_between (c, t + span_s / 3, t + span_s, law->pauses, law->n_pauses));
}

/* Later starts are due no earlier, more days no earlier than fewer where no window runs past midnight; pauses never
 * bring a due time forward; what is due is open, or was until then. */
static void
days (const TmLaw *law, gint64 t, guint n_days, gint64 later_s)
{
  const TmCalendar *c = law->calendar;
  for (TmDayTime time = TM_DAY_SAME_TIME; time <= TM_DAY_CLOSE; time++)
    {
      gint64 due = calendar_add_days (c, t, n_days, time, 0, NULL, 0);
      HOLDS (law, t, due > t);
      HOLDS (law, t, law->is_overnight || due <= calendar_add_days (c, t, n_days + 1, time, 0, NULL, 0));
      HOLDS (law, t, due <= calendar_add_days (c, t, n_days, time, 0, law->pauses, law->n_pauses));
      HOLDS (law, t, due == TM_NEVER || calendar_prev_active (c, due, NULL, 0) == due
                       || (time == TM_DAY_SAME_TIME && calendar_is_open (c, due, NULL, 0)));
    }
  HOLDS (law, t, law->is_overnight || calendar_add_days (c, t, n_days, TM_DAY_CLOSE, 0, NULL, 0)
                   <= calendar_add_days (c, t + later_s, n_days, TM_DAY_CLOSE, 0, NULL, 0));
  gint64 lead = calendar_sub_days (c, t, n_days, NULL, 0);
  HOLDS (law, t, lead == G_MININT64 || (lead < t && (calendar_prev_active (c, lead, NULL, 0) == lead
                                                              || calendar_is_open (c, lead, NULL, 0))));
}

START_TEST (laws)
{
  TmSketch sketch = sketch_make (&sketch_places[_i % (int) n_sketch_places], (guint32) _i, N_DAYS);
  g_autoptr (TmCalendar) calendar = sketch_calendar (&sketch);
  g_autofree char *what = sketch_describe (&sketch);
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) _i);
  gint64 begin = sketch_begin (&sketch);
  TmLaw law = { .calendar = calendar, .what = what, .n_pauses = sketch.n_pauses };
  for (guint i = 0; i < law.n_pauses; i++)
    law.pauses[i] = (TmInterval){ sketch.pauses[i].from_at + begin, sketch.pauses[i].to_at + begin };
  for (guint i = 0; i < sketch.n_hours; i++)
    law.is_overnight = law.is_overnight || sketch.hours[i].to <= sketch.hours[i].from;
  for (guint i = 0; i < sketch.n_over; i++)
    law.is_overnight = law.is_overnight || sketch.over[i].to <= sketch.over[i].from;
  for (int i = 0; i < N_ASKED; i++)
    {
      gint64 t = begin + g_rand_int_range (rand, -5 * DAY, N_DAYS * DAY);
      if (i % 5 == 0)
        t = calendar_next_close (calendar, t, NULL, 0) != TM_NEVER ? calendar_next_close (calendar, t, NULL, 0) : t;
      add_and_sub (&law, t, g_rand_int_range (rand, 1, 20 * DAY), g_rand_int_range (rand, 1, 5 * DAY));
      opening_and_closing (&law, t);
      windows (&law, t, g_rand_int_range (rand, 1, 60 * DAY));
      days (&law, t, (guint) g_rand_int_range (rand, 1, 15), g_rand_int_range (rand, 0, DAY));
    }
}
END_TEST

/* --- no calendar: boundaries of the zones --- */

START_TEST (boundaries)
{
  const TmSketch *place = &sketch_places[_i];
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (place->zone);
  gint64 begin = sketch_begin (place), before_at = G_MININT64;
  for (gint64 local = begin; local < begin + 8 * DAY; local += 61)
    {
      gint64 at = zone_boundary (zone, local);
      ck_assert_int_ge (at, before_at);
      ck_assert_int_ge (at + zone_offset (zone, at), local);
      ck_assert_int_lt (at - 1 + zone_offset (zone, at - 1), local);
      before_at = at;
    }
}
END_TEST

/* --- targets --- */

static const struct
{
  const char *text, *why; /* a part of what is said of it; NULL: it is one */
} targets[] = {
  { "30s", NULL }, { "15m", NULL }, { "4h", NULL }, { "30bs", NULL }, { "30bm", NULL }, { "999999bh", NULL },
  { "2bd", NULL }, { "1bd@close", NULL }, { "3bd@17:30", NULL }, { "1bd@24:00", NULL }, { "none", NULL },
  { "2d", "ambiguous" }, { "d", "a target is" }, { "", "a target is" }, { "0m", "a target is" },
  { "04h", "a target is" }, { "1000000s", "six digits" }, { "1.5h", "a target is" }, { "1h30m", "a target is" },
  { "1 h", "a target is" }, { " 1h", "a target is" }, { "1H", "a target is" }, { "-1h", "a target is" },
  { "4h@close", "only business days" }, { "1bd@", "behind the @" }, { "1bd@25:00", "behind the @" },
  { "1bd@24:01", "behind the @" }, { "1bd@9:00", "behind the @" }, { "1bd@17:00x", "behind the @" },
  { "1bdx", "a target is" }, { "1w", "a target is" }, { "None", "a target is" },
};

START_TEST (target_text)
{
  TmTarget target;
  const char *why = NULL;
  char printed[TM_TARGET_TEXT_MAX];
  bool ok = target_parse (targets[_i].text, &target, &why);
  ck_assert_msg (ok == (targets[_i].why == NULL), "%s: %s", targets[_i].text, why);
  if (!ok)
    {
      ck_assert_msg (strstr (why, targets[_i].why) != NULL, "%s: %s", targets[_i].text, why);
      return;
    }
  target_print (&target, printed);
  ck_assert_str_eq (printed, targets[_i].text);
}
END_TEST

#define AT(text) instant_of (text)

static gint64
instant_of (const char *text)
{
  gint64 at = 0;
  if (strcmp (text, "never") == 0)
    return TM_NEVER;
  ck_assert_msg (instant_parse (text, &at), "%s", text);
  return at;
}

/* Office hours 08:00 to 20:00 in Berlin; one pause.  Warned: the same amount before what is due. */
static const struct
{
  const char *start, *target, *from, *to, *due, *warned;
} dues[] = {
  { "2026-11-06T17:00:00Z", "30m", NULL, NULL, "2026-11-06T17:30:00Z", "2026-11-06T17:00:00Z" },
  { "2026-11-07T03:00:00Z", "30m", "2026-11-07T03:10:00Z", "2026-11-08T03:10:00Z", "2026-11-08T03:30:00Z",
    "2026-11-07T03:00:00Z" },
  { "2026-11-07T03:00:00Z", "30m", "2026-11-07T02:00:00Z", "2026-11-07T03:05:00Z", "2026-11-07T03:35:00Z",
    "2026-11-07T03:05:00Z" },
  { "2026-11-07T03:00:00Z", "30m", "2026-11-07T03:30:00Z", "2026-11-09T03:30:00Z", "2026-11-07T03:30:00Z",
    "2026-11-07T03:00:00Z" },
  { "2026-11-07T03:00:00Z", "30m", "2026-11-07T03:10:00Z", "never", "never", "never" },
  { "2026-11-06T18:30:00Z", "1bh", NULL, NULL, "2026-11-09T07:30:00Z", "2026-11-06T18:30:00Z" },
  { "2026-11-06T18:30:00Z", "1bh", "2026-11-09T07:10:00Z", "never", "never", "never" },
  { "2026-11-06T17:30:00Z", "1bd", NULL, NULL, "2026-11-09T17:30:00Z", "2026-11-06T17:30:00Z" },
  { "2026-11-06T17:30:00Z", "1bd", "2026-11-06T18:00:00Z", "2026-11-09T08:00:00Z", "2026-11-10T07:30:00Z", NULL },
  { "2026-11-06T17:30:00Z", "1bd", "2026-11-10T08:00:00Z", "2026-11-11T08:00:00Z", "2026-11-09T17:30:00Z", NULL },
  { "2026-11-06T17:30:00Z", "1bd", "2026-11-09T17:30:00Z", "never", "2026-11-09T17:30:00Z", NULL },
  { "2026-11-06T17:30:00Z", "1bd@close", NULL, NULL, "2026-11-09T19:00:00Z", NULL },
  { "2026-11-06T17:30:00Z", "1bd@12:00", NULL, NULL, "2026-11-09T11:00:00Z", NULL },
  { "2026-11-06T17:30:00Z", "400bd", NULL, NULL, "never", "never" },
  { "2026-11-06T17:30:00Z", "9999bh", NULL, NULL, "never", "never" },
  { "2026-11-06T17:30:00Z", "none", NULL, NULL, "never", "never" },
};

START_TEST (target_dues)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  TmCalendarMaker *maker = calendar_maker_new ("office", zone);
  const char *why = NULL;
  ck_assert (calendar_maker_hours (maker, "mon-fri=08:00-20:00", &why));
  g_autoptr (TmCalendar) calendar = calendar_make (maker);
  TmTarget target;
  ck_assert (target_parse (dues[_i].target, &target, &why));
  TmInterval pause = { 0, 0 };
  if (dues[_i].from != NULL)
    pause = (TmInterval){ AT (dues[_i].from), AT (dues[_i].to) };
  gint64 due_at = target_due (&target, calendar, AT (dues[_i].start), &pause, 1);
  ck_assert_int_eq (due_at, AT (dues[_i].due));
  if (dues[_i].warned != NULL)
    ck_assert_int_eq (target_warn_at (&target, calendar, due_at, &pause, 1), AT (dues[_i].warned));
  if (target_needs_calendar (&target))
    ck_assert_int_eq (target_due (&target, NULL, AT (dues[_i].start), NULL, 0), TM_NEVER);
}
END_TEST

/* Easter Sundays, the earliest and the latest possible among them, and what is not one; outside of the years that are
 * looked up, too. */
static const struct
{
  const char *date;
  bool is_easter;
} easters[] = {
  { "1818-03-22", true }, { "1943-04-25", true }, { "1954-04-18", true }, { "1981-04-19", true },
  { "2000-04-23", true }, { "2024-03-31", true }, { "2026-04-05", true }, { "2026-04-12", false },
  { "2027-03-28", true }, { "2038-04-25", true }, { "2049-04-18", true }, { "2076-04-19", true },
  { "2199-04-14", true }, { "2285-03-22", true }, { "2285-04-05", false },
};

START_TEST (easter)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  TmCalendarMaker *maker = calendar_maker_new ("easter", zone);
  const char *why = NULL;
  g_autofree char *noon = g_strconcat (easters[_i].date, "T12:00:00Z", NULL);
  ck_assert (calendar_maker_hours (maker, "24x7", &why) && calendar_maker_holiday (maker, "easter", &why));
  g_autoptr (TmCalendar) calendar = calendar_make (maker);
  ck_assert (calendar_is_24x7 (calendar) && calendar_has_holidays (calendar));
  ck_assert_int_eq (calendar_is_open (calendar, AT (noon), NULL, 0), !easters[_i].is_easter);
}
END_TEST

SUITE_MAIN ("calendar laws", tcase_add_loop_test (tc, laws, 0, (int) n_sketch_places * N_SEEDS);
            tcase_add_loop_test (tc, boundaries, 0, (int) n_sketch_places);
            tcase_add_loop_test (tc, target_text, 0, G_N_ELEMENTS (targets));
            tcase_add_loop_test (tc, target_dues, 0, G_N_ELEMENTS (dues));
            tcase_add_loop_test (tc, easter, 0, G_N_ELEMENTS (easters));)
