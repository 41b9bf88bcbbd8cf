/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Customers of the configuration: section and table give the same, bad rows are findings with their lines, and a
 * hundred thousand rows are read.
 */
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

#define DESK HEAD                                                                                               \
  "queues: {support: {addresses: [support@example.com], plan: standard}}\n"                                     \
  "priorities: [{code: P1}, {code: P3}]\n"                                                                      \
  "plans: {standard: {default_priority: P3, targets: {P1: {ack: 1h}}},"                                         \
  " gold: {default_priority: P1, targets: {P3: {ack: 1h}}}}\n"
#define TABLE "customer_table: customers.csv\n"

/* A file `main.yaml`, and `customers.csv` when there is one, and what is found wrong with them. */
static const struct
{
  const char *yaml, *csv, *findings;
} cases[] = {
  { DESK, NULL, "" },
  { DESK "customers: {acme: {}}\n", NULL, "" },
  { DESK "customers: {acme: {domains: [acme]}}\n", NULL,
    "main.yaml:6:30: customers.acme.domains[0]: `acme` is not a domain such as example.com\n" },
  { DESK "customers: {acme: {domains: [acme.example]}, b: {domains: [ACME.example.]}}\n", NULL,
    "main.yaml:6:60: customers.b.domains[0]: domain `acme.example` is customer `acme`'s already\n" },
  { DESK "customers: {acme: {addresses: [a@x.example]}, b: {addresses: [a@x.example]}}\n", NULL,
    "main.yaml:6:63: customers.b.addresses[0]: address `a@x.example` is customer `acme`'s already\n" },
  { DESK "customers: {acme: {domains: [gmail.com]}}\n", NULL,
    "main.yaml:6:30: customers.acme.domains[0]: warning: `gmail.com` is a public mail domain: mail from there is "
    "nobody's; name addresses instead\n" },
  { DESK "public_domains: [free.example]\ncustomers: {acme: {domains: [free.example]}}\n", NULL,
    "main.yaml:7:30: customers.acme.domains[0]: warning: `free.example` is a public mail domain: mail from there is "
    "nobody's; name addresses instead\n" },
  { DESK "public_domains: [free.example]\ncustomers: {acme: {domains: [acme.free.example]}}\n", NULL, "" },
  { DESK "customers: {acme: {plan: golden}}\n", NULL,
    "main.yaml:6:26: customers.acme.plan: unknown plan `golden`; did you mean `gold`?\n" },
  { DESK "customers: {acme: {tags: {Cluster: c12}}}\n", NULL,
    "main.yaml:6:36: customers.acme.tags.Cluster: a tag's key is made of a-z, 0-9, `_`, `.` and `-`\n" },
  { DESK "rules: [{name: r, all: ['customer = acme', 'plan = gold'], then: [human]}]\ncustomers: {acme: {}}\n",
    NULL, "" },
  { DESK "rules: [{name: r, all: ['customer = acne', 'plan = silver'], then: [human]}]\ncustomers: {acme: {}}\n",
    NULL,
    "main.yaml:6:25: rules[0].all[0]: unknown customer `acne`\n"
    "main.yaml:6:44: rules[0].all[1]: unknown plan `silver`\n" },
  { DESK "unknown_sender: {policy: plan}\n", NULL, "main.yaml: unknown_sender: policy plan needs a `plan`\n" },
  { DESK "unknown_sender: {policy: plan, plan: gold}\n", NULL, "" },
  { DESK "unknown_sender: {policy: hold, plan: gold}\n", NULL,
    "main.yaml:6:38: unknown_sender.plan: warning: never used: the policy is not plan\n" },
  { DESK "unknown_sender: {policy: hold, expire: 7d}\n", NULL, "" },
  { DESK "unknown_sender: {policy: hold, expire: soon}\n", NULL,
    "main.yaml:6:40: unknown_sender.expire: `soon` is not a duration such as 30s, 15m, 1h or 14d\n" },
  { DESK "unknown_sender: {policy: reject}\n", NULL,
    "main.yaml:6:26: unknown_sender.policy: `reject` is none of: accept, plan, hold, refuse\n" },

  { DESK TABLE, "id,domains\n", "" },
  { DESK TABLE, "", "customers.csv:1:1: customer_table: the file is empty: its first row names the columns\n" },
  { DESK TABLE, "domains,name\n",
    "customers.csv:1:1: customer_table: the first row names the columns, and `id` is missing\n" },
  { DESK TABLE, "id,domain,id\nx,,\n",
    "customers.csv:1:4: customer_table: unknown column `domain`; did you mean `domains`?\n"
    "customers.csv:1:11: customer_table: column `id` is given twice\n" },
  /* Every bad row, one finding each, in one run. */
  { DESK TABLE "customers: {acme: {domains: [acme.example]}}\n"
    "rules: [{name: r, all: ['customer = lost'], then: [human]}]\n",
    "id,name,domains,addresses,plan,tags\n"
    "acme,,,,,\n"
    "two,,acme.example,,,\n"
    "three,,three.example\n"
    "four,,four,,,\n"
    "five,,,five,,\n"
    "six,,,,golden,\n"
    "seven,,,,,cluster\n"
    "eight,,,,,Cluster=c12\n"
    ",,,,,\n"
    "a b,,,,,\n"
    "ten,\"x\ny\",,,,\n"
    "twelve,\"a\"b,,,,\n"
    "good,Good,good.example,g@x.example,gold,cluster=c1\n",
    "customers.csv:2:1: customer_table: customer `acme` is given already\n"
    "customers.csv:3:1: customer_table: domain `acme.example` is customer `acme`'s already\n"
    "customers.csv:4:1: customer_table: the row has 3 values and should have 6\n"
    "customers.csv:5:7: customer_table.domains: `four` is not a domain such as example.com\n"
    "customers.csv:6:8: customer_table.addresses: `five` is not a mail address such as support@example.com\n"
    "customers.csv:7:8: customer_table.plan: unknown plan `golden`\n"
    "customers.csv:8:11: customer_table.tags: `cluster` is no tag: write KEY=VALUE\n"
    "customers.csv:9:11: customer_table.tags: `Cluster`: a tag's key is made of a-z, 0-9, `_`, `.` and `-`\n"
    "customers.csv:10:1: customer_table.id: `` is not a name of letters, digits, `_` and `-`, at most 32\n"
    "customers.csv:11:1: customer_table.id: `a b` is not a name of letters, digits, `_` and `-`, at most 32\n"
    "customers.csv:12:5: customer_table.name: `x y` is not one line of text\n"
    "customers.csv:14:11: customer_table: text stands behind a closing quote\n" },
};

START_TEST (findings)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", cases[_i].yaml);
  if (cases[_i].csv != NULL)
    folder_write (&folder, "customers.csv", cases[_i].csv);
  g_autofree char *found = folder_load (&folder, "main.yaml", NULL);
  ck_assert_str_eq (found, cases[_i].findings);
}
END_TEST

START_TEST (no_table)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", DESK TABLE);
  g_autofree char *found = folder_load (&folder, "main.yaml", NULL);
  ck_assert_msg (strstr (found, "main.yaml:6:17: customer_table: ") == found && strstr (found, "No such file") != NULL,
                 "%s", found);
}
END_TEST

static void
check_strings (const GPtrArray *found, const char *first, const char *second)
{
  ck_assert_uint_eq (found->len, 2);
  ck_assert_str_eq (found->pdata[0], first);
  ck_assert_str_eq (found->pdata[1], second);
}

/* The same customer, once by section and once by table. */
START_TEST (section_and_table)
{
  g_autoptr (TmPolicy) policy = folder_policy (
    DESK TABLE "customers: {yaml: {name: Yam L, domains: [a.example, b.example],\n"
    "  addresses: [a@x.example, b@x.example],\n"
    "  writers: [w@x.example, v@x.example], plan: gold, manager: m@example.com, contact: c@a.example,\n"
    "  zone: America/New_York, language: de, tags: {cluster: c12, tier: one}}, bare: {}}\n",
    "plan,id,name,domains,addresses,writers,manager,contact,zone,language,tags\r\n"
    "gold,csv,Yam L,A.csv.example; b.csv.example,\"a@csv.example\r\nb@csv.example\",w@x.example v@x.example,"
    "M@example.com,c@a.example,America/New_York,de,cluster=c12;tier=one\r\n"
    ",empty,,,,,,,,,\r\n");
  const TmCustomers *customers = policy->site->customers;
  static const char *const ids[] = { "yaml", "csv" };
  ck_assert_uint_eq (customers_count (customers), 4);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const TmCustomer *customer = customers_by_id (customers, ids[i]);
      ck_assert_str_eq (customer->name, "Yam L");
      check_strings (customer->domains, i == 0 ? "a.example" : "a.csv.example", i == 0 ? "b.example" : "b.csv.example");
      check_strings (customer->addresses, i == 0 ? "a@x.example" : "a@csv.example",
                     i == 0 ? "b@x.example" : "b@csv.example");
      check_strings (customer->writers, "w@x.example", "v@x.example");
      ck_assert_str_eq (customer->service_plan->default_priority, "P1");
      ck_assert_str_eq (customer->manager, "m@example.com");
      ck_assert_str_eq (customer->contact, "c@a.example");
      ck_assert_str_eq (g_time_zone_get_identifier (customer->zone), "America/New_York");
      ck_assert_str_eq (customer->language, "de");
      ck_assert_uint_eq (g_hash_table_size (customer->tags), 2);
      ck_assert_str_eq (g_hash_table_lookup (customer->tags, "cluster"), "c12");
      ck_assert_str_eq (g_hash_table_lookup (customer->tags, "tier"), "one");
    }
  ck_assert_str_eq (customers_by_id (customers, "bare")->name, "bare");
  ck_assert_str_eq (customers_by_id (customers, "empty")->name, "empty");
  ck_assert_ptr_null (customers_by_id (customers, "empty")->service_plan);
  ck_assert_ptr_null (customers_by_id (customers, "empty")->zone);
  ck_assert_str_eq (policy->site->unknown_service_plan == NULL ? "none" : "one", "none");
  ck_assert_str_eq (((const TmQueue *) policy->site->queues->pdata[0])->service_plan->id, "standard");
}
END_TEST

START_TEST (large_table)
{
  enum { N = 100000 };
  g_autoptr (GString) csv = g_string_new ("id,name,domains,addresses,plan,tags\n");
  for (unsigned i = 0; i < N; i++)
    g_string_append_printf (csv, "c%u,Customer %u,c%u.example;c%u.test,boss%u@gmail.com,gold,cluster=c%u\n", i, i, i, i,
                            i, i % 100);
  g_autoptr (TmPolicy) policy = folder_policy (DESK TABLE, csv->str);
  ck_assert_uint_eq (customers_count (policy->site->customers), N);
  TmCustomerMatch match;
  customers_find (policy->site->customers, "eve@web.c99999.test", &match);
  ck_assert_str_eq (match.customer->id, "c99999");
  ck_assert_uint_eq (match.n_probes, 3);
  /* What the table says is not repeated in the settings. */
  ck_assert_uint_lt (policy->settings->len, 200);
}
END_TEST

SUITE_MAIN ("conf-customers", tcase_add_loop_test (tc, findings, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, no_table); tcase_add_test (tc, section_and_table); tcase_add_test (tc, large_table);)
