/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports in the configuration: what is read, and what is found wrong, with its place.
 */
#include "core/report_mail.h"
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

#define TOP                                                                                                          \
  HEAD "queues: {support: {addresses: [s@example.com]}}\ncustomers: {acme: {domains: [acme.example]}}\n"             \
       "receivers: {boss: {mail: boss@example.com}, script: {exec: [/bin/true]}}\nreports:\n  weekly: "

static const struct
{
  const char *yaml, *findings;
} cases[] = {
  { TOP "{to: boss, every: 'mon=07:00'}\n", "" },
  { TOP "{to: boss, every: 'mon-fri=07:00', days: 1, queue: support, customer: acme}\n", "" },
  { TOP "{}\n",
    "main.yaml:7:11: reports.weekly.to: is required, but missing\n"
    "main.yaml:7:11: reports.weekly.every: is required, but missing\n" },
  { TOP "{to: bos, every: 'mon=07:00'}\n",
    "main.yaml:7:16: reports.weekly.to: unknown receiver `bos`; did you mean `boss`?\n" },
  { TOP "{to: script, every: 'mon=07:00'}\n",
    "main.yaml:7:16: reports.weekly.to: `script` is of kind exec: a report is mail, name a receiver of kind mail\n" },
  { TOP "{to: boss, every: 'mon=7:00', days: 0}\n",
    "main.yaml:7:29: reports.weekly.every: `mon=7:00`: no such time: write 00:00 to 23:59\n"
    "main.yaml:7:47: reports.weekly.days: `0` is out of bounds; it must be 1 to 3660\n" },
  { TOP "{to: boss, every: 'mon=07:00', queue: suport, customer: acne}\n",
    "main.yaml:7:49: reports.weekly.queue: unknown queue `suport`; did you mean `support`?\n"
    "main.yaml:7:67: reports.weekly.customer: unknown customer `acne`\n" },
};

START_TEST (findings)
{
  g_autofree char *found = folder_findings (cases[_i].yaml);
  ck_assert_str_eq (found, cases[_i].findings);
}
END_TEST

START_TEST (values)
{
  g_autoptr (TmPolicy) policy
      = folder_policy (TOP "{to: boss, every: 'fri=16:30', days: 5, customer: acme}\n"
                           "  daily: {to: boss, every: 'mon-fri=07:00'}\n", "");
  ck_assert_uint_eq (policy->daemon.reports->len, 2);
  const TmReportOrder *weekly = policy->daemon.reports->pdata[0], *daily = policy->daemon.reports->pdata[1];
  ck_assert_str_eq (weekly->id, "weekly");
  ck_assert_str_eq (weekly->to, "boss");
  ck_assert_uint_eq (weekly->every->days, 1u << 4);
  ck_assert_int_eq (weekly->every->clock_s, 16 * 3600 + 30 * 60);
  ck_assert_uint_eq (weekly->days, 5);
  ck_assert_str_eq (weekly->customer, "acme");
  ck_assert_ptr_null (weekly->queue);
  ck_assert_uint_eq (daily->days, 7);
  ck_assert_uint_eq (daily->every->days, 0x1f);
}
END_TEST

SUITE_MAIN ("conf-reports", tcase_add_loop_test (tc, findings, 0, G_N_ELEMENTS (cases)); tcase_add_test (tc, values);)
