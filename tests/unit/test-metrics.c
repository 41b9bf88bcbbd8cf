/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/metrics.h"

#include "tests/support/suite.h"

static const struct
{
  TmSpread spread;
  gint64 value;
  unsigned bucket;
} observations[] = {
  { TM_SPREAD_READ, -1, 0 },
  { TM_SPREAD_READ, 0, 0 },
  { TM_SPREAD_READ, 1, 0 },
  { TM_SPREAD_READ, 32, 0 },
  { TM_SPREAD_READ, 33, 1 },
  { TM_SPREAD_READ, 64, 1 },
  { TM_SPREAD_READ, 65, 2 },
  { TM_SPREAD_READ, 1000, 5 },
  { TM_SPREAD_READ, 1 << 24, 19 },
  { TM_SPREAD_READ, (1 << 24) + 1, 20 },
  { TM_SPREAD_READ, G_MAXINT64, 20 },
  { TM_SPREAD_GROUP, 1, 0 },
  { TM_SPREAD_GROUP, 2, 1 },
  { TM_SPREAD_GROUP, 3, 2 },
  { TM_SPREAD_GROUP, 256, 8 },
  { TM_SPREAD_GROUP, 257, 9 },
};

START_TEST (a_value_counts_in_one_bucket)
{
  TmSpreadState before, after;
  metrics_observed (observations[_i].spread, &before);
  metrics_observe (observations[_i].spread, observations[_i].value);
  metrics_observed (observations[_i].spread, &after);
  ck_assert_uint_eq (after.sum - before.sum, (guint64) MAX (observations[_i].value, 0));
  for (unsigned i = 0; i <= after.n_buckets; i++)
    ck_assert_uint_eq (after.buckets[i] - before.buckets[i], i == observations[_i].bucket);
  if (observations[_i].bucket < after.n_buckets)
    ck_assert_uint_le ((guint64) MAX (observations[_i].value, 0),
                       (guint64) 1 << (after.shift + observations[_i].bucket));
}
END_TEST

START_TEST (counts_are_apart)
{
  for (TmCount i = 0; i < TM_N_COUNTS; i++)
    for (TmCount k = 0; k < i; k++)
      metrics_count (i);
  for (TmCount i = 0; i < TM_N_COUNTS; i++)
    ck_assert_uint_eq (metrics_counted (i), (guint64) i);
}
END_TEST

SUITE_MAIN ("metrics", tcase_add_loop_test (tc, a_value_counts_in_one_bucket, 0, G_N_ELEMENTS (observations));
            tcase_add_test (tc, counts_are_apart);)
