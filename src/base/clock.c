/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"

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

char *
instant_format (gint64 at)
{
  time_t seconds = (time_t) at;
  struct tm utc;
  if (at == TM_NEVER || gmtime_r (&seconds, &utc) == NULL)
    return NULL;
  if (utc.tm_year < 1 - 1900 || utc.tm_year > 9999 - 1900)
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                          utc.tm_hour, utc.tm_min, utc.tm_sec);
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
