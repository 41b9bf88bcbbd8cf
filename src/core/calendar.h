/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Business hours: wall-clock windows in one time zone, and how the seconds inside them are counted.  A calendar is
 * immutable and may be used by all threads at once.  Instants are UTC seconds.  Pure.
 */
#ifndef TM_CORE_CALENDAR_H
#define TM_CORE_CALENDAR_H

#include "base/clock.h"

#include <glib.h>
#include <stdbool.h>

/* Beyond it nothing is looked for: TM_NEVER. */
enum { TM_CALENDAR_HORIZON_DAYS = 400 };

/* Half open: [from_at, to_at).  A pause that goes on ends at TM_NEVER. */
typedef struct
{
  gint64 from_at;
  gint64 to_at;
} TmInterval;

typedef struct TmCalendar TmCalendar;

void calendar_free (TmCalendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmCalendar, calendar_free)

/* --- made from text, piece by piece (the values of `calendars:` in ticketmilter.yaml(5)) --- */

typedef struct TmCalendarMaker TmCalendarMaker;

/* Takes a reference on `zone`, which the caller opened: core does not.  No windows, no holidays. */
TmCalendarMaker *calendar_maker_new (const char *name, GTimeZone *zone);
void calendar_maker_free (TmCalendarMaker *maker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmCalendarMaker, calendar_maker_free)

/* Each false with a static sentence in `why_out` when the text is none: `mon-fri=06:00-18:00;sat=09:00-12:00`,
 * `24x7`, `none`; a holiday `2026-12-24`, `*-12-25`, `easter+1`; an override `2026-12-24=09:00-12:00`,
 * `2026-12-31=`; a break `2026-11-03=10:00-11:00`. */
bool calendar_maker_hours (TmCalendarMaker *maker, const char *text, const char **why_out);
bool calendar_maker_holiday (TmCalendarMaker *maker, const char *text, const char **why_out);
bool calendar_maker_open (TmCalendarMaker *maker, const char *text, const char **why_out);
bool calendar_maker_break (TmCalendarMaker *maker, const char *text, const char **why_out);

/* The calendar; the maker is spent.  One that never opens is made all the same: calendar_never_opens() says so.  The
 * caller frees. */
TmCalendar *calendar_make (TmCalendarMaker *maker);

const char *calendar_name (const TmCalendar *calendar);
GTimeZone *calendar_zone (const TmCalendar *calendar); /* borrowed */
bool calendar_never_opens (const TmCalendar *calendar);
bool calendar_is_24x7 (const TmCalendar *calendar);
bool calendar_has_holidays (const TmCalendar *calendar);

/* --- counting: SLA.md §3.  Pauses in any order, overlapping or not; their union counts as closed; NULL with 0 --- */

/* The earliest instant with `s` open seconds between it and `at`; with s = 0 the next opening.  TM_NEVER. s ≥ 0. */
gint64 calendar_add (const TmCalendar *calendar, gint64 at, gint64 s, const TmInterval *pauses, gsize n_pauses);

/* The latest instant with `s` open seconds from it to `at`; with s = 0 the same as calendar_prev_active().
 * G_MININT64 when there is none. */
gint64 calendar_sub (const TmCalendar *calendar, gint64 at, gint64 s, const TmInterval *pauses, gsize n_pauses);

/* Open seconds, however far apart; 0 when the end is not after the start. */
gint64 calendar_between (const TmCalendar *calendar, gint64 from_at, gint64 to_at, const TmInterval *pauses,
                         gsize n_pauses);

bool calendar_is_open (const TmCalendar *calendar, gint64 at, const TmInterval *pauses, gsize n_pauses);
/* `at` itself when it is open. */
gint64 calendar_next_open (const TmCalendar *calendar, gint64 at, const TmInterval *pauses, gsize n_pauses);
/* The first closing after `at`; windows that touch are one.  TM_NEVER. */
gint64 calendar_next_close (const TmCalendar *calendar, gint64 at, const TmInterval *pauses, gsize n_pauses);
/* The latest instant up to `at` with an open one just before it.  G_MININT64 when there is none. */
gint64 calendar_prev_active (const TmCalendar *calendar, gint64 at, const TmInterval *pauses, gsize n_pauses);

/* The n-th business day (n ≥ 1): at the clock time of the start, at the last closing, or at `clock_s` seconds after
 * the day's 00:00, whatever is open then.  Pauses move the result by the open seconds they took since the start.
 * TM_NEVER. */
typedef enum { TM_DAY_SAME_TIME, TM_DAY_CLOSE, TM_DAY_CLOCK } TmDayTime;
gint64 calendar_add_days (const TmCalendar *calendar, gint64 at, guint n, TmDayTime time, int clock_s,
                          const TmInterval *pauses, gsize n_pauses);
/* The n-th business day before, at the clock time of the last active instant up to `at`, or the last closing before
 * that where it is outside the day's windows.  G_MININT64. */
gint64 calendar_sub_days (const TmCalendar *calendar, gint64 at, guint n, const TmInterval *pauses, gsize n_pauses);

/* Merged windows that touch [from_at, to_at), clipped to it: TmInterval.  The caller unrefs. */
GArray *calendar_windows (const TmCalendar *calendar, gint64 from_at, gint64 to_at, const TmInterval *pauses,
                          gsize n_pauses);

/* Instant of a wall-clock time in `zone`, `local_s` seconds since 1970-01-01 00:00 there: one that occurs twice is its
 * first, one that is missing the instant of the transition. */
gint64 zone_boundary (GTimeZone *zone, gint64 local_s);

/* Seconds that local time is ahead of UTC at an instant. */
gint32 zone_offset (GTimeZone *zone, gint64 at);

#endif
