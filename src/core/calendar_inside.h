/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a calendar, shared by its parser (calendar_parse.c), its days (calendar.c) and those who count in it
 * (calendar_walk.c, calendar_count.c, calendar_days.c); everybody else sees calendar.h.
 *
 * Dates are days since 1970-01-01.  What is open on a date follows from the windows that begin on it and on the date
 * before: those are few, so all of it is made when the calendar is made, for the seven days of the week and for the
 * dates that are different; a look-up allocates nothing.
 */
#ifndef TM_CORE_CALENDAR_INSIDE_H
#define TM_CORE_CALENDAR_INSIDE_H

#include "core/calendar.h"
#include "core/date.h"
#include "core/zone.h"

/* Half open, seconds since 00:00 of its date by the clock; a window may go on into the next date. */
typedef struct
{
  gint32 from_s;
  gint32 to_s;
} TmSpan;

/* What begins on a date, as written and sorted; and what is open on it, merged, without what runs into the next. */
typedef struct
{
  GArray *windows; /* TmSpan */
  GArray *open;    /* TmSpan */
} TmDayHours;

/* A date unlike its day of the week. */
typedef struct
{
  gint32 date;
  bool is_override; /* no holiday closes it */
  TmDayHours hours;
} TmSpecialDate;

/* Holidays by their rule. */
typedef struct
{
  GArray *dates;      /* gint32, sorted */
  guint32 yearly[12]; /* bit d of month m: d + 1.(m + 1). */
  bool has_yearly;
  GArray *easter;     /* gint32: days after Easter Sunday */
} TmHolidays;

struct TmCalendar
{
  char *name;
  GTimeZone *zone;
  TmZoneTable *table;
  TmDayHours week[TM_WEEK_DAYS]; /* from Monday */
  TmSpecialDate *special;        /* sorted by date */
  guint n_special;
  TmHolidays holidays;
  guint8 *closed;                /* a bit for each date of some centuries; NULL: no holidays */
};

/* An override or breaks, as written. */
typedef struct
{
  gint32 date;
  GArray *windows; /* TmSpan; owned */
} TmDated;

struct TmCalendarMaker
{
  char *name;
  GTimeZone *zone;
  GArray *week[TM_WEEK_DAYS]; /* TmSpan */
  TmHolidays holidays;
  GArray *overrides, *breaks; /* TmDated */
};

/* --- dates --- */

/* The local date of an instant. */
gint32 calendar_date (const TmCalendar *calendar, gint64 at);

/* The first instant of `local_s` seconds after 00:00 of a date. */
gint64 calendar_boundary (const TmCalendar *calendar, gint32 date, gint32 local_s, guint *hint);

/* Whether a holiday closes it. */
bool calendar_is_closed (const TmCalendar *calendar, gint32 date);

/* Borrowed; the holidays are not looked at. */
const TmDayHours *calendar_hours_of (const TmCalendar *calendar, gint32 date);

/* Sorts pauses and makes those one that touch or overlap; how many are left.  Empty ones go. */
guint pauses_unite (TmInterval *pauses, gsize n_pauses);

/* --- open time in order, in pieces of which none is empty, with the pauses cut out; not merged --- */

typedef struct
{
  const TmCalendar *calendar;
  gint64 from_at, to_at;     /* what is walked over */
  gint32 date, end_date;     /* of the hours that come next; the last that count */
  const GArray *open;        /* those of the date before, or NULL */
  guint next;
  TmInterval rest;           /* of the piece at hand */
  TmInterval *pauses;        /* sorted, none overlaps; those that may still matter */
  TmInterval *all_pauses;    /* owned */
  guint n_pauses;
  guint hint;
} TmWalk;

/* Forward from `from_at`, or backward from `to_at`; over instants in [from_at, to_at) only.  G_MAXINT64 or
 * G_MININT64: as far as the horizon, which begins behind the last pause that ends. */
void walk_forward (TmWalk *walk, const TmCalendar *calendar, gint64 from_at, gint64 to_at, const TmInterval *pauses,
                   gsize n_pauses);
void walk_backward (TmWalk *walk, const TmCalendar *calendar, gint64 from_at, gint64 to_at, const TmInterval *pauses,
                    gsize n_pauses);
bool walk_next (TmWalk *walk, TmInterval *piece_out);
bool walk_previous (TmWalk *walk, TmInterval *piece_out);
void walk_clear (TmWalk *walk);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmWalk, walk_clear)

#endif
