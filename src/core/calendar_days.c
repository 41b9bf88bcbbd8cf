/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Business days.  Their windows are not merged: each belongs to the date on which it begins.
 */
#include "core/calendar_inside.h"

/* A calendar with the place in its zone's table that the last look-up was near. */
typedef struct
{
  const TmCalendar *calendar;
  guint hint;
} TmDays;

static const GArray *
windows_of (const TmDays *days, gint32 date)
{
  return calendar_hours_of (days->calendar, date)->windows;
}

/* A window of `date` as instants, without what lies on a holiday; false when nothing is left. */
static bool
read_window (TmDays *days, gint32 date, const TmSpan *span, TmInterval *window_out)
{
  TmSpan rest = *span;
  if (calendar_is_closed (days->calendar, date))
    rest.from_s = MAX (rest.from_s, TM_DAY_S);
  if (rest.to_s > TM_DAY_S && calendar_is_closed (days->calendar, date + 1))
    rest.to_s = MIN (rest.to_s, TM_DAY_S);
  if (rest.from_s >= rest.to_s)
    return false;
  window_out->from_at = calendar_boundary (days->calendar, date, rest.from_s, &days->hint);
  window_out->to_at = calendar_boundary (days->calendar, date, rest.to_s, &days->hint);
  return window_out->from_at < window_out->to_at;
}

static bool
is_business_day (TmDays *days, gint32 date)
{
  const GArray *windows = windows_of (days, date);
  TmInterval window;
  if (windows->len == 0 || calendar_is_closed (days->calendar, date))
    return false;
  for (guint i = 0; i < windows->len; i++)
    if (read_window (days, date, &g_array_index (windows, TmSpan, i), &window))
      return true;
  return false;
}

/* The n-th business day after `*date` (step 1) or before it (-1). */
static bool
go_days (TmDays *days, gint32 *date, guint n, int step)
{
  for (int i = 0; n > 0 && i < TM_CALENDAR_HORIZON_DAYS; i++)
    {
      *date += step;
      n -= is_business_day (days, *date);
    }
  return n == 0;
}

/* The date on which the window began that `at` lies in. */
static gint32
date_of_window (TmDays *days, gint64 at)
{
  gint32 local = calendar_date (days->calendar, at);
  gint32 dates[] = { local, local - 1, local + 1 };
  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      const GArray *windows = windows_of (days, dates[i]);
      TmInterval window;
      for (guint j = 0; j < windows->len; j++)
        if (read_window (days, dates[i], &g_array_index (windows, TmSpan, j), &window) && window.from_at <= at
            && at < window.to_at)
          return dates[i];
    }
  return local;
}

/* The last closing of windows that begin on `date`, not after `limit_at`; G_MININT64. */
static gint64
last_closing_of (TmDays *days, gint32 date, gint64 limit_at)
{
  const GArray *windows = windows_of (days, date);
  gint64 last_at = G_MININT64;
  TmInterval window;
  for (guint i = 0; i < windows->len; i++)
    if (read_window (days, date, &g_array_index (windows, TmSpan, i), &window) && window.to_at <= limit_at)
      last_at = MAX (last_at, window.to_at);
  return last_at;
}

/* The last closing at or before `at`.  No window ends later than the date after its own: so the two dates before the
 * first that has one may have a later one. */
static gint64
last_closing (TmDays *days, gint64 at)
{
  gint32 date = calendar_date (days->calendar, at) + 1;
  gint64 last_at = G_MININT64;
  for (int left = TM_CALENDAR_HORIZON_DAYS; left > 0; left--, date--)
    {
      gint64 closing_at = last_closing_of (days, date, at);
      if (last_at == G_MININT64 && closing_at != G_MININT64)
        left = 3;
      last_at = MAX (last_at, closing_at);
    }
  return last_at;
}

/* `clock_s` after 00:00 of `date`, when that is inside its windows and not its opening; else the last closing
 * before. */
static gint64
same_time (TmDays *days, gint32 date, gint64 clock_s)
{
  gint64 at = calendar_boundary (days->calendar, date, (gint32) clock_s, &days->hint), opening_at = G_MAXINT64;
  const GArray *windows = windows_of (days, date);
  TmInterval window;
  bool is_inside = false;
  for (guint i = 0; i < windows->len; i++)
    if (read_window (days, date, &g_array_index (windows, TmSpan, i), &window))
      {
        opening_at = MIN (opening_at, window.from_at);
        is_inside = is_inside || (window.from_at <= at && at < window.to_at);
      }
  return is_inside && at > opening_at ? at : last_closing (days, at);
}

static gint64
clock_of (const TmDays *days, gint64 at, gint32 date)
{
  return zone_table_local (days->calendar->table, at) - (gint64) date * TM_DAY_S;
}

/* Without pauses. */
static gint64
find_day (const TmCalendar *calendar, gint64 at, guint n, TmDayTime time, int clock_s)
{
  TmDays days = { calendar, 0 };
  gint64 opening_at = time == TM_DAY_SAME_TIME ? calendar_next_open (calendar, at, NULL, 0) : at;
  if (opening_at == TM_NEVER)
    return TM_NEVER;
  gint32 from = time == TM_DAY_SAME_TIME ? date_of_window (&days, opening_at) : calendar_date (calendar, at);
  gint32 date = from;
  if (!go_days (&days, &date, n, 1))
    return TM_NEVER;
  switch (time)
    {
    case TM_DAY_SAME_TIME:
      return same_time (&days, date, clock_of (&days, opening_at, from));
    case TM_DAY_CLOSE:
      return last_closing_of (&days, date, G_MAXINT64);
    case TM_DAY_CLOCK:
      return calendar_boundary (calendar, date, clock_s, &days.hint);
    }
  return TM_NEVER;
}

gint64
calendar_add_days (const TmCalendar *calendar, gint64 at, guint n, TmDayTime time, int clock_s,
                   const TmInterval *pauses, gsize n_pauses)
{
  gint64 due_at = find_day (calendar, at, n, time, clock_s);
  if (n_pauses == 0 || due_at == TM_NEVER)
    return due_at;
  gint64 paused_s = calendar_between (calendar, at, due_at, NULL, 0)
                    - calendar_between (calendar, at, due_at, pauses, n_pauses);
  return paused_s > 0 ? calendar_add (calendar, due_at, paused_s, pauses, n_pauses) : due_at;
}

gint64
calendar_sub_days (const TmCalendar *calendar, gint64 at, guint n, const TmInterval *pauses, gsize n_pauses)
{
  TmDays days = { calendar, 0 };
  gint64 active_at = calendar_prev_active (calendar, at, NULL, 0);
  if (active_at == G_MININT64)
    return G_MININT64;
  gint32 from = date_of_window (&days, active_at - 1), date = from;
  if (!go_days (&days, &date, n, -1))
    return G_MININT64;
  gint64 lead_at = same_time (&days, date, clock_of (&days, active_at, from));
  if (n_pauses == 0 || lead_at == G_MININT64)
    return lead_at;
  gint64 paused_s = calendar_between (calendar, lead_at, at, NULL, 0)
                    - calendar_between (calendar, lead_at, at, pauses, n_pauses);
  return paused_s > 0 ? calendar_sub (calendar, lead_at, paused_s, pauses, n_pauses) : lead_at;
}
