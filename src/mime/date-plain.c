/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/date-plain.h"

#include <string.h>

/* Three letters each. */
static const char days[] = "MonTueWedThuFriSatSun", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Which of `names` stands at `p`, from 0; -1: none. */
static int
read_name (const char *p, const char *names)
{
  for (int i = 0; names[3 * i] != '\0'; i++)
    if (strncmp (p, names + 3 * i, 3) == 0)
      return i;
  return -1;
}

/* The number that the `n` digits at `*p` and `end` behind them make, -1 when it is anything else.  `*p` goes on behind
 * what was read. */
static int
read_digits (const char **p, unsigned n, char end)
{
  int value = 0;
  for (unsigned i = 0; i < n; i++, (*p)++)
    {
      if (!g_ascii_isdigit (**p))
        return -1;
      value = 10 * value + (**p - '0');
    }
  return *(*p)++ == end ? value : -1;
}

/* Days from 1970-01-01 to a day of the years 1970 to 2099, of which every fourth is a leap year. */
static int
days_before (int year, int month, int day)
{
  static const int before_month[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
  int leap_days = (year - 1969) / 4 + (month > 1 && year % 4 == 0);
  return (year - 1970) * 365 + leap_days + before_month[month] + day - 1;
}

static int
days_in (int year, int month)
{
  return month == 1 ? 28 + (year % 4 == 0) : month == 3 || month == 5 || month == 8 || month == 10 ? 30 : 31;
}

bool
date_read_plain (const char *value, gint64 *at_out)
{
  const char *p = value;
  if (g_ascii_isalpha (*p))
    {
      if (read_name (p, days) < 0 || p[3] != ',' || p[4] != ' ')
        return false;
      p += 5;
    }
  int day = read_digits (&p, g_ascii_isdigit (*p) && g_ascii_isdigit (p[1]) ? 2 : 1, ' ');
  int month = day > 0 ? read_name (p, months) : -1;
  if (month < 0 || p[3] != ' ')
    return false;
  p += 4;
  int year = read_digits (&p, 4, ' ');
  int hour = year >= 1970 && year < 2100 && day <= days_in (year, month) ? read_digits (&p, 2, ':') : -1;
  int minute = hour >= 0 && hour < 24 ? read_digits (&p, 2, ':') : -1;
  int second = minute >= 0 && minute < 60 ? read_digits (&p, 2, ' ') : -1;
  if (second < 0 || second >= 60 || (*p != '+' && *p != '-'))
    return false;
  int sign = *p++ == '+' ? 1 : -1;
  int zone = read_digits (&p, 4, '\0');
  if (zone < 0 || zone > 1400 || zone % 100 >= 60)
    return false;
  int east_s = sign * (zone / 100 * 60 + zone % 100) * 60;
  *at_out = (gint64) days_before (year, month, day) * 86400 + hour * 3600 + minute * 60 + second - east_s;
  return true;
}
