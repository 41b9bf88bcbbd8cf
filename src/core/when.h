/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Times as people write them: `Tue 17:00`, `morgen 9:00`, `in 2h`.  Pure.
 */
#ifndef TM_CORE_WHEN_H
#define TM_CORE_WHEN_H

#include <glib.h>
#include <stdbool.h>

typedef enum
{
  TM_WHEN_NEXT, /* what is to come: a clock time, weekday or date without a year is the next one behind `now` */
  TM_WHEN_LAST  /* what has been: the last one up to `now` */
} TmWhenSense;

/* Reads the time at the begin of `text` (UTF-8), in words apart by white space:
 *   2026-11-24T16:00:00Z       RFC 3339, with an offset
 *   2026-11-24T17:00           likewise with a blank: by the clock of `zone`, as are all that follow
 *   24.11.2026 17:00           24.11. 17:00
 *   Tue 17:00, Tuesday 17:00   English and German days, behind `on`, `next`, `am`, `nächsten`
 *   tomorrow 17:00             yesterday, today; morgen, übermorgen, gestern, heute
 *   17:00
 *   in 2h, 30m, 3d             also apart, and in words; days by the clock, the rest as time passes (TM_WHEN_NEXT)
 *   2h ago, vor 2h             (TM_WHEN_LAST)
 * `at` and `um` may stand before a clock time, `Uhr` behind it.  One that occurs twice is its first, one that is
 * missing the instant of the change (zone_boundary() in core/calendar.h).  `zone` NULL: UTC.  `now` and `at_out` are
 * UTC seconds; a day or date that is named outright may lie on the other side of `now`.  `len_out` gets the bytes read.
 * False: no time. */
bool when_read (const char *text, GTimeZone *zone, gint64 now, TmWhenSense sense, gint64 *at_out, gsize *len_out);

/* The same, and nothing may follow. */
bool when_parse (const char *text, GTimeZone *zone, gint64 now, TmWhenSense sense, gint64 *at_out);

#endif
