/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Escalations in the configuration: what is read, and what is found wrong, with its place.
 */
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

#define TOP                                                                                                           \
  HEAD "agents: {anna: {addresses: [a@example.com]}}\nreceivers: {desk: {mail: d@example.com}}\n"                    \
       "rotas: {ops: {start: '2026-11-02', handover: 'mon=09:00', agents: [anna]}}\n"                                 \
       "calendars: {office: {hours: 'mon-fri=08:00-18:00'}}\npriorities: [{code: P1}]\n"                              \
       "queues: {s: {addresses: [s@example.com], rota: ops}}\n"                                                       \
       "plans: {s: {escalation: night, targets: {P1: {first_response: 30m, update: 2h}}}}\nescalation:\n  night:\n"
#define ROW "    - {metric: first_response, "

static const struct
{
  const char *yaml, *findings;
} cases[] = {
  { TOP ROW "lead: 10m, to: [desk]}\n" ROW "lead: none, priorities: [P1], level: 2, to: [desk, queue.rota,\n"
        "       ticket.assignee], repeat: 15m, times: 4}\n", "" },
  { TOP "    - {metric: respond, lead: 10m, to: [desk]}\n",
    "main.yaml:12:16: escalation.night[0].metric: `respond` is not a metric: dispatch, ack, first_response, "
    "next_response, update, resolution, review or postmortem\n" },
  { TOP ROW "lead: 10m, to: [dsk]}\n",
    "main.yaml:12:48: escalation.night[0].to[0]: unknown receiver `dsk`; did you mean `desk`?\n" },
  { TOP ROW "lead: 10m, to: [queue.rotas]}\n",
    "main.yaml:12:48: escalation.night[0].to[0]: `queue.rotas` is nobody: name a receiver, or customer.manager, "
    "queue.rota or ticket.assignee; did you mean `queue.rota`?\n" },
  { TOP ROW "lead: 10m, to: []}\n", "main.yaml:12:47: escalation.night[0].to: the list is empty\n" },
  { TOP ROW "lead: 10m}\n", "main.yaml:12:7: escalation.night[0].to: is required, but missing\n" },
  { TOP ROW "to: [desk]}\n", "main.yaml:12:7: escalation.night[0].lead: is required, but missing\n" },
  { TOP ROW "lead: 10d, to: [desk]}\n",
    "main.yaml:12:38: escalation.night[0].lead: `10d`: `d` is ambiguous: write bd for business days, or hours (24h is "
    "an elapsed day)\n" },
  { TOP ROW "lead: 10m, priorities: [P9], to: [desk]}\n",
    "main.yaml:12:56: escalation.night[0].priorities[0]: unknown priority `P9`\n" },
  { TOP ROW "lead: none, to: [desk], times: 3}\n",
    "main.yaml:12:63: escalation.night[0].times: means nothing without `repeat`\n" },
  { TOP ROW "lead: none, to: [desk], repeat: none}\n",
    "main.yaml:12:64: escalation.night[0].repeat: `none`: leave it out instead\n" },
  { TOP ROW "lead: none, to: [desk], level: 10}\n",
    "main.yaml:12:63: escalation.night[0].level: `10` is out of bounds; it must be 1 to 9\n" },
  { TOP ROW "lead: 30m, to: [desk]}\n",
    "main.yaml:12:38: escalation.night[0].lead: warning: is not shorter than what plan `s` promises for `P1`: it warns "
    "at once\n" },
  { TOP ROW "lead: 29m, to: [desk]}\n", "" },
  { TOP ROW "lead: 1bh, to: [desk]}\n",
    "main.yaml:12:38: escalation.night[0].lead: counts business time, and plan `s` names no calendar for it\n" },
  { TOP ROW "lead: none, repeat: 1bh, to: [desk]}\n",
    "main.yaml:12:52: escalation.night[0].repeat: counts business time, and plan `s` names no calendar for it\n" },
  { TOP ROW "lead: 10m, to: [desk]}\n" ROW "lead: 5m, priorities: [P1], to: [desk]}\n",
    "main.yaml:13:7: escalation.night[1]: row 1 is for the same warning, level and priority: give one of them another "
    "level\n" },
  { TOP ROW "lead: 10m, to: [desk]}\n" ROW "lead: 5m, level: 2, to: [desk]}\n" ROW "lead: none, to: [desk]}\n", "" },
  { TOP ROW "lead: 10m, to: [customer.manager]}\n",
    "main.yaml:12:48: escalation.night[0].to[0]: warning: no customer has a manager\n" },
  { HEAD "priorities: [{code: P1}]\nescalation: {night: [{metric: update, lead: none, to: [queue.rota]}]}\n",
    "main.yaml:4:56: escalation.night[0].to[0]: no queue has a rota: name one under queues.NAME.rota\n" },
  { HEAD "priorities: [{code: P1}]\nplans: {s: {escalation: nigth, targets: {P1: {update: 1h}}}}\n"
         "receivers: {desk: {mail: d@example.com}}\n"
         "escalation: {night: [{metric: update, lead: none, to: [desk]}]}\n",
    "main.yaml:4:25: plans.s.escalation: unknown escalation `nigth`; did you mean `night`?\n" },
  /* rules that page */
  { TOP ROW "lead: 10m, to: [desk]}\nrules: [{name: r, then: [page, 'page queue.rota', page desk]}]\n", "" },
  { TOP ROW "lead: 10m, to: [desk]}\nrules: [{name: r, then: [page dsk]}]\n",
    "main.yaml:13:26: rules[0].then[0]: unknown receiver `dsk`; did you mean `desk`?\n" },
  { HEAD "receivers: {desk: {mail: d@example.com}}\nrules: [{name: r, then: [page desk]}, {name: s, then: [page]}]\n",
    "main.yaml:4:39: rules[1]: warning: pages who is on call, and no queue has a `rota`: nobody is paged; give the "
    "queue one, or name a receiver: `page NAME`\n" },
};

START_TEST (findings)
{
  g_autofree char *found = folder_findings (cases[_i].yaml);
  ck_assert_str_eq (found, cases[_i].findings);
}
END_TEST

START_TEST (values)
{
  g_autoptr (TmPolicy) policy = folder_policy (cases[0].yaml, "");
  const TmEscalation *night = site_service_plan (policy->site, "s")->escalates;
  ck_assert_ptr_nonnull (night);
  ck_assert_uint_eq (night->steps->len, 2);
  const TmEscalationStep *warning = night->steps->pdata[0], *breach = night->steps->pdata[1];
  ck_assert_int_eq (warning->metric, TM_METRIC_FIRST_RESPONSE);
  ck_assert_int_eq (warning->lead->amount, 600);
  ck_assert_uint_eq (warning->level, 1);
  ck_assert_ptr_null (warning->priorities);
  ck_assert_ptr_null (warning->repeat);
  ck_assert_int_eq (breach->lead->kind, TM_TARGET_NONE);
  ck_assert_uint_eq (breach->level, 2);
  ck_assert_str_eq (breach->priorities->pdata[0], "P1");
  ck_assert_uint_eq (breach->to->len, 3);
  ck_assert_str_eq (breach->to->pdata[1], TM_TO_ROTA);
  ck_assert_int_eq (breach->repeat->amount, 900);
  ck_assert_uint_eq (breach->times, 4);
}
END_TEST

/* What an escalation says moves the notifications of tickets that are there. */
START_TEST (revision)
{
  g_autoptr (TmPolicy) one = folder_policy (TOP ROW "lead: 10m, to: [desk]}\n", "");
  g_autoptr (TmPolicy) same = folder_policy (TOP ROW "lead: 10m, to: [desk]}\n", "");
  g_autoptr (TmPolicy) other = folder_policy (TOP ROW "lead: 11m, to: [desk]}\n", "");
  ck_assert_uint_eq (one->site->revision, same->site->revision);
  ck_assert_uint_ne (one->site->revision, other->site->revision);
}
END_TEST

SUITE_MAIN ("conf-escalations", tcase_add_loop_test (tc, findings, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, values); tcase_add_test (tc, revision);)
