/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/gather.h"
#include "tests/support/suite.h"

#include <string.h>

enum { LIMIT = 8 << 20 };

static TmBudget budget;

static void
setup (void)
{
  atomic_store (&budget.used, 0);
}

/* Chunks of a size that does not divide the bound of memory. */
static GByteArray *
feed (TmGather *gather, gsize size)
{
  GByteArray *all = g_byte_array_new ();
  guint8 chunk[65535];
  while (all->len < size)
    {
      gsize n = MIN (sizeof chunk, size - all->len);
      for (gsize i = 0; i < n; i++)
        chunk[i] = (guint8) ((all->len + i) * 31 >> 3);
      ck_assert (gather_append (gather, chunk, n, NULL));
      g_byte_array_append (all, chunk, (guint) n);
    }
  return all;
}

static const gsize sizes[]
  = { 0, 1, TM_GATHER_IN_MEMORY - 1, TM_GATHER_IN_MEMORY, TM_GATHER_IN_MEMORY + 1, 5 << 20, LIMIT };

START_TEST (bytes_come_back)
{
  g_autoptr (TmGather) gather = gather_new (&budget, LIMIT, g_get_tmp_dir ());
  g_autoptr (GByteArray) all = feed (gather, sizes[_i]);
  GBytes *raw = NULL;
  ck_assert (gather_finish (gather, &raw, NULL));
  gsize len;
  const guint8 *data = g_bytes_get_data (raw, &len);
  ck_assert_uint_eq (len, sizes[_i]);
  ck_assert (len == 0 || memcmp (data, all->data, len) == 0);
  /* They count until the last holder lets go, whether the gather is still there or not. */
  gather_free (g_steal_pointer (&gather));
  ck_assert_uint_eq (atomic_load (&budget.used), sizes[_i]);
  g_bytes_unref (raw);
  ck_assert_uint_eq (atomic_load (&budget.used), 0);
}
END_TEST

START_TEST (budget_is_shared)
{
  g_autoptr (TmGather) first = gather_new (&budget, LIMIT, g_get_tmp_dir ());
  g_autoptr (TmGather) second = gather_new (&budget, LIMIT, g_get_tmp_dir ());
  g_autoptr (GByteArray) all = feed (first, LIMIT - 2);
  ck_assert_uint_eq (all->len, LIMIT - 2);
  g_autoptr (GError) error = NULL;
  ck_assert (gather_append (second, "ab", 2, NULL));
  ck_assert (!gather_append (second, "c", 1, &error));
  ck_assert (g_error_matches (error, TM_ERROR, TM_ERROR_TEMP));
  gather_free (g_steal_pointer (&first));
  ck_assert (gather_append (second, "c", 1, NULL));
  gather_free (g_steal_pointer (&second));
  ck_assert_uint_eq (atomic_load (&budget.used), 0);
}
END_TEST

START_TEST (no_place_for_the_file)
{
  g_autoptr (TmGather) gather = gather_new (&budget, LIMIT, "/nowhere");
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = g_malloc0 (TM_GATHER_IN_MEMORY);
  ck_assert (!gather_append (gather, bytes, TM_GATHER_IN_MEMORY, &error));
  ck_assert (g_error_matches (error, TM_ERROR, TM_ERROR_TEMP));
  ck_assert_ptr_nonnull (strstr (error->message, "/nowhere"));
}
END_TEST

SUITE_MAIN ("gather", tcase_add_checked_fixture (tc, setup, NULL);
            tcase_add_loop_test (tc, bytes_come_back, 0, G_N_ELEMENTS (sizes));
            tcase_add_test (tc, budget_is_shared);
            tcase_add_test (tc, no_place_for_the_file);)
