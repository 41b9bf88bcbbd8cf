/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's statistics as values: what there is, gathered from where it is counted, and carried over the control
 * socket.  How it is printed is the affair of `ticketctl stats`.
 */
#ifndef TM_DESK_STATS_H
#define TM_DESK_STATS_H

#include "base/metrics.h"
#include "desk/control.h"

typedef enum { TM_STAT_COUNTER, TM_STAT_GAUGE, TM_STAT_HISTOGRAM, TM_STAT_INFO } TmStatKind;

/* In the order in which they are printed. */
typedef enum
{
  TM_STAT_UP,
  TM_STAT_BUILD,
  TM_STAT_UPTIME,
  TM_STAT_MESSAGES,
  TM_STAT_RULE_HITS,
  TM_STAT_RULE_LIMITS,
  TM_STAT_STAGE,
  TM_STAT_GROUP,
  TM_STAT_STORE_FAILURES,
  TM_STAT_CHECKPOINTS,
  TM_STAT_WAL,
  TM_STAT_JOBS,
  TM_STAT_JOBS_MOST,
  TM_STAT_JOBS_LIMIT,
  TM_STAT_SESSIONS,
  TM_STAT_SESSIONS_OPEN,
  TM_STAT_SPOOLED,
  TM_STAT_MEMORY,
  TM_STAT_MEMORY_LIMIT,
  TM_STAT_RELOADS,
  TM_STAT_OUTBOX,
  TM_STAT_ACKS,
  TM_STAT_ACK_FLOODS,
  TM_STAT_CONFIRMATIONS,
  TM_STAT_BAD_TOKENS,
  TM_STAT_CLIENTS_BARRED,
  TM_STAT_TICKETS,
  TM_STAT_STORED,
  TM_STAT_OUTBOX_WAITING,
  TM_N_STATS
} TmStat;

/* All strings are static. */
typedef struct
{
  const char *name;
  TmStatKind kind;
  const char *label; /* what tells its series apart, NULL: it has one only */
  const char *unit;  /* which ends the name, or NULL */
  const char *help;
} TmStatFamily;

const TmStatFamily *stats_family (TmStat stat);

/* One number of a family, or one distribution. */
typedef struct
{
  TmStat stat;
  char *label;          /* value of the family's label, or NULL */
  guint64 number;       /* unless a histogram */
  TmSpreadState spread; /* of a histogram; microseconds when the unit is seconds */
} TmSeries;

TmSeries *series_new (TmStat stat, const char *label, guint64 number);
void series_free (TmSeries *series);

/* `list` is of TmSeries, and has the families in order afterwards when it had them before. */
void stats_gather (const TmControl *control, GPtrArray *list);

/* As fields of an answer, and back; what a newer daemon has beyond is left out.  TM_ERROR_UNAVAILABLE: no statistics
 * at all. */
void stats_to_wire (const GPtrArray *list, TmWire *answer);
bool stats_from_wire (const TmWire *answer, GPtrArray *list, GError **error) TM_WARN_UNUSED;

#endif
