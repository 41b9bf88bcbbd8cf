/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is who, from a configuration and the bytes of a mail: customer, plan, whether anybody knows the sender, whether
 * he is who he says he is, where he wants answers, and what rules make of it.
 */
#include "desk/receive.h"
#include "mime/mime.h"
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

static const char config[] = HEAD
  "authserv_ids: [mx.example.com]\n"
  "auth_milter_tempfails: yes\n"
  "public_domains: [free.example]\n"
  "unknown_sender: {policy: plan, plan: trial}\n"
  "customer_table: customers.csv\n"
  "priorities: [{code: P1}, {code: P2}, {code: P3}]\n"
  "plans: {gold: {default_priority: P1, targets: {P1: {ack: 1h}}}, "
  " trial: {default_priority: P3, targets: {P3: {ack: 1h}}},"
  " standard: {default_priority: P2, targets: {P2: {ack: 1h}}}}\n"
  "queues:\n"
  "  support: {addresses: [support@example.com], plan: standard, agents: [anna]}\n"
  "  fixed: {addresses: [fixed@example.com], plan: standard, priority: P2}\n"
  "agents: {anna: {logins: [anna], addresses: [anna@example.com]}}\n"
  "customers:\n"
  "  acme: {domains: [acme.example], plan: gold, tags: {tier: one, cluster: c12}}\n"
  "  labs: {domains: [labs.acme.example], addresses: [lab@gmail.com]}\n"
  "rules:\n"
  "  - {name: vip, all: ['customer = acme', 'plan = gold'], then: [tag vip=yes]}\n"
  "  - {name: known, all: ['customer =~ /./'], then: [tag known=yes]}\n"
  "  - {name: proven, all: [is_authenticated], then: [tag proven=yes]}\n";

static const char table[] = "id,domains,plan\ntabled,tabled.example,gold\n";

#define AR "Authentication-Results: mx.example.com"
#define AR_JOB "Authentication-Results: mx.example.com/4Q"

/* `tags` in the order in which they come. */
static const struct
{
  const char *name, *from, *more; /* header fields, each with its line end */
  const char *login, *to;         /* NULL: not logged in, support@example.com */
  const char *customer, *by, *plan, *priority, *tags;
  bool is_unknown, is_authenticated, needs_job;
  const char *queue_id;           /* NULL: 4Q */
  const char *answer_to;
} cases[] = {
  { .name = "customer by domain", .from = "eve@acme.example", .customer = "acme", .by = "domain", .plan = "gold",
    .priority = "P1", .tags = "cluster=c12 tier=one vip=yes known=yes" },
  { .name = "any case, below the domain", .from = "Eve@WEB.Acme.Example", .customer = "acme", .by = "domain",
    .plan = "gold", .priority = "P1", .tags = "cluster=c12 tier=one vip=yes known=yes" },
  { .name = "longest domain, the queue's plan", .from = "eve@labs.acme.example", .customer = "labs", .by = "domain",
    .plan = "standard", .priority = "P2", .tags = "known=yes" },
  { .name = "address at a public domain", .from = "lab@gmail.com", .customer = "labs", .by = "address",
    .plan = "standard", .priority = "P2", .tags = "known=yes" },
  { .name = "by the table", .from = "eve@tabled.example", .customer = "tabled", .by = "domain", .plan = "gold",
    .priority = "P1", .tags = "known=yes" },
  { .name = "the queue's priority comes before the plan's", .from = "eve@acme.example", .to = "fixed@example.com",
    .customer = "acme", .by = "domain", .plan = "gold", .priority = "P2",
    .tags = "cluster=c12 tier=one vip=yes known=yes" },
  { .name = "unknown", .from = "eve@nobody.example", .plan = "trial", .priority = "P3", .is_unknown = true },
  { .name = "public", .from = "eve@gmail.com", .by = "public", .plan = "trial", .priority = "P3", .is_unknown = true },
  { .name = "public here", .from = "eve@web.free.example", .by = "public", .plan = "trial", .priority = "P3",
    .is_unknown = true },
  { .name = "agent", .from = "anna@example.com", .login = "anna", .plan = "standard", .priority = "P2",
    .tags = "proven=yes", .is_authenticated = true },
  { .name = "agent writes for a customer's address", .from = "eve@acme.example", .login = "anna", .customer = "acme",
    .by = "domain", .plan = "gold", .priority = "P1", .tags = "cluster=c12 tier=one vip=yes known=yes" },
  { .name = "an agent's address without login", .from = "anna@example.com", .plan = "trial", .priority = "P3",
    .is_unknown = true },
  { .name = "somebody else's login", .from = "anna@example.com", .login = "bob", .plan = "trial", .priority = "P3",
    .is_unknown = true },
  { .name = "dmarc", .from = "eve@acme.example", .more = AR "; dmarc=pass header.from=acme.example\r\n",
    .customer = "acme", .by = "domain", .plan = "gold", .priority = "P1",
    .tags = "cluster=c12 tier=one vip=yes known=yes proven=yes", .is_authenticated = true },
  { .name = "results of somebody else", .from = "eve@tabled.example",
    .more = "Authentication-Results: mx.example.com.evil.example; dmarc=pass\r\n", .customer = "tabled",
    .by = "domain", .plan = "gold", .priority = "P1", .tags = "known=yes" },
  { .name = "two From", .from = "eve@tabled.example", .more = "From: mallory@evil.example\r\n" AR "; dmarc=pass\r\n",
    .plan = "trial", .priority = "P3", .is_unknown = true },
  { .name = "job: without the id", .from = "eve@tabled.example", .more = AR "; dmarc=pass\r\n", .needs_job = true,
    .customer = "tabled", .by = "domain", .plan = "gold", .priority = "P1", .tags = "known=yes" },
  { .name = "job: with the id", .from = "eve@tabled.example", .more = AR_JOB "; dmarc=pass\r\n", .needs_job = true,
    .customer = "tabled", .by = "domain", .plan = "gold", .priority = "P1", .tags = "known=yes proven=yes",
    .is_authenticated = true },
  { .name = "job: another id", .from = "eve@tabled.example", .more = AR_JOB "1; dmarc=pass\r\n", .needs_job = true,
    .customer = "tabled", .by = "domain", .plan = "gold", .priority = "P1", .tags = "known=yes" },
  { .name = "job: a forged one above", .from = "eve@tabled.example", .needs_job = true,
    .more = AR "; dmarc=pass\r\n" AR_JOB "; dmarc=fail\r\n",
    .customer = "tabled", .by = "domain", .plan = "gold", .priority = "P1", .tags = "known=yes" },
  { .name = "job: the MTA told none", .from = "eve@tabled.example", .queue_id = "NOQUEUE", .needs_job = true,
    .more = "Authentication-Results: mx.example.com/NOQUEUE; dmarc=pass\r\n", .customer = "tabled", .by = "domain",
    .plan = "gold", .priority = "P1", .tags = "known=yes" },
#define TABLED .from = "eve@tabled.example", .customer = "tabled", .by = "domain", .plan = "gold", .priority = "P1"
  { .name = "Reply-To below the domain", TABLED, .tags = "known=yes", .more = "Reply-To: desk@a.tabled.example\r\n",
    .answer_to = "desk@a.tabled.example" },
  { .name = "Reply-To elsewhere", TABLED, .tags = "known=yes", .more = "Reply-To: desk@evil.example\r\n" },
  { .name = "Reply-To elsewhere, authenticated", TABLED, .tags = "known=yes proven=yes", .is_authenticated = true,
    .more = "Reply-To: eve@private.example\r\n" AR "; dmarc=pass\r\n", .answer_to = "eve@private.example" },
  { .name = "two addresses in Reply-To", TABLED, .tags = "known=yes",
    .more = "Reply-To: a@tabled.example, b@tabled.example\r\n" },
  { .name = "two Reply-To", TABLED, .tags = "known=yes",
    .more = "Reply-To: a@tabled.example\r\nReply-To: a@tabled.example\r\n" },
  { .name = "Reply-To is ours", TABLED, .tags = "known=yes proven=yes", .is_authenticated = true,
    .more = "Reply-To: support+x@example.com\r\n" AR "; dmarc=pass\r\n" },
  { .name = "Reply-To is an agent's", TABLED, .tags = "known=yes proven=yes", .is_authenticated = true,
    .more = "Reply-To: anna@example.com\r\n" AR "; dmarc=pass\r\n" },
  { .name = "Reply-To is From", TABLED, .tags = "known=yes", .more = "Reply-To: Eve <EVE@tabled.example>\r\n" },
  { .name = "Reply-To in the same public domain", .from = "eve@gmail.com", .by = "public", .plan = "trial",
    .priority = "P3", .is_unknown = true, .more = "Reply-To: mallory@gmail.com\r\n" },
};

static TmPolicy *
load (void)
{
  g_auto (TmFolder) folder = { NULL };
  TmPolicy *policy = NULL;
  folder_init (&folder);
  folder_write (&folder, "main.yaml", config);
  folder_write (&folder, "customers.csv", table);
  g_autofree char *found = folder_load (&folder, "main.yaml", &policy);
  ck_assert_str_eq (found, "");
  return policy;
}

static char *
join_tags (const GPtrArray *tags)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < tags->len; i++)
    {
      const TmTag *tag = tags->pdata[i];
      g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "", tag->key, tag->value);
    }
  return g_string_free (text, FALSE);
}

START_TEST (sender)
{
  g_autoptr (TmPolicy) policy = load ();
  g_autoptr (TmInbound) inbound = NULL;
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  const char *name = cases[_i].name;
  TmEnvelope *envelope = envelope_new ();
  envelope_set_sender (envelope, cases[_i].from);
  envelope_add_recipient (envelope, policy->site, cases[_i].to != NULL ? cases[_i].to : "support@example.com");
  envelope->client_address = g_strdup ("192.0.2.1");
  envelope->login = g_strdup (cases[_i].login);
  g_free (envelope->queue_id);
  envelope->queue_id = g_strdup (cases[_i].queue_id != NULL ? cases[_i].queue_id : "4Q");
  policy->site->authserv_queue_id = cases[_i].needs_job;
  g_autofree char *text = g_strdup_printf ("%sFrom: %s\r\nSubject: x\r\n\r\nHelp.\r\n",
                                           cases[_i].more != NULL ? cases[_i].more : "", cases[_i].from);
  g_autoptr (GBytes) raw = g_bytes_new (text, strlen (text));
  mime_init ();
  ck_assert (receive_explain (NULL, policy, envelope, raw, 1795000000, &inbound, &plan, &error));
  const TmCustomerMatch *match = &inbound->sender;
  g_autofree char *tags = join_tags (inbound->as_new->tags);
  ck_assert_msg (inbound->is_authenticated == cases[_i].is_authenticated, "%s", name);
  ck_assert_msg (inbound->is_unknown == cases[_i].is_unknown, "%s", name);
  ck_assert_pstr_eq (match->customer != NULL ? match->customer->id : NULL, cases[_i].customer);
  ck_assert_pstr_eq (customer_by_name (match->by), cases[_i].by);
  ck_assert_pstr_eq (plan->customer, cases[_i].customer);
  ck_assert_pstr_eq (plan->service_plan, cases[_i].plan);
  ck_assert_pstr_eq (plan->priority, cases[_i].priority);
  ck_assert_pstr_eq (plan->answer_to, cases[_i].answer_to);
  ck_assert_str_eq (tags, cases[_i].tags != NULL ? cases[_i].tags : "");
}
END_TEST

SUITE_MAIN ("who", tcase_add_loop_test (tc, sender, 0, G_N_ELEMENTS (cases));)
