/* SPDX-License-Identifier: BSD-2-Clause */
/* What commands do to the ticket: changes, in their order. */
#include "base/clock.h"
#include "core/command.h"
#include "tests/support/suite.h"

#include <string.h>

/* Now is Tuesday, 2026-11-24T14:00:00Z, 15:00 in Berlin. */
#define NOW "2026-11-24T14:00:00Z"

static const struct
{
  const char *text;
  const char *changes; /* a line each; of an error, which begins with "nothing was done", a part of it */
} cases[] = {
  { "", "" },
  { "#note\n#send\n#help\n", "" },
  { "#priority p1 all is\tdown\n", "set priority=P1 why=all is down\n" },
  { "#priority urgent\n", "set priority=P1\n" },
  { "#priority Production down\n", "set priority=P0\n" },
  { "#priority P9 x\n", "set priority=P9 why=x\n" },
  { "#type Change Request\n", "set type=change\n" },
  { "#type PROBLEM\n", "set type=problem\n" },
  { "#type none such\n", "set type=none such\n" },
  { "#tag cluster = c7\n#tag a=b=c\n#tag old=\n", "set tag.cluster=c7 tag.a=b=c tag.old=\n" },
  { "#assign Carl\n", "set assignee=carl\n" },
  { "#assign carl-login\n", "set assignee=carl\n" },
  { "#assign Carl@Example.com\n", "set assignee=carl\n" },
  { "#assign NONE\n", "set assignee=none\n" },
  { "#assign joe\n", "set assignee=joe\n" },
  { "#take\n", "set assignee=anna\n" },
  { "#status Waiting\n", "set status=waiting\n" },
  { "#resolved\n", "set status=resolved\n" },
  { "#spam\n", "set status=spam\n" },
  { "#pending\n", "set status=pending\n" },
  { "#pending Fri 9:00\n", "set status=pending until=2026-11-27T08:00:00Z\n" },
  { "#pending 3d\n", "set status=pending until=2026-11-27T14:00:00Z\n" },
  { "#pending whenever\n", "`#pending whenever` has no time that can be read: give a time like Tue 17:00" },
  { "#pending 2020-01-01 9:00\n", "`#pending 2020-01-01 9:00` is past: it means 2020-01-01T08:00:00Z" },
  { "#promise Tue 17:00\n", "set promise=2026-11-24T16:00:00Z\n" },
  { "#promise None\n", "set promise=none\n" },
  { "#promise today 9:00\n", "`#promise today 9:00` is past" },
  { "#promise soon\n", "`#promise soon` has no time" },
  { "#promise Tue 17:00 or so\n", "has no time" },
  { "#workaround\n", "set workaround=yes\n" },
  { "#workaround no\n", "set workaround=no\n" },
  { "#review\n#postmortem\n", "set review=done postmortem=done\n" },
  { "#queue Hosting\n", "set queue=hosting\n" },
  { "#queue hosting@example.com\n", "set queue=hosting\n" },
  { "#queue none\n", "set queue=none\n" },
  { "#close\n", "close\n" },
  { "#reopen\n", "reopen\n" },
  { "#merge #1041\n", "merge into=1041\n" },
  { "#split\n", "split message\n" },
  { "#join\n", "join\n" },
  { "#join Always\n", "join always\n" },
  { "#share Bob@A.example, eve@a.example\n#unshare joe@a.example\n#share zoe@a.example\n",
    "share bob@a.example eve@a.example zoe@a.example\nunshare joe@a.example\n" },
  { "#called\n", "answered by=phone\n" },
  { "#called 14:30 he restarts it\n", "answered by=phone at=2026-11-24T13:30:00Z\nnote he restarts it\n" },
  { "#called yesterday 9:00\n", "answered by=phone at=2026-11-23T08:00:00Z\n" },
  { "#called he restarts it\n", "answered by=phone\nnote he restarts it\n" },
  { "#called 30m he restarts it\n", "answered by=phone\nnote 30m he restarts it\n" },
  { "#called 2030-01-01 9:00\n", "is yet to come" },
  { "#quiet\n#ack\n", "ack\nrecord quiet\n" },
  { "#take\n#take\n#quiet\n#quiet\n", "set assignee=anna\nrecord quiet\n" },

  /* in the order that makes sense, whatever stands first */
  { "#close\n#split\n#quiet\n#unshare joe@a.example\n#share bob@a.example\n#called x\n#join\n#take\n#priority P1 x y\n",
    "set assignee=anna priority=P1 why=x y\njoin\nanswered by=phone\nnote x\nshare bob@a.example\n"
    "unshare joe@a.example\nrecord quiet\nsplit message\nclose\n" },
  { "#take\n#reopen\n", "reopen\nset assignee=anna\n" },
  { "#merge 7\n#resolved\n", "set status=resolved\nmerge into=7\n" },
};

static TmSite *
make_site (void)
{
  TmSite *site = site_new ();
  static const char *const queues[] = { "support", "hosting" }, *const agents[] = { "anna", "carl" };
  for (size_t i = 0; i < G_N_ELEMENTS (queues); i++)
    {
      TmQueue *queue = queue_new (queues[i]);
      g_ptr_array_add (queue->addresses, g_strconcat (queues[i], "@example.com", NULL));
      g_ptr_array_add (site->queues, queue);
      TmAgent *agent = agent_new (agents[i]);
      g_ptr_array_add (agent->addresses, g_strconcat (agents[i], "@example.com", NULL));
      g_ptr_array_add (agent->logins, g_strconcat (agents[i], "-login", NULL));
      g_ptr_array_add (site->agents, agent);
    }
  g_ptr_array_add (site->priorities, priority_new ("P0", "Production down"));
  g_ptr_array_add (site->priorities, priority_new ("P1", "Urgent"));
  g_ptr_array_add (site->types, type_new ("problem", "Problem"));
  g_ptr_array_add (site->types, type_new ("change", "Change Request"));
  site->zone = g_time_zone_new_identifier ("Europe/Berlin");
  site_index (site);
  return site;
}

static const char *
kind_name (TmChangeKind kind)
{
  static const char *const names[] = {
    [TM_CHANGE_SET] = "set",           [TM_CHANGE_CLOSE] = "close", [TM_CHANGE_REOPEN] = "reopen",
    [TM_CHANGE_NOTE] = "note",         [TM_CHANGE_MERGE] = "merge", [TM_CHANGE_SPLIT] = "split",
    [TM_CHANGE_ANSWERED] = "answered", [TM_CHANGE_JOIN] = "join",   [TM_CHANGE_SHARE] = "share",
    [TM_CHANGE_UNSHARE] = "unshare",   [TM_CHANGE_RECORD] = "record", [TM_CHANGE_ACK] = "ack",
  };
  return names[kind];
}

static void
print_list (GString *text, const GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (text, " %s", (const char *) g_ptr_array_index (list, i));
}

static void
print_pair (GString *text, const char *name, const char *value)
{
  if (value != NULL)
    g_string_append_printf (text, " %s%s", name, value);
}

static char *
print (const GPtrArray *changes)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < changes->len; i++)
    {
      const TmChange *change = g_ptr_array_index (changes, i);
      g_autofree char *at = instant_format (change->at);
      g_string_append (text, kind_name (change->kind));
      print_list (text, change->settings);
      print_list (text, change->addresses);
      print_pair (text, "", change->takes_message ? "message" : NULL);
      print_pair (text, "", change->always ? "always" : NULL);
      print_pair (text, "", change->text);
      if (change->into != 0)
        g_string_append_printf (text, " into=%" G_GINT64_FORMAT, change->into);
      print_pair (text, "by=", change->channel);
      print_pair (text, "at=", at);
      print_pair (text, "why=", change->why);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

START_TEST (become_changes)
{
  g_autoptr (TmSite) site = make_site ();
  g_autoptr (TmCommands) commands = commands_read (cases[_i].text, NULL);
  g_autofree char *why = NULL;
  gint64 now;
  ck_assert_msg (commands->error == NULL, "%s", commands->error);
  ck_assert (instant_parse (NOW, &now));
  const TmAgent *anna = site_agent_by_login (site, "anna-login");
  g_autoptr (GPtrArray) changes = commands_changes (commands, site, anna, 12, now, &why);
  if (changes == NULL)
    {
      ck_assert_msg (g_str_has_prefix (why, "nothing was done: `#"), "%s", why);
      ck_assert_msg (strstr (why, cases[_i].changes) != NULL, "%s", why);
      return;
    }
  g_autofree char *printed = print (changes);
  ck_assert_str_eq (printed, cases[_i].changes);
  for (guint i = 0; i < changes->len; i++)
    {
      const TmChange *change = g_ptr_array_index (changes, i);
      ck_assert_int_eq (change->ticket, 12);
      ck_assert_str_eq (change->actor, "agent:anna");
      ck_assert_str_eq (change->address, "anna@example.com");
      ck_assert_ptr_null (change->as);
      ck_assert_ptr_eq (change->site, site);
    }
}
END_TEST

SUITE_MAIN ("command-changes", tcase_add_loop_test (tc, become_changes, 0, G_N_ELEMENTS (cases));)
