/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/when.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/calendar.h"
#include "core/date.h"

#include <string.h>

/* No form has more words: `on next Tuesday at 17:00 Uhr`.  29 February comes again in at most 8 years.  Amounts are
 * bounded so that no sum overflows. */
enum { WORDS_MAX = 6, AMOUNT_MAX = 100000, HOUR_S = 3600, MINUTE_S = 60, LEAP_YEARS = 8 };

typedef struct
{
  char *words[WORDS_MAX + 1]; /* lower case, without a comma behind; "" at the end */
  gsize ends[WORDS_MAX + 1];  /* where they end in the text */
  unsigned at;                /* the word that comes next */
  GTimeZone *zone;
  gint64 now;
  TmWhenSense sense;
  gint32 today;
} Reader;

static const char *
word (const Reader *reader)
{
  return reader->words[reader->at];
}

/* Goes on behind the next word if it is one of `names`; its place among them, -1. */
static int
skip_one_of (Reader *reader, const char *const *names, int n_names)
{
  for (int i = 0; i < n_names; i++)
    if (names[i] != NULL && strcmp (names[i], word (reader)) == 0)
      {
        reader->at++;
        return i;
      }
  return -1;
}

#define SKIP_ONE_OF(reader, names) skip_one_of (reader, names, (int) G_N_ELEMENTS (names))

/* --- by the clock --- */

static gint64
instant_of (const Reader *reader, gint32 date, gint32 clock_s)
{
  gint64 local_s = (gint64) date * TM_DAY_S + clock_s;
  return reader->zone != NULL ? zone_boundary (reader->zone, local_s) : local_s;
}

static bool
is_on_its_side (const Reader *reader, gint64 at)
{
  return reader->sense == TM_WHEN_NEXT ? at > reader->now : at <= reader->now;
}

/* Up to `max_digits` digits at `*at`, which then stands behind them; -1: none. */
static int
read_digits (const char **at, int max_digits)
{
  int value = 0, n = 0;
  for (; n < max_digits && g_ascii_isdigit (**at); n++, (*at)++)
    value = 10 * value + (**at - '0');
  return n > 0 ? value : -1;
}

/* `9:00`, `17:00:30`, up to 24:00. */
static bool
parse_clock (const char *text, gint32 *clock_s_out)
{
  int hour = read_digits (&text, 2), minute = -1, second = 0;
  if (hour >= 0 && text[0] == ':' && g_ascii_isdigit (text[1]) && g_ascii_isdigit (text[2]))
    {
      text++;
      minute = read_digits (&text, 2);
    }
  if (minute >= 0 && text[0] == ':' && g_ascii_isdigit (text[1]) && g_ascii_isdigit (text[2]))
    {
      text++;
      second = read_digits (&text, 2);
    }
  *clock_s_out = hour * HOUR_S + minute * MINUTE_S + second;
  return minute >= 0 && minute < 60 && second < 60 && *text == '\0' && *clock_s_out <= TM_DAY_S;
}

static bool
read_clock (Reader *reader, gint32 *clock_s_out)
{
  static const char *const before[] = { "at", "um" }, *const behind[] = { "uhr" };
  SKIP_ONE_OF (reader, before);
  if (!parse_clock (word (reader), clock_s_out))
    return false;
  reader->at++;
  SKIP_ONE_OF (reader, behind);
  return true;
}

/* The nearest on its side of the dates from `date` on, `step` days apart: the first one or the second. */
static gint64
nearest (const Reader *reader, gint32 date, gint32 step, gint32 clock_s)
{
  gint64 at = instant_of (reader, date, clock_s);
  return is_on_its_side (reader, at) ? at : instant_of (reader, date + step, clock_s);
}

static gint32
sign (const Reader *reader)
{
  return reader->sense == TM_WHEN_NEXT ? 1 : -1;
}

static bool
read_time_of_day (Reader *reader, gint64 *at_out)
{
  gint32 clock_s;
  if (!read_clock (reader, &clock_s))
    return false;
  *at_out = nearest (reader, reader->today, sign (reader), clock_s);
  return true;
}

/* --- days by name --- */

static bool
read_weekday (Reader *reader, gint64 *at_out)
{
  static const char *const before[] = { "on", "next", "last", "am", "nächsten", "letzten" };
  static const char *const names[][TM_WEEK_DAYS] = {
    { "mon", "tue", "wed", "thu", "fri", "sat", "sun" },
    { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" },
    { NULL, "tues", "weds", "thurs", NULL, NULL, NULL },
    { "mo", "di", "mi", "do", "fr", "sa", "so" },
    { "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag" },
    { NULL, NULL, NULL, "thur", NULL, "sonnabend", NULL },
    { "mo.", "di.", "mi.", "do.", "fr.", "sa.", "so." },
  };
  int day = -1;
  gint32 clock_s;
  while (SKIP_ONE_OF (reader, before) >= 0)
    ;
  for (size_t i = 0; day < 0 && i < G_N_ELEMENTS (names); i++)
    day = skip_one_of (reader, names[i], TM_WEEK_DAYS);
  if (day < 0 || !read_clock (reader, &clock_s))
    return false;
  gint32 ahead = (day - date_weekday (reader->today) + TM_WEEK_DAYS) % TM_WEEK_DAYS;
  bool is_next = reader->sense == TM_WHEN_NEXT;
  gint32 date = is_next || ahead == 0 ? reader->today + ahead : reader->today + ahead - TM_WEEK_DAYS;
  *at_out = nearest (reader, date, sign (reader) * TM_WEEK_DAYS, clock_s);
  return true;
}

static bool
read_day (Reader *reader, gint64 *at_out)
{
  static const char *const names[] = { "today", "heute", "tomorrow", "morgen", "übermorgen", "yesterday", "gestern" };
  static const gint32 ahead[] = { 0, 0, 1, 1, 2, -1, -1 };
  int i = SKIP_ONE_OF (reader, names);
  gint32 clock_s;
  if (i < 0 || !read_clock (reader, &clock_s))
    return false;
  *at_out = instant_of (reader, reader->today + ahead[i], clock_s);
  return true;
}

/* --- dates --- */

static bool
is_date (int year, int month, int day)
{
  return g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year);
}

/* `2026-11-24`; `*at` then stands behind it. */
static bool
parse_iso_date (const char **at, gint32 *date_out)
{
  int parts[3];
  static const int digits[] = { 4, 2, 2 };
  for (int i = 0; i < 3; i++)
    {
      const char *start = *at;
      parts[i] = read_digits (at, digits[i]);
      if (*at - start != digits[i] || (i < 2 && *(*at)++ != '-'))
        return false;
    }
  if (!is_date (parts[0], parts[1], parts[2]))
    return false;
  *date_out = date_from_ymd (parts[0], parts[1], parts[2]);
  return true;
}

static bool
read_iso (Reader *reader, gint64 *at_out)
{
  const char *text = word (reader);
  gint32 date, clock_s;
  g_autofree char *upper = g_ascii_strup (text, -1);
  if (instant_parse (upper, at_out))
    {
      reader->at++;
      return true;
    }
  if (!parse_iso_date (&text, &date))
    return false;
  reader->at++;
  bool ok = *text == 't' ? parse_clock (text + 1, &clock_s) : *text == '\0' && read_clock (reader, &clock_s);
  if (ok)
    *at_out = instant_of (reader, date, clock_s);
  return ok;
}

/* Without a year: the nearest that has the date, which a 29 February need not be in. */
static gint64
in_nearest_year (const Reader *reader, int month, int day, gint32 clock_s)
{
  int this_year, this_month, this_day;
  date_to_ymd (reader->today, &this_year, &this_month, &this_day);
  for (int i = 0; i <= LEAP_YEARS; i++)
    {
      int year = this_year + sign (reader) * i;
      if (!is_date (year, month, day))
        continue;
      gint64 at = instant_of (reader, date_from_ymd (year, month, day), clock_s);
      if (is_on_its_side (reader, at))
        return at;
    }
  return TM_NEVER;
}

/* `24.11.`, `24.11.2026` */
static bool
read_dotted (Reader *reader, gint64 *at_out)
{
  const char *text = word (reader);
  gint32 clock_s;
  int day = read_digits (&text, 2);
  int month = day > 0 && *text++ == '.' ? read_digits (&text, 2) : -1;
  if (month < 1 || *text++ != '.')
    return false;
  const char *start = text;
  int year = read_digits (&text, 4);
  if (*text != '\0' || (year >= 0 && text - start != 4))
    return false;
  reader->at++;
  if (!read_clock (reader, &clock_s) || (year >= 0 && !is_date (year, month, day)))
    return false;
  *at_out = year >= 0 ? instant_of (reader, date_from_ymd (year, month, day), clock_s)
                      : in_nearest_year (reader, month, day, clock_s);
  return *at_out != TM_NEVER;
}

/* --- from now on --- */

/* `2h`, `2 h`, `2 hours`. */
static bool
read_amount (Reader *reader, int *n_out, gint32 *unit_s_out)
{
  static const struct
  {
    const char *name;
    gint32 seconds;
  } units[] = {
    { "m", MINUTE_S }, { "min", MINUTE_S }, { "mins", MINUTE_S }, { "minute", MINUTE_S }, { "minutes", MINUTE_S },
    { "minuten", MINUTE_S }, { "h", HOUR_S }, { "hour", HOUR_S }, { "hours", HOUR_S }, { "std", HOUR_S },
    { "stunde", HOUR_S }, { "stunden", HOUR_S }, { "d", TM_DAY_S }, { "day", TM_DAY_S }, { "days", TM_DAY_S },
    { "tag", TM_DAY_S }, { "tage", TM_DAY_S }, { "tagen", TM_DAY_S },
  };
  const char *text = word (reader);
  *n_out = read_digits (&text, 6);
  if (*n_out < 1 || *n_out > AMOUNT_MAX)
    return false;
  reader->at++;
  if (*text == '\0')
    {
      text = word (reader);
      reader->at += *text != '\0';
    }
  for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].name, text) == 0)
      {
        *unit_s_out = units[i].seconds;
        return true;
      }
  return false;
}

static bool
read_span (Reader *reader, gint64 *at_out)
{
  static const char *const before[] = { "in", "vor" }, *const behind[] = { "ago" };
  int preposition = SKIP_ONE_OF (reader, before), n;
  gint32 unit_s;
  if (!read_amount (reader, &n, &unit_s))
    return false;
  bool is_past = preposition == 1 || (preposition < 0 && SKIP_ONE_OF (reader, behind) >= 0);
  if (is_past != (reader->sense == TM_WHEN_LAST))
    return false;
  gint32 local_s = reader->zone != NULL ? zone_offset (reader->zone, reader->now) : 0;
  gint32 clock_s = (gint32) (reader->now + local_s - (gint64) reader->today * TM_DAY_S);
  *at_out = unit_s == TM_DAY_S ? instant_of (reader, reader->today + sign (reader) * n, clock_s)
                               : reader->now + (gint64) sign (reader) * n * unit_s;
  return true;
}

/* --- all of them --- */

static void
split (const char *text, Reader *reader)
{
  const char *at = text;
  unsigned n = 0;
  for (char *piece; n < WORDS_MAX && (piece = text_next_word (&at)) != NULL; n++)
    {
      gsize len = strlen (piece);
      if (len > 1 && piece[len - 1] == ',')
        piece[len - 1] = '\0';
      reader->words[n] = g_utf8_strdown (piece, -1);
      reader->ends[n] = (gsize) (at - text);
      g_free (piece);
    }
  for (; n <= WORDS_MAX; n++)
    reader->words[n] = g_strdup ("");
}

static void
clear (Reader *reader)
{
  for (unsigned i = 0; i <= WORDS_MAX; i++)
    g_free (reader->words[i]);
}

bool
when_read (const char *text, GTimeZone *zone, gint64 now, TmWhenSense sense, gint64 *at_out, gsize *len_out)
{
  static bool (*const forms[]) (Reader *reader, gint64 *at_out)
    = { read_iso, read_dotted, read_time_of_day, read_weekday, read_day, read_span };
  Reader reader = { .zone = zone, .now = now, .sense = sense };
  gint64 local_s = now + (zone != NULL ? zone_offset (zone, now) : 0);
  reader.today = (gint32) (local_s / TM_DAY_S - (local_s % TM_DAY_S < 0));
  split (text, &reader);
  bool ok = false;
  for (size_t i = 0; !ok && i < G_N_ELEMENTS (forms); i++)
    {
      reader.at = 0;
      ok = forms[i](&reader, at_out);
    }
  if (ok)
    *len_out = reader.ends[reader.at - 1];
  clear (&reader);
  return ok;
}

bool
when_parse (const char *text, GTimeZone *zone, gint64 now, TmWhenSense sense, gint64 *at_out)
{
  gsize len;
  if (!when_read (text, zone, now, sense, at_out, &len))
    return false;
  const char *rest = text + len;
  g_autofree char *more = text_next_word (&rest);
  return more == NULL;
}
