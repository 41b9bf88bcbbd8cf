/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses taken out of the details of events. */
#include "core/detail.h"
#include "tests/support/suite.h"

static const struct
{
  const char *detail, *without; /* NULL: nothing stands there */
} cases[] = {
  { "{}", NULL },
  { "{\"a\":\"eve@a.example\"}", "{\"a\":\"-\"}" },
  { "{\"a\":\"Eve <eve@a.example>, eve@a.example.\",\"b\":\"eve@a.example\"}", "{\"a\":\"Eve <->, -.\",\"b\":\"-\"}" },
  { "{\"a\":\"joe.eve@a.example\"}", NULL },
  { "{\"a\":\"joe+eve@a.example\"}", NULL },
  { "{\"a\":\"\xc3\xa4" "eve@a.example\"}", NULL },
  { "{\"a\":\"eve@a.example.org\"}", NULL },
  { "{\"a\":\"eve@a.example-x\"}", NULL },
  { "{\"a\":\"eve@a.example2\"}", NULL },
  { "{\"a\":\"xeve@a.example eve@a.example\"}", "{\"a\":\"xeve@a.example -\"}" },
};

START_TEST (without)
{
  g_autofree char *found = detail_without (cases[_i].detail, "eve@a.example", "-");
  ck_assert_pstr_eq (found, cases[_i].without);
}
END_TEST

/* As detail_new() wrote it. */
START_TEST (quoted)
{
  const char *address = "\"eve \\\"x\"@a.example";
  g_autofree char *detail = detail_new ("a", address, NULL);
  g_autofree char *found = detail_without (detail, address, "-");
  ck_assert_pstr_eq (found, "{\"a\":\"-\"}");
}
END_TEST

SUITE_MAIN ("detail", tcase_add_loop_test (tc, without, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, quoted);)
