/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/backoff.h"
#include "tests/support/suite.h"

/* Whatever the seed: about twice as long each time, up to the bound, and never far from it. */
START_TEST (grows_within_bounds)
{
  static const gint64 middles[] = { 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600 };
  for (guint64 seed = 0; seed < 500; seed++)
    for (gint64 tries = 1; tries <= (gint64) G_N_ELEMENTS (middles); tries++)
      {
        gint64 middle = middles[tries - 1], delay = backoff_delay (&backoff_mail, tries, seed);
        ck_assert_int_ge (delay, middle - middle / 4 - 1);
        ck_assert_int_le (delay, middle + middle / 4 + 1);
      }
  ck_assert_int_le (backoff_delay (&backoff_mail, G_MAXINT64, 1), 3600 + 901);
  ck_assert_int_ge (backoff_delay (&backoff_server, 1, 7), 1);
  ck_assert_int_ge (backoff_delay (&backoff_server, 0, 7), 1);
}
END_TEST

/* Many that failed at the same moment do not come back at the same one. */
START_TEST (spreads)
{
  bool is_taken[3600 + 1000] = { false };
  unsigned n_different = 0;
  for (guint64 seed = 1; seed <= 100; seed++)
    {
      gint64 delay = backoff_delay (&backoff_mail, 7, seed);
      ck_assert_int_eq (delay, backoff_delay (&backoff_mail, 7, seed));
      n_different += !is_taken[delay];
      is_taken[delay] = true;
    }
  ck_assert_uint_ge (n_different, 80);
}
END_TEST

START_TEST (gives_up)
{
  ck_assert (!backoff_is_over (1000, 1000 + 5 * 86400 - 1));
  ck_assert (backoff_is_over (1000, 1000 + 5 * 86400));
  ck_assert (!backoff_is_over (1000, 0)); /* the clock went back */
}
END_TEST

SUITE_MAIN ("backoff", tcase_add_test (tc, grows_within_bounds); tcase_add_test (tc, spreads);
            tcase_add_test (tc, gives_up);)
