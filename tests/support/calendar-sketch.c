/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/calendar-sketch.h"

enum { DAY_MINUTES = 1440 };

const TmSketch sketch_places[] = {
  { .zone = "Europe/Berlin", .year = 2026, .month = 3, .day = 26 },
  { .zone = "Europe/Berlin", .year = 2026, .month = 10, .day = 22 },
  { .zone = "America/New_York", .year = 2026, .month = 10, .day = 29 },
  { .zone = "Pacific/Auckland", .year = 2026, .month = 4, .day = 2 },
  { .zone = "Pacific/Auckland", .year = 2026, .month = 9, .day = 24 },
  { .zone = "Australia/Lord_Howe", .year = 2026, .month = 4, .day = 2 },
  { .zone = "Australia/Lord_Howe", .year = 2026, .month = 10, .day = 1 },
  { .zone = "America/Sao_Paulo", .year = 2018, .month = 2, .day = 15 },
  { .zone = "America/Sao_Paulo", .year = 2018, .month = 11, .day = 1 },
  { .zone = "Africa/Cairo", .year = 2026, .month = 4, .day = 21 },
  { .zone = "Africa/Cairo", .year = 2026, .month = 10, .day = 27 },
  { .zone = "Pacific/Apia", .year = 2011, .month = 12, .day = 27 },
  { .zone = "America/St_Johns", .year = 2006, .month = 10, .day = 26 },
  { .zone = "America/Santiago", .year = 2026, .month = 9, .day = 3 },
  { .zone = "Pacific/Kwajalein", .year = 1993, .month = 8, .day = 18 },
  { .zone = "Asia/Kathmandu", .year = 2026, .month = 1, .day = 1 },
  { .zone = "Europe/Dublin", .year = 2026, .month = 10, .day = 22 },
  { .zone = "Etc/UTC", .year = 2028, .month = 2, .day = 26 },
};
const guint n_sketch_places = G_N_ELEMENTS (sketch_places);

/* Mostly on the hour, sometimes on any minute; often one of midnight, and of the times at which clocks change. */
static int
make_minute (GRand *rand)
{
  static const int usual[] = { 0, 1, 60, 120, 150, 180, 360, 540, 1020, 1320, 1380 };
  if (g_rand_int_range (rand, 0, 2) == 0)
    return usual[g_rand_int_range (rand, 0, G_N_ELEMENTS (usual))];
  int minute = g_rand_int_range (rand, 0, 48) * 30;
  return g_rand_int_range (rand, 0, 4) == 0 ? minute + g_rand_int_range (rand, 0, 30) : minute;
}

static TmSketchWindow
make_window (GRand *rand, unsigned days)
{
  TmSketchWindow window = { days, make_minute (rand), make_minute (rand) };
  if (g_rand_int_range (rand, 0, 5) == 0)
    window.to = DAY_MINUTES;
  return window;
}

TmSketch
sketch_make (const TmSketch *place, guint32 seed, unsigned n_days)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  TmSketch sketch = *place;
  bool is_always = g_rand_int_range (rand, 0, 6) == 0;
  sketch.n_hours = is_always ? 1 : (guint) g_rand_int_range (rand, 1, SKETCH_MAX + 1);
  for (guint i = 0; i < sketch.n_hours; i++)
    sketch.hours[i] = make_window (rand, (unsigned) g_rand_int_range (rand, 1, 128));
  if (is_always)
    sketch.hours[0] = (TmSketchWindow){ 127, 0, DAY_MINUTES };
  sketch.n_over = (guint) g_rand_int_range (rand, 0, SKETCH_MAX);
  for (guint i = 0; i < sketch.n_over; i++)
    {
      sketch.over[i] = make_window (rand, i + SKETCH_MAX * (unsigned) g_rand_int_range (rand, 0, (int) n_days / 3));
      if (g_rand_int_range (rand, 0, 4) == 0)
        sketch.over[i].from = -1;
    }
  sketch.n_breaks = (guint) g_rand_int_range (rand, 0, SKETCH_MAX + 1);
  for (guint i = 0; i < sketch.n_breaks; i++)
    sketch.breaks[i] = make_window (rand, (unsigned) g_rand_int_range (rand, 0, (int) n_days));
  sketch.n_holidays = (guint) g_rand_int_range (rand, 0, SKETCH_MAX);
  for (guint i = 0; i < sketch.n_holidays; i++)
    sketch.holidays[i] = (unsigned) g_rand_int_range (rand, 0, (int) n_days);
  sketch.n_pauses = (guint) g_rand_int_range (rand, 0, SKETCH_MAX + 1);
  for (guint i = 0; i < sketch.n_pauses; i++)
    {
      gint64 from = g_rand_int_range (rand, 0, (int) n_days * 86400);
      sketch.pauses[i] = (TmInterval){ from, from + g_rand_int_range (rand, 1, 2 * 86400) };
    }
  return sketch;
}

gint64
sketch_begin (const TmSketch *sketch)
{
  g_autoptr (GDateTime) begin = g_date_time_new_utc (sketch->year, sketch->month, sketch->day, 0, 0, 0);
  return g_date_time_to_unix (begin);
}

/* --- as text --- */

static void
append_date (GString *text, const TmSketch *sketch, unsigned days)
{
  g_autoptr (GDateTime) begin = g_date_time_new_utc (sketch->year, sketch->month, sketch->day, 0, 0, 0);
  g_autoptr (GDateTime) date = g_date_time_add_days (begin, (int) days);
  g_string_append_printf (text, "%04d-%02d-%02d", g_date_time_get_year (date), g_date_time_get_month (date),
                          g_date_time_get_day_of_month (date));
}

static void
append_window (GString *text, const TmSketchWindow *window)
{
  if (window->from >= 0)
    g_string_append_printf (text, "%02d:%02d-%02d:%02d", window->from / 60, window->from % 60, window->to / 60,
                            window->to % 60);
}

static char *
dated_text (const TmSketch *sketch, const TmSketchWindow *window)
{
  GString *text = g_string_new (NULL);
  append_date (text, sketch, window->days);
  g_string_append_c (text, '=');
  append_window (text, window);
  return g_string_free (text, FALSE);
}

static char *
hours_text (const TmSketch *sketch)
{
  static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint day = 0; day < G_N_ELEMENTS (names); day++)
    for (guint i = 0, n = 0; i < sketch->n_hours; i++)
      if ((sketch->hours[i].days >> day & 1) != 0)
        {
          if (n++ == 0)
            g_string_append_printf (text, "%s%s=", text->len > 0 ? ";" : "", names[day]);
          else
            g_string_append_c (text, ',');
          append_window (text, &sketch->hours[i]);
        }
  return g_strdup (text->len > 0 ? text->str : "none");
}

TmCalendar *
sketch_calendar (const TmSketch *sketch)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (sketch->zone);
  g_autoptr (TmCalendarMaker) maker = calendar_maker_new ("sketch", zone);
  g_autofree char *hours = hours_text (sketch);
  const char *why = NULL;
  bool ok = calendar_maker_hours (maker, hours, &why);
  for (guint i = 0; i < sketch->n_over; i++)
    {
      g_autofree char *text = dated_text (sketch, &sketch->over[i]);
      ok = ok && calendar_maker_open (maker, text, &why);
    }
  for (guint i = 0; i < sketch->n_breaks; i++)
    {
      g_autofree char *text = dated_text (sketch, &sketch->breaks[i]);
      ok = ok && calendar_maker_break (maker, text, &why);
    }
  for (guint i = 0; i < sketch->n_holidays; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      append_date (text, sketch, sketch->holidays[i]);
      ok = ok && calendar_maker_holiday (maker, text->str, &why);
    }
  g_assert_true (ok);
  return calendar_make (g_steal_pointer (&maker));
}

char *
sketch_describe (const TmSketch *sketch)
{
  GString *text = g_string_new (sketch->zone);
  g_autofree char *hours = hours_text (sketch);
  g_string_append_printf (text, " %s", hours);
  for (guint i = 0; i < sketch->n_holidays; i++)
    {
      g_string_append (text, " holiday ");
      append_date (text, sketch, sketch->holidays[i]);
    }
  for (guint i = 0; i < sketch->n_over; i++)
    {
      g_autofree char *over = dated_text (sketch, &sketch->over[i]);
      g_string_append_printf (text, " open %s", over);
    }
  for (guint i = 0; i < sketch->n_breaks; i++)
    {
      g_autofree char *gap = dated_text (sketch, &sketch->breaks[i]);
      g_string_append_printf (text, " break %s", gap);
    }
  for (guint i = 0; i < sketch->n_pauses; i++)
    g_string_append_printf (text, " pause %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, sketch->pauses[i].from_at,
                            sketch->pauses[i].to_at);
  return g_string_free (text, FALSE);
}
