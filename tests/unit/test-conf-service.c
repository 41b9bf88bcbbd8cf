/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plans, targets and contracts in the configuration: what is read, and what is found wrong, with its place.
 */
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

#define TOP HEAD "priorities: [{code: P1}, {code: P3}]\n"

static const struct
{
  const char *yaml, *findings;
} cases[] = {
  { TOP "plans: {s: {targets: {P1: {dispatch: 30m}, P3: {ack: 1h, update: none}}}}\n", "" },
  { TOP "plans: {s: {targets: {P1: {dispatch: {target: 30m}}, P3: {ack: 90s}}}}\n", "" },
  { TOP "plans: {s: {targets: {P1: {dispatch: 1d}, P3: {ack: 1h}}}}\n",
    "main.yaml:4:38: plans.s.targets.P1.dispatch: `1d`: `d` is ambiguous: write bd for business days, or hours (24h "
    "is an elapsed day)\n" },
  { TOP "plans: {s: {targets: {P1: {reply: 1h}, P3: {ack: 1h}}}}\n",
    "main.yaml:4:28: plans.s.targets.P1.reply: `reply` is not a metric: dispatch, ack, first_response, next_response, "
    "update, resolution, review or postmortem\n" },
  { TOP "plans: {s: {targets: {P2: {ack: 1h}, P1: {ack: 1h}, P3: {ack: 1h}}}}\n",
    "main.yaml:4:23: plans.s.targets.P2: unknown priority `P2`\n" },
  { TOP "plans: {s: {calendar: office, targets: {P1: {ack: 1h}, P3: {ack: 1h}}}}\n",
    "main.yaml:4:23: plans.s.calendar: unknown calendar `office`\n" },
  { TOP "plans: {s: {targets: {P1: {ack: {target: 1bh, calendar: office}}, P3: {ack: 1h}}}}\n",
    "main.yaml:4:57: plans.s.targets.P1.ack.calendar: unknown calendar `office`\n" },
  { TOP "plans: {s: {targets: {P1: {ack: 1bh}, P3: {ack: 2bd}}}}\n",
    "main.yaml:4:33: plans.s.targets.P1.ack: counts business time, and no calendar is named: give it one, or the plan\n"
    "main.yaml:4:49: plans.s.targets.P3.ack: counts business time, and no calendar is named: give it one, or the "
    "plan\n" },
  { TOP "plans: {s: {targets: {P1: {ack: {calendar: office}}, P3: {ack: 1h}}}}\n",
    "main.yaml:4:33: plans.s.targets.P1.ack.target: is required, but missing\n"
    "main.yaml:4:44: plans.s.targets.P1.ack.calendar: unknown calendar `office`\n" },
  { TOP "plans: {s: {targets: {P1: {ack: 9999h}, P3: {ack: 9600h}}}}\n",
    "main.yaml:4:33: plans.s.targets.P1.ack: warning: may lie more than 400 days ahead: such a clock is never due\n" },
  { TOP "calendars: {o: {hours: 'mon=08:00-09:00'}}\n"
        "plans: {s: {calendar: o, targets: {P1: {ack: 3bd}, P3: {ack: 90bd}}}}\n",
    "main.yaml:5:62: plans.s.targets.P3.ack: warning: may lie more than 400 days ahead: such a clock is never due\n" },
  { TOP "calendars: {o: {hours: 24x7}}\n"
        "plans: {s: {calendar: O, targets: {P1: {ack: {target: 1bh, calendar: oo}}, P3: {ack: 1h}}}}\n",
    "main.yaml:5:23: plans.s.calendar: unknown calendar `O`\n"
    "main.yaml:5:70: plans.s.targets.P1.ack.calendar: unknown calendar `oo`\n" },
  { TOP "plans: {s: {}}\n", "main.yaml:4:12: plans.s: warning: has no targets: its tickets have no clocks\n" },
  { TOP "plans: {s: {targets: {P1: {ack: 1h}}}}\n",
    "main.yaml:3:26: priorities[1]: warning: no plan has targets for priority `P3`: its tickets have no clocks\n" },
  { TOP "plans: {s: {on_raise: now, on_reply: closed, targets: {P1: {ack: 1h}, P3: {ack: 1h}}}}\n",
    "main.yaml:4:23: plans.s.on_raise: `now` is none of: from_now, from_start\n"
    "main.yaml:4:38: plans.s.on_reply: `closed` is none of: waiting, open\n" },
  { TOP "plans: {s: {targets: {P1: {ack: 1h}, P3: {ack: 1h}}}}\n"
        "customers: {acme: {calendar: x, targets: {P1: {ack: 15m}, P9: {ack: 1h}}}}\n",
    "main.yaml:5:30: customers.acme.calendar: unknown calendar `x`\n"
    "main.yaml:5:59: customers.acme.targets.P9: unknown priority `P9`\n" },
};

START_TEST (findings)
{
  g_autofree char *found = folder_findings (cases[_i].yaml);
  ck_assert_str_eq (found, cases[_i].findings);
}
END_TEST

#define PLANS TOP "plans: {s: {targets: {P1: {dispatch: 30m, update: 2h}, P3: {ack: 1h}}, on_raise: from_start,\n" \
                  "  on_reply: open, on_pending: pauses}}\n"

static const char *
target_of (const TmPolicy *policy, const char *customer, const char *priority, TmMetric metric, char *text)
{
  TmTerms terms = service_terms (site_service_plan (policy->site, "s"),
                                 customers_by_id (policy->site->customers, customer), priority, metric);
  if (terms.target == NULL)
    return "no clock";
  target_print (terms.target, text);
  return text;
}

static const struct
{
  const char *customer, *priority;
  TmMetric metric;
  const char *target;
} terms[] = {
  { NULL, "P1", TM_METRIC_DISPATCH, "30m" },     { NULL, "P3", TM_METRIC_DISPATCH, "no clock" },
  { NULL, NULL, TM_METRIC_DISPATCH, "no clock" }, { "acme", "P1", TM_METRIC_DISPATCH, "15m" },
  { "acme", "P1", TM_METRIC_UPDATE, "no clock" }, { "acme", "P3", TM_METRIC_ACK, "1h" },
  { "acme", "P3", TM_METRIC_REVIEW, "48h" },      { "zeta", "P1", TM_METRIC_DISPATCH, "5m" },
  { "zeta", "P3", TM_METRIC_ACK, "10m" },
};

/* The contract before the plan, in the section and in the table. */
START_TEST (contracts)
{
  g_autoptr (TmPolicy) policy
      = folder_policy (PLANS "customers: {acme: {targets: {P1: {dispatch: 15m, update: none}, P3: {review: 48h}}}}\n"
                    "customer_table: customers.csv\n",
              "id,targets\nzeta,P1.dispatch=5m; P3.ack=10m\n");
  char text[TM_TARGET_TEXT_MAX];
  ck_assert_str_eq (target_of (policy, terms[_i].customer, terms[_i].priority, terms[_i].metric, text),
                    terms[_i].target);
}
END_TEST

START_TEST (plan)
{
  g_autoptr (TmPolicy) policy = folder_policy (PLANS "zone: Europe/Berlin\n", "");
  const TmServicePlan *found = site_service_plan (policy->site, "s");
  ck_assert (found->on_raise == TM_RAISE_FROM_START && found->on_reply == TM_REPLY_OPEN && found->pauses_pending);
  ck_assert_str_eq (g_time_zone_get_identifier (policy->site->zone), "Europe/Berlin");
}
END_TEST

/* What clocks go by, and nothing else, makes another revision. */
START_TEST (revision)
{
  g_autoptr (TmPolicy) one = folder_policy (PLANS, "");
  g_autoptr (TmPolicy) same = folder_policy (PLANS "grace: 3d\n", "");
  g_autoptr (TmPolicy) other = folder_policy (PLANS "customers: {acme: {targets: {P1: {ack: 1h}}}}\n", "");
  g_autoptr (TmPolicy) table = folder_policy (PLANS "customer_table: customers.csv\n", "id,targets\nacme,P1.ack=2h\n");
  ck_assert_uint_eq (one->site->revision, same->site->revision);
  ck_assert_uint_ne (one->site->revision, other->site->revision);
  ck_assert_uint_ne (table->site->revision, other->site->revision);
}
END_TEST

static const struct
{
  const char *csv, *findings;
} tables[] = {
  { "id,targets\na,P1.ack\n",
    "customers.csv:2:3: customer_table.targets: `P1.ack` is no target: write PRIORITY.METRIC=TARGET, like "
    "P1.first_response=15m\n" },
  { "id,targets\na,P2.ack=1h\n", "customers.csv:2:3: customer_table.targets: unknown priority `P2`\n" },
  { "id,targets\na,P1.ack=1h/office\n", "customers.csv:2:3: customer_table.targets: unknown calendar `office`\n" },
  { "id,calendar\na,office\n", "customers.csv:2:3: customer_table.calendar: unknown calendar `office`\n" },
};

START_TEST (table_findings)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", PLANS "customer_table: customers.csv\n");
  folder_write (&folder, "customers.csv", tables[_i].csv);
  g_autofree char *found = folder_load (&folder, "main.yaml", NULL);
  ck_assert_str_eq (found, tables[_i].findings);
}
END_TEST

SUITE_MAIN ("conf-service", tcase_add_loop_test (tc, findings, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, contracts, 0, G_N_ELEMENTS (terms)); tcase_add_test (tc, plan);
            tcase_add_test (tc, revision); tcase_add_loop_test (tc, table_findings, 0, G_N_ELEMENTS (tables));)
