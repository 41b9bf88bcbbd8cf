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

SUITE_MAIN ("linger", tcase_add_loop_test (tc, learns, 0, G_N_ELEMENTS (cases));)
