/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the reader of the configuration says of bad files: every finding, its place and its words.
 */
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

/* The text stands behind HEAD, from line 3; findings without the file's name. */
typedef struct
{
  const char *text;
  const char *findings;
} Case;

#define QUEUE "queues: {support: {addresses: [support@example.com]}}\n"

#define QUEUED(option) "queues: {a: {addresses: [a@example.com], " option "}}\n"
#define TRUSTED "authserv_ids: [mx.example.com]\nauthserv_queue_id: yes\n"

static const Case structure[] = {
  { "", "" },
  { "# nothing but a comment\n", "" },
  { "instanze: x\n", "3:1: instanze: unknown key; did you mean `instance`?" },
  { "bells: {}\n", "3:1: bells: unknown key" },
  { "grace: 1d\ngrace: 2d\n", "4:1: grace: given twice; first at line 3" },
  { "grace: !!str 1d\n", "3:8: grace: begins with `!`, which makes it a YAML tag; quote it: '!!str 1d'\n"
                          "3:8: grace: `!!str 1d` is not a duration such as 30s, 15m, 1h or 14d" },
  { "grace: &x 1d\ndedup_weak: *x\n", "3:8: grace: anchors are not accepted: `&x`; quote it if it is text\n"
                                      "4:13: dedup_weak: aliases are not accepted: `*x`; quote it if it is text" },
  { "log: {<<: {facility: mail}}\n", "3:7: log: merge keys (`<<`) are not accepted" },
  { "? [a]\n: b\n", "3:3: a key must be a word" },
  { "---\ngrace: 1d\n", "3:1: a second document is not accepted; use `include`" },
  { "grace: 'a\nmemory: 1G\n",
    "5:1: found unexpected end of stream, while scanning a quoted scalar that begins at line 3, column 8" },
  { "log: {socket: /dev/log\ngrace: 1d\n",
    "4:6: log: did not find expected ',' or '}', while parsing a flow mapping that begins at line 3, column 6" },
  { "grace:\t@x\n",
    "3:8: found character that cannot start any token, while scanning for the next token that begins at line 3, "
    "column 8; quote the value, and indent with spaces, not tabs" },
  { "grace: a\xff\n", "3:9: invalid leading UTF-8 octet" },
  { "language: \"a\\0b\"\n", "3:11: language: text must not hold a NUL" },
  { "authserv_ids: [[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]\n",
    "3:16: authserv_ids[0]: expected one line of text, found a list; quote it if it is text\n"
    "3:34: authserv_ids[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: nested too deeply\n" },
  { "log: x\n", "3:6: log: expected a map of options, found text" },
  { "log:\n", "3:5: log: has no value: expected a map of options" },
  { "grace:\n", "3:7: grace: has no value: expected a duration such as 30s, 15m, 1h or 14d" },
  { "grace: [1d]\n",
    "3:8: grace: expected a duration such as 30s, 15m, 1h or 14d, found a list; quote it if it is text" },
  { "authserv_ids: mx.example.com\n", "3:15: authserv_ids: expected a list of text, found text" },
  { "rules: {name: x}\n", "3:8: rules: expected a list of maps, found a map" },
  { "rules: [x]\n", "3:9: rules[0]: expected a map of options, found text" },
  { "queues: [support]\n", "3:9: queues: expected a map with a name for each item, found a list" },
};

static const Case values[] = {
  { "zone: CET\n", "3:7: zone: `CET` is not a zone of the system such as Europe/Berlin or UTC" },
  { "zone: Europe/Berlyn\n", "3:7: zone: `Europe/Berlyn` is not a zone of the system such as Europe/Berlin or UTC" },
  { "zone: right/Europe/Berlin\n",
    "3:7: zone: `right/Europe/Berlin` is not a zone of the system such as Europe/Berlin or UTC" },
  { "zone: Etc/GMT+5\nlanguage: pt-BR\n", "" },
  { "language: english\n", "3:11: language: `english` is not a language such as en or pt-BR" },
  { "socket: /run/x.sock\n",
    "3:9: socket: `/run/x.sock` is not a socket such as unix:/PATH, inet:PORT@HOST, inet6:PORT@HOST or fd:3" },
  { "socket: inet:70000@127.0.0.1\n",
    "3:9: socket: `inet:70000@127.0.0.1` is not a socket such as unix:/PATH, inet:PORT@HOST, inet6:PORT@HOST or fd:3" },
  { "socket: inet:7000@127.0.0.1\n", "" },
  { "socket: fd:3\n", "" },
  { "socket_mode: 0999\n", "3:14: socket_mode: `0999` is not a mode such as '0660'" },
  { "recipient_delimiter: '++'\n",
    "3:22: recipient_delimiter: `++` is not one punctuation character such as '+'" },
  { "recipient_delimiter: '@'\n", "3:22: recipient_delimiter: `@` is not one punctuation character such as '+'" },
  { "log: {facility: post}\n", "3:17: log.facility: `post` is not a syslog facility such as mail or local0" },
  { "grace: 14\n", "3:8: grace: `14` is not a duration such as 30s, 15m, 1h or 14d" },
  { "grace: 99999d\n", "3:8: grace: `99999d` is out of bounds; it must be 0s to 3650d" },
  { "grace: 99999999999999999999d\n",
    "3:8: grace: `99999999999999999999d` is out of bounds; it must be 0s to 3650d" },
  { "max_size: 10\n", "3:11: max_size: `10` is out of bounds; it must be 64K to 1G" },
  { "max_size: 50MB\n", "3:11: max_size: `50MB` is not a size such as 512K, 50M or 1G" },
  { "limits: {sessions: -1}\n", "3:20: limits.sessions: `-1` is not a number" },
  { "limits: {sessions: 0}\n", "3:20: limits.sessions: `0` is out of bounds; it must be 1 to 100000" },
  { "authserv_queue_id: true\n", "3:20: authserv_queue_id: `true` is not yes or no" },
  { "mixed_recipients: recrod\n",
    "3:19: mixed_recipients: `recrod` is none of: record, edit; did you mean `record`?" },
  { "socket_group: \"a\\nb\"\n", "3:15: socket_group: `a b` is not one line of text" },
  { "queues: {'a b': {addresses: [a@example.com]}}\n",
    "3:10: queues.a b: `a b` is not a name of letters, digits, `_` and `-`, at most 32" },
  { "queues: {support: {addresses: [support]}}\n",
    "3:32: queues.support.addresses[0]: `support` is not a mail address such as support@example.com" },
  { "queues: {support: {addresses: ['a@b.example, c@d.example']}}\n",
    "3:32: queues.support.addresses[0]: `a@b.example, c@d.example` is not a mail address such as support@example.com" },
  { "queues: {support: {addresses: []}}\n", "3:31: queues.support.addresses: the list is empty" },
  { "queues: {support: {name: x}}\n", "3:19: queues.support.addresses: is required, but missing" },
  { "agents: {anna: {proof: [dmacr]}}\n",
    "3:25: agents.anna.proof[0]: `dmacr` is none of: sasl, dmarc; did you mean `dmarc`?" },
  { "agents: {anna: {proof: []}}\n", "3:24: agents.anna.proof: the list is empty" },
  { "agents: {anna: {certs: [{subject: Anna}]}}\n", "3:25: agents.anna.certs[0].issuer: is required, but missing" },
  { "agents: {anna: {certs: [{issuer: CA, subjekt: Anna}]}}\n",
    "3:25: agents.anna.certs[0].subject: is required, but missing\n"
    "3:38: agents.anna.certs[0].subjekt: unknown key; did you mean `subject`?" },
  { "agents: {anna: {certs: [Anna]}}\n", "3:25: agents.anna.certs[0]: expected a map of options, found text" },
  { "guards: {note: refused, answred: off}\n",
    "3:16: guards.note: `refused` is none of: refuse, note, off; did you mean `refuse`?\n"
    "3:25: guards.answred: unknown key; did you mean `answered`?" },
  { QUEUED ("from: '{agent} of {Queue}'"),
    "3:48: queues.a.from: `{Queue}` means nothing; there are {agent} and {queue}; did you mean `queue`?" },
  { QUEUED ("from: '{agent'"), "3:48: queues.a.from: `{agent`: a brace without its other half" },
  { QUEUED ("from: 'agent}'"), "3:48: queues.a.from: `agent}`: a brace without its other half" },
  { QUEUED ("from: '{}'"), "3:48: queues.a.from: `{}` means nothing; there are {agent} and {queue}" },
  { QUEUED ("zone: Berlin"),
    "3:48: queues.a.zone: `Berlin` is not a zone of the system such as Europe/Berlin or UTC" },
  { QUEUED ("language: german"), "3:52: queues.a.language: `german` is not a language such as en or pt-BR" },
  { QUEUED ("copy_queue: true"), "3:54: queues.a.copy_queue: `true` is not yes or no" },
  { "priorities: [{code: \"a\\tb\"}]\n",
    "3:21: priorities[0].code: `a b` is not a name of letters, digits, `_` and `-`, at most 32" },
  { "priorities: [{name: Urgent}]\n", "3:14: priorities[0].code: is required, but missing" },
};

/* What is of another agent, or of another option. */
static const Case agents[] = {
  { "agents: {anna: {certs: [{subject: A, issuer: CA}, {subject: A, issuer: CB}]},\n"
    "         bob: {certs: [{subject: B, issuer: CA}, {issuer: CA, subject: A}]}}\n",
    "4:50: agents.bob.certs[1]: this certificate is agent `anna`'s already" },
  { "agents: {anna: {proof: [dmarc], addresses: [a@example.com]}}\n",
    "3:24: agents.anna.proof: warning: dmarc proves nothing without authserv_ids: name the filter whose results "
    "count" },
  { TRUSTED "agents: {anna: {proof: [dmarc]}}\n",
    "5:24: agents.anna.proof: warning: dmarc proves an address, and this agent has none" },
  { TRUSTED "agents: {anna: {proof: [dmarc], addresses: [a@example.com], logins: [a]}}\n",
    "5:69: agents.anna.logins: warning: never used: `proof` has no sasl" },
  { TRUSTED "agents: {anna: {proof: [sasl, dmarc], addresses: [a@example.com], logins: [a]}}\n", "" },
};

static const Case rules[] = {
  { "rules:\n- name: a\n  all: [!is_auto]\n  then: [stop]\n",
    "5:9: rules[0].all[0]: begins with `!`, which makes it a YAML tag; quote it: '!is_auto'" },
  { "rules:\n- name: a\n  all:\n  - !is_auto\n  - !is_ato\n  then: [stop]\n",
    "6:5: rules[0].all[0]: begins with `!`, which makes it a YAML tag; quote it: '!is_auto'\n"
    "7:5: rules[0].all[1]: begins with `!`, which makes it a YAML tag; quote it: '!is_ato'\n"
    "7:6: rules[0].all[1]: unknown flag `is_ato`; did you mean `is_auto`?" },
  { "rules:\n- name: a\n  all:\n  - !header \"X-A\" =~ /b/\n  - !header \"X-A\" =~ /(/\n  then: [stop]\n",
    "6:5: rules[0].all[0]: begins with `!`, which makes it a YAML tag; quote it: '!header \"X-A\" =~ /b/'\n"
    "7:5: rules[0].all[1]: begins with `!`, which makes it a YAML tag; quote it: '!header \"X-A\" =~ /(/'\n"
    "7:24: rules[0].all[1]: bad pattern: missing closing parenthesis" },
  { "rules:\n- name: a\n  all:\n  - !subject =~ /it's/\n  then: [stop]\n",
    "6:5: rules[0].all[0]: begins with `!`, which makes it a YAML tag; quote it: '!subject =~ /it''s/'" },
  { "rules:\n- name: a\n  all:\n  - subject =~ /a: b/\n  then: [stop]\n",
    "6:5: rules[0].all[0]: expected a condition such as 'subject =~ /outage/i', found a map; quote it if it is text" },
  { "rules:\n- name: a\n  all: ['']\n  then: [stop]\n",
    "5:9: rules[0].all[0]: has no value: expected a condition such as 'subject =~ /outage/i'" },
  { "rules:\n- name: a\n  all: []\n  then: [stop]\n", "5:8: rules[0].all: the list is empty" },
  { "rules:\n- {name: a, all: [is_auto], then: [stpo]}\n",
    "4:36: rules[0].then[0]: unknown effect `stpo`; did you mean `stop`?" },
  { "rules:\n- {name: a, all: [is_auto], then: [stop]}\n- {name: a, all: [is_auto], then: [stop]}\n",
    "5:10: rules[1].name: rule `a` is given already, in FILE:4" },
  { "rules:\n- {name: a, all: [is_auto]}\n", "4:3: rules[0]: warning: has no effects: `then` is missing" },
  { "rules:\n- {name: a, on: both, then: [stop]}\n- {name: b, then: [human]}\n",
    "5:3: rules[1]: never reached: rule `a` stops without a condition" },
  { "rules:\n- {name: a, on: new, then: [stop]}\n- {name: b, on: followup, then: [human]}\n"
    "- {name: c, on: both, then: [stop]}\n- {name: d, on: followup, then: [human]}\n",
    "7:3: rules[3]: never reached: rule `c` stops without a condition" },
  { "rules:\n- {name: a, all: [is_auto], then: [stop]}\n- {name: b, then: [human]}\n", "" },
  { "rules:\n- name: a\n  all: ['text =~ /\\b(?<cluster>c\\d+)/']\n  then: [tag c=$clutser, note \"on $cluster\"]\n",
    "6:10: rules[0].then[0]: no condition under `all` or `any` has a group (?<clutser>…); did you mean `cluster`?" },
  { "rules:\n- {name: a, none: ['text =~ /(?<x>y)/'], then: [tag a=$x]}\n",
    "4:49: rules[0].then[0]: no condition under `all` or `any` has a group (?<x>…)" },
  { "rules:\n- name: a\n  all: ['text =~ /(?<mail>\\S+@\\S+)/']\n  then: [requester=$mial, correlate \"$hots\"]\n",
    "6:10: rules[0].then[0]: no condition under `all` or `any` has a group (?<mial>…); did you mean `mail`?\n"
    "6:27: rules[0].then[1]: no condition under `all` or `any` has a group (?<hots>…)" },
  { "rules:\n- {name: a, all: [is_auto], then: [correlate x recovery subjct =~ /y/]}\n",
    "4:57: rules[0].then[0]: unknown field `subjct`; did you mean `subject`?" },
};

static const Case references[] = {
  { "priorities: [{code: P1}]\nrules:\n- {name: a, all: [is_auto], "
    "then: [priority raise ceiling P2, priority floor P3]}\n"
    "- {name: b, all: [is_auto], then: [priority ceiling P4, queue=bill move, correlate x recovery type = boom]}\n",
    "5:36: rules[0].then[0]: unknown priority `P2`\n"
    "5:63: rules[0].then[1]: unknown priority `P3`\n"
    "6:36: rules[1].then[0]: unknown priority `P4`\n"
    "6:57: rules[1].then[1]: unknown queue `bill`\n"
    "6:74: rules[1].then[2]: unknown type `boom`" },
  { "queues: {support: {addresses: [s@example.com], type: problem, priority: P1, agents: [anna]}}\n",
    "3:54: queues.support.type: unknown type `problem`\n"
    "3:73: queues.support.priority: unknown priority `P1`\n"
    "3:86: queues.support.agents[0]: unknown agent `anna`" },
  { "agents: {anna: {}}\n" "queues: {support: {addresses: [s@example.com], agents: [ana]}}\n",
    "4:57: queues.support.agents[0]: unknown agent `ana`; did you mean `anna`?" },
  { "priorities: [{code: P1}, {code: P2}]\ntypes: {problem: {priorities: [P1, P3], otherwise: {P4: P1}}}\n",
    "4:36: types.problem.priorities[1]: unknown priority `P3`\n"
    "4:53: types.problem.otherwise.P4: unknown priority `P4`" },
  { "priorities: [{code: P1}, {code: P2}]\n"
    "plans: {a: {stated_priority: [P2, P3], workaround: {lower: 1, floor: P5}, "
    "targets: {P1: {ack: 1h}}}}\n",
    "4:35: plans.a.stated_priority[1]: unknown priority `P3`\n"
    "4:70: plans.a.workaround.floor: unknown priority `P5`" },
  { "priorities: [{code: P1}]\nplans: {a: {stated_priority: [], workaround: {lower: one}, targets: {P1: {ack: 1h}}}}\n",
    "4:54: plans.a.workaround.lower: `one` is not a number" },
  { "priorities: [{code: P1}, {code: P2}]\ntypes:\n  a: {priorities: [P1], otherwise: {P2: P2}}\n"
    "  b: {otherwise: {P2: P1}}\n  c: {priorities: [P1], otherwise: {P1: P1}}\n",
    "5:41: types.a.otherwise.P2: `P2` is not among the priorities of this type\n"
    "6:23: types.b.otherwise.P2: means nothing without `priorities`\n"
    "7:41: types.c.otherwise.P1: warning: never used: this type may have `P1`" },
  { "priorities: [{code: P1}, {code: P1}]\n", "3:33: priorities[1].code: priority `P1` is given already, in FILE:3" },
  { QUEUE "rules:\n- {name: a, all: ['queue = hosting'], then: [type=x, priority=P9, queue=suport, assign=bob]}\n",
    "5:19: rules[0].all[0]: unknown queue `hosting`\n"
    "5:46: rules[0].then[0]: unknown type `x`\n"
    "5:54: rules[0].then[1]: unknown priority `P9`\n"
    "5:67: rules[0].then[2]: unknown queue `suport`; did you mean `support`?\n"
    "5:81: rules[0].then[3]: unknown agent `bob`" },
  { "queues:\n  a: {addresses: [a@example.com, Help@Example.COM]}\n  b: {addresses: [<help@example.com>]}\n"
    "agents: {anna: {addresses: [a@example.com], logins: [x]}, bob: {logins: [x]}}\n",
    "5:19: queues.b.addresses[0]: address `help@example.com` is given already, in FILE:4\n"
    "6:29: agents.anna.addresses[0]: address `a@example.com` is given already, in FILE:4\n"
    "6:74: agents.bob.logins[0]: login `x` is given already, in FILE:6" },
  { "queues: {a: {addresses: [a+b@example.com]}}\n",
    "3:26: queues.a.addresses[0]: warning: holds the recipient_delimiter `+`: signed addresses of this queue cannot be "
    "told from it" },
  { "queues: {support: {addresses: ['\xc3\xbc@example.com', s@example.com], mailboxes: remote}}\n",
    "3:76: queues.support.mailboxes: the queue's first address must be ASCII: it stands in From or Reply-To; put "
    "another one first\n"
    "3:76: queues.support.mailboxes: warning: answers go to a signed address, and no agent of this queue has a login, "
    "a certificate or proof dmarc: agents' answers will be refused or taken for a stranger's" },
  { "queues: {a: {addresses: [a@example.com], reply_to: token, agents: [anna]}}\nagents: {anna: {}}\n",
    "3:52: queues.a.reply_to: warning: answers go to a signed address, and no agent of this queue has a login, a "
    "certificate or proof dmarc: agents' answers will be refused or taken for a stranger's" },
  { "queues: {a: {addresses: [a@example.com], reply_to: token, mailboxes: remote, agents: [anna]}}\n"
    "agents: {anna: {logins: [anna]}}\n", "" },
  { "queues: {a: {addresses: [a@example.com], reply_to: token, agents: [anna]}}\n"
    "agents: {anna: {certs: [{subject: Anna, issuer: CA}]}}\n", "" },
  { TRUSTED "queues: {a: {addresses: [a@example.com], reply_to: token, agents: [anna]}}\n"
    "agents: {anna: {addresses: [anna@example.com], proof: [dmarc]}}\n", "" },
  { "queues: {a: {addresses: ['\xc3\xa4@example.com'], agents: [anna]}}\nagents: {anna: {logins: [anna]}}\n", "" },
  { "recipient_delimiter: '-'\n" "queues: {a: {addresses: [a+b@example.com]}}\n", "" },
  { "authserv_ids: [mx.example.com]\n",
    "3:16: authserv_ids: warning: anybody's Authentication-Results count while the milter that writes them is down; "
    "set authserv_queue_id: yes, or auth_milter_tempfails: yes if mail then waits" },
  { "authserv_ids: [mx.example.com]\nauth_milter_tempfails: yes\n", "" },
  { "authserv_ids: [mx.example.com]\nauthserv_queue_id: yes\n", "" },
  { "memory: 10M\n", "memory: warning: is smaller than max_size: the largest messages will never get in" },
};

/* Bad patterns: the column is that of the character in the pattern. */
static const Case patterns[] = {
  { "spam:\n- subject =~ /a(b/\n", "4:18: spam[0]: " },
  { "spam:\n- 'subject =~ /it''s (b/'\n", "4:24: spam[0]: " },
  { "spam:\n- \"subject =~ /a(b/\"\n", "4:3: spam[0]: " },
  { "spam:\n- >-\n  subject =~ /a(b/\n", "4:3: spam[0]: " },
  { "spam: ['subject =~ /\xc3\xa4(b/']\n", "3:24: spam[0]: " },
  { "spam: [subjct =~ /a/]\n", "3:8: spam[0]: " },
  { "spam: ['subject =~ /a*/']\n", "3:21: spam[0]: " },
};

/* Expected findings as policy_load() gives them. */
static char *
complete (const char *findings)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (findings, "\n", -1);
  for (GStrv line = lines; *line != NULL; line++)
    if (**line != '\0')
      g_string_append_printf (text, "main.yaml:%s%s\n", g_ascii_isdigit (**line) ? "" : " ", *line);
  g_string_replace (text, "FILE", "main.yaml", 0);
  return g_strdup (text->str);
}

static char *
load_case (const Case *c)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  g_autofree char *text = g_strconcat (HEAD, c->text, NULL);
  folder_write (&folder, "main.yaml", text);
  return folder_load (&folder, "main.yaml", NULL);
}

static void
check_case (const Case *c)
{
  g_autofree char *found = load_case (c);
  g_autofree char *expected = complete (c->findings);
  ck_assert_str_eq (found, expected);
}

START_TEST (bad_structure)
{
  check_case (&structure[_i]);
}
END_TEST

START_TEST (bad_values)
{
  check_case (&values[_i]);
}
END_TEST

START_TEST (bad_agents)
{
  check_case (&agents[_i]);
}
END_TEST

START_TEST (bad_rules)
{
  check_case (&rules[_i]);
}
END_TEST

START_TEST (bad_references)
{
  check_case (&references[_i]);
}
END_TEST

START_TEST (bad_patterns)
{
  g_autofree char *found = load_case (&patterns[_i]);
  g_autofree char *place = g_strconcat ("main.yaml:", patterns[_i].findings, NULL);
  ck_assert_msg (g_str_has_prefix (found, place), "%s is not at %s", found, place);
  ck_assert_ptr_eq (strchr (found, '\n'), found + strlen (found) - 1);
}
END_TEST

/* One run tells everything that is wrong: in all files, whatever the kind. */
START_TEST (all_at_once)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml",
                "instance: Example\n"
                "keys: keys\n"
                "grace: soon\n"
                "include: [more/*.yaml]\n"
                "queus: {}\n"
                "queues: {support: {addresses: [s@example.com], type: problem}}\n"
                "rules:\n"
                "- {name: last, all: [!is_auto, 'subject =~ /(/'], then: [assign=anna]}\n");
  folder_write (&folder, "more/a.yaml", "queues: {hosting: {addresses: [s@example.com], agents: [bob]}}\n"
                                        "rules:\n- {name: first, then: [stop]}\n");
  folder_write (&folder, "more/b.yaml", "grace: 1d\nlanguage: *x\n");
  folder_write (&folder, "keys", "k1 on\n");
  folder_chmod (&folder, "keys", 0640);
  g_autofree char *found = folder_load (&folder, "main.yaml", NULL);
  const char *expected =
    "main.yaml:1:11: instance: `Example` is not a name of a-z, 0-9 and `-`, at most 32\n"
    "main.yaml:2:7: keys: keys:1: expected ID STATE CREATED SECRET, one blank between them\n"
    "main.yaml:3:8: grace: `soon` is not a duration such as 30s, 15m, 1h or 14d\n"
    "main.yaml:5:1: queus: unknown key; did you mean `queues`?\n"
    "main.yaml:6:32: queues.support.addresses[0]: address `s@example.com` is given already, in more/a.yaml:1\n"
    "main.yaml:6:54: queues.support.type: unknown type `problem`\n"
    "main.yaml:8:3: rules[1]: never reached: rule `first` stops without a condition\n"
    "main.yaml:8:22: rules[0].all[0]: begins with `!`, which makes it a YAML tag; quote it: '!is_auto'\n"
    "main.yaml:8:46: rules[1].all[1]: bad pattern: missing closing parenthesis\n"
    "main.yaml:8:58: rules[1].then[0]: unknown agent `anna`\n"
    "more/a.yaml:1:57: queues.hosting.agents[0]: unknown agent `bob`\n"
    "more/b.yaml:1:1: grace: given twice; first in main.yaml:3\n"
    "more/b.yaml:2:11: language: aliases are not accepted: `*x`; quote it if it is text\n";
  ck_assert_str_eq (found, expected);
}
END_TEST

/* What stands behind a syntax error was not read, so nothing is said to be missing. */
START_TEST (partly_read)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", "queues: {support: {addresses: [s@example.com], type: problem}}\n"
                                      "grace: soon\n"
                                      "rules: [{name: a, all: [\n"
                                      "types: {problem: {}}\n"
                                      "instance: example\n");
  g_autofree char *found = folder_load (&folder, "main.yaml", NULL);
  ck_assert_str_eq (found, "main.yaml:2:8: grace: `soon` is not a duration such as 30s, 15m, 1h or 14d\n"
                           "main.yaml:4:1: rules[0].all[0]: expected a condition such as 'subject =~ /outage/i', "
                           "found a map; quote it if it is text\n"
                           "main.yaml:5:1: rules[0].all: did not find expected ',' or ']', while parsing a flow "
                           "sequence that begins at line 3, column 24\n");
}
END_TEST

START_TEST (no_main_file)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  g_autofree char *file = folder_file (&folder, "main.yaml");
  TmPolicy *policy = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert (!policy_load (file, &policy, &findings, &error));
  ck_assert (g_error_matches (error, TM_ERROR, TM_ERROR_NOT_FOUND));
  ck_assert_uint_eq (findings->len, 1);
}
END_TEST

/* As editors of other systems leave it: a byte order mark, CR LF. */
START_TEST (foreign_editor)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", "\xef\xbb\xbfinstance: example\r\nkeys: keys\r\nspam: [!is_auto, is_ato]\r\n");
  g_autofree char *found = folder_load (&folder, "main.yaml", NULL);
  ck_assert_str_eq (found,
                    "main.yaml:3:8: spam[0]: begins with `!`, which makes it a YAML tag; quote it: '!is_auto'\n"
                    "main.yaml:3:18: spam[1]: unknown flag `is_ato`; did you mean `is_auto`?\n");
}
END_TEST

START_TEST (empty_main_file)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", "keys: keys\n");
  g_autofree char *found = folder_load (&folder, "main.yaml", NULL);
  ck_assert_str_eq (found, "main.yaml: instance: is required, but missing\n");
}
END_TEST

/* What a reload logs: the first error and how many more there are. */
START_TEST (summary)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", HEAD "authserv_ids: [x]\nmemory: x\ngrace: x\nzone: x\n");
  g_autofree char *file = folder_file (&folder, "main.yaml");
  TmPolicy *policy = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert (!policy_load (file, &policy, &findings, &error));
  ck_assert (g_error_matches (error, TM_ERROR, TM_ERROR_CONFIG));
  g_autofree char *expected
    = g_strconcat (file, ":4:9: memory: `x` is not a size such as 512K, 50M or 1G (and 2 more)", NULL);
  ck_assert_str_eq (error->message, expected);
}
END_TEST

SUITE_MAIN ("conf", tcase_add_loop_test (tc, bad_structure, 0, G_N_ELEMENTS (structure));
            tcase_add_loop_test (tc, bad_values, 0, G_N_ELEMENTS (values));
            tcase_add_loop_test (tc, bad_agents, 0, G_N_ELEMENTS (agents));
            tcase_add_loop_test (tc, bad_rules, 0, G_N_ELEMENTS (rules));
            tcase_add_loop_test (tc, bad_references, 0, G_N_ELEMENTS (references));
            tcase_add_loop_test (tc, bad_patterns, 0, G_N_ELEMENTS (patterns));
            tcase_add_test (tc, all_at_once);
            tcase_add_test (tc, partly_read);
            tcase_add_test (tc, no_main_file);
            tcase_add_test (tc, empty_main_file);
            tcase_add_test (tc, foreign_editor);
            tcase_add_test (tc, summary);)
