/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/metrics.h"

#include <stdatomic.h>

typedef struct
{
  atomic_ullong buckets[TM_SPREAD_BUCKETS_MAX + 1];
  atomic_ullong sum;
} Spread;

static atomic_ullong counts[TM_N_COUNTS];
static Spread spreads[TM_N_SPREADS];
static atomic_uint wal_pages;

/* 32 µs to 17 s; a group has at most 256 jobs (store/writer.c). */
enum { STAGE_SHIFT = 5, GROUP_BUCKETS = 9 };

static unsigned
shift_of (TmSpread what)
{
  return what == TM_SPREAD_GROUP ? 0 : STAGE_SHIFT;
}

static unsigned
n_buckets_of (TmSpread what)
{
  return what == TM_SPREAD_GROUP ? GROUP_BUCKETS : TM_SPREAD_BUCKETS_MAX;
}

void
metrics_count (TmCount what)
{
  atomic_fetch_add_explicit (&counts[what], 1, memory_order_relaxed);
}

guint64
metrics_counted (TmCount what)
{
  return atomic_load_explicit (&counts[what], memory_order_relaxed);
}

/* The least n with value <= 2^n. */
static unsigned
ceil_log2 (guint64 value)
{
  return value <= 1 ? 0 : 64 - (unsigned) __builtin_clzll (value - 1);
}

void
metrics_observe (TmSpread what, gint64 value)
{
  guint64 size = value > 0 ? (guint64) value : 0;
  unsigned log = ceil_log2 (size);
  unsigned shift = shift_of (what);
  unsigned bucket = MIN (log > shift ? log - shift : 0, n_buckets_of (what));
  atomic_fetch_add_explicit (&spreads[what].buckets[bucket], 1, memory_order_relaxed);
  atomic_fetch_add_explicit (&spreads[what].sum, size, memory_order_relaxed);
}

void
metrics_observed (TmSpread what, TmSpreadState *state_out)
{
  *state_out = (TmSpreadState) { .shift = shift_of (what), .n_buckets = n_buckets_of (what) };
  for (unsigned i = 0; i <= state_out->n_buckets; i++)
    state_out->buckets[i] = atomic_load_explicit (&spreads[what].buckets[i], memory_order_relaxed);
  state_out->sum = atomic_load_explicit (&spreads[what].sum, memory_order_relaxed);
}

void
metrics_set_wal_pages (unsigned n_pages)
{
  atomic_store_explicit (&wal_pages, n_pages, memory_order_relaxed);
}

unsigned
metrics_wal_pages (void)
{
  return atomic_load_explicit (&wal_pages, memory_order_relaxed);
}
