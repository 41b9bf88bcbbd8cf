/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/target.h"

#include "base/text.h"
#include "core/calendar_inside.h"

#include <string.h>

#define FORM "a target is 30m, 4h (elapsed), 30bm, 4bh (business), 2bd, 2bd@close, 2bd@17:00 or none"

enum { MAX_DIGITS = 6 };

static const struct
{
  const char *unit;
  TmTargetKind kind;
  char letter;
  int factor_s;
} units[] = {
  { "s", TM_TARGET_ELAPSED, 's', 1 },   { "m", TM_TARGET_ELAPSED, 'm', 60 },   { "h", TM_TARGET_ELAPSED, 'h', 3600 },
  { "bs", TM_TARGET_BUSINESS, 's', 1 }, { "bm", TM_TARGET_BUSINESS, 'm', 60 }, { "bh", TM_TARGET_BUSINESS, 'h', 3600 },
  { "bd", TM_TARGET_DAYS, 'd', 1 },
};

static bool
fail (const char **why_out, const char *why)
{
  *why_out = why;
  return false;
}

/* What follows the `bd` of days. */
static bool
parse_day_time (const char *text, TmTarget *target, const char **why_out)
{
  if (*text == '\0')
    return true;
  if (*text != '@')
    return fail (why_out, FORM);
  target->day_time = strcmp (text, "@close") == 0 ? TM_DAY_CLOSE : TM_DAY_CLOCK;
  if (target->day_time == TM_DAY_CLOSE
      || (strlen (text) == strlen ("@17:00") && clock_parse (text + 1, &target->clock_s)))
    return true;
  return fail (why_out, "behind the @ stands close, or a time from 00:00 to 24:00");
}

bool
target_parse (const char *text, TmTarget *target_out, const char **why_out)
{
  *target_out = (TmTarget){ .kind = TM_TARGET_NONE };
  if (strcmp (text, "none") == 0)
    return true;
  gsize n_digits = strspn (text, "0123456789");
  if (n_digits == 0 || *text == '0')
    return fail (why_out, FORM);
  if (n_digits > MAX_DIGITS)
    return fail (why_out, "a target has at most six digits");
  gint64 amount = g_ascii_strtoll (text, NULL, 10);
  const char *unit = text + n_digits;
  gsize unit_len = strcspn (unit, "@");
  if (strcmp (unit, "d") == 0)
    return fail (why_out, "`d` is ambiguous: write bd for business days, or hours (24h is an elapsed day)");
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strlen (units[i].unit) == unit_len && strncmp (units[i].unit, unit, unit_len) == 0)
      {
        target_out->kind = units[i].kind;
        target_out->unit = units[i].letter;
        target_out->amount = amount * units[i].factor_s;
        if (units[i].kind == TM_TARGET_DAYS)
          return parse_day_time (unit + unit_len, target_out, why_out);
        return unit[unit_len] == '\0' || fail (why_out, "only business days (bd) may have an @");
      }
  return fail (why_out, FORM);
}

void
target_print (const TmTarget *target, char *text_out)
{
  g_strlcpy (text_out, "none", TM_TARGET_TEXT_MAX);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (units[i].kind == target->kind && units[i].letter == target->unit)
      {
        char digits[TEXT_DIGITS];
        g_strlcpy (text_out, text_number (target->amount / units[i].factor_s, digits), TM_TARGET_TEXT_MAX);
        g_strlcat (text_out, units[i].unit, TM_TARGET_TEXT_MAX);
      }
  if (target->kind != TM_TARGET_DAYS || target->day_time == TM_DAY_SAME_TIME)
    return;
  gsize len = strlen (text_out), room = TM_TARGET_TEXT_MAX - len;
  if (target->day_time == TM_DAY_CLOSE)
    g_strlcpy (text_out + len, "@close", room);
  else
    g_snprintf (text_out + len, room, "@%02d:%02d", target->clock_s / 3600, target->clock_s / 60 % 60);
}

bool
target_needs_calendar (const TmTarget *target)
{
  return target->kind == TM_TARGET_BUSINESS || target->kind == TM_TARGET_DAYS;
}

/* --- elapsed time: as if it were always open --- */

static gint64
add_elapsed (gint64 at, gint64 s, const TmInterval *pauses, gsize n_pauses)
{
  g_autofree TmInterval *united = g_memdup2 (pauses, n_pauses * sizeof *pauses);
  gint64 due_at = at + s;
  for (guint i = 0, n = pauses_unite (united, n_pauses); i < n; i++)
    {
      gint64 from_at = MAX (united[i].from_at, at);
      if (united[i].to_at <= at || from_at >= due_at)
        continue;
      if (united[i].to_at == TM_NEVER)
        return TM_NEVER;
      due_at += united[i].to_at - from_at;
    }
  return due_at;
}

static gint64
sub_elapsed (gint64 at, gint64 s, const TmInterval *pauses, gsize n_pauses)
{
  g_autofree TmInterval *united = g_memdup2 (pauses, n_pauses * sizeof *pauses);
  gint64 lead_at = at - s;
  for (guint i = pauses_unite (united, n_pauses); i-- > 0;)
    {
      gint64 to_at = MIN (united[i].to_at, at);
      if (united[i].from_at < at && to_at > lead_at)
        lead_at -= to_at - united[i].from_at;
    }
  return lead_at;
}

gint64
target_due (const TmTarget *target, const TmCalendar *calendar, gint64 start_at, const TmInterval *pauses,
            gsize n_pauses)
{
  if (target_needs_calendar (target) && calendar == NULL)
    return TM_NEVER;
  switch (target->kind)
    {
    case TM_TARGET_NONE:
      return TM_NEVER;
    case TM_TARGET_ELAPSED:
      return add_elapsed (start_at, target->amount, pauses, n_pauses);
    case TM_TARGET_BUSINESS:
      return calendar_add (calendar, start_at, target->amount, pauses, n_pauses);
    case TM_TARGET_DAYS:
      return calendar_add_days (calendar, start_at, (guint) target->amount, target->day_time, target->clock_s, pauses,
                                n_pauses);
    }
  return TM_NEVER;
}

gint64
target_warn_at (const TmTarget *lead, const TmCalendar *calendar, gint64 due_at, const TmInterval *pauses,
                gsize n_pauses)
{
  if (due_at == TM_NEVER || (target_needs_calendar (lead) && calendar == NULL))
    return TM_NEVER;
  switch (lead->kind)
    {
    case TM_TARGET_NONE:
      return due_at;
    case TM_TARGET_ELAPSED:
      return sub_elapsed (due_at, lead->amount, pauses, n_pauses);
    case TM_TARGET_BUSINESS:
      return calendar_sub (calendar, due_at, lead->amount, pauses, n_pauses);
    case TM_TARGET_DAYS:
      return calendar_sub_days (calendar, due_at, (guint) lead->amount, pauses, n_pauses);
    }
  return TM_NEVER;
}
