/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is on call: turns, hand-overs, overrides, and what clocks do to them.
 */
#include "base/clock.h"
#include "core/date.h"
#include "core/rota.h"
#include "tests/support/suite.h"

#include <string.h>

typedef struct
{
  const char *zone, *start, *handover, *agents, *overrides;
} Shape;

static TmRota *
make (const Shape *shape)
{
  const char *why = NULL;
  TmRota *rota = rota_new ("ops");
  TmHandover handover;
  ck_assert (date_parse (shape->start, &rota->start_date));
  ck_assert_msg (rota_parse_handover (shape->handover, &handover, &why), "%s", why);
  rota->handover = g_memdup2 (&handover, sizeof handover);
  rota->zone = g_time_zone_new_identifier (shape->zone);
  rota->table = zone_table_new_whole (rota->zone);
  g_auto (GStrv) agents = g_strsplit (shape->agents, " ", -1);
  for (char **agent = agents; *agent != NULL; agent++)
    g_ptr_array_add (rota->agents, g_strdup (*agent));
  g_auto (GStrv) overrides = g_strsplit (shape->overrides, " ", -1);
  for (char **text = overrides; *text != NULL; text++)
    {
      TmRotaOverride *override = NULL;
      ck_assert_msg (rota_parse_override (*text, &override, &why), "%s", why);
      g_ptr_array_add (rota->overrides, override);
    }
  return rota;
}

#define BERLIN(...) { "Europe/Berlin", __VA_ARGS__ }
#define WEEKS BERLIN ("2026-11-02", "mon=09:00", "anna ben eve", "2026-12-24/2026-12-27=ben 2027-01-01=eve")

static const struct
{
  Shape shape;
  const char *at, *who; /* NULL: nobody */
} cases[] = {
  /* the start, by the second, and each hand-over */
  { WEEKS, "2026-11-02T07:59:59Z", NULL },
  { WEEKS, "2026-11-02T08:00:00Z", "anna" },
  { WEEKS, "2026-11-09T07:59:59Z", "anna" },
  { WEEKS, "2026-11-09T08:00:00Z", "ben" },
  { WEEKS, "2026-11-16T08:00:00Z", "eve" },
  { WEEKS, "2026-11-23T07:59:59Z", "eve" },
  { WEEKS, "2026-11-23T08:00:00Z", "anna" },
  { WEEKS, "2036-11-03T08:00:00Z", "anna" }, /* 522 weeks later */
  /* overrides: local dates, both inclusive, whatever the hand-over; the turns go on behind them */
  { WEEKS, "2026-12-23T22:59:59Z", "ben" },
  { WEEKS, "2026-12-23T23:00:00Z", "ben" },
  { WEEKS, "2026-12-27T22:59:59Z", "ben" },
  { WEEKS, "2026-12-27T23:00:00Z", "ben" },
  { WEEKS, "2026-12-28T08:00:00Z", "eve" },
  { WEEKS, "2026-12-31T22:59:59Z", "eve" },
  { BERLIN ("2026-11-02", "mon=09:00", "anna ben", "2026-12-24/2026-12-27=eve"), "2026-12-23T22:59:59Z", "ben" },
  { BERLIN ("2026-11-02", "mon=09:00", "anna ben", "2026-12-24/2026-12-27=eve"), "2026-12-23T23:00:00Z", "eve" },
  { BERLIN ("2026-11-02", "mon=09:00", "anna ben", "2026-12-24/2026-12-27=eve"), "2026-12-27T22:59:59Z", "eve" },
  { BERLIN ("2026-11-02", "mon=09:00", "anna ben", "2026-12-24/2026-12-27=eve"), "2026-12-27T23:00:00Z", "ben" },
  /* an override before the start fills what would be a gap */
  { BERLIN ("2026-11-02", "mon=09:00", "anna", "2026-11-01=eve"), "2026-11-01T12:00:00Z", "eve" },
  { BERLIN ("2026-11-02", "mon=09:00", "anna", "2026-11-01=eve"), "2026-11-02T00:00:00Z", NULL },
  /* a start between two hand-overs: a short first turn */
  { BERLIN ("2026-11-05", "mon=09:00", "anna ben", ""), "2026-11-05T07:59:59Z", NULL },
  { BERLIN ("2026-11-05", "mon=09:00", "anna ben", ""), "2026-11-05T08:00:00Z", "anna" },
  { BERLIN ("2026-11-05", "mon=09:00", "anna ben", ""), "2026-11-09T08:00:00Z", "ben" },
  /* several days a week: Friday's turn lasts until Monday; ranges go on over Sunday */
  { BERLIN ("2026-11-02", "mon-fri=08:00", "anna ben eve", ""), "2026-11-06T07:00:00Z", "ben" },
  { BERLIN ("2026-11-02", "mon-fri=08:00", "anna ben eve", ""), "2026-11-09T06:59:59Z", "ben" },
  { BERLIN ("2026-11-02", "mon-fri=08:00", "anna ben eve", ""), "2026-11-09T07:00:00Z", "eve" },
  { BERLIN ("2026-11-02", "fri-mon=08:00", "anna ben", ""), "2026-11-05T12:00:00Z", "anna" },
  { BERLIN ("2026-11-02", "fri-mon=08:00", "anna ben", ""), "2026-11-06T07:00:00Z", "ben" },
  { BERLIN ("2026-11-02", "fri-mon=08:00", "anna ben", ""), "2026-11-09T07:00:00Z", "anna" },
  { BERLIN ("2026-11-02", "fri-mon=08:00", "anna ben", ""), "2026-11-10T07:00:00Z", "anna" },
  { BERLIN ("2026-11-02", "mon=09:00", "anna", ""), "2031-05-06T00:00:00Z", "anna" },
  /* summer time begins on 29 March: the hand-over stays at 09:00 of the clock */
  { BERLIN ("2026-03-23", "mon=09:00", "anna ben", ""), "2026-03-30T06:59:59Z", "anna" },
  { BERLIN ("2026-03-23", "mon=09:00", "anna ben", ""), "2026-03-30T07:00:00Z", "ben" },
  /* at an hour that is left out: when the clocks go forward */
  { BERLIN ("2026-03-28", "mon-sun=02:30", "anna ben", ""), "2026-03-29T00:59:59Z", "anna" },
  { BERLIN ("2026-03-28", "mon-sun=02:30", "anna ben", ""), "2026-03-29T01:00:00Z", "ben" },
  { BERLIN ("2026-03-28", "mon-sun=02:30", "anna ben", ""), "2026-03-30T00:29:59Z", "ben" },
  { BERLIN ("2026-03-28", "mon-sun=02:30", "anna ben", ""), "2026-03-30T00:30:00Z", "anna" },
  /* at an hour that comes twice: the first time, and nobody gives back */
  { BERLIN ("2026-10-24", "mon-sun=02:30", "anna ben", ""), "2026-10-25T00:29:59Z", "anna" },
  { BERLIN ("2026-10-24", "mon-sun=02:30", "anna ben", ""), "2026-10-25T00:30:00Z", "ben" },
  { BERLIN ("2026-10-24", "mon-sun=02:30", "anna ben", ""), "2026-10-25T01:00:00Z", "ben" },
  { BERLIN ("2026-10-24", "mon-sun=02:30", "anna ben", ""), "2026-10-25T01:29:59Z", "ben" },
  /* the clocks of Havana go from 01:00 back to 00:00 of the same date, those of St. John's went from 00:01 to 23:01 of
   * the date before: who began at midnight stays */
  { { "America/Havana", "2026-10-31", "mon-sun=00:30", "anna ben", "" }, "2026-11-01T04:29:59Z", "anna" },
  { { "America/Havana", "2026-10-31", "mon-sun=00:30", "anna ben", "" }, "2026-11-01T04:30:00Z", "ben" },
  { { "America/Havana", "2026-10-31", "mon-sun=00:30", "anna ben", "" }, "2026-11-01T05:10:00Z", "ben" },
  { { "America/St_Johns", "2010-11-06", "mon-sun=00:00", "anna ben", "" }, "2010-11-07T02:29:59Z", "anna" },
  { { "America/St_Johns", "2010-11-06", "mon-sun=00:00", "anna ben", "" }, "2010-11-07T02:30:00Z", "ben" },
  { { "America/St_Johns", "2010-11-06", "mon-sun=00:00", "anna ben", "" }, "2010-11-07T02:45:00Z", "ben" },
  { { "America/St_Johns", "2010-11-06", "mon-sun=00:00", "anna ben", "" }, "2010-11-07T03:29:59Z", "ben" },
  /* 30 December 2011 did not take place in Samoa: its hand-over is where the clocks jumped */
  { { "Pacific/Apia", "2011-12-28", "mon-sun=12:00", "anna ben eve", "" }, "2011-12-30T09:59:59Z", "ben" },
  { { "Pacific/Apia", "2011-12-28", "mon-sun=12:00", "anna ben eve", "" }, "2011-12-30T10:00:00Z", "eve" },
  { { "Pacific/Apia", "2011-12-28", "mon-sun=12:00", "anna ben eve", "" }, "2011-12-30T22:00:00Z", "anna" },
};

START_TEST (on_call)
{
  g_autoptr (TmRota) rota = make (&cases[_i].shape);
  gint64 at;
  ck_assert (instant_parse (cases[_i].at, &at));
  const char *who = rota_on_call (rota, at);
  ck_assert_msg (g_strcmp0 (who, cases[_i].who) == 0, "%s at %s: %s", cases[_i].shape.handover, cases[_i].at,
                 who != NULL ? who : "nobody");
}
END_TEST

/* Each hour of two years against a count by the calendar of GLib. */
START_TEST (recount)
{
  const Shape shape = BERLIN ("2026-11-02", "mon=09:00", "anna ben eve", "");
  g_autoptr (TmRota) rota = make (&shape);
  static const char *const names[] = { "anna", "ben", "eve" };
  gint64 start_at = rota_starts_at (rota);
  g_autoptr (GDateTime) handover = g_date_time_new (rota->zone, 2026, 11, 9, 9, 0, 0);
  guint turn = 0;
  for (gint64 at = start_at; at < start_at + 2 * 366 * (gint64) TM_DAY_S; at += 3600)
    {
      if (at >= g_date_time_to_unix (handover))
        {
          GDateTime *next = g_date_time_add_weeks (handover, 1);
          g_date_time_unref (handover);
          handover = next;
          turn++;
        }
      ck_assert_str_eq (rota_on_call (rota, at), names[turn % 3]);
    }
  ck_assert_uint_eq (turn, 104);
}
END_TEST

static const struct
{
  const char *text;
  unsigned days;
  gint32 clock_s;
} handovers[] = {
  { "mon=09:00", 1, 9 * 3600 },      { "sun=00:00", 64, 0 },       { "mon-fri=23:59", 31, 86340 },
  { "sat-mon=12:00", 97, 43200 },    { "mon-sun=08:30", 127, 30600 }, { "", 0, 0 },
  { "mon", 0, 0 },                   { "mon=", 0, 0 },             { "mon=9:00", 0, 0 },
  { "mon=24:00", 0, 0 },             { "mon=09:00x", 0, 0 },       { "Mon=09:00", 0, 0 },
  { "mon-=09:00", 0, 0 },            { "=09:00", 0, 0 },           { "mon,fri=09:00", 0, 0 },
  { "mon=09:00=10:00", 0, 0 },
};

START_TEST (handover_texts)
{
  TmHandover handover = { 0, 0 };
  const char *why = NULL;
  bool ok = rota_parse_handover (handovers[_i].text, &handover, &why);
  ck_assert_msg (ok == (handovers[_i].days != 0), "%s", handovers[_i].text);
  ck_assert (ok == (why == NULL));
  if (ok)
    {
      ck_assert_uint_eq (handover.days, handovers[_i].days);
      ck_assert_int_eq (handover.clock_s, handovers[_i].clock_s);
    }
}
END_TEST

static const struct
{
  const char *text, *agent; /* NULL: refused */
  gint32 n_dates;
} overrides[] = {
  { "2026-12-24=anna", "anna", 1 },
  { "2026-12-24/2026-12-24=anna", "anna", 1 },
  { "2026-12-24/2027-01-02=eve-2", "eve-2", 10 },
  { "2026-12-24", NULL, 0 },
  { "2026-12-24=", NULL, 0 },
  { "2026-12-24/=anna", NULL, 0 },
  { "2026-12-24/2026-12-23=anna", NULL, 0 },
  { "2026-12-24/2026-02-30=anna", NULL, 0 },
  { "2026-02-30=anna", NULL, 0 },
  { "2026-12-24/2026-12-25/2026-12-26=anna", NULL, 0 },
  { "anna", NULL, 0 },
  { "", NULL, 0 },
};

START_TEST (override_texts)
{
  TmRotaOverride *made = NULL;
  const char *why = NULL;
  bool ok = rota_parse_override (overrides[_i].text, &made, &why);
  g_autofree TmRotaOverride *override = made;
  ck_assert_msg (ok == (overrides[_i].agent != NULL), "%s", overrides[_i].text);
  ck_assert (ok == (why == NULL) && ok == (override != NULL));
  if (override == NULL)
    return;
  ck_assert_str_eq (override->agent, overrides[_i].agent);
  ck_assert_int_eq (override->to_date - override->from_date + 1, overrides[_i].n_dates);
}
END_TEST

START_TEST (nobody_at_all)
{
  g_autoptr (TmRota) rota = rota_new ("empty");
  ck_assert_ptr_null (rota_on_call (rota, 0));
}
END_TEST

SUITE_MAIN ("rota", tcase_add_loop_test (tc, on_call, 0, G_N_ELEMENTS (cases)); tcase_add_test (tc, recount);
            tcase_add_loop_test (tc, handover_texts, 0, G_N_ELEMENTS (handovers));
            tcase_add_loop_test (tc, override_texts, 0, G_N_ELEMENTS (overrides));
            tcase_add_test (tc, nobody_at_all);)
