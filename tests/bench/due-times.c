/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Due times per second, for each kind of target: starts over a year, calendars with the holidays of a country, one
 * core.
 *
 * Usage: due-times [SECONDS-EACH]
 */
#include "base/clock.h"
#include "core/target.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const holidays[]
  = { "*-01-01", "*-05-01", "*-10-03", "*-12-25", "*-12-26", "easter-2", "easter+1", "easter+39", "easter+50" };

static const struct
{
  const char *target, *hours;
  guint n_pauses;
} kinds[] = {
  { "30m", "none", 0 }, { "30m", "none", 3 }, { "30bm", "mon-fri=08:00-20:00", 0 }, { "4bh", "mon-fri=08:00-20:00", 0 },
  { "4bh", "mon-fri=08:00-20:00", 3 }, { "4bh", "mon-sun=22:00-06:00", 0 }, { "4bh", "24x7", 0 },
  { "2bd", "mon-fri=08:00-20:00", 0 }, { "2bd", "mon-fri=08:00-20:00", 3 }, { "2bd", "mon-sun=22:00-06:00", 0 },
  { "2bd", "24x7", 0 }, { "1bd@close", "mon-fri=08:00-20:00", 0 }, { "1bd@17:00", "mon-fri=08:00-20:00", 0 },
  { "40bh", "mon-fri=08:00-20:00", 0 }, { "20bd", "mon-fri=08:00-20:00", 0 }, { "250bd", "mon-fri=08:00-20:00", 0 },
  { "3000bh", "mon-fri=08:00-20:00", 0 },
};

static TmCalendar *
make_calendar (const char *hours)
{
  const char *why = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  TmCalendarMaker *maker = calendar_maker_new ("bench", zone);
  if (!calendar_maker_hours (maker, hours, &why))
    g_error ("%s", why);
  for (gsize i = 0; i < G_N_ELEMENTS (holidays); i++)
    if (!calendar_maker_holiday (maker, holidays[i], &why))
      g_error ("%s", why);
  return calendar_make (maker);
}

int
main (int argc, char **argv)
{
  enum { LOT = 1000, STEP_S = 31627, YEAR_S = 31536000, BEGIN_AT = 1767225600 };
  double seconds = argc > 1 ? atof (argv[1]) : 0.5;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      TmTarget target;
      const char *why = NULL;
      g_autoptr (TmCalendar) calendar = make_calendar (kinds[i].hours);
      if (!target_parse (kinds[i].target, &target, &why))
        g_error ("%s", why);
      gint64 n = 0, begin_us = clock_monotonic_us (), passed_us = 0, sum = 0;
      for (; (double) passed_us < seconds * 1e6; passed_us = clock_monotonic_us () - begin_us)
        for (int j = 0; j < LOT; j++, n++)
          {
            gint64 start_at = BEGIN_AT + n * STEP_S % YEAR_S;
            TmInterval pauses[] = { { start_at + 600, start_at + 1200 }, { start_at + 900, start_at + 9000 },
                                    { start_at + 86400, start_at + 90000 } };
            sum ^= target_due (&target, calendar, start_at, pauses, kinds[i].n_pauses);
          }
      printf ("%-10s %-20s %u pauses %10.0f a second%s\n", kinds[i].target, kinds[i].hours, kinds[i].n_pauses,
              (double) n / ((double) passed_us / 1e6), sum == 0 ? " " : "");
    }
  return 0;
}
