/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The section `receivers`: what each kind becomes, and what is found wrong, in which place.
 */
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

static void
fill (TmFolder *folder)
{
  folder_init (folder);
  folder_write (folder, "pd", "0123456789abcdef0123456789abcdef\n");
  folder_chmod (folder, "pd", 0640);
  folder_write (folder, "open", "secret\n");
  folder_chmod (folder, "open", 0644);
  folder_write (folder, "blank", "two words\n");
  folder_chmod (folder, "blank", 0600);
  folder_write (folder, "empty", "\n");
  folder_chmod (folder, "empty", 0600);
  folder_write (folder, "ca.pem", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
}

static char *
findings_of (const char *receivers, TmPolicy **policy_out)
{
  g_auto (TmFolder) folder = { NULL };
  g_autofree char *text = g_strconcat (HEAD "receivers:\n", receivers, NULL);
  fill (&folder);
  folder_write (&folder, "main.yaml", text);
  return folder_load (&folder, "main.yaml", policy_out);
}

START_TEST (kinds)
{
  TmPolicy *loaded = NULL;
  g_autofree char *findings = findings_of (
    "  desk: {mail: Desk@Example.com, when: open}\n"
    "  hook: {exec: [/bin/true, --json, 'a b'], timeout: 1m, when: closed}\n"
    "  oncall: {pagerduty: 'https://events.example.com/v2/enqueue', key_file: pd, ack: external}\n"
    "  chat: {slack: 'https://hooks.example.com/services/', key_file: pd}\n"
    "  web: {generic: 'https://127.0.0.1:8443/t?a=b', key_file: pd, ca_file: ca.pem}\n",
    &loaded);
  g_autoptr (TmPolicy) policy = loaded;
  ck_assert_str_eq (findings, "");
  const TmReceiver *desk = site_receiver (policy->site, "desk"), *hook = site_receiver (policy->site, "hook"),
                   *oncall = site_receiver (policy->site, "oncall"), *chat = site_receiver (policy->site, "chat"),
                   *web = site_receiver (policy->site, "web");
  ck_assert (site_receiver (policy->site, "nobody") == NULL && site_receiver (policy->site, NULL) == NULL);
  ck_assert_int_eq (desk->kind, TM_RECEIVER_MAIL);
  ck_assert_str_eq (desk->address, "desk@example.com");
  ck_assert (desk->argv == NULL && desk->url == NULL && desk->key == NULL && !desk->is_acked_outside);
  ck_assert_int_eq (desk->when, TM_RECEIVER_OPEN);
  ck_assert_uint_eq (desk->timeout_s, 10);
  ck_assert_int_eq (hook->kind, TM_RECEIVER_EXEC);
  ck_assert_uint_eq (g_strv_length (hook->argv), 3);
  ck_assert_str_eq (hook->argv[2], "a b");
  ck_assert_uint_eq (hook->timeout_s, 60);
  ck_assert_int_eq (hook->when, TM_RECEIVER_CLOSED);
  ck_assert_int_eq (oncall->kind, TM_RECEIVER_PAGERDUTY);
  ck_assert_str_eq (oncall->url, "https://events.example.com/v2/enqueue");
  ck_assert_str_eq (oncall->key, "0123456789abcdef0123456789abcdef");
  ck_assert (oncall->is_acked_outside && oncall->ca_file == NULL && oncall->when == TM_RECEIVER_ALWAYS);
  ck_assert_int_eq (chat->kind, TM_RECEIVER_SLACK);
  ck_assert_int_eq (web->kind, TM_RECEIVER_GENERIC);
  ck_assert (g_str_has_suffix (web->ca_file, "/ca.pem"));
}
END_TEST

/* Who may not read keys reads the rest. */
START_TEST (keyless)
{
  g_auto (TmFolder) folder = { NULL };
  TmPolicy *loaded = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  fill (&folder);
  folder_write (&folder, "main.yaml", HEAD "receivers: {a: {generic: 'https://a.example/', key_file: none, "
                                           "ca_file: none}, b: {exec: [/none]}}\n");
  g_autofree char *file = folder_file (&folder, "main.yaml");
  ck_assert (policy_load_keyless (file, &loaded, &findings, NULL));
  g_autoptr (TmPolicy) policy = loaded;
  ck_assert (site_receiver (policy->site, "a")->key == NULL);
  ck_assert_uint_eq (findings->len, 0);
}
END_TEST

static const struct
{
  const char *receiver, *found; /* of one at line 4, column 5; "": nothing */
} bad[] = {
  { "{}", "main.yaml:4:6: receivers.a: is none of mail, exec, pagerduty, slack and generic: give it exactly one\n" },
  { "{when: open}",
    "main.yaml:4:6: receivers.a: is none of mail, exec, pagerduty, slack and generic: give it exactly one\n" },
  { "{mail: a@b.example, exec: [/bin/true]}", "main.yaml:4:6: receivers.a: is more than one of mail, exec, pagerduty, "
                                              "slack and generic: give it exactly one\n" },
  { "x", "main.yaml:4:6: receivers.a: expected a map of options, found text\n" },
  { "{mial: a@b.example}", "main.yaml:4:6: receivers.a: is none of mail, exec, pagerduty, slack and generic: give it "
                           "exactly one\nmain.yaml:4:7: receivers.a.mial: unknown key; did you mean `mail`?\n" },
  { "{mail: nobody}",
    "main.yaml:4:13: receivers.a.mail: `nobody` is not a mail address such as support@example.com\n" },
  { "{mail: a@b.example, key_file: pd}",
    "main.yaml:4:36: receivers.a.key_file: means nothing to a receiver of kind mail\n" },
  { "{mail: a@b.example, timeout: 5s}",
    "main.yaml:4:35: receivers.a.timeout: means nothing to a receiver of kind mail\n" },
  { "{exec: [/bin/true], ca_file: ca.pem}",
    "main.yaml:4:35: receivers.a.ca_file: means nothing to a receiver of kind exec\n" },
  { "{exec: [true]}", "main.yaml:4:13: receivers.a.exec: `true` is no absolute path: it is run without a shell, and "
                      "without PATH\n" },
  { "{exec: []}", "main.yaml:4:13: receivers.a.exec: the list is empty: name the program, then its arguments\n" },
  { "{exec: /bin/true}",
    "main.yaml:4:13: receivers.a.exec: expected a list of text, found text\n" },
  { "{exec: [/none/there]}", "main.yaml:4:13: receivers.a.exec: warning: /none/there cannot be run: No such file or "
                             "directory\n" },
  { "{exec: [/bin/true], timeout: 2m}",
    "main.yaml:4:35: receivers.a.timeout: `2m` is out of bounds; it must be 1s to 1m\n" },
  { "{exec: [/bin/true], when: sometimes}",
    "main.yaml:4:32: receivers.a.when: `sometimes` is none of: always, open, closed\n" },
  { "{exec: [/bin/true], ack: none}",
    "main.yaml:4:31: receivers.a.ack: `none` is none of: internal, external\n" },
  { "{slack: 'https://h.example/x'}", "" },
  { "{slack: 'http://localhost:8080/x'}", "" },
  { "{slack: 'http://[::1]/x'}", "" },
  { "{slack: 'http://127.1.2.3/x'}", "" },
  { "{slack: 'http://127.example/x'}", "main.yaml:4:14: receivers.a.slack: `http://127.example/x` must begin with "
                                       "https://; http:// is for this host alone (127.0.0.1, [::1], localhost)\n" },
  { "{slack: 'http://h.example/x'}", "main.yaml:4:14: receivers.a.slack: `http://h.example/x` must begin with "
                                     "https://; http:// is for this host alone (127.0.0.1, [::1], localhost)\n" },
  { "{slack: 'ftp://h.example/x'}", "main.yaml:4:14: receivers.a.slack: `ftp://h.example/x` must begin with "
                                    "https://; http:// is for this host alone (127.0.0.1, [::1], localhost)\n" },
  { "{slack: 'https:///x'}", "main.yaml:4:14: receivers.a.slack: `https:///x` is not a URL such as "
                             "https://events.example.com/v2/enqueue\n" },
  { "{slack: h.example}", "main.yaml:4:14: receivers.a.slack: `h.example` is not a URL such as "
                          "https://events.example.com/v2/enqueue\n" },
  { "{slack: 'https://u:p@h.example/'}", "main.yaml:4:14: receivers.a.slack: `https://u:p@h.example/` has a user, a "
                                         "password or a fragment: a secret goes into key_file\n" },
  { "{pagerduty: 'https://h.example/'}",
    "main.yaml:4:6: receivers.a: needs a `key_file`, with the integration's routing key\n" },
  { "{generic: 'https://h.example/'}",
    "main.yaml:4:6: receivers.a: needs a `key_file`, with the key that signs what is sent\n" },
  { "{generic: 'https://h.example/', key_file: open}",
    "main.yaml:4:48: receivers.a.key_file: open is open to others than its owner and group (mode 0644); chmod 640 it, "
    "and if somebody may have read it, get another key\n" },
  { "{generic: 'https://h.example/', key_file: none}",
    "main.yaml:4:48: receivers.a.key_file: none: cannot be opened: No such file or directory\n" },
  { "{generic: 'https://h.example/', key_file: blank}",
    "main.yaml:4:48: receivers.a.key_file: blank must hold the key alone: one line without blanks, at most 1024 "
    "bytes\n" },
  { "{generic: 'https://h.example/', key_file: empty}",
    "main.yaml:4:48: receivers.a.key_file: empty must hold the key alone: one line without blanks, at most 1024 "
    "bytes\n" },
  { "{slack: 'https://h.example/', ca_file: none}",
    "main.yaml:4:45: receivers.a.ca_file: Failed to open file “none”: No such file or directory\n" },
  { "{slack: 'https://h.example/', ca_file: pd}",
    "main.yaml:4:45: receivers.a.ca_file: pd holds no certificate in PEM form\n" },
};

static bool
is_wiped (const void *memory, size_t len)
{
  for (size_t i = 0; i < len; i++)
    if (((const char *) memory)[i] != 0)
      return false;
  return true;
}

START_TEST (secrets_are_wiped)
{
  TmPolicy *loaded = NULL;
  g_autofree char *findings
      = findings_of ("  chat: {slack: 'https://h.example/', key_file: pd}\n  desk: {mail: d@example.com}\n", &loaded);
  g_autoptr (TmPolicy) policy = loaded;
  ck_assert_str_eq (findings, "");
  const char *key = site_receiver (policy->site, "chat")->key;
  const TmKey *signer = g_ptr_array_index (policy->site->keys->keys, 0);
  size_t len = strlen (key);
  ck_assert (len > 0 && !is_wiped (signer->secret, sizeof signer->secret));
  policy_wipe_secrets (policy);
  ck_assert (is_wiped (key, len) && is_wiped (signer->secret, sizeof signer->secret));
}
END_TEST

START_TEST (bad_input)
{
  TmPolicy *loaded = NULL;
  g_autofree char *text = g_strdup_printf ("  a: %s\n", bad[_i].receiver);
  g_autofree char *findings = findings_of (text, &loaded);
  ck_assert_str_eq (findings, bad[_i].found);
  ck_assert (*findings == '\0' || strstr (findings, "warning") != NULL ? loaded != NULL : loaded == NULL);
  policy_unref (loaded);
}
END_TEST

SUITE_MAIN ("conf-receivers", tcase_add_test (tc, kinds); tcase_add_test (tc, keyless);
            tcase_add_test (tc, secrets_are_wiped);
            tcase_add_loop_test (tc, bad_input, 0, G_N_ELEMENTS (bad));)
