/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread that sends the outbox, with a real store and a server that fails as its script says. */
#define SUITE_NEEDS_PROCESSES /* a disk that is slow stays so */
#include "desk/pager.h"
#include "desk/sender.h"
#include "base/clock.h"
#include "mime/mime.h"
#include "store/outbox_send.h"
#include "tests/support/flaky-disk.h"
#include "tests/support/smtp-script.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <string.h>

typedef struct
{
  TmStoreBed *bed;
  TmPolicy *policy;
  TmSender *sender;
} Desk;

static TmPolicy *
policy_of (gpointer data)
{
  return policy_ref (((Desk *) data)->policy);
}

/* A ticket of eve's, and nobody listens yet. */
static void
desk_open (Desk *desk)
{
  const TmLimits limits = TM_LIMITS_DEFAULT;
  desk->bed = bed_new ();
  bed_open (desk->bed);
  ck_assert_int_eq (bed_ticket (desk->bed, &(TmMailSpec){ .message_id = "1@x", .text = "one" }), 1);
  desk->policy = g_new0 (TmPolicy, 1);
  desk->policy->refs = 1;
  desk->policy->site = desk->bed->site;
  desk->policy->limits = limits;
}

static void
desk_listen (Desk *desk, unsigned port)
{
  g_free (desk->policy->daemon.submit);
  desk->policy->daemon.submit = g_strdup_printf ("smtp://127.0.0.1:%u", port);
}

static void
desk_start (Desk *desk)
{
  g_autoptr (GError) error = NULL;
  const TmSenderOptions options
      = { .store = desk->bed->store, .policy = policy_of, .data = desk, .answer_s = 2 };
  ck_assert_msg (sender_start (&options, &desk->sender, &error), "%s", error != NULL ? error->message : "");
}

static void
desk_close (Desk *desk)
{
  sender_stop (desk->sender, 5);
  desk->policy->site = NULL; /* the bed's */
  policy_unref (desk->policy);
  bed_free (desk->bed);
}

static void
add_mail (Desk *desk, bool may_repeat, TmOutboxState state)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT INTO outbox (kind, ticket, message, actor, recipients, settled, sender_purpose, reply_purpose, subject,"
      " text, may_repeat, state, created_at, next_at, tries) VALUES ('result', 1, 1, 'agent:anna', 'anna@example.com',"
      " '', '', 'n', '[example#1] x', 'Done.', %d, %d, %" G_GINT64_FORMAT ", 0, 0)", may_repeat, state, clock_now ());
  bed_sql (desk->bed, sql);
}

static bool
has_state (Desk *desk, TmOutboxState state)
{
  return bed_count (desk->bed, "SELECT state FROM outbox ORDER BY id DESC LIMIT 1") == (gint64) state;
}

/* A hang becomes a failure; no more. */
static void
wait_for_end_of_try (Desk *desk, gint64 tries)
{
  gint64 end_us = clock_monotonic_us () + BED_PATIENCE_S * 1000000;
  while (bed_count (desk->bed, "SELECT coalesce (max (tries), 0) FROM outbox WHERE state <> 2") < tries)
    {
      ck_assert_int_lt (clock_monotonic_us (), end_us);
      g_usleep (5000);
    }
}

typedef struct
{
  const char *name;
  SmtpScript script;
  bool may_repeat;
  TmOutboxState state;
  guint n_messages;  /* that the server saw whole */
  gint64 n_events;
} Case;

/* FAULTS.md row 21: outgoing SMTP refuses, hangs, drops after DATA. */
static const Case cases[] = {
  { "taken", { .greeting = NULL }, false, TM_OUTBOX_SENT, 1, 0 },
  { "refused", { .mail = "550 5.7.1 no" }, true, TM_OUTBOX_FAILED, 0, 1 },
  { "nobody is known", { .rcpt = { "550 5.1.1 unknown" } }, true, TM_OUTBOX_FAILED, 0, 1 },
  { "not now", { .data = "451 4.3.0 later" }, false, TM_OUTBOX_WAITING, 0, 0 },
  { "busy", { .greeting = "421 4.3.2 busy" }, false, TM_OUTBOX_WAITING, 0, 0 },
  { "hangs after DATA", { .data = SCRIPT_HANG }, false, TM_OUTBOX_WAITING, 0, 0 },
  { "drops after the dot, once at most", { .final = SCRIPT_DROP }, false, TM_OUTBOX_UNKNOWN, 1, 1 },
  { "drops after the dot, once at least", { .final = SCRIPT_DROP }, true, TM_OUTBOX_WAITING, 1, 0 },
  { "hangs after the dot", { .final = SCRIPT_HANG }, false, TM_OUTBOX_UNKNOWN, 1, 1 },
};

START_TEST (fault_21_leaves_the_row)
{
  const Case *one = &cases[_i];
  Desk desk = { 0 };
  SmtpServer *server = smtp_server_new (&one->script);
  desk_open (&desk);
  desk_listen (&desk, smtp_server_port (server));
  add_mail (&desk, one->may_repeat, TM_OUTBOX_WAITING);
  desk_start (&desk);
  wait_for_end_of_try (&desk, 1);
  ck_assert_msg (has_state (&desk, one->state), "%s", one->name);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT count(*) FROM event WHERE action = 'outbox'"), one->n_events);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT ended_at IS NULL FROM outbox"), one->state == TM_OUTBOX_WAITING);
  desk_close (&desk);
  ck_assert_uint_eq (smtp_server_messages (server)->len, one->n_messages);
  smtp_server_free (server);
}
END_TEST

static char *
id_of (const char *message)
{
  const char *field = strstr (message, "Message-ID: <");
  ck_assert_ptr_nonnull (field);
  return g_strndup (field, strcspn (field, "\r"));
}

/* What may be repeated goes out again under the same id, which is the ticket's. */
START_TEST (fault_21_keeps_its_message_id)
{
  Desk desk = { 0 };
  g_autoptr (GError) error = NULL;
  SmtpServer *drops = smtp_server_new (&(SmtpScript){ .final = SCRIPT_DROP });
  SmtpServer *takes = smtp_server_new (&(SmtpScript){ 0 });
  desk_open (&desk);
  desk_listen (&desk, smtp_server_port (drops));
  add_mail (&desk, true, TM_OUTBOX_WAITING);
  desk_start (&desk);
  wait_for_end_of_try (&desk, 1);
  sender_stop (g_steal_pointer (&desk.sender), 5);
  desk_listen (&desk, smtp_server_port (takes));
  ck_assert (store_set_outgoing (desk.bed->store, 1, false, clock_monotonic_us () + 20000000, &error));
  desk_start (&desk);
  wait_for_end_of_try (&desk, 2);
  ck_assert (has_state (&desk, TM_OUTBOX_SENT));
  /* Sent is sent. */
  ck_assert (!store_set_outgoing (desk.bed->store, 1, false, clock_monotonic_us () + 20000000, &error));
  ck_assert_int_eq (error->code, TM_ERROR_DENIED);
  g_autofree char *first = id_of (g_ptr_array_index (smtp_server_messages (drops), 0));
  g_autofree char *second = id_of (g_ptr_array_index (smtp_server_messages (takes), 0));
  ck_assert_str_eq (first, second);
  first[strlen (first) - 1] = '\0';
  g_autoptr (TmInbound) answer
      = maker_inbound (desk.bed->site, &(TmMailSpec){ .message_id = "2@x", .text = "two",
                                                      .in_reply_to = first + strlen ("Message-ID: <") });
  g_autoptr (TmPlan) plan = bed_submit_until (desk.bed, answer, BED_PATIENCE_S, NULL);
  ck_assert_int_eq (plan->ticket, 1);
  desk_close (&desk);
  smtp_server_free (drops);
  smtp_server_free (takes);
}
END_TEST

/* The daemon was killed while it sent. */
START_TEST (resumes)
{
  Desk desk = { 0 };
  SmtpServer *server = smtp_server_new (&(SmtpScript){ 0 });
  desk_open (&desk);
  desk_listen (&desk, smtp_server_port (server));
  add_mail (&desk, false, TM_OUTBOX_SENDING);
  add_mail (&desk, true, TM_OUTBOX_SENDING);
  desk_start (&desk);
  wait_for_end_of_try (&desk, 1);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT state FROM outbox WHERE id = 1"), TM_OUTBOX_UNKNOWN);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT state FROM outbox WHERE id = 2"), TM_OUTBOX_SENT);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT count(*) FROM event WHERE action = 'outbox'"), 1);
  desk_close (&desk);
  ck_assert_uint_eq (smtp_server_messages (server)->len, 1);
  smtp_server_free (server);
}
END_TEST

/* A question whose ticket is held no more: nobody is asked, and the row says why. */
START_TEST (cancels_what_is_needless)
{
  Desk desk = { 0 };
  SmtpServer *server = smtp_server_new (&(SmtpScript){ 0 });
  desk_open (&desk);
  desk_listen (&desk, smtp_server_port (server));
  add_mail (&desk, true, TM_OUTBOX_WAITING);
  add_mail (&desk, true, TM_OUTBOX_WAITING);
  bed_sql (desk.bed, "UPDATE outbox SET kind = 'confirm', reply_purpose = 'c'");
  bed_sql (desk.bed, "INSERT INTO ticket (id, status, subject, requester, created_at)"
                     " VALUES (7, 8, 'x', 'eve@acme.example', 1)");
  bed_sql (desk.bed, "UPDATE outbox SET ticket = 7 WHERE id = 2");
  desk_start (&desk);
  wait_for_end_of_try (&desk, 1);
  gint64 end_us = clock_monotonic_us () + BED_PATIENCE_S * 1000000;
  while (bed_count (desk.bed, "SELECT count(*) FROM outbox WHERE ended_at IS NULL") > 0)
    {
      ck_assert_int_lt (clock_monotonic_us (), end_us);
      g_usleep (5000);
    }
  ck_assert_int_eq (bed_count (desk.bed, "SELECT state FROM outbox WHERE id = 1"), TM_OUTBOX_CANCELLED);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT instr (error, 'held no more') > 0 FROM outbox WHERE id = 1"), 1);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT state FROM outbox WHERE id = 2"), TM_OUTBOX_SENT);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT count(*) FROM event WHERE action = 'outbox'"), 0);
  desk_close (&desk);
  ck_assert_uint_eq (smtp_server_messages (server)->len, 1);
  smtp_server_free (server);
}
END_TEST

/* The disk is so slow that the thread gave up on marking the row, which was committed all the same. */
START_TEST (takes_up_what_was_marked_late)
{
  enum { COMMIT_MS = 100 };
  Desk desk = { 0 };
  TmPager *pager = NULL;
  bool is_page = _i == 1;
  SmtpServer *server = smtp_server_new (&(SmtpScript){ 0 });
  flaky_disk_install ();
  desk_open (&desk);
  desk_listen (&desk, smtp_server_port (server));
  add_mail (&desk, true, TM_OUTBOX_WAITING);
  if (is_page)
    bed_sql (desk.bed, "UPDATE outbox SET kind = 'page', receiver = 'gone'");
  const TmSenderOptions options
      = { .store = desk.bed->store, .policy = policy_of, .data = &desk, .answer_s = 2, .commit_ms = COMMIT_MS };
  g_atomic_int_set (&flaky_disk.is_held, 1);
  ck_assert (is_page ? pager_start (&options, &pager, NULL) : sender_start (&options, &desk.sender, NULL));
  gint64 end_us = clock_monotonic_us () + BED_PATIENCE_S * 1000000;
  while (g_atomic_int_get (&flaky_disk.n_holding) == 0)
    {
      ck_assert_int_lt (clock_monotonic_us (), end_us);
      g_usleep (1000);
    }
  g_usleep (5 * COMMIT_MS * 1000);
  g_atomic_int_set (&flaky_disk.is_held, 0);
  while (bed_count (desk.bed, "SELECT tries FROM outbox") == 0)
    {
      ck_assert_int_lt (clock_monotonic_us (), end_us);
      g_usleep (1000);
    }
  while (bed_count (desk.bed, "SELECT count(*) FROM outbox WHERE ended_at IS NULL") > 0)
    {
      ck_assert_int_lt (clock_monotonic_us (), end_us);
      if (is_page)
        pager_wake (pager);
      else
        sender_wake (desk.sender);
      g_usleep (5000);
    }
  /* The page ends as well: its receiver is in no configuration. */
  ck_assert (has_state (&desk, is_page ? TM_OUTBOX_FAILED : TM_OUTBOX_SENT));
  ck_assert_int_eq (bed_count (desk.bed, "SELECT tries FROM outbox"), 2);
  pager_stop (pager, 5);
  desk_close (&desk);
  ck_assert_uint_eq (smtp_server_messages (server)->len, is_page ? 0 : 1);
  smtp_server_free (server);
}
END_TEST

/* A server that is away is asked by one mail, not by all that wait; they go out when it is back, each once. */
START_TEST (waits_for_the_server)
{
  enum { MAILS = 50 };
  Desk desk = { 0 };
  SmtpServer *busy = smtp_server_new (&(SmtpScript){ .greeting = "421 4.3.2 busy" });
  SmtpServer *server = smtp_server_new (&(SmtpScript){ 0 });
  desk_open (&desk);
  desk_listen (&desk, smtp_server_port (busy));
  for (int i = 0; i < MAILS; i++)
    add_mail (&desk, i % 2 == 0, TM_OUTBOX_WAITING);
  desk_start (&desk);
  wait_for_end_of_try (&desk, 1);
  sender_stop (g_steal_pointer (&desk.sender), 5);
  ck_assert_uint_le (smtp_server_connections (busy), 5);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT count(*) FROM outbox WHERE state = 1"), MAILS);
  bed_sql (desk.bed, "UPDATE outbox SET next_at = 0");
  desk_listen (&desk, smtp_server_port (server));
  desk_start (&desk);
  gint64 end_us = clock_monotonic_us () + BED_PATIENCE_S * 1000000;
  while (bed_count (desk.bed, "SELECT count(*) FROM outbox WHERE state = 3") < MAILS)
    {
      ck_assert_int_lt (clock_monotonic_us (), end_us);
      g_usleep (5000);
    }
  desk_close (&desk);
  ck_assert_uint_eq (smtp_server_messages (server)->len, MAILS);
  smtp_server_free (busy);
  smtp_server_free (server);
}
END_TEST

SUITE_MAIN ("sender",
            signal (SIGPIPE, SIG_IGN);
            mime_init ();
            sender_init ();
            tcase_add_loop_test (tc, fault_21_leaves_the_row, 0, (int) G_N_ELEMENTS (cases));
            tcase_add_test (tc, fault_21_keeps_its_message_id);
            tcase_add_test (tc, resumes);
            tcase_add_test (tc, cancels_what_is_needless);
            tcase_add_loop_test (tc, takes_up_what_was_marked_late, 0, 2);
            tcase_add_test (tc, waits_for_the_server);)
