/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/zone.h"

#include "core/calendar.h"

/* No zone is further from UTC; two changes are further apart than what is left. */
enum { MAX_OFFSET_S = 26 * 3600 };

/* Years 1800 to 2200, roughly. */
#define WHOLE_FROM_AT G_GINT64_CONSTANT (-5400000000)
#define WHOLE_TO_AT G_GINT64_CONSTANT (7300000000)

static gint
interval_at (GTimeZone *zone, gint64 at)
{
  return g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, at);
}

gint32
zone_offset (GTimeZone *zone, gint64 at)
{
  return g_time_zone_get_offset (zone, interval_at (zone, at));
}

/* Appends the changes in (from_at, to_at] to `rows`; the intervals of both are known. */
static void
add_changes (GArray *rows, GTimeZone *zone, gint64 from_at, gint from, gint64 to_at, gint to)
{
  if (from == to)
    return;
  if (to_at - from_at == 1)
    {
      TmZoneRow row = { .from_at = to_at, .offset_s = g_time_zone_get_offset (zone, to) };
      g_array_append_val (rows, row);
      return;
    }
  gint64 middle_at = from_at + (to_at - from_at) / 2;
  gint middle = interval_at (zone, middle_at);
  add_changes (rows, zone, from_at, from, middle_at, middle);
  add_changes (rows, zone, middle_at, middle, to_at, to);
}

TmZoneTable *
zone_table_new (GTimeZone *zone, gint64 from_at, gint64 to_at)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (TmZoneRow));
  TmZoneRow first = { .from_at = G_MININT64, .offset_s = zone_offset (zone, from_at) };
  g_array_append_val (rows, first);
  add_changes (rows, zone, from_at, interval_at (zone, from_at), to_at, interval_at (zone, to_at));
  TmZoneTable *table = g_new0 (TmZoneTable, 1);
  table->n_rows = rows->len;
  table->rows = (TmZoneRow *) (void *) g_array_free (g_steal_pointer (&rows), FALSE);
  gint64 reached_s = G_MININT64;
  for (guint i = 0; i < table->n_rows; i++)
    {
      bool is_last = i + 1 == table->n_rows;
      gint64 end_s = is_last ? G_MAXINT64 : table->rows[i + 1].from_at + table->rows[i].offset_s;
      reached_s = MAX (reached_s, end_s);
      table->rows[i].local_end_s = reached_s;
    }
  return table;
}

TmZoneTable *
zone_table_new_whole (GTimeZone *zone)
{
  return zone_table_new (zone, WHOLE_FROM_AT, WHOLE_TO_AT);
}

void
zone_table_free (TmZoneTable *table)
{
  if (table == NULL)
    return;
  g_free (table->rows);
  g_free (table);
}

gint64
zone_table_boundary (const TmZoneTable *table, gint64 local_s, guint *hint)
{
  const TmZoneRow *rows = table->rows;
  guint found = *hint;
  if (found >= table->n_rows || local_s >= rows[found].local_end_s
      || (found > 0 && local_s < rows[found - 1].local_end_s))
    {
      guint low = 0, high = table->n_rows - 1;
      while (low < high)
        {
          guint middle = low + (high - low) / 2;
          if (local_s < rows[middle].local_end_s)
            high = middle;
          else
            low = middle + 1;
        }
      *hint = found = low;
    }
  return MAX (rows[found].from_at, local_s - rows[found].offset_s);
}

gint64
zone_table_local (const TmZoneTable *table, gint64 at)
{
  guint low = 0, high = table->n_rows - 1;
  while (low < high)
    {
      guint middle = high - (high - low) / 2;
      if (table->rows[middle].from_at <= at)
        low = middle;
      else
        high = middle - 1;
    }
  return at + table->rows[low].offset_s;
}

gint64
zone_boundary (GTimeZone *zone, gint64 local_s)
{
  guint hint = 0;
  g_autoptr (TmZoneTable) table = zone_table_new (zone, local_s - 2 * MAX_OFFSET_S, local_s + 2 * MAX_OFFSET_S);
  return zone_table_boundary (table, local_s, &hint);
}
