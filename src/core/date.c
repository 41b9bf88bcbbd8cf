/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/date.h"

#include <string.h>

/* Years that begin on 1 March, so that a leap day is the last of its year; 400 of them have 146,097 days. */
enum { ERA_DAYS = 146097, ERA_YEARS = 400, EPOCH_DAYS = 719468 };

enum { HOUR_S = 3600, MINUTE_S = 60 };

gint32
date_from_ymd (int year, int month, int day)
{
  int march_year = year - (month <= 2);
  int era = (march_year >= 0 ? march_year : march_year - (ERA_YEARS - 1)) / ERA_YEARS;
  int year_of_era = march_year - era * ERA_YEARS;
  int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAYS;
}

void
date_to_ymd (gint32 date, int *year_out, int *month_out, int *day_out)
{
  int days = date + EPOCH_DAYS;
  int era = (days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS;
  int day_of_era = days - era * ERA_DAYS;
  int year = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (ERA_DAYS - 1)) / 365;
  int day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
  int month = (5 * day_of_year + 2) / 153;
  *day_out = day_of_year - (153 * month + 2) / 5 + 1;
  *month_out = month < 10 ? month + 3 : month - 9;
  *year_out = year + era * ERA_YEARS + (*month_out <= 2);
}

/* 1970-01-01 was a Thursday. */
int
date_weekday (gint32 date)
{
  int day = (date + 3) % TM_WEEK_DAYS;
  return day < 0 ? day + TM_WEEK_DAYS : day;
}

/* Easter Sunday of the western churches: the Gregorian computus, in the form that goes back to "Nature" of 1876. */
gint32
date_of_easter (int year)
{
  int golden = year % 19, century = year / 100, rest = year % 100;
  int moon_shift = (century - (century + 8) / 25 + 1) / 3;
  int epact = (19 * golden + century - century / 4 - moon_shift + 15) % 30;
  int weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
  int late = (golden + 11 * epact + 22 * weekday) / 451;
  int sum = epact + weekday - 7 * late + 114;
  return date_from_ymd (year, sum / 31, sum % 31 + 1);
}

/* --- as text --- */

int
date_two_digits (const char *p)
{
  return g_ascii_isdigit (p[0]) && g_ascii_isdigit (p[1]) ? 10 * (p[0] - '0') + (p[1] - '0') : -1;
}

bool
clock_parse (const char *text, gint32 *clock_s_out)
{
  int hour = date_two_digits (text);
  int minute = hour >= 0 && text[2] == ':' ? date_two_digits (text + 3) : -1;
  if (minute < 0 || minute > 59 || hour > 24 || (hour == 24 && minute > 0))
    return false;
  *clock_s_out = hour * HOUR_S + minute * MINUTE_S;
  return true;
}

bool
date_parse (const char *text, gint32 *date_out)
{
  if (strlen (text) < TM_DATE_LEN || text[4] != '-' || text[7] != '-')
    return false;
  int century = date_two_digits (text), rest = date_two_digits (text + 2), year = rest >= 0 ? 100 * century + rest : -1;
  int month = date_two_digits (text + 5), day = date_two_digits (text + 8);
  if (year < 1900 || month < 1 || day < 1
      || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return false;
  *date_out = date_from_ymd (year, month, day);
  return true;
}

int
weekday_parse (const char *text)
{
  static const char *const names[TM_WEEK_DAYS] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
  for (int i = 0; i < TM_WEEK_DAYS; i++)
    if (strcmp (text, names[i]) == 0)
      return i;
  return -1;
}
