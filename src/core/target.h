/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Targets: how long something may take, as plans state it: `30m` elapsed, `4bh` business, `2bd`, `1bd@close`,
 * `1bd@17:00`, `none` (SLA.md §2).  Pure.
 */
#ifndef TM_CORE_TARGET_H
#define TM_CORE_TARGET_H

#include "core/calendar.h"

typedef enum
{
  TM_TARGET_NONE,     /* no clock */
  TM_TARGET_ELAPSED,  /* seconds of any hour */
  TM_TARGET_BUSINESS, /* seconds inside the windows */
  TM_TARGET_DAYS      /* business days */
} TmTargetKind;

typedef struct
{
  TmTargetKind kind;
  gint64 amount;      /* seconds, or days */
  char unit;          /* 's', 'm', 'h' as written; 'd' of days */
  TmDayTime day_time; /* of days */
  int clock_s;        /* with TM_DAY_CLOCK: seconds after 00:00 */
} TmTarget;

enum { TM_TARGET_TEXT_MAX = 32 };

/* False with a static sentence in `why_out`, a bare `d` with the hint to say bd or h. */
bool target_parse (const char *text, TmTarget *target_out, const char **why_out);

/* As it is written, into `text_out` of TM_TARGET_TEXT_MAX bytes. */
void target_print (const TmTarget *target, char *text_out);

/* When it is due.  Pauses move it: elapsed targets, which need no calendar, by the paused seconds of any hour, the
 * others by the open ones.  TM_NEVER while a pause goes on that began before, for TM_TARGET_NONE, for a target that
 * needs a calendar where there is none, and where nothing is open. */
gint64 target_due (const TmTarget *target, const TmCalendar *calendar, gint64 start_at, const TmInterval *pauses,
                   gsize n_pauses);

/* The due time minus the lead, on the same calendar (SLA.md §3.8); TM_TARGET_NONE: the due time itself.  Of days
 * only their number counts, not what stands behind an @.  TM_NEVER where there is no due time; G_MININT64 when
 * nothing was open that long before. */
gint64 target_warn_at (const TmTarget *lead, const TmCalendar *calendar, gint64 due_at, const TmInterval *pauses,
                       gsize n_pauses);

bool target_needs_calendar (const TmTarget *target);

#endif
