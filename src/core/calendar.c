/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making a calendar: what begins and what is open on each day of the week and on each special date.
 */
#include "core/calendar_inside.h"

#include <stdlib.h>

/* The years whose holidays are looked up, and their dates. */
enum { FIRST_YEAR = 1900, END_YEAR = 2200, FIRST_DATE = -25567, END_DATE = 84006 };

static gint
compare_spans (gconstpointer a, gconstpointer b)
{
  const TmSpan *first = a, *second = b;
  if (first->from_s != second->from_s)
    return first->from_s < second->from_s ? -1 : 1;
  return (first->to_s > second->to_s) - (first->to_s < second->to_s);
}

static GArray *
spans_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (TmSpan));
}

/* Adds what of `windows`, moved by `move_s`, lies within the day. */
static void
add_within_day (GArray *open, const GArray *windows, gint32 move_s)
{
  for (guint i = 0; i < windows->len; i++)
    {
      const TmSpan *window = &g_array_index (windows, TmSpan, i);
      TmSpan part = { MAX (window->from_s + move_s, 0), MIN (window->to_s + move_s, TM_DAY_S) };
      if (part.from_s < part.to_s)
        g_array_append_val (open, part);
    }
}

/* Spans that touch or overlap become one. */
static void
merge_spans (GArray *spans)
{
  guint n = 0;
  g_array_sort (spans, compare_spans);
  for (guint i = 0; i < spans->len; i++)
    {
      TmSpan span = g_array_index (spans, TmSpan, i);
      TmSpan *last = n > 0 ? &g_array_index (spans, TmSpan, n - 1) : NULL;
      if (last != NULL && span.from_s <= last->to_s)
        last->to_s = MAX (last->to_s, span.to_s);
      else
        g_array_index (spans, TmSpan, n++) = span;
    }
  g_array_set_size (spans, n);
}

/* What is open on the date on which `windows` begin, with what runs into it from the date before. */
static GArray *
make_open (const GArray *windows, const GArray *windows_before)
{
  GArray *open = spans_new ();
  add_within_day (open, windows, 0);
  add_within_day (open, windows_before, -TM_DAY_S);
  merge_spans (open);
  return open;
}

static void
make_week (TmCalendar *calendar, GArray *const *week)
{
  for (guint day = 0; day < TM_WEEK_DAYS; day++)
    {
      TmDayHours *hours = &calendar->week[day];
      hours->windows = g_array_ref (week[day]);
      g_array_sort (hours->windows, compare_spans);
      hours->open = make_open (week[day], week[(day + TM_WEEK_DAYS - 1) % TM_WEEK_DAYS]);
    }
}

/* --- special dates --- */

static const TmDated *
find_dated (const GArray *dated, gint32 date)
{
  for (guint i = 0; i < dated->len; i++)
    if (g_array_index (dated, TmDated, i).date == date)
      return &g_array_index (dated, TmDated, i);
  return NULL;
}

/* `windows` without `gap`; the array given is let go. */
static GArray *
cut_windows (GArray *windows, const TmSpan *gap)
{
  GArray *rest = spans_new ();
  for (guint i = 0; i < windows->len; i++)
    {
      const TmSpan *window = &g_array_index (windows, TmSpan, i);
      TmSpan before = { window->from_s, MIN (window->to_s, gap->from_s) };
      TmSpan behind = { MAX (window->from_s, gap->to_s), window->to_s };
      if (before.from_s < before.to_s)
        g_array_append_val (rest, before);
      if (behind.from_s < behind.to_s)
        g_array_append_val (rest, behind);
    }
  g_array_unref (windows);
  return rest;
}

static GArray *
make_special_windows (const TmCalendarMaker *maker, gint32 date, const TmDated *override)
{
  GArray *windows = g_array_ref (override != NULL ? override->windows : maker->week[date_weekday (date)]);
  for (guint i = 0; i < maker->breaks->len; i++)
    {
      const TmDated *pause = &g_array_index (maker->breaks, TmDated, i);
      for (guint j = 0; pause->date == date && j < pause->windows->len; j++)
        windows = cut_windows (windows, &g_array_index (pause->windows, TmSpan, j));
    }
  g_array_sort (windows, compare_spans);
  return windows;
}

static gint
compare_dates (gconstpointer a, gconstpointer b)
{
  gint32 first = *(const gint32 *) a, second = *(const gint32 *) b;
  return (first > second) - (first < second);
}

/* The dates that have windows of their own, and those after them, into which their windows may run; sorted. */
static GArray *
list_special (const TmCalendarMaker *maker)
{
  GArray *dates = g_array_new (FALSE, FALSE, sizeof (gint32));
  const GArray *lists[] = { maker->overrides, maker->breaks };
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < lists[i]->len; j++)
      {
        gint32 both[] = { g_array_index (lists[i], TmDated, j).date, g_array_index (lists[i], TmDated, j).date + 1 };
        g_array_append_vals (dates, both, G_N_ELEMENTS (both));
      }
  g_array_sort (dates, compare_dates);
  return dates;
}

static void
make_special (TmCalendar *calendar, const TmCalendarMaker *maker)
{
  g_autoptr (GArray) dates = list_special (maker);
  calendar->special = g_new0 (TmSpecialDate, dates->len + 1);
  for (guint i = 0; i < dates->len; i++)
    {
      gint32 date = g_array_index (dates, gint32, i);
      if (calendar->n_special > 0 && calendar->special[calendar->n_special - 1].date == date)
        continue;
      const TmDated *override = find_dated (maker->overrides, date);
      TmSpecialDate *special = &calendar->special[calendar->n_special];
      special->date = date;
      special->is_override = override != NULL;
      special->hours.windows = make_special_windows (maker, date, override);
      special->hours.open = make_open (special->hours.windows, calendar_hours_of (calendar, date - 1)->windows);
      calendar->n_special++;
    }
}

static void
hours_clear (TmDayHours *hours)
{
  g_array_unref (hours->windows);
  g_array_unref (hours->open);
}

void
calendar_free (TmCalendar *calendar)
{
  if (calendar == NULL)
    return;
  for (guint i = 0; i < TM_WEEK_DAYS; i++)
    hours_clear (&calendar->week[i]);
  for (guint i = 0; i < calendar->n_special; i++)
    hours_clear (&calendar->special[i].hours);
  g_free (calendar->special);
  g_array_unref (calendar->holidays.dates);
  g_array_unref (calendar->holidays.easter);
  g_free (calendar->closed);
  zone_table_free (calendar->table);
  g_time_zone_unref (calendar->zone);
  g_free (calendar->name);
  g_free (calendar);
}

/* --- what it is --- */

const char *
calendar_name (const TmCalendar *calendar)
{
  return calendar->name;
}

GTimeZone *
calendar_zone (const TmCalendar *calendar)
{
  return calendar->zone;
}

bool
calendar_never_opens (const TmCalendar *calendar)
{
  for (guint i = 0; i < TM_WEEK_DAYS; i++)
    if (calendar->week[i].windows->len > 0)
      return false;
  for (guint i = 0; i < calendar->n_special; i++)
    if (calendar->special[i].hours.windows->len > 0)
      return false;
  return true;
}

bool
calendar_is_24x7 (const TmCalendar *calendar)
{
  for (guint i = 0; i < TM_WEEK_DAYS; i++)
    {
      const GArray *open = calendar->week[i].open;
      if (open->len != 1 || g_array_index (open, TmSpan, 0).to_s - g_array_index (open, TmSpan, 0).from_s != TM_DAY_S)
        return false;
    }
  return true;
}

bool
calendar_has_holidays (const TmCalendar *calendar)
{
  return calendar->holidays.dates->len > 0 || calendar->holidays.has_yearly || calendar->holidays.easter->len > 0;
}

/* --- its dates --- */

gint32
calendar_date (const TmCalendar *calendar, gint64 at)
{
  gint64 local_s = zone_table_local (calendar->table, at);
  return (gint32) (local_s / TM_DAY_S - (local_s % TM_DAY_S < 0));
}

gint64
calendar_boundary (const TmCalendar *calendar, gint32 date, gint32 local_s, guint *hint)
{
  return zone_table_boundary (calendar->table, (gint64) date * TM_DAY_S + local_s, hint);
}

static const TmSpecialDate *
find_special (const TmCalendar *calendar, gint32 date)
{
  guint low = 0, high = calendar->n_special;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (calendar->special[middle].date == date)
        return &calendar->special[middle];
      if (calendar->special[middle].date < date)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

const TmDayHours *
calendar_hours_of (const TmCalendar *calendar, gint32 date)
{
  const TmSpecialDate *special = find_special (calendar, date);
  return special != NULL ? &special->hours : &calendar->week[date_weekday (date)];
}

static bool
is_yearly_holiday (const TmHolidays *holidays, gint32 date)
{
  int year, month, day;
  if (!holidays->has_yearly && holidays->easter->len == 0)
    return false;
  date_to_ymd (date, &year, &month, &day);
  if ((holidays->yearly[month - 1] >> day & 1) != 0)
    return true;
  gint32 behind = holidays->easter->len > 0 ? date - date_of_easter (year) : 0;
  for (guint i = 0; i < holidays->easter->len; i++)
    if (g_array_index (holidays->easter, gint32, i) == behind)
      return true;
  return false;
}

/* By the rules, for any date. */
static bool
is_closed_by_rules (const TmCalendar *calendar, gint32 date)
{
  const TmHolidays *holidays = &calendar->holidays;
  bool is_holiday = is_yearly_holiday (holidays, date)
                    || (holidays->dates->len > 0
                        && bsearch (&date, holidays->dates->data, holidays->dates->len, sizeof date, compare_dates));
  if (!is_holiday)
    return false;
  const TmSpecialDate *special = find_special (calendar, date);
  return special == NULL || !special->is_override;
}

bool
calendar_is_closed (const TmCalendar *calendar, gint32 date)
{
  if (calendar->closed == NULL)
    return false;
  if (date < FIRST_DATE || date >= END_DATE)
    return is_closed_by_rules (calendar, date);
  guint32 bit = (guint32) (date - FIRST_DATE);
  return (calendar->closed[bit / 8] >> bit % 8 & 1) != 0;
}

static void
close_date (TmCalendar *calendar, gint32 date)
{
  if (date < FIRST_DATE || date >= END_DATE || !is_closed_by_rules (calendar, date))
    return;
  guint32 bit = (guint32) (date - FIRST_DATE);
  calendar->closed[bit / 8] = (guint8) (calendar->closed[bit / 8] | 1u << bit % 8);
}

/* A bit for each date: the rules take a hundred times as long, and are asked for every date that is passed. */
static void
make_closed (TmCalendar *calendar)
{
  const TmHolidays *holidays = &calendar->holidays;
  if (!calendar_has_holidays (calendar))
    return;
  calendar->closed = g_new0 (guint8, (END_DATE - FIRST_DATE) / 8 + 1);
  for (guint i = 0; i < holidays->dates->len; i++)
    close_date (calendar, g_array_index (holidays->dates, gint32, i));
  for (int year = FIRST_YEAR; year < END_YEAR; year++)
    {
      for (int month = 1; month <= 12; month++)
        for (guint32 bits = holidays->yearly[month - 1]; bits != 0; bits &= bits - 1)
          close_date (calendar, date_from_ymd (year, month, g_bit_nth_lsf (bits, -1)));
      for (guint i = 0; i < holidays->easter->len; i++)
        close_date (calendar, date_of_easter (year) + g_array_index (holidays->easter, gint32, i));
    }
}

TmCalendar *
calendar_make (TmCalendarMaker *maker)
{
  TmCalendar *calendar = g_new0 (TmCalendar, 1);
  calendar->name = g_strdup (maker->name);
  calendar->zone = g_time_zone_ref (maker->zone);
  calendar->table = zone_table_new_whole (maker->zone);
  calendar->holidays = maker->holidays;
  g_array_ref (calendar->holidays.dates);
  g_array_ref (calendar->holidays.easter);
  g_array_sort (calendar->holidays.dates, compare_dates);
  make_week (calendar, maker->week);
  make_special (calendar, maker);
  make_closed (calendar);
  calendar_maker_free (maker);
  return calendar;
}
