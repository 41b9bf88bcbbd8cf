/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of every kind through the milter, and what the daemon has counted then: exactly those. */
#include "base/clock.h"
#include "desk/stats.h"
#include "tests/integration/harness.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char settings[] = "memory: 3M\n"
                               "match: {steps: 10000}\n"
                               "rules:\n"
                               "  - {name: outage, on: both, all: ['subject =~ /outage/'], then: [tag k=outage]}\n"
                               "  - {name: unwanted, all: ['subject =~ /buy/'], then: ['reject \"No.\"']}\n"
                               "  - {name: noise, all: ['subject =~ /noise/'], then: [ignore]}\n"
                               "  - {name: trash, all: ['subject =~ /trash/'], then: [discard]}\n"
                               "  - {name: costly, all: ['text =~ /(a+)+-b/'], then: [tag k=costly]}\n"
                               "  - {name: never, all: ['subject =~ /never/'], then: [tag k=never]}\n";

/* --- asking --- */

static int
connect_control (const Desk *desk)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_snprintf (address.sun_path, sizeof address.sun_path, "%s/control.sock", desk->dir);
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);
  ck_assert_int_eq (connect (fd, (const struct sockaddr *) &address, sizeof address), 0);
  return fd;
}

static GPtrArray *
ask (const Desk *desk)
{
  g_autoptr (TmWire) request = wire_new ();
  g_autoptr (TmWire) answer = NULL;
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);
  int fd = connect_control (desk);
  gint64 deadline_us = clock_monotonic_us () + 60 * G_USEC_PER_SEC;
  wire_add (request, "do", "stats");
  OK (wire_send (fd, request, &wire_request, deadline_us, &ok_error));
  OK (wire_receive (fd, &wire_answer, deadline_us, &answer, &ok_error));
  OK (stats_from_wire (answer, list, &ok_error));
  close (fd);
  return list;
}

static const TmSeries *
find (const GPtrArray *list, TmStat stat, const char *label)
{
  for (guint i = 0; i < list->len; i++)
    {
      const TmSeries *series = g_ptr_array_index (list, i);
      if (series->stat == stat && g_strcmp0 (series->label, label) == 0)
        return series;
    }
  ck_abort_msg ("no %s %s", stats_family (stat)->name, label != NULL ? label : "");
}

static guint64
count_of (const TmSeries *series)
{
  guint64 n = 0;
  for (unsigned i = 0; i <= series->spread.n_buckets; i++)
    n += series->spread.buckets[i];
  return n;
}

/* --- sending --- */

static void
send_mail (MilterClient *client, const char *recipient, const char *id, const char *subject, const char *body,
           char expected)
{
  g_autofree char *raw = desk_mail (id, subject, body);
  ck_assert_int_eq (desk_send (client, "Q1", recipient, raw), expected);
}

static void
send_big (MilterClient *client, const char *id, gsize size, char expected)
{
  g_autofree char *body = g_strnfill (size, 'x');
  for (gsize i = 76; i < size; i += 78)
    memcpy (body + i, "\r\n", MIN (2, size - i));
  send_mail (client, "<support@example.com>", id, id, body, expected);
}

static void
send_reply (MilterClient *client, const char *from, const char *login, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *raw = g_strdup_printf ("From: %s\r\nTo: support@example.com\r\nSubject: Re: outage\r\n"
                                          "Message-ID: <%s@acme.example>\r\n"
                                          "In-Reply-To: <m1@acme.example>\r\n\r\nx\r\n",
                                          from, id);
  if (login != NULL)
    milter_client_macros (client, SMFIC_MAIL, (const char *const[]){ "{auth_authen}", login, NULL });
  ck_assert (milter_client_message (client, "Q2", from, (const char *const[]){ "<support@example.com>", NULL }, raw,
                                    strlen (raw), &error));
  ck_assert_int_eq (client->reply.kind, SMFIR_ACCEPT);
}

static void
send_all (MilterClient *client)
{
  static const char ours[] = "<support@example.com>";
  send_mail (client, ours, "m1", "outage", "x", SMFIR_ACCEPT);
  send_mail (client, ours, "m2", "two", "x", SMFIR_ACCEPT);
  send_mail (client, ours, "m3", "three", "x", SMFIR_ACCEPT);
  send_mail (client, ours, "m1", "outage", "x", SMFIR_ACCEPT);
  send_mail (client, ours, "m1", "outage", "x", SMFIR_ACCEPT);
  send_reply (client, "eve@acme.example", NULL, "m4");
  send_mail (client, ours, "m5", "buy", "x", SMFIR_REPLYCODE);
  send_mail (client, ours, "m6", "noise", "x", SMFIR_ACCEPT);
  send_mail (client, ours, "m13", "trash", "x", SMFIR_DISCARD);
  send_mail (client, ours, "m7", "costly", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-c -b", SMFIR_ACCEPT);
  send_mail (client, "<bob@example.net>", "m8", "foreign", "x", SMFIR_ACCEPT);
  send_mail (client, "<bob@example.net>", "m9", "foreign", "x", SMFIR_ACCEPT);
  send_big (client, "m10", 1200000, SMFIR_ACCEPT);
  send_big (client, "m11", 4 << 20, SMFIR_REPLYCODE);
  send_reply (client, "anna@example.com", "anna", "m12");
}

/* --- what must come of it --- */

static const struct
{
  TmStat stat;
  const char *label;
  guint64 number;
} expected[] = {
  { TM_STAT_MESSAGES, "open", 5 },       { TM_STAT_MESSAGES, "append", 1 },    { TM_STAT_MESSAGES, "note", 1 },
  { TM_STAT_MESSAGES, "pass", 2 },       { TM_STAT_MESSAGES, "ignore", 1 },    { TM_STAT_MESSAGES, "refuse", 1 },
  { TM_STAT_MESSAGES, "duplicate", 2 },  { TM_STAT_MESSAGES, "tempfail", 1 },  { TM_STAT_RULE_HITS, "outage", 3 },
  { TM_STAT_MESSAGES, "discard", 1 },    { TM_STAT_RULE_HITS, "trash", 1 },
  { TM_STAT_RULE_HITS, "unwanted", 1 },  { TM_STAT_RULE_HITS, "noise", 1 },    { TM_STAT_RULE_HITS, "costly", 0 },
  { TM_STAT_RULE_HITS, "never", 0 },     { TM_STAT_RULE_LIMITS, "costly", 1 }, { TM_STAT_RULE_LIMITS, "outage", 0 },
  { TM_STAT_STORE_FAILURES, NULL, 0 },   { TM_STAT_CHECKPOINTS, NULL, 0 },     { TM_STAT_JOBS, NULL, 0 },
  { TM_STAT_JOBS_MOST, NULL, 1 },        { TM_STAT_JOBS_LIMIT, NULL, 1000 },   { TM_STAT_SESSIONS, NULL, 1 },
  { TM_STAT_SESSIONS_OPEN, NULL, 1 },    { TM_STAT_SPOOLED, NULL, 2 },         { TM_STAT_MEMORY_LIMIT, NULL, 3 << 20 },
  { TM_STAT_RELOADS, "ok", 0 },          { TM_STAT_RELOADS, "failed", 0 },
};

static void
check_numbers (const GPtrArray *list)
{
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const TmSeries *series = find (list, expected[i].stat, expected[i].label);
      ck_assert_msg (series->number == expected[i].number, "%s %s: %lu, not %lu", stats_family (expected[i].stat)->name,
                     expected[i].label != NULL ? expected[i].label : "", (unsigned long) series->number,
                     (unsigned long) expected[i].number);
    }
  ck_assert_uint_gt (find (list, TM_STAT_WAL, NULL)->number, 0);
}

/* One message after the other: each is a group of its own. */
static void
check_spreads (const GPtrArray *list)
{
  static const char *const stages[] = { "read", "rules", "wait", "commit", "message" };
  enum { DECIDED = 12 };
  for (gsize i = 0; i < G_N_ELEMENTS (stages); i++)
    ck_assert_uint_eq (count_of (find (list, TM_STAT_STAGE, stages[i])), DECIDED);
  const TmSeries *message = find (list, TM_STAT_STAGE, "message"), *read = find (list, TM_STAT_STAGE, "read");
  ck_assert_uint_ge (message->spread.sum, read->spread.sum);
  const TmSeries *group = find (list, TM_STAT_GROUP, NULL);
  ck_assert_uint_eq (group->spread.buckets[0], DECIDED);
  ck_assert_uint_eq (group->spread.sum, DECIDED);
}

/* The last holder of a message's bytes may be the writer, a moment after the answer. */
static void
check_memory_is_given_back (const Desk *desk)
{
  enum { TRIES = 2000, TRY_US = 5000 };
  guint64 used = 1;
  for (int i = 0; i < TRIES && used > 0; i++)
    {
      g_autoptr (GPtrArray) list = ask (desk);
      used = find (list, TM_STAT_MEMORY, NULL)->number;
      if (used > 0)
        g_usleep (TRY_US);
    }
  ck_assert_uint_eq (used, 0);
}

START_TEST (everything_is_counted)
{
  g_autoptr (Desk) desk = desk_new (settings);
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  send_all (client);
  g_autoptr (GPtrArray) list = ask (desk);
  check_numbers (list);
  check_spreads (list);
  check_memory_is_given_back (desk);
  ck_assert_uint_eq (desk_count_log (desk, "control:"), 0);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* Counts of rules that keep their name go on, those of a new one begin, those of one that is gone are gone. */
START_TEST (reload_keeps_counts)
{
  g_autoptr (Desk) desk = desk_new (settings);
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  send_mail (client, "<support@example.com>", "m1", "outage", "x", SMFIR_ACCEPT);
  desk_configure (desk, "rules:\n"
                        "  - {name: first, all: ['subject =~ /outage/'], then: [tag k=first]}\n"
                        "  - {name: outage, all: ['subject =~ /outage/'], then: [tag k=outage]}\n");
  kill (desk->pid, SIGUSR1);
  ck_assert (desk_logs (desk, "reloaded "));
  send_mail (client, "<support@example.com>", "m2", "outage", "x", SMFIR_ACCEPT);
  desk_configure (desk, "rules: 7\n");
  kill (desk->pid, SIGUSR1);
  ck_assert (desk_logs (desk, "reload failed"));
  /* It is counted behind its line in the log. */
  g_autoptr (GPtrArray) list = NULL;
  do
    {
      g_clear_pointer (&list, g_ptr_array_unref);
      list = ask (desk);
    }
  while (find (list, TM_STAT_RELOADS, "failed")->number == 0);
  ck_assert_uint_eq (find (list, TM_STAT_RULE_HITS, "outage")->number, 2);
  ck_assert_uint_eq (find (list, TM_STAT_RULE_HITS, "first")->number, 1);
  ck_assert_uint_eq (find (list, TM_STAT_RELOADS, "ok")->number, 1);
  ck_assert_uint_eq (find (list, TM_STAT_RELOADS, "failed")->number, 1);
  for (guint i = 0; i < list->len; i++)
    ck_assert_str_ne (((const TmSeries *) list->pdata[i])->label != NULL ? ((const TmSeries *) list->pdata[i])->label
                                                                         : "", "costly");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

SUITE_MAIN ("stats", tcase_add_test (tc, everything_is_counted); tcase_add_test (tc, reload_keeps_counts);)
