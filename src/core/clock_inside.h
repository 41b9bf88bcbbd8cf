/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of clocks, shared by the files that make them go.
 */
#ifndef TM_CORE_CLOCK_INSIDE_H
#define TM_CORE_CLOCK_INSIDE_H

#include "core/clock.h"

/* The last one of the metric, and the one of it that runs; NULL: none. */
TmClock *clockwork_last (const TmClockwork *work, TmMetric metric);
TmClock *clockwork_running (const TmClockwork *work, TmMetric metric);

/* It is to be written. */
void clockwork_change (TmClockwork *work, TmClock *clock);

/* When it would be due if it were paused no longer; and by what is written in it, TM_NEVER, too, when that says nothing
 * any more. */
gint64 clockwork_due_by (const TmClockwork *work, const TmClock *clock, const TmTarget *target,
                         const TmCalendar *counts_by, gint64 base_at);
gint64 clockwork_due_as_written (const TmClockwork *work, const TmClock *clock);

/* What is overdue stays due when it was, whatever comes.  Whether the clock may still move. */
bool clockwork_may_move (TmClockwork *work, TmClock *clock);
void clockwork_set_due (TmClockwork *work, TmClock *clock, gint64 due_at, const char *why);
void clockwork_set_terms (TmClockwork *work, TmClock *clock, const TmTerms *terms, const char *priority);

/* A new one without terms, and one by what is promised: NULL when nothing is. */
TmClock *clockwork_add (TmClockwork *work, TmMetric metric, gint64 at);
TmClock *clockwork_start (TmClockwork *work, TmMetric metric, gint64 at);

/* The one that runs, if any, is met, or ended without. */
void clockwork_meet (TmClockwork *work, TmMetric metric);
void clockwork_end (TmClockwork *work, TmMetric metric, const char *why);
void clockwork_end_all (TmClockwork *work, const char *why);

void clockwork_pause (TmClockwork *work, TmClock *clock, const char *why);
void clockwork_resume (TmClockwork *work, TmClock *clock, const char *why);

/* As status and plan have it. */
void clockwork_pause_or_resume (TmClockwork *work);

/* Somebody works on tickets of this status, or waits. */
bool clockwork_is_working (TmStatus status);

#endif
