/* SPDX-License-Identifier: BSD-2-Clause */
/* How a submission ends, against a server that fails at every stage. */
#include "outbox/smtp.h"
#include "tests/support/smtp-script.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <string.h>

#define MESSAGE "Subject: x\r\n\r\none\r\n.two\r\n..three\r\n"

typedef struct
{
  const char *name;
  SmtpScript script;
  TmSubmitOutcome outcome;
  unsigned n_refused;
  const char *says;  /* stands in the result's text */
  bool is_large;     /* a message that fills no socket's buffer at once */
} Case;

/* FAULTS.md row 21: outgoing SMTP refuses, hangs, drops after DATA. */
static const Case cases[] = {
  { "taken", { .greeting = NULL }, TM_SUBMIT_DONE, 0, "250 2.0.0 Ok: queued as SCRIPT", false },
  { "taken, large", { .greeting = NULL }, TM_SUBMIT_DONE, 0, "queued", true },
  { "greeting 421", { .greeting = "421 too busy" }, TM_SUBMIT_AWAY, 0, "421 too busy", false },
  { "greeting 554", { .greeting = "554 no service here" }, TM_SUBMIT_AWAY, 0, "554 no service", false },
  { "greeting drops", { .greeting = SCRIPT_DROP }, TM_SUBMIT_AWAY, 0, "", false },
  { "greeting hangs", { .greeting = SCRIPT_HANG }, TM_SUBMIT_AWAY, 0, "", false },
  { "an old server", { .hello = "502 EHLO is not known here" }, TM_SUBMIT_DONE, 0, "queued", false },
  { "hello drops", { .hello = SCRIPT_DROP }, TM_SUBMIT_AWAY, 0, "", false },
  { "mail 4xx", { .mail = "452 4.3.1 no space" }, TM_SUBMIT_LATER, 0, "452 4.3.1 no space", false },
  { "mail 5xx", { .mail = "552 5.3.4 too big" }, TM_SUBMIT_FAILED, 0, "552 5.3.4 too big", false },
  { "mail not without login", { .mail = "530 5.7.0 log in first" }, TM_SUBMIT_AWAY, 0, "530", false },
  { "mail drops", { .mail = SCRIPT_DROP }, TM_SUBMIT_LATER, 0, "", false },
  { "mail hangs", { .mail = SCRIPT_HANG }, TM_SUBMIT_LATER, 0, "", false },
  { "one is refused", { .rcpt = { NULL, "550 5.1.1 unknown" } }, TM_SUBMIT_DONE, 1, "queued", false },
  { "one has to wait", { .rcpt = { "450 4.2.0 greylisted" } }, TM_SUBMIT_DONE, 1, "queued", false },
  { "all are refused", { .rcpt = { "550 5.1.1 unknown", "553 5.1.3 bad" } }, TM_SUBMIT_FAILED, 2, "553 5.1.3 bad",
    false },
  { "one is refused, one has to wait", { .rcpt = { "550 5.1.1 unknown", "450 4.2.0 later" } }, TM_SUBMIT_LATER, 2,
    "450", false },
  { "lines of an answer", { .rcpt = { "550-5.1.1 un\r\n550 5.1.1 known", "550 no" } }, TM_SUBMIT_FAILED, 2, "550 no",
    false },
  { "rcpt drops", { .rcpt = { SCRIPT_DROP } }, TM_SUBMIT_LATER, 0, "", false },
  { "data 4xx", { .data = "451 4.3.0 not now" }, TM_SUBMIT_LATER, 0, "451 4.3.0 not now", false },
  { "data 5xx", { .data = "554 5.5.1 no valid recipients" }, TM_SUBMIT_FAILED, 0, "554", false },
  { "data drops", { .data = SCRIPT_DROP }, TM_SUBMIT_LATER, 0, "", false },
  { "data hangs", { .data = SCRIPT_HANG }, TM_SUBMIT_LATER, 0, "", false },
  { "drops in the body", { .drops_in_body = true }, TM_SUBMIT_LATER, 0, "", true },
  { "final 4xx", { .final = "451 4.7.1 try again" }, TM_SUBMIT_LATER, 0, "451 4.7.1 try again", false },
  { "final 5xx", { .final = "554 5.7.1 refused" }, TM_SUBMIT_FAILED, 0, "554 5.7.1 refused", false },
  { "final drops", { .final = SCRIPT_DROP }, TM_SUBMIT_UNKNOWN, 0, "", false },
  { "final drops, large", { .final = SCRIPT_DROP }, TM_SUBMIT_UNKNOWN, 0, "", true },
  { "final hangs", { .final = SCRIPT_HANG }, TM_SUBMIT_UNKNOWN, 0, "", false },
  { "final is no answer", { .final = "what?" }, TM_SUBMIT_UNKNOWN, 0, "", false },
};

static GBytes *
message_of (bool is_large)
{
  GString *message = g_string_new (MESSAGE);
  for (int i = 0; is_large && i < 200000; i++)
    g_string_append (message, "A line of a large message that takes more than buffers hold.\r\n");
  return g_string_free_to_bytes (message);
}

static void
submit (TmSubmitter *submitter, unsigned port, GBytes *message, TmSubmitResult *result_out)
{
  g_autofree char *url = g_strdup_printf ("smtp://127.0.0.1:%u", port);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (recipients, g_strdup ("eve@acme.example"));
  g_ptr_array_add (recipients, g_strdup ("joe@acme.example"));
  const TmSubmission submission = { .url = url, .sender = "", .recipients = recipients, .message = message,
                                    .connect_s = 5, .answer_s = 2 };
  submitter_submit (submitter, &submission, result_out);
}

START_TEST (fault_21_ends_as_it_should)
{
  const Case *one = &cases[_i];
  g_autoptr (SmtpServer) server = smtp_server_new (&one->script);
  g_autoptr (TmSubmitter) submitter = submitter_new ();
  g_autoptr (GBytes) message = message_of (one->is_large);
  g_auto (TmSubmitResult) result = { 0 };
  submit (submitter, smtp_server_port (server), message, &result);
  ck_assert_msg (result.outcome == one->outcome, "%s: outcome %d, not %d: %s", one->name, result.outcome, one->outcome,
                 result.text);
  ck_assert_msg (result.refused->len == one->n_refused, "%s: %u refused", one->name, result.refused->len);
  ck_assert_msg (strstr (result.text, one->says) != NULL && *result.text != '\0', "%s: `%s`", one->name, result.text);
  ck_assert_msg (strpbrk (result.text, "\r\n") == NULL, "%s: %s", one->name, result.text);
}
END_TEST

START_TEST (is_nobody_there)
{
  g_autoptr (SmtpServer) server = smtp_server_new (&(SmtpScript){ 0 });
  unsigned port = smtp_server_port (server);
  smtp_server_free (g_steal_pointer (&server));
  g_autoptr (TmSubmitter) submitter = submitter_new ();
  g_autoptr (GBytes) message = message_of (false);
  g_auto (TmSubmitResult) result = { 0 };
  submit (submitter, port, message, &result);
  ck_assert_int_eq (result.outcome, TM_SUBMIT_AWAY);
  ck_assert_ptr_nonnull (strstr (result.text, "connect"));
}
END_TEST

/* Bytes arrive as they were given, and one connection serves many. */
START_TEST (keeps_bytes_and_connection)
{
  g_autoptr (SmtpServer) server = smtp_server_new (&(SmtpScript){ .rcpt = { NULL, "550 5.1.1 unknown" } });
  g_autoptr (TmSubmitter) submitter = submitter_new ();
  g_autoptr (GBytes) message = message_of (false);
  for (int i = 0; i < 5; i++)
    {
      g_auto (TmSubmitResult) result = { 0 };
      submit (submitter, smtp_server_port (server), message, &result);
      ck_assert_int_eq (result.outcome, TM_SUBMIT_DONE);
      const TmRefused *refused = g_ptr_array_index (result.refused, 0);
      ck_assert_str_eq (refused->address, "joe@acme.example");
      ck_assert (refused->is_final);
      ck_assert_str_eq (refused->text, "550 5.1.1 unknown");
    }
  ck_assert_uint_eq (smtp_server_connections (server), 1);
  submitter_free (g_steal_pointer (&submitter));
  const GPtrArray *messages = smtp_server_messages (server), *commands = smtp_server_commands (server);
  ck_assert_uint_eq (messages->len, 5);
  for (guint i = 0; i < messages->len; i++)
    ck_assert_str_eq (g_ptr_array_index (messages, i), MESSAGE);
  ck_assert (g_str_has_prefix (g_ptr_array_index (commands, 1), "MAIL FROM:<> SIZE="));
  ck_assert_str_eq (g_ptr_array_index (commands, 2), "RCPT TO:<eve@acme.example>");
}
END_TEST

static bool
is_stopped (gpointer data)
{
  return ++*(int *) data > 1;
}

/* The end of the daemon does not wait for a server that says nothing. */
START_TEST (can_be_stopped)
{
  g_autoptr (SmtpServer) server = smtp_server_new (&(SmtpScript){ .final = SCRIPT_HANG });
  g_autoptr (TmSubmitter) submitter = submitter_new ();
  g_autoptr (GBytes) message = message_of (false);
  g_autofree char *url = g_strdup_printf ("smtp://127.0.0.1:%u", smtp_server_port (server));
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func (g_free);
  int n_asked = 0;
  g_ptr_array_add (recipients, g_strdup ("eve@acme.example"));
  const TmSubmission submission = { .url = url, .sender = "a@b.example", .recipients = recipients, .message = message,
                                    .connect_s = 60, .answer_s = 3600, .is_stopped = is_stopped, .data = &n_asked };
  g_auto (TmSubmitResult) result = { 0 };
  submitter_submit (submitter, &submission, &result);
  ck_assert_int_ge (n_asked, 2);
  ck_assert_int_ne (result.outcome, TM_SUBMIT_DONE);
  ck_assert_int_ne (result.outcome, TM_SUBMIT_FAILED);
}
END_TEST

SUITE_MAIN ("smtp",
            signal (SIGPIPE, SIG_IGN);
            submitter_init ();
            tcase_add_loop_test (tc, fault_21_ends_as_it_should, 0, (int) G_N_ELEMENTS (cases));
            tcase_add_test (tc, is_nobody_there);
            tcase_add_test (tc, keeps_bytes_and_connection);
            tcase_add_test (tc, can_be_stopped);)
