/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rotas in the configuration: what is read, and what is found wrong, with its place.
 */
#include "base/clock.h"
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

#define TOP                                                                                                          \
  HEAD "zone: Europe/Berlin\nagents: {anna: {addresses: [a@example.com]}, ben: {addresses: [b@example.com]}, "       \
       "bare: {}}\nrotas:\n  ops: "

static const struct
{
  const char *yaml, *findings;
} cases[] = {
  { TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: [anna, ben]}\n", "" },
  { TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: [anna], overrides: ['2026-12-24/2026-12-27=ben']}\n"
        "queues: {s: {addresses: [s@example.com], rota: ops}}\n", "" },
  { TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: [ana]}\n",
    "main.yaml:6:62: rotas.ops.agents[0]: unknown agent `ana`; did you mean `anna`?\n" },
  { TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: [anna], overrides: ['2026-12-24=Ben']}\n",
    "main.yaml:6:81: rotas.ops.overrides[0]: unknown agent `Ben`; did you mean `ben`?\n" },
  { TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: [anna]}\n"
        "queues: {s: {addresses: [s@example.com], rota: opps}}\n",
    "main.yaml:7:48: queues.s.rota: unknown rota `opps`; did you mean `ops`?\n" },
  { TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: []}\n",
    "main.yaml:6:61: rotas.ops.agents: the list is empty\n" },
  { TOP "{agents: [anna]}\n",
    "main.yaml:6:8: rotas.ops.start: is required, but missing\n"
    "main.yaml:6:8: rotas.ops.handover: is required, but missing\n" },
  { TOP "{start: '2099-11-02', handover: 'mon=09:00', agents: [anna]}\n",
    "main.yaml:6:16: rotas.ops.start: warning: is still to come: until then nobody is on call\n" },
  { TOP "{start: '2026-11-31', handover: 'mon=9:00', agents: [anna], overrides: ['2026-12-24']}\n",
    "main.yaml:6:16: rotas.ops.start: `2026-11-31`: a date is written 2026-12-24, and must exist\n"
    "main.yaml:6:40: rotas.ops.handover: `mon=9:00`: no such time: write 00:00 to 23:59\n"
    "main.yaml:6:80: rotas.ops.overrides[0]: `2026-12-24`: an override is written 2026-12-24=anna or "
    "2026-12-24/2026-12-27=anna\n" },
  { TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: [anna], overrides: ['2026-12-24/2026-12-27=ben',\n"
        "    '2026-12-28=ben', '2026-12-27/2026-12-28=anna']}\n",
    "main.yaml:7:23: rotas.ops.overrides[2]: `2026-12-27/2026-12-28=anna`: another override has one of these dates "
    "already\n" },
  { TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: [anna, bare]}\n",
    "main.yaml:6:68: rotas.ops.agents[1]: agent `bare` has no address, and cannot be told anything: give him one under "
    "agents.bare.addresses\n" },
  { TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: [anna], zone: CET}\n",
    "main.yaml:6:75: rotas.ops.zone: `CET` is not a zone of the system such as Europe/Berlin or UTC\n" },
};

START_TEST (findings)
{
  g_autofree char *found = folder_findings (cases[_i].yaml);
  ck_assert_str_eq (found, cases[_i].findings);
}
END_TEST

/* The rota's own zone, and the desk's where it names none. */
START_TEST (zones)
{
  g_autoptr (TmPolicy) policy
      = folder_policy (TOP "{start: '2026-11-02', handover: 'mon=09:00', agents: [anna, ben]}\n"
                           "  far: {zone: Asia/Tokyo, start: '2026-11-02', handover: 'mon=09:00',\n"
                           "    agents: [anna, ben]}\n"
                           "queues: {s: {addresses: [s@example.com], rota: far}, t: {addresses: [t@example.com]}}\n",
                       "");
  gint64 at;
  ck_assert (instant_parse ("2026-11-09T00:00:00Z", &at));
  ck_assert_str_eq (rota_on_call (site_rota (policy->site, "ops"), at), "anna");
  ck_assert_str_eq (rota_on_call (site_queue (policy->site, "s")->on_call, at), "ben");
  ck_assert_str_eq (rota_on_call (site_queue (policy->site, "s")->on_call, at - 1), "anna");
  ck_assert_ptr_null (site_queue (policy->site, "t")->on_call);
}
END_TEST

SUITE_MAIN ("conf-rotas", tcase_add_loop_test (tc, findings, 0, G_N_ELEMENTS (cases)); tcase_add_test (tc, zones);)
