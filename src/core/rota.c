/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/rota.h"

#include "core/date.h"

#include <string.h>

TmRota *
rota_new (const char *id)
{
  TmRota *rota = g_new0 (TmRota, 1);
  rota->id = g_strdup (id);
  rota->agents = g_ptr_array_new_with_free_func (g_free);
  rota->overrides = g_ptr_array_new_with_free_func (g_free);
  return rota;
}

void
rota_free (TmRota *rota)
{
  if (rota == NULL)
    return;
  g_free (rota->id);
  g_clear_pointer (&rota->zone, g_time_zone_unref);
  zone_table_free (rota->table);
  g_free (rota->handover);
  g_ptr_array_unref (rota->agents);
  g_ptr_array_unref (rota->overrides);
  g_free (rota);
}

/* --- as text --- */

static bool
fail (const char **why_out, const char *why)
{
  *why_out = why;
  return false;
}

bool
rota_parse_handover (const char *text, TmHandover *handover_out, const char **why_out)
{
  static const char form[] = "a hand-over is written mon=09:00, or mon-fri=08:00 for each of these days";
  g_auto (GStrv) halves = g_strsplit (text, "=", 2);
  if (g_strv_length (halves) != 2)
    return fail (why_out, form);
  g_auto (GStrv) days = g_strsplit (halves[0], "-", 2);
  if (days[0] == NULL)
    return fail (why_out, form);
  int day = weekday_parse (days[0]), last = days[1] != NULL ? weekday_parse (days[1]) : day;
  if (day < 0 || last < 0)
    return fail (why_out, "days are mon tue wed thu fri sat sun, or a range such as mon-fri");
  if (strlen (halves[1]) != strlen ("09:00") || !clock_parse (halves[1], &handover_out->clock_s)
      || handover_out->clock_s == TM_DAY_S)
    return fail (why_out, "no such time: write 00:00 to 23:59");
  handover_out->days = 1u << last;
  for (; day != last; day = (day + 1) % TM_WEEK_DAYS)
    handover_out->days |= 1u << day;
  return true;
}

bool
rota_parse_override (const char *text, TmRotaOverride **override_out, const char **why_out)
{
  static const char form[] = "an override is written 2026-12-24=anna or 2026-12-24/2026-12-27=anna";
  gint32 from_date, to_date;
  if (!date_parse (text, &from_date))
    return fail (why_out, strchr (text, '=') != NULL ? "a date is written 2026-12-24, and must exist" : form);
  text += TM_DATE_LEN;
  to_date = from_date;
  if (*text == '/' && !date_parse (++text, &to_date))
    return fail (why_out, "a date is written 2026-12-24, and must exist");
  if (text[-1] == '/')
    text += TM_DATE_LEN;
  if (*text != '=' || text[1] == '\0')
    return fail (why_out, form);
  if (to_date < from_date)
    return fail (why_out, "ends before it begins");
  gsize size = strlen (text + 1) + 1;
  TmRotaOverride *override = g_malloc0 (sizeof *override + size);
  override->from_date = from_date;
  override->to_date = to_date;
  memcpy (override->agent, text + 1, size);
  *override_out = override;
  return true;
}

bool
rota_overrides_overlap (const TmRotaOverride *one, const TmRotaOverride *other)
{
  return one->from_date <= other->to_date && other->from_date <= one->to_date;
}

/* --- who it is --- */

/* The first instant of `clock_s` seconds after 00:00 of a date, whatever the clocks do on it. */
static gint64
boundary (const TmRota *rota, gint32 date, gint32 clock_s)
{
  guint hint = 0;
  gint64 local_s = (gint64) date * TM_DAY_S + clock_s;
  return rota->table != NULL ? zone_table_boundary (rota->table, local_s, &hint) : local_s;
}

static gint32
local_date (const TmRota *rota, gint64 at)
{
  gint64 local_s = rota->table != NULL ? zone_table_local (rota->table, at) : at;
  return (gint32) (local_s / TM_DAY_S - (local_s % TM_DAY_S < 0));
}

/* Dates of a hand-over in [from, to]. */
static gint64
count_dates (const TmHandover *handover, gint32 from, gint32 to)
{
  if (to < from)
    return 0;
  gint64 n_days = (gint64) to - from + 1, n = 0;
  for (int day = 0; day < TM_WEEK_DAYS; day++)
    if ((handover->days & 1u << day) != 0)
      {
        gint64 first = (day - date_weekday (from) + TM_WEEK_DAYS) % TM_WEEK_DAYS;
        n += first < n_days ? (n_days - 1 - first) / TM_WEEK_DAYS + 1 : 0;
      }
  return n;
}

/* Hand-overs behind the start and up to `at`.  A clock that is put back over midnight shows a date that was over: so
 * it is the instants of the last dates that count, not the dates. */
static gint64
count_handovers (const TmRota *rota, gint64 at)
{
  gint32 today = local_date (rota, at), first = rota->start_date + 1;
  gint64 n = count_dates (rota->handover, first, today - 1);
  for (gint32 date = MAX (today, first); date <= today + 1; date++)
    n += count_dates (rota->handover, date, date) > 0 && boundary (rota, date, rota->handover->clock_s) <= at;
  return n;
}

gint64
rota_starts_at (const TmRota *rota)
{
  return boundary (rota, rota->start_date, rota->handover->clock_s);
}

static bool
holds (const TmRota *rota, const TmRotaOverride *override, gint64 at)
{
  return boundary (rota, override->from_date, 0) <= at && at < boundary (rota, override->to_date + 1, 0);
}

const char *
rota_on_call (const TmRota *rota, gint64 at)
{
  for (guint i = 0; i < rota->overrides->len; i++)
    {
      const TmRotaOverride *override = g_ptr_array_index (rota->overrides, i);
      if (holds (rota, override, at))
        return override->agent;
    }
  if (rota->handover == NULL || rota->agents->len == 0 || at < rota_starts_at (rota))
    return NULL;
  return g_ptr_array_index (rota->agents, (guint) (count_handovers (rota, at) % rota->agents->len));
}
