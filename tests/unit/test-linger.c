/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/linger.h"
#include "tests/support/suite.h"

#include <string.h>

/* What each wait brings, '+' or '-'; the last one goes on.  How many waits there are when so many single messages
 * come. */
static const struct
{
  const char *brings;
  unsigned n_messages, n_waits;
} cases[] = {
  { "+", 1000, 1000 },
  { "-", 1, 1 },
  { "-", 64, 1 },
  { "-", 65, 2 },
  { "-", 1 + 10 * TM_LINGER_PROBE, 11 },
  { "++++++-", 6 + TM_LINGER_WORTH_MAX + 1 + TM_LINGER_PROBE, 6 + TM_LINGER_WORTH_MAX + 2 },
  { "-+", 1 + TM_LINGER_PROBE + 100, 102 },
  { "-+-", 1 + TM_LINGER_PROBE + TM_LINGER_PROBE, 3 },
};

START_TEST (learns)
{
  TmLinger linger = { 0 };
  const char *next = cases[_i].brings;
  unsigned n_waits = 0;
  for (unsigned i = 0; i < cases[_i].n_messages; i++)
    if (linger_is_due (&linger))
      {
        n_waits++;
        linger_learn (&linger, *next == '+');
        next += next[1] != '\0';
      }
  ck_assert_uint_eq (n_waits, cases[_i].n_waits);
}
END_TEST

/* Messages so far apart, then others: how long it waits. */
static const struct
{
  gint64 gaps_us[2];
  unsigned counts[2];
  gint64 least_us, most_us;
} paces[] = {
  { { 0 }, { 0 }, TM_LINGER_MIN_US, TM_LINGER_MIN_US },
  { { 300 }, { 100 }, TM_LINGER_MIN_US, TM_LINGER_MIN_US },
  { { 2000 }, { 100 }, 2900, 3000 },
  { { 4000 }, { 100 }, TM_LINGER_MAX_US, TM_LINGER_MAX_US },
  { { 300, G_MAXINT32 }, { 100, 1 }, 2500, TM_LINGER_MAX_US }, /* a pause of any length counts for no more than a bit */
  { { G_MAXINT32, 300 }, { 100, 50 }, TM_LINGER_MIN_US, TM_LINGER_MIN_US },
  { { 0 }, { 100 }, TM_LINGER_MIN_US, TM_LINGER_MIN_US },
};

START_TEST (keeps_pace)
{
  TmLinger linger = { 0 };
  gint64 now_us = 0;
  for (unsigned part = 0; part < 2; part++)
    for (unsigned i = 0; i < paces[_i].counts[part]; i++)
      linger_note (&linger, now_us += paces[_i].gaps_us[part]);
  ck_assert_int_ge (linger_wait_us (&linger), paces[_i].least_us);
  ck_assert_int_le (linger_wait_us (&linger), paces[_i].most_us);
}
END_TEST

SUITE_MAIN ("linger", tcase_add_loop_test (tc, learns, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, keeps_pace, 0, G_N_ELEMENTS (paces));)
