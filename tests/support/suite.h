/* SPDX-License-Identifier: BSD-2-Clause */
/* The main() of a Check program with one suite, so that each test file is only its cases. */
#ifndef TM_TESTS_SUITE_H
#define TM_TESTS_SUITE_H

#include <check.h>
#include <glib.h>
#include <stdlib.h>

/*
 * Each test runs in a process of its own, but for AddressSanitizer: there a fork and the search for leaks at the end
 * of each process take 50 times as long as the tests, and what one test leaves for the next to stumble over is seen.
 * A test that changes its process for good defines SUITE_NEEDS_PROCESSES before it includes this.
 */
#if defined __SANITIZE_ADDRESS__ && !defined SUITE_NEEDS_PROCESSES
#define SUITE_FORKS CK_NOFORK
#else
#define SUITE_FORKS CK_FORK
#endif

/* SUITE_MAIN (name, tcase_add_test (tc, a); tcase_add_loop_test (tc, b, 0, N);) */
#define SUITE_MAIN(name, ...)                                                                                   \
  int main (void)                                                                                               \
  {                                                                                                             \
    Suite *suite = suite_create (name);                                                                         \
    TCase *tc = tcase_create (name);                                                                            \
    tcase_set_timeout (tc, 120);                                                                                \
    __VA_ARGS__                                                                                                 \
    suite_add_tcase (suite, tc);                                                                                \
    SRunner *runner = srunner_create (suite);                                                                   \
    if (g_getenv ("CK_FORK") == NULL)                                                                           \
      srunner_set_fork_status (runner, SUITE_FORKS);                                                            \
    srunner_run_all (runner, CK_ENV);                                                                           \
    int n_failed = srunner_ntests_failed (runner);                                                              \
    srunner_free (runner);                                                                                      \
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                                         \
  }

#endif
