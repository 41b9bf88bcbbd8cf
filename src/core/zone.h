/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock changes of one time zone as a table, for look-ups in both directions that neither lock nor count
 * references. GTimeZone finds an interval by looking through all of them.  Pure; immutable once made.
 */
#ifndef TM_CORE_ZONE_H
#define TM_CORE_ZONE_H

#include <glib.h>

typedef struct
{
  gint64 from_at;      /* the first instant that the offset holds for; G_MININT64 in the first row */
  gint64 local_end_s;  /* no local time from here on is reached before the next row; G_MAXINT64 in the last row */
  gint32 offset_s;     /* local time is ahead of UTC by it */
} TmZoneRow;

typedef struct
{
  TmZoneRow *rows;
  guint n_rows;        /* at least 1 */
} TmZoneTable;

/* All changes between two instants; what holds at their ends is taken to hold beyond them. */
TmZoneTable *zone_table_new (GTimeZone *zone, gint64 from_at, gint64 to_at);

/* Every change of a clock that tzdata knows. */
TmZoneTable *zone_table_new_whole (GTimeZone *zone);
void zone_table_free (TmZoneTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmZoneTable, zone_table_free)

/* The first instant at which the clocks showed `local_s` (seconds since 1970-01-01 00:00 there) or later: so a time
 * that occurs twice is its first, one that is missing the instant of the change; never falls as `local_s` grows.
 * `hint` is any number at first, and is fastest when left as it was for look-ups nearby. */
gint64 zone_table_boundary (const TmZoneTable *table, gint64 local_s, guint *hint);

/* What the clocks show. */
gint64 zone_table_local (const TmZoneTable *table, gint64 at);

#endif
