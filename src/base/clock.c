/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"

#include <string.h>

gint64
clock_now (void)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  return (gint64) now.tv_sec;
}

gint64
clock_monotonic_us (void)
{
  return g_get_monotonic_time ();
}

struct timespec
clock_timespec (gint64 monotonic_us)
{
  enum { US_PER_S = 1000000, NS_PER_US = 1000 };
  return (struct timespec) { .tv_sec = (time_t) (monotonic_us / US_PER_S),
                             .tv_nsec = (long) (monotonic_us % US_PER_S) * NS_PER_US };
}

static void
put_digits (char *at, int n_digits, int number)
{
  for (char *p = at + n_digits; p > at; number /= 10)
    *--p = (char) ('0' + number % 10);
}

/* By hand: some are written for every message, by the one thread that writes.  False: the year has not four digits. */
static bool
print (gint64 at, gint32 offset_s, bool is_utc, char text_out[TM_INSTANT_TEXT])
{
  static const char form[] = "0000-00-00T00:00:00";
  time_t seconds = (time_t) (at + offset_s);
  struct tm wall;
  if (at == TM_NEVER || gmtime_r (&seconds, &wall) == NULL || wall.tm_year < 1 - 1900 || wall.tm_year > 9999 - 1900)
    return false;
  memcpy (text_out, form, sizeof form);
  put_digits (text_out, 4, wall.tm_year + 1900);
  put_digits (text_out + 5, 2, wall.tm_mon + 1);
  put_digits (text_out + 8, 2, wall.tm_mday);
  put_digits (text_out + 11, 2, wall.tm_hour);
  put_digits (text_out + 14, 2, wall.tm_min);
  put_digits (text_out + 17, 2, wall.tm_sec);
  char *zone = text_out + sizeof form - 1;
  int minutes = ABS (offset_s) / 60;
  strcpy (zone, is_utc ? "Z" : offset_s < 0 ? "-00:00" : "+00:00");
  if (is_utc)
    return true;
  put_digits (zone + 1, 2, minutes / 60);
  put_digits (zone + 4, 2, minutes % 60);
  return true;
}

char *
instant_format (gint64 at)
{
  char text[TM_INSTANT_TEXT];
  return print (at, 0, true, text) ? g_strdup (text) : NULL;
}

char *
instant_format_local (gint64 at, gint32 offset_s)
{
  char text[TM_INSTANT_TEXT];
  return print (at, offset_s, false, text) ? g_strdup (text) : NULL;
}

bool
instant_print_local (gint64 at, gint32 offset_s, char text_out[TM_INSTANT_TEXT])
{
  return print (at, offset_s, false, text_out);
}

bool
instant_parse (const char *text, gint64 *at_out)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_iso8601 (text, NULL);
  if (when == NULL)
    return false;
  *at_out = g_date_time_to_unix (when);
  return true;
}
