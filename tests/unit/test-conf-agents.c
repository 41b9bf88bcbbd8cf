/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What queues and agents become that say nothing of it themselves.
 */
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

/* Warnings are as they may be. */
static TmPolicy *
load_text (const char *text)
{
  g_auto (TmFolder) folder = { NULL };
  folder_init (&folder);
  folder_write (&folder, "main.yaml", text);
  TmPolicy *policy = NULL;
  g_autofree char *findings = folder_load (&folder, "main.yaml", &policy);
  ck_assert_msg (policy != NULL, "%s", findings);
  return policy;
}

static const char *
setting (const TmPolicy *policy, const char *path)
{
  for (guint i = 0; i < policy->settings->len; i++)
    if (strcmp (((const TmSetting *) policy->settings->pdata[i])->path, path) == 0)
      return ((const TmSetting *) policy->settings->pdata[i])->value;
  return "";
}

/* Where answers go when the queue does not say it: by what its agents can prove, and by the key. */
START_TEST (answers)
{
  static const struct
  {
    const char *queue, *agents;
    TmReplyToMode with_key, without_key;
  } cases[] = {
    { "agents: [anna]", "anna: {logins: [anna]}", TM_REPLY_TO_TOKEN, TM_REPLY_TO_KEEP },
    { "agents: [anna]", "anna: {certs: [{subject: A, issuer: B}]}", TM_REPLY_TO_TOKEN, TM_REPLY_TO_KEEP },
    { "agents: [anna]", "anna: {proof: [dmarc], addresses: [a@x.example]}", TM_REPLY_TO_TOKEN, TM_REPLY_TO_KEEP },
    { "agents: [anna, bob]", "anna: {}, bob: {logins: [bob]}", TM_REPLY_TO_TOKEN, TM_REPLY_TO_KEEP },
    { "agents: [anna], reply_to: keep", "anna: {logins: [anna]}", TM_REPLY_TO_KEEP, TM_REPLY_TO_KEEP },
    { "agents: [anna]", "anna: {addresses: [a@x.example]}", TM_REPLY_TO_KEEP, TM_REPLY_TO_KEEP },
    { "agents: [anna]", "anna: {proof: [dmarc], logins: [anna]}", TM_REPLY_TO_KEEP, TM_REPLY_TO_KEEP },
    { "agents: [anna]", "anna: {}, bob: {logins: [bob]}", TM_REPLY_TO_KEEP, TM_REPLY_TO_KEEP },
    { "agents: []", "bob: {logins: [bob]}", TM_REPLY_TO_KEEP, TM_REPLY_TO_KEEP },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (unsigned has_key = 0; has_key < 2; has_key++)
      {
        TmReplyToMode expected = has_key ? cases[i].with_key : cases[i].without_key;
        g_autofree char *text
          = g_strdup_printf ("instance: example\nkeys: %s\nauthserv_ids: [mx]\nauthserv_queue_id: yes\n"
                             "queues: {a: {addresses: [a@example.com], %s}}\nagents: {%s}\n",
                             has_key ? "keys" : "none", cases[i].queue, cases[i].agents);
        g_autoptr (TmPolicy) policy = load_text (text);
        ck_assert_msg (((const TmQueue *) policy->site->queues->pdata[0])->reply_to == expected, "%s, key: %u",
                       text, has_key);
        ck_assert_str_eq (setting (policy, "queues.a.reply_to"),
                          expected == TM_REPLY_TO_TOKEN ? "token" : "keep");
      }
}
END_TEST

/* Those of a queue and an agent that say nothing, too. */
START_TEST (item_defaults)
{
  g_autoptr (TmPolicy) policy = load_text (HEAD "queues: {a: {addresses: [a@example.com]}}\nagents: {anna: {}}\n");
  g_autoptr (TmSite) site = site_new ();
  const TmQueue *read = policy->site->queues->pdata[0], *queue = queue_new ("a");
  const TmAgent *read_agent = policy->site->agents->pdata[0], *agent = agent_new ("anna");
  g_ptr_array_add (site->queues, (gpointer) (gsize) queue);
  g_ptr_array_add (site->agents, (gpointer) (gsize) agent);
  ck_assert_int_eq (read->reply_to, queue->reply_to);
  ck_assert (read->copy_queue == queue->copy_queue && read->footer == queue->footer);
  ck_assert_str_eq (read->from, "{agent} via {queue}");
  ck_assert (read->zone == NULL && read->language == NULL);
  ck_assert_uint_eq (read_agent->proofs, agent->proofs);
  ck_assert_uint_eq (read_agent->certs->len, 0);
}
END_TEST

SUITE_MAIN ("conf-agents", tcase_add_test (tc, answers); tcase_add_test (tc, item_defaults);)
