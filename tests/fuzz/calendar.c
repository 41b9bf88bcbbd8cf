/* SPDX-License-Identifier: BSD-2-Clause */
/* Calendars, as they are written in the configuration and as others publish them. */
#include "base/text.h"
#include "conf/ical.h"
#include "core/calendar.h"
#include "core/target.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/mail-law.h"

#include <string.h>

enum { BEGIN_AT = 1795190400, DAY_S = 86400, PAUSES_MAX = 4 };

typedef struct
{
  TmCalendarMaker *maker;
  TmInterval pauses[PAUSES_MAX];
  gsize n_pauses;
  gint64 at, amount_s;
  TmTarget targets[4];
  gsize n_targets;
} Sketch;

static void
add_target (Sketch *sketch, const char *text)
{
  TmTarget target;
  const char *why = NULL;
  char printed[TM_TARGET_TEXT_MAX];
  if (!target_parse (text, &target, &why))
    {
      fuzz_law_line (why, "why it is no target");
      return;
    }
  target_print (&target, printed);
  FUZZ_LAW (strcmp (text, printed) == 0, "the target %s is printed %s", text, printed);
  if (sketch->n_targets < G_N_ELEMENTS (sketch->targets))
    sketch->targets[sketch->n_targets++] = target;
}

/* Both ends as seconds behind the begin; the second is behind the first. */
static void
add_pause (Sketch *sketch, const char *text)
{
  gint64 from_s, len_s;
  char *end;
  from_s = (gint32) g_ascii_strtoll (text, &end, 10);
  len_s = (gint32) g_ascii_strtoll (end, NULL, 10);
  if (sketch->n_pauses < PAUSES_MAX && len_s > 0)
    sketch->pauses[sketch->n_pauses++] = (TmInterval){ BEGIN_AT + from_s % (90 * DAY_S),
                                                       BEGIN_AT + from_s % (90 * DAY_S) + len_s % (30 * DAY_S) + 1 };
}

static void
read_line (Sketch *sketch, const char *line)
{
  typedef bool (*Take) (TmCalendarMaker *maker, const char *text, const char **why_out);
  static const struct
  {
    char letter;
    Take take;
  } kinds[] = { { 'h', calendar_maker_hours }, { 'd', calendar_maker_holiday }, { 'o', calendar_maker_open },
                { 'b', calendar_maker_break } };
  const char *text = line[0] != '\0' && line[1] == ' ' ? line + 2 : "", *why = NULL;
  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].letter == line[0] && !kinds[i].take (sketch->maker, text, &why))
      fuzz_law_line (why, "why it is none");
  if (line[0] == 't')
    add_target (sketch, text);
  else if (line[0] == 'p')
    add_pause (sketch, text);
  else if (line[0] == 'a')
    sketch->at = BEGIN_AT + (gint32) g_ascii_strtoll (text, NULL, 10) % (300 * DAY_S);
  else if (line[0] == 's')
    sketch->amount_s = ABS ((gint32) g_ascii_strtoll (text, NULL, 10) % (20 * DAY_S));
}

/* SLA.md §3.6, at one instant. */
static void
law_of_calendar (const TmCalendar *c, const Sketch *sketch)
{
  const TmInterval *p = sketch->pauses;
  gsize n = sketch->n_pauses;
  gint64 t = sketch->at, s = sketch->amount_s + 1;
  gint64 due = calendar_add (c, t, s, p, n), from = calendar_sub (c, t, s, p, n);
  FUZZ_LAW (due == TM_NEVER || (due > t && calendar_between (c, t, due, p, n) == s),
            "%" G_GINT64_FORMAT " s behind %" G_GINT64_FORMAT " is %" G_GINT64_FORMAT, s, t, due);
  FUZZ_LAW (due == TM_NEVER || calendar_sub (c, due, s, p, n) == calendar_next_open (c, t, p, n),
            "%" G_GINT64_FORMAT " s before %" G_GINT64_FORMAT " is not where it began", s, due);
  FUZZ_LAW (from == G_MININT64 || (from < t && calendar_between (c, from, t, p, n) == s),
            "%" G_GINT64_FORMAT " s before %" G_GINT64_FORMAT " is %" G_GINT64_FORMAT, s, t, from);
  FUZZ_LAW (calendar_is_open (c, t, p, n) == (calendar_next_open (c, t, p, n) == t), "open, and its next opening");
  g_autoptr (GArray) windows = calendar_windows (c, t, t + 30 * DAY_S, p, n);
  gint64 sum_s = 0, last_at = t - 1;
  for (guint i = 0; i < windows->len; i++)
    {
      const TmInterval *window = &g_array_index (windows, TmInterval, i);
      FUZZ_LAW (window->from_at > last_at && window->to_at > window->from_at && window->to_at <= t + 30 * DAY_S,
                "windows out of order");
      sum_s += window->to_at - window->from_at;
      last_at = window->to_at;
    }
  FUZZ_LAW (sum_s == calendar_between (c, t, t + 30 * DAY_S, p, n), "windows that do not add up");
  for (gsize i = 0; i < sketch->n_targets; i++)
    {
      gint64 due_at = target_due (&sketch->targets[i], c, t, p, n);
      FUZZ_LAW (due_at >= t, "due before it began");
    }
}

static void
read_calendar (const guint8 *data, gsize len)
{
  Sketch sketch = { .at = BEGIN_AT, .amount_s = 3600 };
  static const char *const zones[] = { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC" };
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zones[len % G_N_ELEMENTS (zones)]);
  sketch.maker = calendar_maker_new ("fuzz", zone);
  for (char *line; (line = fuzz_next_line (&data, &len)) != NULL; g_free (line))
    read_line (&sketch, line);
  g_autoptr (TmCalendar) calendar = calendar_make (sketch.maker);
  law_of_calendar (calendar, &sketch);
}

const TmFuzzTarget fuzz_calendar = { "calendar", NULL, read_calendar, NULL };

/* --- iCalendar --- */

/* A holiday that is found is one that the configuration takes. */
static void
law_of_holiday (const TmIcalLine *line, GHashTable *seen)
{
  fuzz_law_line (line->note, "an event's name");
  if (line->holiday == NULL)
    return;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  TmCalendarMaker *maker = calendar_maker_new ("", utc);
  const char *why = NULL;
  FUZZ_LAW (calendar_maker_holiday (maker, line->holiday, &why), "holiday %s: %s", line->holiday, why);
  FUZZ_LAW (g_hash_table_add (seen, line->holiday), "%s twice", line->holiday);
  calendar_maker_free (maker);
}

static void
read_ical (const guint8 *data, gsize len)
{
  g_autofree char *text = fuzz_utf8 (data, len);
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GError) error = NULL;
  bool is_read = ical_holidays (text, 2026, 2028, &lines, &error);
  FUZZ_LAW (is_read == (lines != NULL) && is_read == (error == NULL), "lines, or an error: one of them");
  if (!is_read)
    {
      fuzz_law_line (error->message, "why it is no calendar");
      return;
    }
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < lines->len; i++)
    law_of_holiday (lines->pdata[i], seen);
}

const TmFuzzTarget fuzz_ical = { "ical", NULL, read_ical, NULL };
