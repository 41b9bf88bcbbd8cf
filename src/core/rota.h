/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rotas: who is on call when.  The agents of a rota follow one another; at each hand-over the next one begins, and
 * overrides put somebody else in for whole dates.  Dates and times are those of the rota's zone.  Pure.
 */
#ifndef TM_CORE_ROTA_H
#define TM_CORE_ROTA_H

#include "core/zone.h"

#include <stdbool.h>

/* `mon=09:00`, `mon-fri=08:00`: a bit for each day of the week, Monday first, and seconds after 00:00. */
typedef struct
{
  unsigned days;
  gint32 clock_s;
} TmHandover;

/* From 00:00 of the first date to the end of the last one. */
typedef struct
{
  gint32 from_date, to_date; /* days since 1970-01-01; both belong to it */
  char agent[];              /* id */
} TmRotaOverride;

typedef struct
{
  char *id;             /* "ops" */
  GTimeZone *zone;      /* NULL: the desk's */
  TmZoneTable *table;   /* of the zone that it goes by; NULL: UTC.  Set by site_index(), owned */
  gint32 start_date;    /* the first agent begins on it, at the time of the hand-over */
  TmHandover *handover; /* NULL: none that can be read */
  GPtrArray *agents;    /* char *, ids, in turn; somebody may be there twice */
  GPtrArray *overrides; /* TmRotaOverride */
} TmRota;

TmRota *rota_new (const char *id);
void rota_free (TmRota *rota);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmRota, rota_free)

/* Each false with a static sentence in `why_out` when the text is none: `mon=09:00`, `mon-fri=08:00`;
 * `2026-12-24=anna`, `2026-12-24/2026-12-27=anna`, which the caller frees with g_free(). */
bool rota_parse_handover (const char *text, TmHandover *handover_out, const char **why_out);
bool rota_parse_override (const char *text, TmRotaOverride **override_out, const char **why_out);

/* When the first agent begins, overrides aside. */
gint64 rota_starts_at (const TmRota *rota);

/* The agent's id, borrowed; NULL: nobody is, because the rota has not begun. */
const char *rota_on_call (const TmRota *rota, gint64 at);

/* Whether two overrides want the same date; the one that holds then is the first. */
bool rota_overrides_overlap (const TmRotaOverride *one, const TmRotaOverride *other);

#endif
