/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is who in the dialog: unknown senders refused and held by the real daemon, and customers of a table that
 * changes while it runs. */
#include "tests/integration/harness.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <string.h>

#define CUSTOMERS "customers: {gold: {domains: [gold.example]}}\n"

/* Sends a mail of its own for `recipients` and gives the last reply's kind. */
static char
send_mail (MilterClient *client, const char *id, const char *from, const char *sender, const char *const *recipients)
{
  g_autofree char *raw = g_strdup_printf ("From: %s\r\nTo: support@example.com\r\nSubject: %s\r\n"
                                          "Date: Fri, 20 Nov 2026 16:00:00 +0000\r\nMessage-ID: <%s@x.example>\r\n"
                                          "\r\nHelp with %s.\r\n", from, id, id, id);
  g_autoptr (GError) error = NULL;
  bool ok = milter_client_message (client, "Q1", sender, recipients, raw, strlen (raw), &error);
  ck_assert_msg (ok, "%s", error != NULL ? error->message : "");
  return client->reply.kind;
}

static const char *const support[] = { "<support@example.com>", NULL };
static const char *const mixed[] = { "<support@example.com>", "<bob@example.net>", NULL };

static TmStatus
status_of (const Desk *desk, guint nth_newest)
{
  g_autoptr (GPtrArray) tickets = desk_tickets (desk);
  ck_assert_uint_gt (tickets->len, nth_newest);
  return ((const TmTicketRecord *) g_ptr_array_index (tickets, nth_newest))->facts->status;
}

START_TEST (refuse)
{
  g_autoptr (Desk) desk = desk_new (CUSTOMERS "unknown_sender: {policy: refuse}\n");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  ck_assert_int_eq (send_mail (client, "stranger", "eve@acme.example", "<eve@acme.example>", support),
                    SMFIR_REPLYCODE);
  ck_assert_str_eq (client->reply.text, "550 5.7.1 We do not know your address; write from the one that your "
                                        "organisation has registered with us");
  ck_assert_int_eq (send_mail (client, "customer", "eve@gold.example", "<eve@acme.example>", support), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-Customer"), "gold");
  ck_assert_uint_eq (desk_count_tickets (desk), 1);

  /* Others get their mail all the same. */
  ck_assert_int_eq (send_mail (client, "mixed", "eve@acme.example", "<eve@acme.example>", mixed), SMFIR_ACCEPT);
  ck_assert_uint_eq (client->reply.edits->len, 1);
  const MilterEdit *edit = g_ptr_array_index (client->reply.edits, 0);
  ck_assert_int_eq (edit->op, SMFIR_DELRCPT);
  ck_assert_str_eq (edit->value, "<support@example.com>");
  ck_assert_uint_eq (desk_count_tickets (desk), 1);

  /* Nobody would read the refusal. */
  ck_assert_int_eq (send_mail (client, "null", "eve@acme.example", "<>", support), SMFIR_ACCEPT);
  ck_assert_int_eq (status_of (desk, 0), TM_STATUS_UNSORTED);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

START_TEST (refuse_without_client)
{
  static const char packet[] = "localhost\0" "4\0\0" "127.0.0.1";
  g_autoptr (Desk) desk = desk_new ("unknown_sender: {policy: refuse}\n");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = NULL;
  OK (milter_client_open (desk->socket, 10, &client, &ok_error));
  OK (milter_client_negotiate (client, MILTER_CLIENT_ACTIONS, MILTER_CLIENT_PROTOCOL, &ok_error));
  OK (milter_client_send (client, SMFIC_CONNECT, packet, sizeof packet, &ok_error));
  ck_assert_int_eq (send_mail (client, "local", "eve@acme.example", "<eve@acme.example>", support), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-Status"), "held");
  ck_assert_int_eq (status_of (desk, 0), TM_STATUS_HELD);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

START_TEST (hold)
{
  g_autoptr (Desk) desk = desk_new (CUSTOMERS "unknown_sender: {policy: hold}\n");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  ck_assert_int_eq (send_mail (client, "stranger", "eve@acme.example", "<eve@acme.example>", support), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-Status"), "held");
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-ID"), "1");
  ck_assert_int_eq (status_of (desk, 0), TM_STATUS_HELD);
  ck_assert_int_eq (send_mail (client, "customer", "eve@gold.example", "<eve@gold.example>", support), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-Status"), "new");
  ck_assert_int_eq (status_of (desk, 0), TM_STATUS_NEW);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

static void
reload (const Desk *desk, const char *expected, unsigned n)
{
  ck_assert_int_eq (kill (desk->pid, SIGUSR1), 0);
  for (unsigned i = 0; i < 4000 && desk_count_log (desk, expected) < n; i++)
    g_usleep (5000);
  ck_assert_uint_eq (desk_count_log (desk, expected), n);
}

static void
write_table (const Desk *desk, const char *rows)
{
  g_autofree char *path = g_build_filename (desk->dir, "customers.csv", NULL);
  g_autofree char *text = g_strconcat ("id,domains\n", rows, NULL);
  ck_assert (g_file_set_contents (path, text, -1, NULL));
}

/* A table with bad rows changes nothing, and says where they are. */
START_TEST (reload_table)
{
  g_autoptr (Desk) desk = desk_new ("customer_table: customers.csv\n");
  write_table (desk, "gold,gold.example\n");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  write_table (desk, "silver,gold.example\nbronze,gold.example,1\n");
  reload (desk, "reload failed, the old configuration stays in force", 1);
  ck_assert (desk_logs (desk, "customers.csv:3:1: customer_table: the row has 3 values and should have 2"));
  ck_assert_int_eq (send_mail (client, "one", "eve@gold.example", "<eve@gold.example>", support), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-Customer"), "gold");
  write_table (desk, "silver,gold.example\n");
  reload (desk, "reloaded ", 1);
  ck_assert_int_eq (send_mail (client, "two", "eve@gold.example", "<eve@gold.example>", support), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-Customer"), "silver");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* An agent's mail of `subject` to `recipient`, which is none of our queues, in a session of these macros.  An answer
 * goes out as the desk's, anything else as it is. */
static void
send_by (MilterClient *client, const char *const *macros, const char *subject, const char *recipient, bool is_answer)
{
  g_autofree char *raw = g_strdup_printf ("From: anna@example.com\r\nTo: %s\r\nSubject: %s\r\nX-Ticket-Due: never\r\n"
                                          "Message-ID: <%s@example.com>\r\n\r\nWater.\r\n",
                                          recipient, subject, recipient);
  g_autoptr (GError) error = NULL;
  milter_client_macros (client, SMFIC_MAIL, macros);
  bool ok = milter_client_message (client, "Q2", "<anna@example.com>", (const char *const[]){ recipient, NULL }, raw,
                                   strlen (raw), &error);
  ck_assert_msg (ok, "%s", error != NULL ? error->message : "");
  ck_assert_int_eq (client->reply.kind, SMFIR_ACCEPT);
  if (is_answer)
    ck_assert_str_eq (milter_client_edited (client, "From"),
                      "\"Anna Example via Example Support\" <support@example.com>");
  else
    ck_assert_uint_eq (client->reply.edits->len, 0);
}

/* The login "" is none. */
static void
send_out (MilterClient *client, const char *login, const char *subject, const char *recipient, bool is_answer)
{
  send_by (client, (const char *const[]){ "{auth_authen}", login, NULL }, subject, recipient, is_answer);
}

/* What an agent sends past us to the customer is an answer all the same; what names no ticket is not kept, nor is what
 * somebody sends who is not logged in. */
START_TEST (answers_past_us)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  ck_assert_int_eq (send_mail (client, "one", "eve@acme.example", "<eve@acme.example>", support), SMFIR_ACCEPT);
  send_out (client, "anna", "lunch", "<bob@example.net>", false);
  ck_assert_uint_eq (desk_count_log (desk, "action=pass"), 1);
  send_out (client, "", "[example#1] one", "<eve@acme.example>", false);
  ck_assert_uint_eq (desk_count_log (desk, "action="), 2);
  ck_assert_int_eq (status_of (desk, 0), TM_STATUS_NEW);
  send_out (client, "anna", "[example#1] one", "<eve@acme.example>", true);
  ck_assert_uint_eq (desk_count_log (desk, "ticket=1 action=append"), 1);
  ck_assert_int_eq (status_of (desk, 0), TM_STATUS_WAITING);
  ck_assert_uint_eq (desk_count_tickets (desk), 1);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* Whose session has these macros: his mail on a ticket is seen, anybody else's is not. */
static const struct
{
  const char *macros[10];
  bool is_agent;
} sessions[] = {
#define ANNA "{cert_subject}", "Anna", "{cert_issuer}", "Example CA"
#define POSTFIX "v", "Postfix 3.7.11"
  { { ANNA, "{verify}", "OK" }, true },
  { { ANNA, POSTFIX }, true },
  { { ANNA, "{verify}", "OK", "{auth_authen}", "eve" }, true },
  { { ANNA, "{verify}", "FAIL" }, false },
  { { ANNA, "{verify}", "FAIL", POSTFIX }, false },
  { { ANNA, "{verify}", "NO" }, false },
  { { ANNA, "v", "8.17.1.9" }, false },
  { { ANNA }, false },
  { { "{cert_subject}", "Anna", "{cert_issuer}", "Other CA", POSTFIX }, false },
  { { "{cert_subject}", "anna", "{cert_issuer}", "Example CA", POSTFIX }, false },
  { { "{cert_subject}", "Anna", POSTFIX }, false },
  { { "{cert_issuer}", "Example CA", POSTFIX }, false },
  { { "{cert_subject}", "Example CA", "{cert_issuer}", "Anna", POSTFIX }, false },
  { { "{verify}", "OK", POSTFIX }, false },
};

START_TEST (certificates)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  ck_assert_int_eq (send_mail (client, "one", "eve@acme.example", "<eve@acme.example>", support), SMFIR_ACCEPT);
  unsigned n_seen = desk_count_log (desk, "action=");
  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    {
      send_by (client, sessions[i].macros, "[example#1] one", "<eve@acme.example>", sessions[i].is_agent);
      n_seen += sessions[i].is_agent;
      ck_assert_msg (desk_count_log (desk, "action=") == n_seen, "session %u", i);
    }
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

SUITE_MAIN ("senders", tcase_add_test (tc, certificates); tcase_add_test (tc, refuse);
            tcase_add_test (tc, answers_past_us);
            tcase_add_test (tc, refuse_without_client);
            tcase_add_test (tc, hold); tcase_add_test (tc, reload_table);)
