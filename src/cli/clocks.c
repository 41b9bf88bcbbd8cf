/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/clocks.h"

#include "base/clock.h"

/* --- JSON --- */

static void
put_clock (JsonBuilder *builder, const TmClock *clock, gint64 now)
{
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "metric", metric_name (clock->metric));
  jsondoc_put_number (builder, "cycle", clock->cycle);
  jsondoc_put_text (builder, "target", clock->target);
  jsondoc_put_text (builder, "calendar", clock->calendar);
  jsondoc_put_text (builder, "priority", clock->priority);
  jsondoc_put_instant (builder, "started_at", clock->started_at);
  jsondoc_put_instant (builder, "due_at", clock->due_at);
  jsondoc_put_instant (builder, "met_at", clock->met_at);
  jsondoc_put_instant (builder, "ended_at", clock->ended_at);
  jsondoc_put_bool (builder, "breached", clock_is_breached (clock, now));
  jsondoc_put_bool (builder, "paused", clock_is_paused (clock));
  jsondoc_open_array (builder, "pauses");
  for (guint i = 0; clock->pauses != NULL && i < clock->pauses->len; i++)
    {
      const TmInterval *pause = &g_array_index (clock->pauses, TmInterval, i);
      json_builder_begin_object (builder);
      jsondoc_put_instant (builder, "from", pause->from_at);
      jsondoc_put_instant (builder, "to", pause->to_at);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

void
clocks_put (JsonBuilder *builder, const GPtrArray *clocks, gint64 now)
{
  jsondoc_open_array (builder, "clocks");
  for (guint i = 0; clocks != NULL && i < clocks->len; i++)
    put_clock (builder, g_ptr_array_index (clocks, i), now);
  json_builder_end_array (builder);
}

void
clocks_put_next_due (JsonBuilder *builder, const GPtrArray *clocks)
{
  jsondoc_put_instant (builder, "next_due_at", clocks_next_due (clocks));
}

/* --- text --- */

static char *
state_of (const TmClock *clock, gint64 now)
{
  g_autofree char *due = instant_format (clock->due_at);
  g_autofree char *met = instant_format (clock->met_at);
  g_autofree char *ended = instant_format (clock->ended_at);
  const char *breached = clock_is_breached (clock, now) ? ", OVERDUE" : "";
  if (met != NULL)
    return g_strdup_printf ("met %s%s", met, *breached != '\0' ? ", too late" : "");
  if (ended != NULL)
    return g_strdup_printf ("ended %s%s", ended, *breached != '\0' ? ", too late" : "");
  if (clock_is_paused (clock))
    return g_strdup_printf ("paused%s", breached);
  return g_strdup_printf ("due %s%s", due != NULL ? due : "never", breached);
}

void
clocks_add_text (GString *out, const TmTerminal *terminal, const GPtrArray *clocks, gint64 now)
{
  if (clocks == NULL || clocks->len == 0)
    return;
  g_string_append_c (out, '\n');
  terminal_add_heading (out, terminal, "clocks");
  for (guint i = 0; i < clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (clocks, i);
      g_autofree char *state = state_of (clock, now);
      g_autofree char *label = clock->cycle > 1 ? g_strdup_printf ("  %s %u", metric_name (clock->metric), clock->cycle)
                                                : g_strconcat ("  ", metric_name (clock->metric), NULL);
      g_autofree char *value = g_strdup_printf ("%s (%s%s%s)", state, clock->target,
                                                clock->calendar != NULL ? ", " : "",
                                                clock->calendar != NULL ? clock->calendar : "");
      terminal_add_field (out, terminal, clock_is_running (clock) ? TM_STYLE_PLAIN : TM_STYLE_DIM, label, 24, value);
    }
}
