/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calendars counted again second by second, by what SLA.md §3 says and nothing else: made-up windows, breaks,
 * overrides, holidays and pauses around the days on which clocks change.
 */
#include "tests/support/calendar-sketch.h"
#include "tests/support/suite.h"

#include <string.h>

/* Days counted, of which only those in the middle are asked about: answers must not come from outside. */
enum { N_DAYS = 12, FIRST_ASKED = 3, LAST_ASKED = 7, DAY = 86400, N_SECONDS = N_DAYS * DAY, N_SEEDS = 4, N_ASKED = 60 };

typedef struct
{
  int date; /* days after the first */
  gint64 from, to;
} TmSeen;

/* Instants are seconds after 00:00 UTC of the first date; local times after 00:00 of it by the clock. */
typedef struct
{
  const TmSketch *sketch;
  gint64 begin_at;
  gint64 *local;     /* what the clocks show */
  gint64 *reached;   /* the latest that they have shown */
  bool *is_open;     /* pauses counted as closed */
  bool *is_hours;    /* without pauses */
  gint64 *sum, *hours_sum; /* open seconds before each */
  GArray *windows;   /* TmSeen, not merged */
} TmCount;

static gint64
first_at (const TmCount *count, gint64 local)
{
  gint64 low = 0, high = N_SECONDS;
  while (low < high)
    {
      gint64 middle = (low + high) / 2;
      if (count->reached[middle] >= local)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static bool
is_holiday (const TmSketch *sketch, int date)
{
  bool found = false;
  for (guint i = 0; i < sketch->n_holidays; i++)
    found = found || (int) sketch->holidays[i] == date;
  for (guint i = 0; i < sketch->n_over; i++)
    found = found && (int) sketch->over[i].days != date;
  return found;
}

/* Minutes of `date` and the next that windows of `date` cover. */
static void
add_window (TmCount *count, int date, const TmSketchWindow *window)
{
  const TmSketch *sketch = count->sketch;
  int to = window->to <= window->from ? window->to + 1440 : window->to;
  TmSeen seen = { .date = date, .from = -1 };
  for (int minute = window->from; window->from >= 0 && minute <= to; minute++)
    {
      bool is_cut = minute == to || is_holiday (sketch, date + minute / 1440);
      for (guint i = 0; i < sketch->n_breaks; i++)
        {
          const TmSketchWindow *gap = &sketch->breaks[i];
          int end = gap->to <= gap->from ? gap->to + 1440 : gap->to;
          is_cut = is_cut || ((int) gap->days == date && gap->from <= minute && minute < end);
        }
      if (!is_cut && seen.from < 0)
        seen.from = minute;
      else if (is_cut && seen.from >= 0)
        {
          seen.from = first_at (count, (gint64) date * DAY + seen.from * 60);
          seen.to = first_at (count, (gint64) date * DAY + minute * 60);
          if (seen.from < seen.to)
            g_array_append_val (count->windows, seen);
          seen.from = -1;
        }
    }
}

static void
add_date (TmCount *count, int date)
{
  const TmSketch *sketch = count->sketch;
  g_autoptr (GDateTime) begin = g_date_time_new_from_unix_utc (count->begin_at + (gint64) date * DAY);
  int weekday = g_date_time_get_day_of_week (begin) - 1;
  bool is_over = false;
  for (guint i = 0; i < sketch->n_over; i++)
    if ((int) sketch->over[i].days == date)
      {
        is_over = true;
        add_window (count, date, &sketch->over[i]);
      }
  for (guint i = 0; i < sketch->n_hours && !is_over; i++)
    if ((sketch->hours[i].days >> weekday & 1) != 0)
      add_window (count, date, &sketch->hours[i]);
}

static void
count_make (TmCount *count, const TmSketch *sketch)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (sketch->zone);
  *count = (TmCount){ .sketch = sketch, .begin_at = sketch_begin (sketch) };
  count->local = g_new (gint64, N_SECONDS + 1);
  count->reached = g_new (gint64, N_SECONDS + 1);
  count->is_open = g_new0 (bool, N_SECONDS + 1);
  count->is_hours = g_new0 (bool, N_SECONDS + 1);
  count->sum = g_new0 (gint64, N_SECONDS + 1);
  count->hours_sum = g_new0 (gint64, N_SECONDS + 1);
  count->windows = g_array_new (FALSE, FALSE, sizeof (TmSeen));
  for (gint64 i = 0; i <= N_SECONDS; i++)
    {
      gint interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, count->begin_at + i);
      count->local[i] = i + g_time_zone_get_offset (zone, interval);
      count->reached[i] = i > 0 ? MAX (count->reached[i - 1], count->local[i]) : count->local[i];
    }
  for (int date = -1; date < N_DAYS; date++)
    add_date (count, date);
  for (guint i = 0; i < count->windows->len; i++)
    {
      const TmSeen *seen = &g_array_index (count->windows, TmSeen, i);
      memset (count->is_hours + seen->from, true, (gsize) (seen->to - seen->from));
    }
  memcpy (count->is_open, count->is_hours, N_SECONDS);
  for (guint i = 0; i < sketch->n_pauses; i++)
    for (gint64 at = sketch->pauses[i].from_at; at < MIN (sketch->pauses[i].to_at, N_SECONDS); at++)
      count->is_open[at] = false;
  for (gint64 i = 0; i < N_SECONDS; i++)
    {
      count->sum[i + 1] = count->sum[i] + count->is_open[i];
      count->hours_sum[i + 1] = count->hours_sum[i] + count->is_hours[i];
    }
}

static void
count_clear (TmCount *count)
{
  g_free (count->local);
  g_free (count->reached);
  g_free (count->is_open);
  g_free (count->is_hours);
  g_free (count->sum);
  g_free (count->hours_sum);
  g_array_unref (count->windows);
}

/* --- answers; -1: not within what was counted --- */

static gint64
next_of (const bool *is_open, gint64 at, bool wanted)
{
  while (at < N_SECONDS && is_open[at] != wanted)
    at++;
  return at < N_SECONDS ? at : -1;
}

static gint64
count_add (const TmCount *count, gint64 at, gint64 s)
{
  if (s == 0)
    return next_of (count->is_open, at, true);
  for (gint64 due = at; due <= N_SECONDS; due++)
    if (count->sum[due] - count->sum[at] == s)
      return due;
  return -1;
}

/* With s = 0 the latest instant with an open one just before it. */
static gint64
count_sub (const TmCount *count, gint64 at, gint64 s)
{
  for (gint64 from = at; from > 0; from--)
    if (s == 0 ? count->is_open[from - 1] : count->sum[at] - count->sum[from] == s)
      return from;
  return -1;
}

static gint64
count_next_close (const TmCount *count, gint64 at)
{
  gint64 open_at = next_of (count->is_open, at, true);
  return open_at >= 0 ? next_of (count->is_open, open_at, false) : -1;
}

static bool
is_business_day (const TmCount *count, int date)
{
  bool found = false;
  for (guint i = 0; i < count->windows->len; i++)
    found = found || g_array_index (count->windows, TmSeen, i).date == date;
  return found && !is_holiday (count->sketch, date);
}

static int
nth_day (const TmCount *count, int date, int n)
{
  while (n > 0 && date < N_DAYS)
    n -= is_business_day (count, ++date);
  return date;
}

static gint64
last_closing (const TmCount *count, gint64 limit, int date)
{
  gint64 last = -1;
  for (guint i = 0; i < count->windows->len; i++)
    {
      const TmSeen *seen = &g_array_index (count->windows, TmSeen, i);
      if (seen->to <= limit && (date == G_MAXINT || seen->date == date))
        last = MAX (last, seen->to);
    }
  return last;
}

static int
local_date (const TmCount *count, gint64 at)
{
  return (int) ((count->local[at] + DAY) / DAY - 1);
}

static gint64
same_time (const TmCount *count, gint64 at, int n)
{
  gint64 open_at = next_of (count->is_hours, at, true), opening = G_MAXINT64;
  if (open_at < 0)
    return -1;
  int from = G_MININT, local = local_date (count, open_at);
  for (guint i = 0; i < count->windows->len; i++)
    {
      const TmSeen *seen = &g_array_index (count->windows, TmSeen, i);
      if (seen->from <= open_at && open_at < seen->to && from != local)
        from = seen->date;
    }
  int date = nth_day (count, from, n);
  gint64 due = first_at (count, count->local[open_at] + (gint64) (date - from) * DAY);
  bool is_inside = false;
  for (guint i = 0; i < count->windows->len; i++)
    {
      const TmSeen *seen = &g_array_index (count->windows, TmSeen, i);
      if (seen->date == date)
        {
          opening = MIN (opening, seen->from);
          is_inside = is_inside || (seen->from <= due && due < seen->to);
        }
    }
  return date >= N_DAYS - 2 ? -1 : is_inside && due > opening ? due : last_closing (count, due, G_MAXINT);
}

static gint64
count_add_days (const TmCount *count, gint64 at, int n, TmDayTime time, int clock_s)
{
  int date = nth_day (count, local_date (count, at), n);
  gint64 due = time == TM_DAY_SAME_TIME ? same_time (count, at, n)
               : date >= N_DAYS - 2     ? -1
               : time == TM_DAY_CLOSE   ? last_closing (count, N_SECONDS, date)
                                        : first_at (count, (gint64) date * DAY + clock_s);
  if (due < 0)
    return -1;
  gint64 paused_s = count->hours_sum[due] - count->hours_sum[at] - (count->sum[due] - count->sum[at]);
  return paused_s == 0 ? due : count_add (count, due, paused_s);
}

/* --- both --- */

static void
agree (const TmCount *count, const char *op, gint64 at, gint64 amount, gint64 wanted, gint64 got)
{
  /* What ends in the last days may have been cut off. */
  if (wanted < 0 || wanted >= (N_DAYS - 2) * DAY || got - count->begin_at == wanted)
    return;
  g_autofree char *what = sketch_describe (count->sketch);
  g_autofree char *start = instant_format (count->begin_at + at), *right = instant_format (count->begin_at + wanted);
  g_autofree char *wrong = instant_format (got);
  ck_abort_msg ("%s\n%s %s %" G_GINT64_FORMAT ": wanted %s, got %s", what, start, op, amount, right, wrong);
}

static void
compare (const TmCount *count, const TmCalendar *calendar, gint64 at, gint64 s)
{
  TmInterval pauses[SKETCH_MAX];
  guint n = count->sketch->n_pauses;
  gint64 at_utc = count->begin_at + at, end = MIN (at + s * 7, (N_DAYS - 2) * DAY);
  for (guint i = 0; i < n; i++)
    pauses[i] = (TmInterval){ count->sketch->pauses[i].from_at + count->begin_at,
                              count->sketch->pauses[i].to_at + count->begin_at };
  agree (count, "add", at, s, count_add (count, at, s), calendar_add (calendar, at_utc, s, pauses, n));
  agree (count, "sub", at, s, count_sub (count, at, s), calendar_sub (calendar, at_utc, s, pauses, n));
  agree (count, "next_open", at, 0, count_add (count, at, 0), calendar_next_open (calendar, at_utc, pauses, n));
  agree (count, "prev_active", at, 0, count_sub (count, at, 0), calendar_prev_active (calendar, at_utc, pauses, n));
  agree (count, "next_close", at, 0, count_next_close (count, at), calendar_next_close (calendar, at_utc, pauses, n));
  agree (count, "between", at, end, count->sum[end] - count->sum[at],
         count->begin_at + calendar_between (calendar, at_utc, count->begin_at + end, pauses, n));
  agree (count, "is_open", at, 0, count->is_open[at],
         count->begin_at + calendar_is_open (calendar, at_utc, pauses, n));
  static const char *const ops[] = { "add_bd", "add_bd@close", "add_bd@02:15" };
  for (int days = 1; days <= 2; days++)
    for (TmDayTime time = TM_DAY_SAME_TIME; time <= TM_DAY_CLOCK; time++)
      agree (count, ops[time], at, days, count_add_days (count, at, days, time, 8100),
             calendar_add_days (calendar, at_utc, (guint) days, time, 8100, pauses, n));
}

START_TEST (recount)
{
  for (guint32 seed = 0; seed < N_SEEDS; seed++)
    {
      TmSketch sketch = sketch_make (&sketch_places[_i], seed * 100 + (guint32) _i, N_DAYS - 2);
      g_autoptr (TmCalendar) calendar = sketch_calendar (&sketch);
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      TmCount count;
      count_make (&count, &sketch);
      for (int i = 0; i < N_ASKED; i++)
        compare (&count, calendar, g_rand_int_range (rand, FIRST_ASKED * DAY, LAST_ASKED * DAY),
                 g_rand_int_range (rand, 0, 10) == 0 ? 0 : g_rand_int_range (rand, 1, DAY));
      for (gint64 at = FIRST_ASKED * DAY; at < LAST_ASKED * DAY; at++)
        if (count.is_hours[at] != count.is_hours[at - 1] || count.local[at] != count.local[at - 1] + 1)
          for (gint64 near = at - 1; near <= at + 1; near++)
            compare (&count, calendar, near, g_rand_int_range (rand, 1, 1800) * 60);
      count_clear (&count);
    }
}
END_TEST

SUITE_MAIN ("calendar recount", tcase_add_loop_test (tc, recount, 0, (int) n_sketch_places);)
