/* SPDX-License-Identifier: BSD-2-Clause */
/* The milter dialog, spoken with the real daemon: what is answered when, and what ends up in the database. */
#include "tests/integration/harness.h"
#include "tests/support/suite.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

static Desk *desk;

static void
setup (void)
{
  desk = desk_new ("");
  desk_start (desk, NULL);
}

static void
teardown (void)
{
  desk_end (desk);
}

START_TEST (foreign_mail_is_accepted_at_data)
{
  g_autoptr (MilterClient) client = desk_client (desk);
  g_autoptr (GError) error = NULL;
  ck_assert_uint_eq (client->protocol & SMFIP_NR_DATA, 0);
  ck_assert (milter_client_mail (client, "<eve@acme.example>", &error));
  ck_assert (milter_client_rcpt (client, "<bob@example.net>", &error));
  ck_assert (milter_client_data (client, &error));
  ck_assert_int_eq (client->reply.kind, SMFIR_ACCEPT);
  /* The connection goes on with the next message. */
  g_autofree char *raw = desk_mail ("a1", "it is broken", "please help");
  ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_uint_eq (desk_count_tickets (desk), 1);
  ck_assert_uint_eq (desk_count_log (desk, "action="), 1);
}
END_TEST

START_TEST (queue_mail_gets_its_marks)
{
  g_autoptr (MilterClient) client = desk_client (desk);
  g_autofree char *raw = desk_mail ("a1", "it is broken", "please help");
  ck_assert_int_eq (desk_send (client, "4XyZ12", "<Support@EXAMPLE.com>", raw), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "Subject"), "[example#1] it is broken");
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-ID"), "1");
  g_autoptr (GPtrArray) tickets = desk_tickets (desk);
  ck_assert_uint_eq (tickets->len, 1);
  const TmTicketRecord *ticket = g_ptr_array_index (tickets, 0);
  ck_assert_str_eq (ticket->facts->requester, "eve@acme.example");
  ck_assert_uint_eq (ticket->messages->len, 1);
  ck_assert (desk_logs (desk, "4XyZ12: ticket=1 action=open queue=support type=problem priority=P3 rule=- due=- "
                              "evidence=none from=<eve@acme.example> ms="));
}
END_TEST

START_TEST (recipient_as_typed)
{
  static const char *const typed[]
    = { "<support@example.com>", "support@example.com", "<SUPPORT@Example.Com>", "<support+anything@example.com>",
        "<help@example.com>", "<@relay.example:support@example.com>", "<support@example.com.>" };
  g_autoptr (MilterClient) client = desk_client (desk);
  for (unsigned i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autofree char *id = g_strdup_printf ("typed%u", i);
      g_autofree char *raw = desk_mail (id, "typed", id);
      ck_assert_int_eq (desk_send (client, "Q1", typed[i], raw), SMFIR_ACCEPT);
      ck_assert_msg (milter_client_edited (client, "X-Ticket-ID") != NULL, "%s", typed[i]);
    }
}
END_TEST

START_TEST (fault_22_several_messages_in_a_connection)
{
  g_autoptr (MilterClient) client = desk_client (desk);
  for (unsigned i = 1; i <= 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("several%u", i);
      g_autofree char *raw = desk_mail (id, "several", id);
      g_autofree char *number = g_strdup_printf ("%u", i);
      ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", raw), SMFIR_ACCEPT);
      ck_assert_str_eq (milter_client_edited (client, "X-Ticket-ID"), number);
    }
  /* Nothing of a message stays for the next. */
  ck_assert_int_eq (desk_send (client, "Q2", "<bob@example.net>", "Subject: x\r\n\r\n"), SMFIR_ACCEPT);
  ck_assert_uint_eq (client->reply.edits->len, 0);
  ck_assert_uint_eq (desk_count_tickets (desk), 5);
}
END_TEST

/* What MTAs may lack: libmilter then answers "continue" where we are silent, and values come without their leading
 * space. */
static const guint32 offers[] = { MILTER_CLIENT_PROTOCOL, MILTER_CLIENT_PROTOCOL & ~(guint32) MILTER_CLIENT_NR,
                                  MILTER_CLIENT_PROTOCOL & ~(guint32) SMFIP_HDR_LEADSPC, SMFI_V2_PROT,
                                  MILTER_CLIENT_PROTOCOL & ~(guint32) (SMFIP_NR_HDR | SMFIP_NR_RCPT) };

START_TEST (any_mta)
{
  g_autoptr (MilterClient) client = desk_client_with (desk->socket, offers[_i]);
  for (unsigned i = 0; i < 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("any%u", i);
      g_autofree char *raw = desk_mail (id, "any MTA", id);
      ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", raw), SMFIR_ACCEPT);
      ck_assert_str_eq (milter_client_edited (client, "X-Ticket-Queue"), "support");
      const MilterEdit *edit = g_ptr_array_index (client->reply.edits, 0);
      ck_assert_int_eq (*edit->value == ' ', (offers[_i] & SMFIP_HDR_LEADSPC) != 0);
    }
  /* No reply too many: the next word on the line is the end. */
  OK (milter_client_quit (client, &ok_error));
  char byte;
  ck_assert_int_eq (recv (client->fd, &byte, 1, 0), 0);
  ck_assert_uint_eq (client->in_end - client->in_start, 0);
}
END_TEST

static const guint32 needed_actions[] = { 0x1u /* ADDHDRS */,  0x2u /* CHGBODY */,  0x4u /* ADDRCPT */,
                                          0x8u /* DELRCPT */,  0x10u /* CHGHDRS */, 0x40u /* CHGFROM */ };

START_TEST (mta_without_edits_is_refused)
{
  MilterClient *client = NULL;
  OK (milter_client_open (desk->socket, 10, &client, &ok_error));
  g_autoptr (GError) error = NULL;
  ck_assert (!milter_client_negotiate (client, MILTER_CLIENT_ACTIONS & ~needed_actions[_i], MILTER_CLIENT_PROTOCOL,
                                       &error));
  milter_client_free (client);
  ck_assert (desk_logs (desk, "the MTA does not offer what we need"));
}
END_TEST

START_TEST (fault_23_raw_bytes_are_kept)
{
  g_autoptr (MilterClient) client = desk_client (desk);
  const char raw[] = "From:eve@acme.example\r\nTo: support@example.com\r\nSubject: one\r\n\ttwo\r\n   three\r\n"
                     "Message-ID:  <raw@acme.example>\r\n\r\n.\r\nlast line without end";
  ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "Subject"), "[example#1] one\n\ttwo\n   three");
  /* The same bytes again are the same message. */
  ck_assert_int_eq (desk_send (client, "Q2", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-ID"), "1");
  ck_assert (desk_logs (desk, "Q2: ticket=1 action=duplicate"));
}
END_TEST

/* Postfix knows {i} from the first recipient on; an MTA may know it later still, or never. */
static const struct
{
  char stage; /* 0: never */
  const char *logged;
} queue_ids[] = { { 0, "NOQUEUE: ticket=" }, { SMFIC_DATA, "QX: ticket=" },
                  { SMFIC_EOH, "QX: ticket=" }, { SMFIC_BODYEOB, "QX: ticket=" } };

START_TEST (queue_id_at_any_stage)
{
  g_autoptr (MilterClient) client = desk_client (desk);
  const char *const macro[] = { "i", "QX", NULL };
  char stage = queue_ids[_i].stage;
  OK (milter_client_mail (client, "<eve@acme.example>", &ok_error));
  OK (milter_client_rcpt (client, "<support@example.com>", &ok_error));
  if (stage == SMFIC_DATA)
    milter_client_macros (client, stage, macro);
  OK (milter_client_data (client, &ok_error));
  OK (milter_client_header (client, "From", " eve@acme.example", &ok_error));
  if (stage == SMFIC_EOH)
    milter_client_macros (client, stage, macro);
  OK (milter_client_eoh (client, &ok_error));
  if (stage == SMFIC_BODYEOB)
    milter_client_macros (client, stage, macro);
  OK (milter_client_eom (client, &ok_error));
  ck_assert_int_eq (client->reply.kind, SMFIR_ACCEPT);
  ck_assert (desk_logs (desk, queue_ids[_i].logged));
}
END_TEST

/* --- ends at every stage --- */

enum { STAGE_OPEN, STAGE_NEGOTIATED, STAGE_CONNECT, STAGE_HELO, STAGE_MAIL, STAGE_RCPT, STAGE_DATA, STAGE_HEADER,
       STAGE_EOH, STAGE_BODY, N_STAGES };

static MilterClient *
go_to (int stage)
{
  MilterClient *client = NULL;
  OK (milter_client_open (desk->socket, 10, &client, &ok_error));
  if (stage >= STAGE_NEGOTIATED)
    OK (milter_client_negotiate (client, MILTER_CLIENT_ACTIONS, MILTER_CLIENT_PROTOCOL, &ok_error));
  if (stage >= STAGE_CONNECT)
    OK (milter_client_connect (client, "host.example", "2001:db8::1", &ok_error));
  if (stage >= STAGE_HELO)
    OK (milter_client_helo (client, "host.example", &ok_error));
  if (stage >= STAGE_MAIL)
    OK (milter_client_mail (client, "<>", &ok_error));
  if (stage >= STAGE_RCPT)
    OK (milter_client_rcpt (client, "<support@example.com>", &ok_error));
  if (stage >= STAGE_DATA)
    OK (milter_client_data (client, &ok_error));
  if (stage >= STAGE_HEADER)
    OK (milter_client_header (client, "Subject", " x", &ok_error));
  if (stage >= STAGE_EOH)
    OK (milter_client_eoh (client, &ok_error));
  if (stage >= STAGE_BODY)
    OK (milter_client_body (client, "x\r\n", 3, &ok_error));
  return client;
}

static void
check_still_serves (MilterClient *client)
{
  g_autofree char *raw = desk_mail ("after", "afterwards", "all is well");
  ck_assert_int_eq (desk_send (client, "Q9", "<support@example.com>", raw), SMFIR_ACCEPT);
  g_autoptr (GPtrArray) tickets = desk_tickets (desk);
  ck_assert_uint_eq (tickets->len, 1);
  ck_assert_str_eq (((TmTicketRecord *) g_ptr_array_index (tickets, 0))->subject, "afterwards");
}

START_TEST (fault_22_disconnect)
{
  for (unsigned i = 0; i < 20; i++)
    {
      MilterClient *client = go_to (_i);
      ck_assert_uint_eq (client->in_end, 0);
      milter_client_free (client);
    }
  g_autoptr (MilterClient) client = desk_client (desk);
  check_still_serves (client);
}
END_TEST

START_TEST (quit)
{
  g_autoptr (MilterClient) client = go_to (_i);
  OK (milter_client_quit (client, &ok_error));
  g_autoptr (MilterClient) next = desk_client (desk);
  check_still_serves (next);
}
END_TEST

START_TEST (fault_22_abort_message)
{
  g_autoptr (MilterClient) client = go_to (_i);
  OK (milter_client_abort (client, &ok_error));
  check_still_serves (client);
}
END_TEST

/* A new SMTP session on the same connection: CONNECT comes again, the negotiation does not. */
START_TEST (quit_new_connection)
{
  g_autoptr (MilterClient) client = go_to (_i);
  OK (milter_client_quit_nc (client, &ok_error));
  OK (milter_client_connect (client, "other.example", "192.0.2.2", &ok_error));
  check_still_serves (client);
  const MilterEdit *edit = g_ptr_array_index (client->reply.edits, 0);
  ck_assert_int_eq (*edit->value, ' ');
}
END_TEST

static const struct
{
  const char *bytes;
  gsize len;
} garbage[] = {
  { "", 0 },
  { "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", 37 },
  { "\xff\xff\xff\xff" "O", 5 },
  { "\0\0\0\0", 4 },
  { "\0\0\0\x01" "O", 5 },
  { "\0\0\0\x0d" "O\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff" "\0\0\0\x02" "M<", 23 },
  { "\0\0\0\x0d" "O\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff" "\0\0\0\x06" "Lab\0cd", 27 },
  { "\0\0\0\x0d" "O\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff" "\0\0\0\x01" "E", 22 },
  { "\0\0\0\x0d" "O\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff" "\0\0\0\x03" "Dxx" "\0\0\0\x02" "C4", 30 },
};

START_TEST (fault_22_port_check_and_garbage)
{
  for (unsigned i = 0; i < 5; i++)
    {
      MilterClient *client = NULL;
      OK (milter_client_open (desk->socket, 10, &client, &ok_error));
      ck_assert_int_eq (send (client->fd, garbage[_i].bytes, garbage[_i].len, MSG_NOSIGNAL), (ssize_t) garbage[_i].len);
      shutdown (client->fd, SHUT_WR);
      char buffer[256];
      while (recv (client->fd, buffer, sizeof buffer, 0) > 0)
        ;
      milter_client_free (client);
    }
  g_autoptr (MilterClient) client = desk_client (desk);
  check_still_serves (client);
}
END_TEST

/* --- many at once --- */

enum { N_PARALLEL = 100 };

typedef struct
{
  const char *raw;
  char *edits;
  char kind;
} Sender;

static void *
send_one (void *data)
{
  Sender *sender = data;
  g_autoptr (MilterClient) client = desk_client (desk);
  sender->kind = desk_send (client, "QP", "<support@example.com>", sender->raw);
  sender->edits = milter_client_print_edits (client);
  return NULL;
}

START_TEST (fault_8_same_message_in_parallel)
{
  g_autofree char *raw = desk_mail ("same", "the same", "a hundred times");
  static Sender senders[N_PARALLEL];
  static pthread_t threads[N_PARALLEL];
  for (unsigned i = 0; i < N_PARALLEL; i++)
    {
      senders[i] = (Sender){ .raw = raw };
      ck_assert_int_eq (pthread_create (&threads[i], NULL, send_one, &senders[i]), 0);
    }
  for (unsigned i = 0; i < N_PARALLEL; i++)
    pthread_join (threads[i], NULL);
  for (unsigned i = 0; i < N_PARALLEL; i++)
    {
      ck_assert_int_eq (senders[i].kind, SMFIR_ACCEPT);
      ck_assert_str_eq (senders[i].edits, senders[0].edits);
    }
  ck_assert_ptr_nonnull (strstr (senders[0].edits, "[example#1] the same"));
  for (unsigned i = 0; i < N_PARALLEL; i++)
    g_free (senders[i].edits);
  g_autoptr (GPtrArray) tickets = desk_tickets (desk);
  ck_assert_uint_eq (tickets->len, 1);
  ck_assert_uint_eq (((TmTicketRecord *) g_ptr_array_index (tickets, 0))->messages->len, 1);
}
END_TEST

/* --- what mail tries --- */

/* Line breaks and controls inside decoded values must not leave as such. */
static const char *const injections[] = {
  "=?utf-8?q?hello=0d=0aBcc:_victim=40example.net?=",
  "=?utf-8?q?hello=0aX-Evil:_1?=",
  "=?utf-8?b?aGVsbG8NCg0KYm9keQ==?=",
  "hello\x01\x02\x7f world",
  "=?utf-8?q?=00=01=1b[2J?=",
  "hello\n X-Evil: folded",
  "\xff\xfe raw \x80 bytes",
  "=?utf-8?q?=e2=80=ae_reversed_=e2=80=a8_lines?=",
};

START_TEST (fault_14_injection)
{
  g_autoptr (MilterClient) client = desk_client (desk);
  OK (milter_client_mail (client, "<eve@acme.example>", &ok_error));
  OK (milter_client_rcpt (client, "<support@example.com>", &ok_error));
  OK (milter_client_data (client, &ok_error));
  OK (milter_client_header (client, "From", " Eve <eve@acme.example>", &ok_error));
  OK (milter_client_header (client, "Subject", injections[_i], &ok_error));
  OK (milter_client_header (client, "X-Ticket-ID", " 99", &ok_error));
  OK (milter_client_header (client, "Message-ID", " <inject@acme.example>", &ok_error));
  OK (milter_client_eoh (client, &ok_error));
  OK (milter_client_eom (client, &ok_error));
  ck_assert_int_eq (client->reply.kind, SMFIR_ACCEPT);
  ck_assert_ptr_nonnull (milter_client_edited (client, "Subject"));
  for (guint i = 0; i < client->reply.edits->len; i++)
    {
      const MilterEdit *edit = g_ptr_array_index (client->reply.edits, i);
      for (const char *c = edit->value; *c != '\0'; c++)
        if ((unsigned char) *c < 0x20 || *c == 0x7f)
          ck_assert_msg (*c == '\t' || (*c == '\n' && (c[1] == ' ' || c[1] == '\t')), "edit %u: \\x%02x", i, *c);
    }
  g_autoptr (GPtrArray) tickets = desk_tickets (desk);
  ck_assert_ptr_null (strpbrk (((TmTicketRecord *) g_ptr_array_index (tickets, 0))->subject, "\r\n\x1b"));
}
END_TEST

#define PACKET(bytes) { bytes, sizeof bytes }
static const struct
{
  const char *packet;
  gsize len;
} local[] = { PACKET ("localhost\0" "4\0\0" "127.0.0.1"), PACKET ("localhost\0" "6\0\0" "::1") };

START_TEST (no_client_is_never_refused)
{
  /* As Postfix's cleanup(8) presents mail of sendmail(1). */
  g_autoptr (MilterClient) client = NULL;
  OK (milter_client_open (desk->socket, 10, &client, &ok_error));
  OK (milter_client_negotiate (client, MILTER_CLIENT_ACTIONS, MILTER_CLIENT_PROTOCOL, &ok_error));
  OK (milter_client_send (client, SMFIC_CONNECT, local[_i].packet, local[_i].len, &ok_error));
  g_autofree char *raw = desk_mail ("local", "refuse me", "x");
  ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", raw), SMFIR_ACCEPT);
  g_autoptr (MilterClient) remote = desk_client (desk);
  g_autofree char *other = desk_mail ("remote", "refuse me", "x");
  ck_assert_int_eq (desk_send (remote, "Q2", "<support@example.com>", other), SMFIR_REPLYCODE);
  ck_assert_str_eq (remote->reply.text, "550 5.7.1 100%% refused");
}
END_TEST

static void
check_recipient_edit (const char *subject, char op, const char *address)
{
  g_autoptr (MilterClient) client = desk_client (desk);
  g_autofree char *raw = desk_mail (subject, subject, "x");
  unsigned n_found = 0;
  OK (milter_client_message (client, "Q1", "<eve@acme.example>",
                             (const char *const[]){ "<Support+x@example.com>", "<bob@example.net>", NULL }, raw,
                             strlen (raw), &ok_error));
  ck_assert_int_eq (client->reply.kind, SMFIR_ACCEPT);
  for (guint i = 0; i < client->reply.edits->len; i++)
    {
      const MilterEdit *edit = g_ptr_array_index (client->reply.edits, i);
      if (edit->op != SMFIR_ADDRCPT && edit->op != SMFIR_DELRCPT)
        continue;
      ck_assert_int_eq (edit->op, op);
      ck_assert_str_eq (edit->value, address);
      n_found++;
    }
  ck_assert_uint_eq (n_found, 1);
}

/* A refusal takes our recipients away, as they were typed, and leaves others theirs; a queue by rule joins. */
START_TEST (rules_change_recipients)
{
  check_recipient_edit ("refuse me", SMFIR_DELRCPT, "<Support+x@example.com>");
  check_recipient_edit ("move me", SMFIR_ADDRCPT, "<hosting@example.com>");
}
END_TEST

static void
setup_refusing (void)
{
  desk = desk_new ("rules:\n"
                   "  - {name: no, all: ['subject =~ /refuse me/'], then: ['reject \"100% refused\"']}\n"
                   "  - {name: move, all: ['subject =~ /move me/'], then: [queue=hosting]}\n");
  desk_start (desk, NULL);
}

int
main (void)
{
  Suite *suite = suite_create ("dialog");
  TCase *tc = tcase_create ("dialog");
  tcase_set_timeout (tc, 120);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, foreign_mail_is_accepted_at_data);
  tcase_add_test (tc, queue_mail_gets_its_marks);
  tcase_add_test (tc, recipient_as_typed);
  tcase_add_test (tc, fault_22_several_messages_in_a_connection);
  tcase_add_loop_test (tc, any_mta, 0, G_N_ELEMENTS (offers));
  tcase_add_loop_test (tc, mta_without_edits_is_refused, 0, G_N_ELEMENTS (needed_actions));
  tcase_add_test (tc, fault_23_raw_bytes_are_kept);
  tcase_add_loop_test (tc, queue_id_at_any_stage, 0, G_N_ELEMENTS (queue_ids));
  tcase_add_loop_test (tc, fault_22_disconnect, 0, N_STAGES);
  tcase_add_loop_test (tc, quit, 0, N_STAGES);
  tcase_add_loop_test (tc, fault_22_abort_message, STAGE_MAIL, N_STAGES);
  tcase_add_loop_test (tc, quit_new_connection, STAGE_CONNECT, N_STAGES);
  tcase_add_loop_test (tc, fault_22_port_check_and_garbage, 0, G_N_ELEMENTS (garbage));
  tcase_add_test (tc, fault_8_same_message_in_parallel);
  tcase_add_loop_test (tc, fault_14_injection, 0, G_N_ELEMENTS (injections));
  suite_add_tcase (suite, tc);
  TCase *refusing = tcase_create ("refusing");
  tcase_set_timeout (refusing, 120);
  tcase_add_checked_fixture (refusing, setup_refusing, teardown);
  tcase_add_loop_test (refusing, no_client_is_never_refused, 0, G_N_ELEMENTS (local));
  tcase_add_test (refusing, rules_change_recipients);
  suite_add_tcase (suite, refusing);
  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
