/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What good files become: values, defaults, settings, includes, and a policy shared by threads.
 */
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

static const char whole[] = HEAD
  "zone: Europe/Berlin\n"
  "language: de\n"
  "socket: inet:8890@127.0.0.1\n"
  "socket_mode: '0600'\n"
  "socket_group: postfix\n"
  "database: data/tickets.db\n"
  "recipient_delimiter: '-'\n"
  "log: {socket: /run/log, facility: local3}\n"
  "authserv_ids: [mx.example.com, MX2.example.com]\n"
  "authserv_queue_id: yes\n"
  "spam: ['header \"X-Spam-Flag\" =~ /^yes/i']\n"
  "mixed_recipients: edit\n"
  "grace: 0d\n"
  "dedup_weak: 90s\n"
  "max_size: 1M\n"
  "memory: 2G\n"
  "match: {steps: 2000, message_steps: 3000, depth: 40, heap: 1M, subject: 512, text: 2K}\n"
  "limits: {sessions: 1, jobs: 2, deadline: 3s, headers: 40, header_bytes: 5K, parts: 6, depth: 7,\n"
  "         boundary_lines: 80, groups: 9, addresses: 10, references: 11}\n"
  "priorities:\n"
  "- {code: P1, name: Urgent, aliases: [production down, critical]}\n"
  "- {code: P3}\n"
  "types:\n"
  "  problem:\n"
  "    name: Problem/Troubleshooting\n"
  "    priorities: [P3]\n"
  "    otherwise: {P1: P3}\n"
  "    needs: {environment: ['text =~ /prod/'], steps: [has_attachment, 'text =~ /steps/']}\n"
  "  question: {}\n"
  "queues:\n"
  "  support:\n"
  "    name: Example Support\n"
  "    addresses: [Support@Example.COM, help@b\xc3\xbc" "cher.example]\n"
  "    type: problem\n"
  "    priority: P3\n"
  "    agents: [anna]\n"
  "    mailboxes: local\n"
  "    reply_to: keep\n"
  "    copy_queue: no\n"
  "    from: '{queue} ({agent})'\n"
  "    footer: no\n"
  "    zone: Asia/Tokyo\n"
  "    language: pt-BR\n"
  "agents:\n"
  "  anna: {name: Anna Example, logins: [anna, anna@example.com], addresses: [anna@example.com],\n"
  "         proof: [dmarc, sasl],\n"
  "         certs: [{subject: 'CN=Anna', issuer: Example CA}, {issuer: Other CA, subject: Anna}]}\n"
  "rules:\n"
  "- name: outage\n"
  "  on: both\n"
  "  all: ['subject =~ /outage/i', '!is_auto', 'text =~ /\\b(?<cluster>c\\d+)\\b/']\n"
  "  any: [has_attachment]\n"
  "  none: ['body =~ /solved/']\n"
  "  then: [type=problem, priority=P1, tag cluster=$cluster, stop]\n"
  "- {name: last, then: [human]}\n"
  "keep: {raw: 2d, quarantine: 1h, outbox: 3d}\n"
  "logins: {web1: [Eve@Acme.Example, shop@acme.example], 'bob@gold.example': [bob@gold.example]}\n"
  "logins_are_addresses: yes\n"
  "guards: {note: off, answered: note}\n";

static TmPolicy *
load (const char *text)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", text);
  TmPolicy *policy = NULL;
  g_autofree char *findings = folder_load (&folder, "main.yaml", &policy);
  ck_assert_str_eq (findings, "");
  return policy;
}

START_TEST (desk)
{
  g_autoptr (TmPolicy) policy = load (whole);
  const TmSite *site = policy->site;
  ck_assert_str_eq (site->instance, "example");
  ck_assert_int_eq (site->recipient_delimiter, '-');
  ck_assert_uint_eq (g_strv_length (site->authserv_ids), 2);
  ck_assert_str_eq (site->authserv_ids[1], "MX2.example.com");
  ck_assert (site->authserv_queue_id && site->edit_mixed);
  ck_assert_int_eq (site->grace_s, 0);
  ck_assert_int_eq (site->dedup_weak_s, 90);
  ck_assert_uint_eq (site->spam->len, 1);
  ck_assert_uint_eq (site->keys->keys->len, 1);

  const TmDaemonSettings *daemon = &policy->daemon;
  ck_assert_str_eq (daemon->socket, "inet:8890@127.0.0.1");
  ck_assert_uint_eq (daemon->socket_mode, 0600);
  ck_assert_str_eq (daemon->socket_group, "postfix");
  ck_assert (g_path_is_absolute (daemon->database) && g_str_has_suffix (daemon->database, "/data/tickets.db"));
  ck_assert_str_eq (daemon->log_socket, "/run/log");
  ck_assert_str_eq (daemon->log_facility, "local3");
  ck_assert_uint_eq (daemon->memory, 2ull << 30);
  ck_assert_uint_eq (daemon->sessions, 1);
  ck_assert_uint_eq (daemon->jobs, 2);
  ck_assert_int_eq (daemon->deadline_s, 3);
  ck_assert_int_eq (daemon->keep_raw_s, 2 * 86400);
  ck_assert_int_eq (daemon->keep_quarantine_s, 3600);
  ck_assert_int_eq (daemon->keep_outbox_s, 3 * 86400);
}
END_TEST

/* Field by field: the structs have padding. */
static void
check_match (const TmMatchLimits *found, const TmMatchLimits *expected)
{
  ck_assert_uint_eq (found->steps, expected->steps);
  ck_assert_uint_eq (found->message_steps, expected->message_steps);
  ck_assert_uint_eq (found->depth, expected->depth);
  ck_assert_uint_eq (found->heap, expected->heap);
}

static void
check_limits (const TmLimits *found, const TmLimits *expected)
{
#define SAME(field) ck_assert_uint_eq (found->field, expected->field)
  SAME (max_size);
  SAME (headers);
  SAME (header_bytes);
  SAME (parts);
  SAME (depth);
  SAME (boundary_lines);
  SAME (groups);
  SAME (addresses);
  SAME (references);
  SAME (subject);
  SAME (text);
#undef SAME
}

START_TEST (bounds)
{
  g_autoptr (TmPolicy) policy = load (whole);
  const TmLimits limits = { .max_size = 1 << 20, .headers = 40, .header_bytes = 5 << 10, .parts = 6, .depth = 7,
                            .boundary_lines = 80, .groups = 9, .addresses = 10, .references = 11, .subject = 512,
                            .text = 2 << 10 };
  check_limits (&policy->limits, &limits);
  const TmMatchLimits match = { .steps = 2000, .message_steps = 3000, .depth = 40, .heap = 1 << 20 };
  check_match (&policy->site->match, &match);
}
END_TEST

START_TEST (items)
{
  g_autoptr (TmPolicy) policy = load (whole);
  const TmSite *site = policy->site;
  ck_assert_int_eq (site_priority_rank (site, "P3"), 1);
  const TmPriority *first = g_ptr_array_index (site->priorities, 0), *second = g_ptr_array_index (site->priorities, 1);
  ck_assert_str_eq (first->aliases[0], "production down");
  ck_assert_str_eq (second->name, "P3");

  const TmType *type = site_type (site, "problem");
  ck_assert_str_eq (type->name, "Problem/Troubleshooting");
  ck_assert_str_eq (type->priorities->pdata[0], "P3");
  ck_assert_str_eq (g_hash_table_lookup (type->otherwise, "P1"), "P3");
  const TmNeed *need = type->needs->pdata[1];
  ck_assert_str_eq (need->name, "steps");
  ck_assert_uint_eq (need->conditions->len, 2);
  ck_assert_ptr_null (site_type (site, "question")->priorities);
  ck_assert_str_eq (site_type (site, "question")->name, "question");

  const TmQueue *queue = site_queue_by_address (site, "help@xn--bcher-kva.example");
  ck_assert_ptr_eq (queue, site_queue (site, "support"));
  ck_assert_str_eq (queue->name, "Example Support");
  ck_assert_str_eq (queue->addresses->pdata[0], "support@example.com");
  ck_assert_str_eq (queue->type, "problem");
  ck_assert_str_eq (queue->priority, "P3");
  ck_assert_int_eq (queue->reply_to, TM_REPLY_TO_KEEP);
  ck_assert (!queue->copy_queue && !queue->footer);
  ck_assert_str_eq (queue->from, "{queue} ({agent})");
  ck_assert_str_eq (g_time_zone_get_identifier (queue->zone), "Asia/Tokyo");
  ck_assert_str_eq (queue->language, "pt-BR");

  const TmAgent *agent = site_agent_by_login (site, "anna@example.com");
  ck_assert_str_eq (agent->name, "Anna Example");
  ck_assert_ptr_eq (site_agent_by_address (site, "anna@example.com"), agent);
  ck_assert (queue_has_agent (queue, agent));
  ck_assert_uint_eq (agent->proofs, TM_PROOF_SASL | TM_PROOF_DMARC);
  ck_assert_uint_eq (agent->certs->len, 2);
  const TmCert *cert = agent->certs->pdata[0], *other = agent->certs->pdata[1];
  ck_assert_str_eq (cert->subject, "CN=Anna");
  ck_assert_str_eq (cert->issuer, "Example CA");
  ck_assert_str_eq (other->subject, "Anna");
  ck_assert_str_eq (other->issuer, "Other CA");

  static const TmGuardMode guards[TM_GUARD_END]
    = { [TM_GUARD_NOTE] = TM_GUARD_OFF, [TM_GUARD_ANSWERED] = TM_GUARD_NOTES,
        [TM_GUARD_NEXT] = TM_GUARD_NOTES };
  ck_assert_mem_eq (site->guards, guards, sizeof guards);
}
END_TEST

/* Who logged in, as whom he may write; `unmapped` when a login is no address by itself. */
START_TEST (logins)
{
  static const struct
  {
    const char *login, *address;
    bool has, has_unmapped;
  } cases[] = {
    { "web1", "eve@acme.example", true, true },
    { "web1", "shop@acme.example", true, true },
    { "web1", "bob@acme.example", false, false },
    { "web2", "eve@acme.example", false, false },
    { "WEB1", "eve@acme.example", false, false },
    { NULL, "eve@acme.example", false, false },
    { "", "eve@acme.example", false, false },
    { "anna", "anna@example.com", true, true },
    { "anna", "eve@acme.example", false, false },
    { "bob@gold.example", "bob@gold.example", true, true },
    { "Joe@Gold.Example", "joe@gold.example", true, false },
    { "joe@gold.example", "joe+x@gold.example", false, false },
    { "joe@gold.example", "bob@gold.example", false, false },
    { "gold.example", "joe@gold.example", false, false },
  };
  g_autoptr (TmPolicy) policy = load (whole);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (unsigned are_addresses = 0; are_addresses < 2; are_addresses++)
      {
        ((TmSite *) policy->site)->logins_are_addresses = are_addresses;
        ck_assert_msg (site_login_has_address (policy->site, cases[i].login, cases[i].address)
                         == (are_addresses ? cases[i].has : cases[i].has_unmapped),
                       "%s as %s, %u", cases[i].login, cases[i].address, are_addresses);
      }
}
END_TEST

START_TEST (rules)
{
  g_autoptr (TmPolicy) policy = load (whole);
  const TmRule *rule = policy->site->rules->pdata[0];
  ck_assert_str_eq (rule->name, "outage");
  ck_assert_int_eq (rule->on, TM_ON_BOTH);
  ck_assert_uint_eq (rule->all->len, 3);
  ck_assert_uint_eq (rule->any->len, 1);
  ck_assert_uint_eq (rule->none->len, 1);
  ck_assert_uint_eq (rule->effects->len, 4);
  ck_assert_int_eq (((const TmEffect *) rule->effects->pdata[3])->kind, TM_EFFECT_STOP);
  ck_assert_int_eq (((const TmRule *) policy->site->rules->pdata[1])->on, TM_ON_NEW);
}
END_TEST

/* The tables' defaults are those that the code itself starts from. */
START_TEST (defaults)
{
  g_autoptr (TmPolicy) policy = load (HEAD);
  g_autoptr (TmSite) site = site_new ();
  const TmLimits limits = TM_LIMITS_DEFAULT;
  check_limits (&policy->limits, &limits);
  check_match (&policy->site->match, &site->match);
  ck_assert_int_eq (policy->site->grace_s, site->grace_s);
  ck_assert_int_eq (policy->site->dedup_weak_s, site->dedup_weak_s);
  ck_assert_int_eq (policy->site->recipient_delimiter, site->recipient_delimiter);
  ck_assert_int_eq (policy->site->edit_mixed, site->edit_mixed);
  ck_assert_uint_eq (policy->daemon.socket_mode, 0660);
  ck_assert_uint_eq (policy->daemon.memory, 512u << 20);
  ck_assert_uint_eq (policy->daemon.sessions, 500);
  ck_assert_str_eq (policy->daemon.database, "/var/lib/ticketmilter/tickets.db");
  ck_assert_ptr_null (policy->daemon.socket_group);
  ck_assert_mem_eq (policy->site->guards, site->guards, sizeof site->guards);
}
END_TEST

static const struct
{
  const char *path, *value, *origin; /* origin without the folder */
} settings[] = {
  { "instance", "example", "/main.yaml:1" },
  { "grace", "0d", "/main.yaml:15" },
  { "auth_milter_tempfails", "no", "default" },
  { "log.facility", "local3", "/main.yaml:10" },
  { "limits.groups", "9", "/main.yaml:21" },
  { "spam[0]", "header \"X-Spam-Flag\" =~ /^yes/i", "/main.yaml:13" },
  { "priorities[1].name", "P3", "default" },
  { "types.problem.otherwise.P1", "P3", "/main.yaml:29" },
  { "types.problem.needs.steps[1]", "text =~ /steps/", "/main.yaml:30" },
  { "queues.support.addresses[0]", "support@example.com", "/main.yaml:35" },
  { "queues.support.from", "{queue} ({agent})", "/main.yaml:42" },
  { "agents.anna.certs[1].subject", "Anna", "/main.yaml:49" },
  { "agents.anna.proof[1]", "sasl", "/main.yaml:48" },
  { "guards.note", "off", "/main.yaml:61" },
  { "guards.rights", "refuse", "default" },
  { "rules[0].then[2]", "tag cluster=$cluster", "/main.yaml:56" },
  { "rules[1].on", "new", "default" },
};

static const TmSetting *
find_setting (const TmPolicy *policy, const char *path)
{
  const TmSetting *found = NULL;
  for (guint i = 0; i < policy->settings->len; i++)
    {
      const TmSetting *setting = policy->settings->pdata[i];
      if (strcmp (setting->path, path) != 0)
        continue;
      ck_assert_msg (found == NULL, "%s is listed twice", path);
      found = setting;
    }
  ck_assert_msg (found != NULL, "%s is not listed", path);
  return found;
}

START_TEST (effective_settings)
{
  g_autoptr (TmPolicy) policy = load (whole);
  const TmSetting *setting = find_setting (policy, settings[_i].path);
  ck_assert_str_eq (setting->value, settings[_i].value);
  const char *origin = strrchr (setting->origin, '/');
  ck_assert_str_eq (origin != NULL ? origin : setting->origin, settings[_i].origin);
}
END_TEST

/* --- includes --- */

START_TEST (includes_add_up)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", HEAD "rules: [{name: one, all: [is_auto], then: [stop]}]\n"
                                           "include: ['rules.d/*.yaml', more.yaml, 'none.d/*.yaml']\n"
                                           "queues: {support: {agents: [anna]}}\n"
                                           "log: {facility: local1}\n");
  folder_write (&folder, "rules.d/B.yaml", "rules: [{name: three, then: [human]}]\n");
  folder_write (&folder, "rules.d/10.yaml",
                "rules: [{name: two, then: [human]}]\nlog: {socket: /x}\ninclude: [sub/x.yaml]\n");
  folder_write (&folder, "rules.d/sub/x.yaml", "grace: 1d\ndatabase: x.db\n");
  folder_write (&folder, "more.yaml", "agents: {anna: {}}\nqueues: {support: {addresses: [s@example.com]}}\n");
  g_autoptr (TmPolicy) policy = NULL;
  g_autofree char *findings = folder_load (&folder, "main.yaml", &policy);
  ck_assert_str_eq (findings, "");
  static const char *const names[] = { "one", "two", "three" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    ck_assert_str_eq (((const TmRule *) policy->site->rules->pdata[i])->name, names[i]);
  ck_assert_uint_eq (site_queue (policy->site, "support")->agents->len, 1);
  ck_assert_str_eq (policy->daemon.log_socket, "/x");
  ck_assert_str_eq (policy->daemon.log_facility, "local1");
  ck_assert_int_eq (policy->site->grace_s, 86400);
  g_autofree char *database = folder_file (&folder, "rules.d/sub/x.db");
  ck_assert_str_eq (policy->daemon.database, database);
}
END_TEST

/* The list counts as standing where `include` stands. */
START_TEST (includes_in_place)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", HEAD "include: [more.yaml]\nrules: [{name: two, then: [human]}]\n");
  folder_write (&folder, "more.yaml", "rules: [{name: one, then: [human]}]\n");
  g_autoptr (TmPolicy) policy = NULL;
  g_autofree char *findings = folder_load (&folder, "main.yaml", &policy);
  ck_assert_str_eq (findings, "");
  ck_assert_str_eq (((const TmRule *) policy->site->rules->pdata[0])->name, "one");
}
END_TEST

static const struct
{
  const char *main, *more, *findings;
} bad_includes[] = {
  { "include: [gone.yaml]\n", "", "main.yaml:3:11: include[0]: Failed to open file \xe2\x80\x9cgone.yaml\xe2\x80\x9d: "
                                  "No such file or directory\n" },
  { "include: [more.yaml, '*.yaml']\n", "",
    "main.yaml:3:22: include[1]: main.yaml is the main file and cannot be included\n"
    "main.yaml:3:22: include[1]: more.yaml is included already, in main.yaml:3\n" },
  { "include: [more.yaml]\n", "include: [more.yaml]\n",
    "more.yaml:1:11: include[0]: more.yaml is included already, in main.yaml:3\n" },
  { "include: [more.yaml]\n", "include: [main.yaml]\n",
    "more.yaml:1:11: include[0]: main.yaml is the main file and cannot be included\n" },
  { "include: [more.yaml]\n", "instance: other\nlog: [x]\n",
    "more.yaml:1:1: instance: given twice; first in main.yaml:1\n"
    "more.yaml:2:6: log: expected a map of options, found a list\n" },
  { "include: [more.yaml]\nlog: {facility: mail}\n", "log: {facility: mail}\nqueues: {a: {name: A}}\n",
    "main.yaml:4:7: log.facility: given twice; first in more.yaml:1\n"
    "more.yaml:2:13: queues.a.addresses: is required, but missing\n" },
  { "include: [more.yaml]\n", "- a\n", "more.yaml:1:1: expected keys such as `queues:`, found a list\n" },
  { "include: more.yaml\n", "", "main.yaml:3:10: include: expected a list of text, found text\n" },
  { "include: ['']\n", "", "main.yaml:3:11: include[0]: has no value: expected one line of text\n" },
};

START_TEST (includes_refused)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  g_autofree char *text = g_strconcat (HEAD, bad_includes[_i].main, NULL);
  folder_write (&folder, "main.yaml", text);
  folder_write (&folder, "more.yaml", bad_includes[_i].more);
  g_autofree char *findings = folder_load (&folder, "main.yaml", NULL);
  ck_assert_str_eq (findings, bad_includes[_i].findings);
}
END_TEST

/* --- key ring --- */

/* What asks for signed addresses is refused without a key. */
#define REMOTE                                                                                                  \
  "queues: {a: {addresses: [a@example.com], agents: [anna], mailboxes: remote}}\nagents: {anna: {logins: [x]}}\n"
#define REMOTE_WITHOUT_KEY                                                                                      \
  "main.yaml:3:69: queues.a.mailboxes: needs signed addresses, and no key signs them; run: ticketctl token rotate\n"

static const struct
{
  const char *keys; /* NULL: no file */
  unsigned mode;
  const char *findings; /* DIR: the folder */
  const char *more;     /* of the configuration */
} rings[] = {
  { NULL, 0, "main.yaml:2:7: keys: warning: there is no key ring keys; run: ticketctl token rotate\n", "" },
  { NULL, 0, "main.yaml:2:7: keys: warning: there is no key ring keys; run: ticketctl token rotate\n"
    REMOTE_WITHOUT_KEY, REMOTE },
  { "k1 retired 2026-11-20T16:00:00Z 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0640,
    "main.yaml:2:7: keys: warning: no key in keys is active; run: ticketctl token rotate\n"
    REMOTE_WITHOUT_KEY, REMOTE },
  { "# of an editor\nk1 nothing x y\n", 0640, "main.yaml:2:7: keys: keys:2: the state must be active, retired or "
    "revoked\n", REMOTE },
  { "# empty\n", 0640, "main.yaml:2:7: keys: warning: no key in keys is active; run: ticketctl token rotate\n",
    "" },
  { "# empty\n", 0644,
    "main.yaml:2:7: keys: keys is open to others than its owner and group (mode 0644); chmod 640 it, and if somebody "
    "may have read it, rotate and mark the old key revoked\n", "" },
  { "# fine\n\nk1 nothing x y\n", 0640, "main.yaml:2:7: keys: keys:3: the state must be active, retired or revoked\n",
    "" },
};

START_TEST (key_rings)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  g_autofree char *config
      = g_strconcat (rings[_i].keys != NULL ? HEAD : "instance: example\nkeys: gone\n", rings[_i].more, NULL);
  folder_write (&folder, "main.yaml", config);
  if (rings[_i].keys != NULL)
    {
      folder_write (&folder, "keys", rings[_i].keys);
      folder_chmod (&folder, "keys", rings[_i].mode);
    }
  g_autofree char *findings = folder_load (&folder, "main.yaml", NULL);
  g_autoptr (GString) text = g_string_new (findings);
  g_string_replace (text, "gone", "keys", 0);
  ck_assert_str_eq (text->str, rings[_i].findings);
}
END_TEST

/* --- threads --- */

enum { N_THREADS = 8, N_ROUNDS = 20000 };

static gpointer
pin_and_drop (gpointer data)
{
  for (int i = 0; i < N_ROUNDS; i++)
    {
      TmPolicy *policy = policy_ref (data);
      if (policy->site->rules->len != 2)
        return GINT_TO_POINTER (1);
      policy_unref (policy);
    }
  policy_unref (data);
  return NULL;
}

START_TEST (threads)
{
  TmPolicy *policy = load (whole);
  GThread *workers[N_THREADS];
  for (int i = 0; i < N_THREADS; i++)
    workers[i] = g_thread_new ("worker", pin_and_drop, policy_ref (policy));
  for (int i = 0; i < N_THREADS; i++)
    ck_assert_ptr_null (g_thread_join (workers[i]));
  ck_assert_int_eq (policy->refs, 1);
  policy_unref (policy);
}
END_TEST

SUITE_MAIN ("conf-policy", tcase_add_test (tc, desk);
            tcase_add_test (tc, bounds);
            tcase_add_test (tc, items);
            tcase_add_test (tc, logins); tcase_add_test (tc, rules);
            tcase_add_test (tc, defaults);
            tcase_add_loop_test (tc, effective_settings, 0, G_N_ELEMENTS (settings));
            tcase_add_test (tc, includes_add_up);
            tcase_add_test (tc, includes_in_place);
            tcase_add_loop_test (tc, includes_refused, 0, G_N_ELEMENTS (bad_includes));
            tcase_add_loop_test (tc, key_rings, 0, G_N_ELEMENTS (rings));
            tcase_add_test (tc, threads);)
