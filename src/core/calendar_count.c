/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counting the seconds inside the windows.
 */
#include "core/calendar_inside.h"

gint64
calendar_add (const TmCalendar *calendar, gint64 at, gint64 s, const TmInterval *pauses, gsize n_pauses)
{
  g_auto (TmWalk) walk;
  walk_forward (&walk, calendar, at, G_MAXINT64, pauses, n_pauses);
  for (TmInterval piece; walk_next (&walk, &piece); s -= piece.to_at - piece.from_at)
    if (s <= piece.to_at - piece.from_at)
      return piece.from_at + s;
  return TM_NEVER;
}

gint64
calendar_sub (const TmCalendar *calendar, gint64 at, gint64 s, const TmInterval *pauses, gsize n_pauses)
{
  g_auto (TmWalk) walk;
  walk_backward (&walk, calendar, G_MININT64, at, pauses, n_pauses);
  for (TmInterval piece; walk_previous (&walk, &piece); s -= piece.to_at - piece.from_at)
    if (s <= piece.to_at - piece.from_at)
      return piece.to_at - s;
  return G_MININT64;
}

gint64
calendar_between (const TmCalendar *calendar, gint64 from_at, gint64 to_at, const TmInterval *pauses, gsize n_pauses)
{
  if (to_at <= from_at)
    return 0;
  gint64 sum_s = 0;
  g_auto (TmWalk) walk;
  walk_forward (&walk, calendar, from_at, to_at, pauses, n_pauses);
  for (TmInterval piece; walk_next (&walk, &piece);)
    sum_s += piece.to_at - piece.from_at;
  return sum_s;
}

bool
calendar_is_open (const TmCalendar *calendar, gint64 at, const TmInterval *pauses, gsize n_pauses)
{
  TmInterval piece;
  g_auto (TmWalk) walk;
  walk_forward (&walk, calendar, at, at + 1, pauses, n_pauses);
  return walk_next (&walk, &piece);
}

gint64
calendar_next_open (const TmCalendar *calendar, gint64 at, const TmInterval *pauses, gsize n_pauses)
{
  return calendar_add (calendar, at, 0, pauses, n_pauses);
}

/* The piece that comes next with all that touch it. */
static bool
next_merged (TmWalk *walk, TmInterval *piece, bool *has_piece, TmInterval *merged_out)
{
  if (!*has_piece)
    return false;
  *merged_out = *piece;
  while ((*has_piece = walk_next (walk, piece)) && piece->from_at == merged_out->to_at)
    merged_out->to_at = piece->to_at;
  return true;
}

gint64
calendar_next_close (const TmCalendar *calendar, gint64 at, const TmInterval *pauses, gsize n_pauses)
{
  TmInterval piece, merged;
  g_auto (TmWalk) walk;
  walk_forward (&walk, calendar, at, G_MAXINT64, pauses, n_pauses);
  bool has_piece = walk_next (&walk, &piece);
  if (!next_merged (&walk, &piece, &has_piece, &merged) || merged.to_at == walk.to_at)
    return TM_NEVER;
  return merged.to_at;
}

gint64
calendar_prev_active (const TmCalendar *calendar, gint64 at, const TmInterval *pauses, gsize n_pauses)
{
  return calendar_sub (calendar, at, 0, pauses, n_pauses);
}

GArray *
calendar_windows (const TmCalendar *calendar, gint64 from_at, gint64 to_at, const TmInterval *pauses, gsize n_pauses)
{
  GArray *windows = g_array_new (FALSE, FALSE, sizeof (TmInterval));
  if (to_at <= from_at)
    return windows;
  TmInterval piece, merged;
  g_auto (TmWalk) walk;
  walk_forward (&walk, calendar, from_at, to_at, pauses, n_pauses);
  bool has_piece = walk_next (&walk, &piece);
  while (next_merged (&walk, &piece, &has_piece, &merged))
    g_array_append_val (windows, merged);
  return windows;
}
