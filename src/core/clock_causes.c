/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/clock_inside.h"

/* --- statuses --- */

typedef enum { DORMANT, WORKING, DONE } Phase;

static Phase
phase_of (TmStatus status)
{
  switch (status)
    {
    case TM_STATUS_NEW:
    case TM_STATUS_OPEN:
    case TM_STATUS_WAITING:
    case TM_STATUS_PENDING:
      return WORKING;
    case TM_STATUS_RESOLVED:
    case TM_STATUS_CLOSED:
      return DONE;
    case TM_STATUS_MERGED:
    case TM_STATUS_HELD:
    case TM_STATUS_UNSORTED:
    case TM_STATUS_SPAM:
      return DORMANT;
    }
  return DORMANT;
}

bool
clockwork_is_working (TmStatus status)
{
  return phase_of (status) == WORKING;
}

void
clockwork_pause_or_resume (TmClockwork *work)
{
  TmClock *clock = clockwork_running (work, TM_METRIC_RESOLUTION);
  if (clock == NULL)
    return;
  bool is_paused = clock_is_paused (clock);
  bool pauses = work->status == TM_STATUS_WAITING
                || (work->status == TM_STATUS_PENDING && work->plan != NULL && work->plan->pauses_pending);
  if (pauses == is_paused)
    return;
  g_autofree char *why = g_strconcat (pauses ? "paused: " : "goes on: ", status_name (work->status), NULL);
  if (pauses)
    clockwork_pause (work, clock, why);
  else
    clockwork_resume (work, clock, why);
}

static bool
was_ended (const TmClock *last)
{
  return last != NULL && !clock_is_running (last) && last->met_at == TM_NEVER;
}

/* One that was met is over for good; one that was ended starts again. */
static void
start_at_arrival (TmClockwork *work, TmMetric metric)
{
  const TmClock *last = clockwork_last (work, metric);
  if (last == NULL || was_ended (last))
    clockwork_start (work, metric, work->created_at);
}

void
clockwork_open (TmClockwork *work)
{
  if (phase_of (work->status) != WORKING)
    return;
  start_at_arrival (work, TM_METRIC_DISPATCH);
  start_at_arrival (work, TM_METRIC_FIRST_RESPONSE);
  if (clockwork_last (work, TM_METRIC_FIRST_RESPONSE) == NULL)
    start_at_arrival (work, TM_METRIC_NEXT_RESPONSE); /* nothing else counts until the first message is answered */
  start_at_arrival (work, TM_METRIC_RESOLUTION);
  clockwork_pause_or_resume (work);
}

/* Closed without an answer, it was owed none; now that it is worked on again, it is. */
static void
owe_again (TmClockwork *work, TmMetric metric)
{
  if (was_ended (clockwork_last (work, metric)))
    clockwork_start (work, metric, work->now);
}

static void
resolve (TmClockwork *work, const char *why)
{
  clockwork_meet (work, TM_METRIC_RESOLUTION);
  clockwork_end_all (work, why);
  clockwork_start (work, TM_METRIC_REVIEW, work->now);
  if (work->wants_postmortem)
    clockwork_start (work, TM_METRIC_POSTMORTEM, work->now);
}

static void
work_on (TmClockwork *work, TmStatus before, bool by_person, const char *why)
{
  if (phase_of (before) == DORMANT)
    clockwork_open (work);
  if (phase_of (before) == DONE)
    {
      clockwork_end (work, TM_METRIC_REVIEW, why);
      clockwork_end (work, TM_METRIC_POSTMORTEM, why);
      owe_again (work, TM_METRIC_DISPATCH);
      owe_again (work, TM_METRIC_FIRST_RESPONSE);
      if (clockwork_running (work, TM_METRIC_RESOLUTION) == NULL)
        clockwork_start (work, TM_METRIC_RESOLUTION, work->now);
    }
  if (work->status == TM_STATUS_WAITING)
    {
      clockwork_end (work, TM_METRIC_NEXT_RESPONSE, why);
      if (by_person)
        clockwork_end (work, TM_METRIC_UPDATE, why);
    }
  clockwork_pause_or_resume (work);
}

void
clockwork_set_status (TmClockwork *work, TmStatus status, bool by_person)
{
  TmStatus before = work->status;
  if (status == before)
    return;
  work->status = status;
  g_autofree char *why = g_strconcat ("ended: ", status_name (status), NULL);
  switch (phase_of (status))
    {
    case WORKING:
      work_on (work, before, by_person, why);
      break;
    case DONE:
      if (phase_of (before) == WORKING)
        resolve (work, why);
      break;
    case DORMANT:
      clockwork_end_all (work, why);
      break;
    }
}

/* --- messages and people --- */

void
clockwork_wrote_since (TmClockwork *work, gint64 at)
{
  if (phase_of (work->status) == WORKING && clockwork_running (work, TM_METRIC_FIRST_RESPONSE) == NULL
      && clockwork_running (work, TM_METRIC_NEXT_RESPONSE) == NULL)
    clockwork_start (work, TM_METRIC_NEXT_RESPONSE, at);
}

void
clockwork_customer_wrote (TmClockwork *work)
{
  clockwork_wrote_since (work, work->now);
}

void
clockwork_answered (TmClockwork *work)
{
  work->is_answered = true;
  clockwork_meet (work, TM_METRIC_DISPATCH);
  clockwork_meet (work, TM_METRIC_FIRST_RESPONSE);
  clockwork_meet (work, TM_METRIC_NEXT_RESPONSE);
  clockwork_meet (work, TM_METRIC_UPDATE);
  if (phase_of (work->status) == WORKING && clockwork_running (work, TM_METRIC_UPDATE) == NULL)
    clockwork_start (work, TM_METRIC_UPDATE, work->now);
}

void
clockwork_touched (TmClockwork *work)
{
  clockwork_meet (work, TM_METRIC_DISPATCH);
}

/* One page after another, unacknowledged, is one trouble. */
void
clockwork_paged (TmClockwork *work)
{
  if (phase_of (work->status) == WORKING && clockwork_running (work, TM_METRIC_ACK) == NULL)
    clockwork_start (work, TM_METRIC_ACK, work->now);
}

void
clockwork_acknowledged (TmClockwork *work)
{
  work->is_acknowledged = true;
  clockwork_meet (work, TM_METRIC_ACK);
}

bool
clockwork_record (TmClockwork *work, TmMetric metric)
{
  bool is_due = clockwork_running (work, metric) != NULL;
  clockwork_meet (work, metric);
  return is_due;
}

void
clockwork_flag_postmortem (TmClockwork *work, gint64 resolved_at)
{
  work->wants_postmortem = true;
  if (phase_of (work->status) == DONE && resolved_at != TM_NEVER && clockwork_last (work, TM_METRIC_POSTMORTEM) == NULL)
    clockwork_start (work, TM_METRIC_POSTMORTEM, resolved_at);
}
