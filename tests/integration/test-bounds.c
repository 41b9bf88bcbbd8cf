/* SPDX-License-Identifier: BSD-2-Clause */
/* What the daemon does when there is too much of something, or too little. */
#include "tests/integration/harness.h"
#include "tests/support/suite.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

static char
big_message (MilterClient *client, gsize size)
{
  g_autofree char *body = g_strnfill (size, 'x');
  for (gsize i = 76; i < size; i += 78)
    memcpy (body + i, "\r\n", MIN (2, size - i));
  g_autofree char *raw = desk_mail ("big", "big", body);
  return desk_send (client, "QB", "<support@example.com>", raw);
}

START_TEST (memory_cap)
{
  g_autoptr (Desk) desk = desk_new ("memory: 4M\n");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  for (unsigned i = 0; i < 3; i++)
    {
      ck_assert_int_eq (big_message (client, 5 << 20), SMFIR_REPLYCODE);
      ck_assert_str_eq (client->reply.text, "451 4.3.0 Help desk busy, please try again later");
      ck_assert_uint_eq (client->reply.edits->len, 0);
    }
  ck_assert_uint_eq (desk_count_tickets (desk), 0);
  /* What did not fit was let go of: one that fits, again and again. */
  for (unsigned i = 0; i < 5; i++)
    ck_assert_int_eq (big_message (client, 3 << 20), SMFIR_ACCEPT);
  ck_assert_uint_eq (desk_count_tickets (desk), 1);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

START_TEST (session_cap)
{
  g_autoptr (Desk) desk = desk_new ("limits: {sessions: 2}\n");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) first = desk_client (desk);
  g_autoptr (MilterClient) second = desk_client (desk);
  g_autoptr (MilterClient) third = desk_client (desk);
  g_autofree char *raw = desk_mail ("cap", "cap", "x");
  ck_assert_int_eq (desk_send (first, "Q1", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_int_eq (desk_send (second, "Q2", "<support@example.com>", raw), SMFIR_ACCEPT);
  /* Too many of ours; mail that is not ours costs nothing and passes. */
  ck_assert_int_eq (desk_send (third, "Q3", "<support@example.com>", raw), SMFIR_REPLYCODE);
  ck_assert (g_str_has_prefix (third->reply.text, "451 "));
  ck_assert_int_eq (desk_send (third, "Q3", "<bob@example.net>", raw), SMFIR_ACCEPT);
  /* A place that becomes free is taken, also by a session that had none. */
  OK (milter_client_quit (first, &ok_error));
  char byte;
  ck_assert_int_eq (recv (first->fd, &byte, 1, 0), 0);
  ck_assert_int_eq (desk_send (third, "Q3", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* 20,000 headers, 100,000 references, 30,000 nested groups: bounded, recorded, marked. */
static char *
monster (int kind)
{
  GString *raw = g_string_new ("From: eve@acme.example\r\nSubject: monster\r\nMessage-ID: <monster@acme.example>\r\n");
  for (unsigned i = 0; kind == 0 && i < 20000; i++)
    g_string_append_printf (raw, "X-Field-%u: %u\r\n", i, i);
  if (kind == 1)
    g_string_append (raw, "References:");
  for (unsigned i = 0; kind == 1 && i < 100000; i++)
    g_string_append_printf (raw, "\r\n <%u@references.example>", i);
  if (kind == 2)
    g_string_append (raw, "To: ");
  for (unsigned i = 0; kind == 2 && i < 30000; i++)
    g_string_append (raw, "g:");
  if (kind > 0)
    g_string_append (raw, "\r\n");
  if (kind == 3)
    g_string_append (raw, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n");
  g_string_append (raw, "\r\n");
  for (unsigned i = 0; kind == 3 && i < 2000000; i++)
    g_string_append (raw, "--b\r\n");
  return g_string_free (raw, FALSE);
}

START_TEST (fault_15_monsters)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  g_autofree char *raw = monster (_i);
  ck_assert_int_eq (desk_send (client, "QM", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-ID"), "1");
  ck_assert_uint_eq (desk_count_tickets (desk), 1);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

static void
limit_descriptors (const Desk *desk, rlim_t soft)
{
  struct rlimit limit;
  ck_assert_int_eq (prlimit (desk->pid, RLIMIT_NOFILE, NULL, &limit), 0);
  limit.rlim_cur = MIN (soft, limit.rlim_max);
  ck_assert_int_eq (prlimit (desk->pid, RLIMIT_NOFILE, &limit, NULL), 0);
}

/* Connections that cannot be accepted wait in the backlog, and are served once there are descriptors again. */
START_TEST (fault_28_no_descriptor_for_a_connection)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  desk_check_serves (desk->socket, "before");
  limit_descriptors (desk, 3);
  MilterClient *client = NULL;
  OK (milter_client_open (desk->socket, 30, &client, &ok_error));
  ck_assert (desk_logs (desk, " started on "));
  limit_descriptors (desk, 1024);
  OK (milter_client_negotiate (client, MILTER_CLIENT_ACTIONS, MILTER_CLIENT_PROTOCOL, &ok_error));
  milter_client_free (client);
  desk_check_serves (desk->socket, "after");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* A large message needs a file. */
START_TEST (fault_28_no_descriptor_for_a_large_message)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  g_autofree char *raw = desk_mail ("small", "small", "x");
  ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", raw), SMFIR_ACCEPT);
  limit_descriptors (desk, 3);
  ck_assert_int_eq (big_message (client, 3 << 20), SMFIR_REPLYCODE);
  ck_assert (g_str_has_prefix (client->reply.text, "451 "));
  limit_descriptors (desk, 1024);
  ck_assert_int_eq (big_message (client, 3 << 20), SMFIR_ACCEPT);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* What would read otherwise than it is: without the converter of its charset, and without a process of its own for so
 * many boundaries. */
static char *
mail_that_needs_a_descriptor (int kind)
{
  static const char list[] = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
  GString *raw = g_string_new ("From: eve@acme.example\r\nDate: Fri, 20 Nov 2026 16:00:00 +0000\r\n"
                               "Message-ID: <needs@acme.example>\r\n");
  g_string_append_printf (raw, "Subject: %s\r\n%s\r\n", kind == 0 ? "=?iso-8859-2?q?vi=B9e?=" : "više",
                          kind == 1 ? list : "");
  for (unsigned i = 0; kind == 1 && i < 600; i++)
    g_string_append (raw, i == 0 ? "--b\r\n\r\nx\r\n" : "--b--\r\n");
  return g_string_free (raw, FALSE);
}

static void
check_recorded_once (const Desk *desk, const char *subject)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *rows = NULL;
  ck_assert_int_eq (sqlite3_open (desk->database, &db), SQLITE_OK);
  ck_assert_int_eq (sqlite3_prepare_v2 (db, "SELECT subject, flags FROM message", -1, &rows, NULL), SQLITE_OK);
  ck_assert_int_eq (sqlite3_step (rows), SQLITE_ROW);
  ck_assert_str_eq ((const char *) sqlite3_column_text (rows, 0), subject);
  ck_assert_int_eq (sqlite3_column_int (rows, 1) & TM_FLAG_UNREADABLE, 0);
  ck_assert_int_eq (sqlite3_step (rows), SQLITE_DONE);
  sqlite3_finalize (rows);
  sqlite3_close (db);
}

START_TEST (fault_28_no_descriptor_to_read_with)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  g_autofree char *raw = mail_that_needs_a_descriptor (_i);
  limit_descriptors (desk, 3);
  ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", raw), SMFIR_REPLYCODE);
  ck_assert (g_str_has_prefix (client->reply.text, "451 "));
  limit_descriptors (desk, 1024);
  for (unsigned i = 0; i < 2; i++)
    ck_assert_int_eq (desk_send (client, "Q2", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
  check_recorded_once (desk, "više");
}
END_TEST

/* --- a database that cannot be written --- */

/* Keeps the writer waiting, as a backup program gone wrong would. */
static sqlite3 *
hold_database (const Desk *desk)
{
  sqlite3 *db = NULL;
  ck_assert_int_eq (sqlite3_open (desk->database, &db), SQLITE_OK);
  ck_assert_int_eq (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
  return db;
}

static const char small[] = "From: eve@acme.example\r\nSubject: held\r\nMessage-ID: <held@acme.example>\r\n"
                            "Date: Fri, 20 Nov 2026 16:00:00 +0000\r\n\r\nx\r\n";

static void
check_put_off (MilterClient *client)
{
  ck_assert_int_eq (desk_send (client, "QD", "<support@example.com>", small), SMFIR_REPLYCODE);
  ck_assert (g_str_has_prefix (client->reply.text, "451 4.3.0 "));
  ck_assert_uint_eq (client->reply.edits->len, 0);
}

START_TEST (fault_19_deadline)
{
  g_autoptr (Desk) desk = desk_new ("limits: {deadline: 1s}\n");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  sqlite3 *db = hold_database (desk);
  check_put_off (client);
  ck_assert (desk_logs (desk, "QD: not recorded, answered 451: not committed before the deadline"));
  sqlite3_close (db);
  /* The late commit and the retry are one ticket. */
  while (desk_send (client, "QD", "<support@example.com>", small) != SMFIR_ACCEPT)
    ;
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-ID"), "1");
  ck_assert_uint_eq (desk_count_tickets (desk), 1);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

static void *
put_off_one (void *data)
{
  g_autoptr (MilterClient) client = desk_client (data);
  check_put_off (client);
  return NULL;
}

START_TEST (jobs_cap)
{
  g_autoptr (Desk) desk = desk_new ("limits: {jobs: 1, deadline: 2s}\n");
  desk_start (desk, NULL);
  sqlite3 *db = hold_database (desk);
  pthread_t threads[5];
  for (unsigned i = 0; i < G_N_ELEMENTS (threads); i++)
    ck_assert_int_eq (pthread_create (&threads[i], NULL, put_off_one, desk), 0);
  for (unsigned i = 0; i < G_N_ELEMENTS (threads); i++)
    pthread_join (threads[i], NULL);
  /* Some are with the writer, one waits; others hear at once that there is no room. */
  ck_assert_uint_ge (desk_count_log (desk, "too many messages wait"), 1);
  sqlite3_close (db);
  desk_check_serves (desk->socket, "afterwards");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

START_TEST (stop_waits_for_answers)
{
  g_autoptr (Desk) desk = desk_new ("limits: {deadline: 2s}\n");
  desk_start (desk, NULL);
  sqlite3 *db = hold_database (desk);
  pthread_t thread;
  ck_assert_int_eq (pthread_create (&thread, NULL, put_off_one, desk), 0);
  g_usleep (300000); /* it may as well come too late: then it is answered at once */
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
  pthread_join (thread, NULL);
  sqlite3_close (db);
}
END_TEST

SUITE_MAIN ("bounds", tcase_add_test (tc, memory_cap);
            tcase_add_test (tc, session_cap);
            tcase_add_loop_test (tc, fault_15_monsters, 0, 4);
            tcase_add_test (tc, fault_28_no_descriptor_for_a_connection);
            tcase_add_test (tc, fault_28_no_descriptor_for_a_large_message);
            tcase_add_loop_test (tc, fault_28_no_descriptor_to_read_with, 0, 2);
            tcase_add_test (tc, fault_19_deadline);
            tcase_add_test (tc, jobs_cap);
            tcase_add_test (tc, stop_waits_for_answers);)
