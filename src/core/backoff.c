/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/backoff.h"

const TmBackoff backoff_mail = { 60, 3600 }, backoff_server = { 2, 120 }, backoff_page = { 10, 300 };

/* splitmix64: neighboring seeds give values that have nothing to do with each other. */
static guint64
mix (guint64 value)
{
  value += 0x9e3779b97f4a7c15u;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

gint64
backoff_delay (const TmBackoff *backoff, gint64 tries, guint64 seed)
{
  gint64 delay = backoff->first_s;
  for (gint64 i = 1; i < tries && delay < backoff->most_s; i++)
    delay *= 2;
  delay = MIN (delay, backoff->most_s);
  guint64 spread = (guint64) delay / 2 + 1;
  gint64 moved = (gint64) (mix (mix (seed) + (guint64) tries) % spread);
  return MAX (1, delay - (gint64) (spread / 2) + moved);
}

bool
backoff_is_over (gint64 created_at, gint64 now)
{
  return now - created_at >= TM_BACKOFF_GIVE_UP_S;
}
