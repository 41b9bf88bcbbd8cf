/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/gate.h"
#include "tests/support/suite.h"

static TmGate gate;

static void
setup (void)
{
  gate_init (&gate);
}

START_TEST (sessions)
{
  ck_assert (gate_take_session (&gate, 2));
  ck_assert (gate_take_session (&gate, 2));
  ck_assert (!gate_take_session (&gate, 2));
  gate_leave_session (&gate);
  ck_assert (gate_take_session (&gate, 2));
}
END_TEST

START_TEST (closing_waits_in_vain)
{
  ck_assert (gate_enter_message (&gate));
  ck_assert (!gate_close (&gate, 1000));
  ck_assert (!gate_enter_message (&gate));
  gate_leave_message (&gate);
  ck_assert (gate_close (&gate, 0));
}
END_TEST

static void *
leave (void *data)
{
  (void) data;
  g_usleep (20000);
  gate_leave_message (&gate);
  return NULL;
}

START_TEST (closing_waits_for_the_last)
{
  pthread_t thread;
  ck_assert (gate_enter_message (&gate));
  ck_assert_int_eq (pthread_create (&thread, NULL, leave, NULL), 0);
  ck_assert (gate_close (&gate, 60 * G_USEC_PER_SEC));
  pthread_join (thread, NULL);
}
END_TEST

SUITE_MAIN ("gate", tcase_add_checked_fixture (tc, setup, NULL);
            tcase_add_test (tc, sessions);
            tcase_add_test (tc, closing_waits_in_vain);
            tcase_add_test (tc, closing_waits_for_the_last);)
