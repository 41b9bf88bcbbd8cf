/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of calendars.
 */
#include "core/calendar_inside.h"

#include <string.h>

#define HOURS_FORM "hours are written mon-fri=08:00-12:00,13:00-17:00;sat=09:00-12:00, or 24x7, or none"
#define DATE_FORM "a date is written 2026-12-24, and must exist"
#define OPEN_FORM "windows of a date are written 2026-12-24=09:00-12:00,13:00-15:00; closed is 2026-12-31="
#define BREAK_FORM "a break is written 2026-11-03=10:00-11:00"

/* The whole year of any Easter Sunday, 22 March to 25 April. */
enum { EASTER_MIN = -80, EASTER_MAX = 240 };

static void
clear_dated (gpointer data)
{
  g_array_unref (((TmDated *) data)->windows);
}

TmCalendarMaker *
calendar_maker_new (const char *name, GTimeZone *zone)
{
  TmCalendarMaker *maker = g_new0 (TmCalendarMaker, 1);
  maker->name = g_strdup (name);
  maker->zone = g_time_zone_ref (zone);
  for (guint i = 0; i < TM_WEEK_DAYS; i++)
    maker->week[i] = g_array_new (FALSE, FALSE, sizeof (TmSpan));
  maker->holidays.dates = g_array_new (FALSE, FALSE, sizeof (gint32));
  maker->holidays.easter = g_array_new (FALSE, FALSE, sizeof (gint32));
  maker->overrides = g_array_new (FALSE, FALSE, sizeof (TmDated));
  maker->breaks = g_array_new (FALSE, FALSE, sizeof (TmDated));
  g_array_set_clear_func (maker->overrides, clear_dated);
  g_array_set_clear_func (maker->breaks, clear_dated);
  return maker;
}

void
calendar_maker_free (TmCalendarMaker *maker)
{
  if (maker == NULL)
    return;
  g_free (maker->name);
  g_time_zone_unref (maker->zone);
  for (guint i = 0; i < TM_WEEK_DAYS; i++)
    g_array_unref (maker->week[i]);
  g_array_unref (maker->holidays.dates);
  g_array_unref (maker->holidays.easter);
  g_array_unref (maker->overrides);
  g_array_unref (maker->breaks);
  g_free (maker);
}

static bool
fail (const char **why_out, const char *why)
{
  *why_out = why;
  return false;
}

/* --- times and windows --- */

enum { CLOCK_LEN = 5, WINDOW_LEN = 11 };

static bool
parse_window (const char *text, TmSpan *span_out, const char **why_out)
{
  if (strlen (text) != WINDOW_LEN || text[CLOCK_LEN] != '-')
    return fail (why_out, "a window is written 08:00-18:00");
  if (!clock_parse (text, &span_out->from_s) || !clock_parse (text + CLOCK_LEN + 1, &span_out->to_s))
    return fail (why_out, "no such time: a day goes from 00:00 to 24:00");
  if (span_out->from_s == TM_DAY_S)
    return fail (why_out, "a window cannot open at 24:00: that is 00:00 of the next day");
  if (span_out->to_s <= span_out->from_s)
    span_out->to_s += TM_DAY_S;
  return true;
}

/* `09:00-12:00,13:00-17:00` */
static bool
parse_windows (const char *text, GArray *windows, const char **why_out)
{
  g_auto (GStrv) items = g_strsplit (text, ",", -1);
  for (char **item = items; *item != NULL; item++)
    {
      TmSpan span;
      if (!parse_window (g_strstrip (*item), &span, why_out))
        return false;
      g_array_append_val (windows, span);
    }
  return true;
}

/* --- days of the week --- */

/* `mon-fri=08:00-18:00`; `seen` has a bit for each day that has had its windows. */
static bool
parse_days (TmCalendarMaker *maker, char *text, unsigned *seen, const char **why_out)
{
  char *windows = strchr (text, '=');
  if (windows == NULL || windows[1] == '\0')
    return fail (why_out, HOURS_FORM);
  *windows++ = '\0';
  char *to = strchr (text, '-');
  if (to != NULL)
    *to++ = '\0';
  int day = weekday_parse (g_strstrip (text)), last = to != NULL ? weekday_parse (g_strstrip (to)) : day;
  if (day < 0 || last < 0)
    return fail (why_out, "days are mon tue wed thu fri sat sun, or a range such as mon-fri");
  for (bool is_last = false; !is_last; day = (day + 1) % TM_WEEK_DAYS)
    {
      is_last = day == last;
      if ((*seen & 1u << day) != 0)
        return fail (why_out, "a day is given twice; put its windows behind one another: mon=08:00-12:00,13:00-17:00");
      *seen |= 1u << day;
      if (!parse_windows (windows, maker->week[day], why_out))
        return false;
    }
  return true;
}

bool
calendar_maker_hours (TmCalendarMaker *maker, const char *text, const char **why_out)
{
  TmSpan whole = { 0, TM_DAY_S };
  unsigned seen = 0;
  if (strcmp (text, "none") == 0)
    return true;
  if (strcmp (text, "24x7") == 0)
    {
      for (guint i = 0; i < TM_WEEK_DAYS; i++)
        g_array_append_val (maker->week[i], whole);
      return true;
    }
  g_auto (GStrv) items = g_strsplit (text, ";", -1);
  if (items[0] == NULL)
    return fail (why_out, HOURS_FORM);
  for (char **item = items; *item != NULL; item++)
    if (!parse_days (maker, g_strstrip (*item), &seen, why_out))
      return false;
  return true;
}

/* --- dates --- */

static bool
parse_yearly (TmHolidays *holidays, const char *text, const char **why_out)
{
  enum { LEAP_YEAR = 2000 };
  int month = strlen (text) == strlen ("*-12-25") && text[4] == '-' ? date_two_digits (text + 2) : -1;
  int day = month > 0 ? date_two_digits (text + 5) : -1;
  if (day < 1 || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, LEAP_YEAR))
    return fail (why_out, "a yearly holiday is written *-12-25, and must exist");
  holidays->yearly[month - 1] |= 1u << day;
  holidays->has_yearly = true;
  return true;
}

static bool
parse_easter (TmHolidays *holidays, const char *text, const char **why_out)
{
  char *end = NULL;
  const char *number = text + strlen ("easter");
  bool is_signed = (*number == '+' || *number == '-') && g_ascii_isdigit (number[1]) && strlen (number) <= 4;
  gint64 days = is_signed ? g_ascii_strtoll (number, &end, 10) : 0;
  if ((*number != '\0' && (!is_signed || *end != '\0')) || days < EASTER_MIN || days > EASTER_MAX)
    return fail (why_out, "days from Easter Sunday are written easter+1 or easter-2, from easter-80 to easter+240");
  gint32 offset = (gint32) days;
  g_array_append_val (holidays->easter, offset);
  return true;
}

bool
calendar_maker_holiday (TmCalendarMaker *maker, const char *text, const char **why_out)
{
  gint32 date;
  if (g_str_has_prefix (text, "*-"))
    return parse_yearly (&maker->holidays, text, why_out);
  if (g_str_has_prefix (text, "easter"))
    return parse_easter (&maker->holidays, text, why_out);
  if (!date_parse (text, &date) || text[TM_DATE_LEN] != '\0')
    return fail (why_out, "a holiday is a date that exists, such as 2026-12-24, or *-12-25 or easter+1");
  g_array_append_val (maker->holidays.dates, date);
  return true;
}

/* `2026-12-24=` with windows behind it; `windows` is NULL when there are none. */
static bool
parse_dated (const char *text, const char *form, TmDated *dated_out, const char **why_out)
{
  if (!date_parse (text, &dated_out->date))
    return fail (why_out, strchr (text, '=') != NULL ? DATE_FORM : form);
  if (text[TM_DATE_LEN] != '=')
    return fail (why_out, form);
  g_autoptr (GArray) windows = g_array_new (FALSE, FALSE, sizeof (TmSpan));
  if (text[TM_DATE_LEN + 1] != '\0' && !parse_windows (text + TM_DATE_LEN + 1, windows, why_out))
    return false;
  dated_out->windows = g_steal_pointer (&windows);
  return true;
}

bool
calendar_maker_open (TmCalendarMaker *maker, const char *text, const char **why_out)
{
  TmDated dated;
  if (!parse_dated (text, OPEN_FORM, &dated, why_out))
    return false;
  bool is_second = false;
  for (guint i = 0; i < maker->overrides->len; i++)
    is_second = is_second || g_array_index (maker->overrides, TmDated, i).date == dated.date;
  g_array_append_val (maker->overrides, dated);
  return !is_second || fail (why_out, "the date is given twice; put its windows behind one another, with commas");
}

bool
calendar_maker_break (TmCalendarMaker *maker, const char *text, const char **why_out)
{
  TmDated dated;
  if (!parse_dated (text, BREAK_FORM, &dated, why_out))
    return false;
  bool is_empty = dated.windows->len == 0;
  g_array_append_val (maker->breaks, dated);
  return !is_empty || fail (why_out, BREAK_FORM);
}
