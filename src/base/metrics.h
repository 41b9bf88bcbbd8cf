/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the process counts about itself, for the statistics of desk/stats.  Relaxed atomics in static memory: counting
 * takes no lock, allocates nothing and may be done from any thread.  A reader sees each number as it is at some
 * moment, not all of them at the same one.
 */
#ifndef TM_BASE_METRICS_H
#define TM_BASE_METRICS_H

#include <glib.h>

/* What only grows. */
typedef enum
{
  /* messages, by what was done about them */
  TM_COUNT_OPEN,
  TM_COUNT_APPEND,
  TM_COUNT_NOTE,
  TM_COUNT_PASS,
  TM_COUNT_IGNORE,
  TM_COUNT_REFUSE,
  TM_COUNT_DISCARD,
  TM_COUNT_DUPLICATE,
  TM_COUNT_TEMPFAIL,

  TM_COUNT_SESSIONS,       /* of the MTA with us */
  TM_COUNT_SESSIONS_ENDED,
  TM_COUNT_SPOOLED,        /* messages too large for memory */
  TM_COUNT_CHECKPOINTS,
  TM_COUNT_RELOADS_OK,
  TM_COUNT_RELOADS_FAILED,

  /* mail of the outbox, by what a try came to */
  TM_COUNT_OUTBOX_SENT,
  TM_COUNT_OUTBOX_DEFERRED,
  TM_COUNT_OUTBOX_FAILED,
  TM_COUNT_OUTBOX_UNKNOWN,

  /* acknowledgements of new requests */
  TM_COUNT_ACK_WRITTEN,    /* they wait to be sent */
  TM_COUNT_ACK_WITHHELD,   /* something speaks against it */
  TM_COUNT_ACK_DROPPED,    /* while they waited */
  TM_COUNT_ACK_FLOODS,     /* times that there were too many, and none was sent for a while */

  /* held tickets of strangers */
  TM_COUNT_CONFIRM_ASKED,    /* the question waits to be sent */
  TM_COUNT_CONFIRM_WITHHELD, /* something speaks against it, or he was asked already */
  TM_COUNT_CONFIRMED,        /* by an answer to it */
  TM_COUNT_HELD_EXPIRED,     /* tickets that nobody confirmed in time */

  TM_COUNT_BAD_TOKENS,       /* recipients that look like a token of ours and are none, or not for this sender */
  TM_COUNT_CLIENTS_BARRED,   /* times that a client sent too many of them */
  TM_N_COUNTS
} TmCount;

/* Distributions: the parts of a message's way, in microseconds, and how many jobs were committed together. */
typedef enum
{
  TM_SPREAD_READ,    /* bytes → Mail, and what is known before the rules */
  TM_SPREAD_RULES,
  TM_SPREAD_WAIT,    /* for the writer thread */
  TM_SPREAD_COMMIT,  /* of a group: facts, plans and the transaction */
  TM_SPREAD_MESSAGE, /* all of it, with packing and the way there and back */
  TM_SPREAD_GROUP,
  TM_N_SPREADS
} TmSpread;

enum { TM_SPREAD_BUCKETS_MAX = 20 };

/* What was seen.  buckets[i] counts values up to 2^(shift + i), those of the buckets before it not among them; the one
 * behind the last counts what is larger. */
typedef struct
{
  unsigned shift, n_buckets;
  guint64 buckets[TM_SPREAD_BUCKETS_MAX + 1];
  guint64 sum;
} TmSpreadState;

void metrics_count (TmCount what);
guint64 metrics_counted (TmCount what);

/* Negative values count as 0. */
void metrics_observe (TmSpread what, gint64 value);
void metrics_observed (TmSpread what, TmSpreadState *state_out);

/* Pages in the database's write-ahead log after the last commit. */
void metrics_set_wal_pages (unsigned n_pages);
unsigned metrics_wal_pages (void);

#endif
