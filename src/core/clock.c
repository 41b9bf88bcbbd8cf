/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/clock.h"

TmClock *
clock_new (TmMetric metric, guint cycle)
{
  TmClock *clock = g_new0 (TmClock, 1);
  clock->metric = metric;
  clock->cycle = cycle;
  clock->due_at = clock->met_at = clock->ended_at = TM_NEVER;
  return clock;
}

TmClock *
clock_copy (const TmClock *clock)
{
  TmClock *copy = g_memdup2 (clock, sizeof *clock);
  copy->target = g_strdup (clock->target);
  copy->calendar = g_strdup (clock->calendar);
  copy->priority = g_strdup (clock->priority);
  copy->pauses = clock->pauses != NULL ? g_array_copy (clock->pauses) : NULL;
  return copy;
}

void
clock_free (TmClock *clock)
{
  if (clock == NULL)
    return;
  g_free (clock->target);
  g_free (clock->calendar);
  g_free (clock->priority);
  g_clear_pointer (&clock->pauses, g_array_unref);
  g_free (clock);
}

bool
clock_is_running (const TmClock *clock)
{
  return clock->met_at == TM_NEVER && clock->ended_at == TM_NEVER;
}

static TmInterval *
last_pause (const TmClock *clock)
{
  return clock->pauses != NULL && clock->pauses->len > 0
           ? &g_array_index (clock->pauses, TmInterval, clock->pauses->len - 1)
           : NULL;
}

bool
clock_is_paused (const TmClock *clock)
{
  const TmInterval *pause = last_pause (clock);
  return clock_is_running (clock) && pause != NULL && pause->to_at == TM_NEVER;
}

bool
clock_is_breached (const TmClock *clock, gint64 now)
{
  gint64 until = MIN (now, MIN (clock->met_at, clock->ended_at));
  return clock->is_breached || clock->due_at < until;
}

gint64
clocks_next_due (const GPtrArray *clocks)
{
  gint64 next_at = TM_NEVER;
  for (guint i = 0; clocks != NULL && i < clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (clocks, i);
      if (clock_is_running (clock))
        next_at = MIN (next_at, clock->due_at);
    }
  return next_at;
}
