/* SPDX-License-Identifier: BSD-2-Clause */
/* Calendars that tests make up, as numbers, so that they can be counted without any text. */
#ifndef TM_TESTS_CALENDAR_SKETCH_H
#define TM_TESTS_CALENDAR_SKETCH_H

#include "core/calendar.h"

enum { SKETCH_MAX = 3 };

/* Minutes of a day; a window that ends at or before its start runs into the next date. */
typedef struct
{
  unsigned days; /* of windows: bit 0 is Monday; of dated things: days after the first date */
  int from, to;  /* from < 0: none (a dated override without windows) */
} TmSketchWindow;

typedef struct
{
  const char *zone;
  int year, month, day;                  /* the first date */
  TmSketchWindow hours[SKETCH_MAX], over[SKETCH_MAX], breaks[SKETCH_MAX];
  unsigned holidays[SKETCH_MAX];         /* days after the first date */
  TmInterval pauses[SKETCH_MAX];         /* seconds after the first date's 00:00 UTC */
  guint n_hours, n_over, n_breaks, n_holidays, n_pauses;
} TmSketch;

/* Places and dates where clocks do what they do nowhere else. */
extern const TmSketch sketch_places[];
extern const guint n_sketch_places;

/* `place` with windows and all of a date within `n_days`, made up from `seed`. */
TmSketch sketch_make (const TmSketch *place, guint32 seed, unsigned n_days);

/* 00:00 UTC of the first date. */
gint64 sketch_begin (const TmSketch *sketch);

TmCalendar *sketch_calendar (const TmSketch *sketch);

/* For the message of a failed test; the caller frees. */
char *sketch_describe (const TmSketch *sketch);

#endif
