/* SPDX-License-Identifier: BSD-2-Clause */
/* The main() of a Check program with one suite, so that each test file is only its cases. */
#ifndef TM_TESTS_SUITE_H
#define TM_TESTS_SUITE_H

#include <check.h>
#include <glib.h>
#include <stdlib.h>

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
    srunner_run_all (runner, CK_ENV);                                                                           \
    int n_failed = srunner_ntests_failed (runner);                                                              \
    srunner_free (runner);                                                                                      \
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                                         \
  }

#endif
