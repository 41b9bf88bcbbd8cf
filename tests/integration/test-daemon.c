/* SPDX-License-Identifier: BSD-2-Clause */
/* The daemon's life: start and its errors, sockets, reload, bounds, stop. */
#include "tests/integration/harness.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#define OK(call)                                                                                                \
  do                                                                                                            \
    {                                                                                                           \
      g_autoptr (GError) ok_error = NULL;                                                                       \
      bool ok = (call);                                                                                         \
      ck_assert_msg (ok, #call);                                                                                \
    }                                                                                                           \
  while (0)

static const char *const foreground[] = { "-f", NULL };

static void
check_serves (const char *socket, const char *id)
{
  g_autoptr (MilterClient) client = desk_client_with (socket, MILTER_CLIENT_PROTOCOL);
  g_autofree char *raw = desk_mail (id, id, "text");
  ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_ptr_nonnull (milter_client_edited (client, "X-Ticket-ID"));
}

/* --- options and errors of the start --- */

static const struct
{
  const char *const args[4];
  int code;
  const char *logged;
} lines[] = {
  { { "-x" }, EX_USAGE, "usage: " },
  { { "more" }, EX_USAGE, "usage: " },
  { { "-n" }, EX_OK, NULL },
  { { "-f", "-p", "unix:" }, EX_CONFIG, "1 to 107 bytes" },
  { { "-f", "-p", "tcp:25" }, EX_CONFIG, "unix:PATH" },
  { { "-f", "-p", "inet:10025" }, EX_CONFIG, "inet:PORT@HOST" },
  { { "-f", "-p", "inet:1@192.0.2.1" }, EX_UNAVAILABLE, "inet:1@192.0.2.1" },
  { { "-f", "-p", "unix:/nowhere/at/all" }, EX_UNAVAILABLE, "/nowhere/at/all" },
  { { "-f", "-p", "fd:99" }, EX_UNAVAILABLE, "no listening socket" },
  { { "-f", "-p", "fd:x" }, EX_CONFIG, "fd:NUMBER" },
};

START_TEST (command_line)
{
  g_autoptr (Desk) desk = desk_new ("");
  ck_assert_int_eq (desk_run (desk, lines[_i].args), lines[_i].code);
  ck_assert (lines[_i].logged == NULL || desk_count_log (desk, lines[_i].logged) == 1);
}
END_TEST

START_TEST (broken_configuration)
{
  g_autoptr (Desk) desk = desk_new ("no_such_key: 1\nqueus: {}\n");
  ck_assert_int_eq (desk_run (desk, (const char *const[]){ "-n", NULL }), EX_CONFIG);
  ck_assert_uint_ge (desk_count_log (desk, "ticketmilter.yaml:"), 2);
  ck_assert_int_eq (desk_run (desk, foreground), EX_CONFIG);
  ck_assert_uint_ge (desk_count_log (desk, "configuration: "), 2);
  ck_assert_uint_eq (desk_count_log (desk, "cannot start: "), 1);
}
END_TEST

START_TEST (socket_in_use)
{
  g_autoptr (Desk) desk = desk_new ("");
  g_autoptr (Desk) other = desk_new ("");
  desk_start (desk, NULL);
  ck_assert_int_eq (desk_run (other, (const char *const[]){ "-f", "-p", desk->socket, NULL }), EX_UNAVAILABLE);
  ck_assert_uint_eq (desk_count_log (other, desk->socket + strlen ("unix:")), 1);
  ck_assert_uint_eq (desk_count_log (other, "in use"), 1);
  check_serves (desk->socket, "still");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

START_TEST (stale_socket_is_replaced)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  ck_assert_int_eq (desk_stop (desk, SIGKILL), 128 + SIGKILL);
  ck_assert (g_file_test (desk->socket + strlen ("unix:"), G_FILE_TEST_EXISTS));
  desk_start (desk, NULL);
  check_serves (desk->socket, "again");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
  ck_assert (!g_file_test (desk->socket + strlen ("unix:"), G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST (file_in_the_way_is_left_alone)
{
  g_autoptr (Desk) desk = desk_new ("");
  const char *path = desk->socket + strlen ("unix:");
  ck_assert (g_file_set_contents (path, "precious", -1, NULL));
  ck_assert_int_eq (desk_run (desk, foreground), EX_UNAVAILABLE);
  g_autofree char *text = NULL;
  ck_assert (g_file_get_contents (path, &text, NULL, NULL));
  ck_assert_str_eq (text, "precious");
}
END_TEST

/* --- sockets --- */

START_TEST (unix_mode_and_group)
{
  const struct group *group = getgrgid (getegid ());
  ck_assert_ptr_nonnull (group);
  g_autofree char *more = g_strdup_printf ("socket_mode: '0620'\nsocket_group: %s\n", group->gr_name);
  g_autoptr (Desk) desk = desk_new (more);
  desk_start (desk, NULL);
  struct stat status;
  ck_assert_int_eq (stat (desk->socket + strlen ("unix:"), &status), 0);
  ck_assert_uint_eq (status.st_mode & 07777, 0620);
  ck_assert_uint_eq (status.st_gid, group->gr_gid);
  check_serves (desk->socket, "mode");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
  desk_configure (desk, "socket_group: no-such-group\n");
  ck_assert_int_eq (desk_run (desk, foreground), EX_CONFIG);
  ck_assert (!g_file_test (desk->socket + strlen ("unix:"), G_FILE_TEST_EXISTS));
}
END_TEST

/* A port that is free, as far as one can know. */
static unsigned
free_port (void)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_storage address = { .ss_family = AF_INET };
  socklen_t len = sizeof address;
  ck_assert_int_eq (bind (fd, (struct sockaddr *) &address, sizeof (struct sockaddr)), 0);
  ck_assert_int_eq (getsockname (fd, (struct sockaddr *) &address, &len), 0);
  close (fd);
  const guint8 *port = (const guint8 *) &address + 2;
  return (unsigned) port[0] << 8 | port[1];
}

START_TEST (tcp)
{
  g_autoptr (Desk) desk = desk_new ("");
  g_autofree char *name = g_strdup_printf ("inet:%u@127.0.0.1", free_port ());
  desk_start (desk, (const char *const[]){ "-p", name, NULL });
  check_serves (name, "tcp");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
  /* Connections of before must not hold the port. */
  desk_start (desk, (const char *const[]){ "-p", name, NULL });
  check_serves (name, "tcp2");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

START_TEST (passed_descriptor)
{
  g_autoptr (Desk) desk = desk_new ("");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_strlcpy (address.sun_path, desk->socket + strlen ("unix:"), sizeof address.sun_path);
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);
  ck_assert_int_eq (bind (fd, (struct sockaddr *) &address, sizeof address), 0);
  g_autofree char *name = g_strdup_printf ("fd:%d", fd);
  ck_assert_int_eq (desk_run (desk, (const char *const[]){ "-f", "-p", name, NULL }), EX_UNAVAILABLE);
  ck_assert_int_eq (listen (fd, 16), 0);
  desk_start (desk, (const char *const[]){ "-p", name, NULL });
  check_serves (desk->socket, "passed");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
  /* It is whoever's who passed it: it still listens, for the next start. */
  desk_start (desk, (const char *const[]){ "-p", name, NULL });
  check_serves (desk->socket, "passed again");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

START_TEST (background)
{
  g_autoptr (Desk) desk = desk_new ("log: {socket: /nowhere/log}\n");
  ck_assert_int_eq (desk_run (desk, NULL), 0);
  /* It serves as soon as the command is back. */
  check_serves (desk->socket, "background");
  g_autofree char *pattern = g_strdup_printf ("pgrep -f -- '-c %s'", desk->config);
  g_autofree char *pids = NULL;
  ck_assert (g_spawn_command_line_sync (pattern, &pids, NULL, NULL, NULL));
  pid_t pid = (pid_t) strtol (pids, NULL, 10);
  ck_assert_int_gt (pid, 1);
  ck_assert_int_ne (getsid (pid), getsid (0));
  ck_assert_int_eq (kill (pid, SIGTERM), 0);
  for (unsigned i = 0; i < 3000 && kill (pid, 0) == 0; i++)
    g_usleep (5000);
  ck_assert (!g_file_test (desk->socket + strlen ("unix:"), G_FILE_TEST_EXISTS));
  desk_configure (desk, "no_such_key: 1");
  ck_assert_int_eq (desk_run (desk, NULL), EX_CONFIG);
}
END_TEST

/* --- reload --- */

typedef struct
{
  const Desk *desk;
  atomic_bool stop;
  atomic_uint n_sent;
} Load;

static void *
send_until_stopped (void *data)
{
  Load *load = data;
  g_autoptr (MilterClient) client = desk_client (load->desk);
  while (!atomic_load (&load->stop))
    {
      g_autofree char *id = g_strdup_printf ("load%u", atomic_fetch_add (&load->n_sent, 1));
      g_autofree char *raw = desk_mail (id, "load", id);
      ck_assert_int_eq (desk_send (client, "QL", "<support@example.com>", raw), SMFIR_ACCEPT);
    }
  return NULL;
}

enum { N_RELOADS = 100, N_LOAD = 4 };

static void
reload (const Desk *desk, const char *expected, unsigned n)
{
  ck_assert_int_eq (kill (desk->pid, SIGUSR1), 0);
  for (unsigned i = 0; i < 4000 && desk_count_log (desk, expected) < n; i++)
    g_usleep (2500);
  ck_assert_uint_eq (desk_count_log (desk, expected), n);
}

START_TEST (reload_under_load)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  Load load = { .desk = desk };
  pthread_t threads[N_LOAD];
  for (unsigned i = 0; i < N_LOAD; i++)
    ck_assert_int_eq (pthread_create (&threads[i], NULL, send_until_stopped, &load), 0);
  for (unsigned i = 1; i <= N_RELOADS; i++)
    {
      desk_configure (desk, "queues: [\n");
      reload (desk, "reload failed, the old configuration stays in force", i);
      desk_configure (desk, i % 2 != 0 ? "grace: 1d\n" : "");
      reload (desk, "reloaded ", i);
    }
  atomic_store (&load.stop, true);
  for (unsigned i = 0; i < N_LOAD; i++)
    pthread_join (threads[i], NULL);
  ck_assert_uint_gt (load.n_sent, 0);
  ck_assert_uint_eq (desk_count_tickets (desk), load.n_sent);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

START_TEST (message_keeps_its_policy)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) client = desk_client (desk);
  OK (milter_client_mail (client, "<eve@acme.example>", &ok_error));
  OK (milter_client_rcpt (client, "<hosting@example.com>", &ok_error));
  OK (milter_client_data (client, &ok_error));
  g_autofree char *old = NULL;
  ck_assert (g_file_get_contents (desk->config, &old, NULL, NULL));
  g_auto (GStrv) parts = g_strsplit (old, "hosting", -1);
  g_autofree char *other = g_strjoinv ("moved", parts);
  ck_assert (g_file_set_contents (desk->config, other, -1, NULL));
  reload (desk, "reloaded ", 1);
  g_autofree char *raw = desk_mail ("pinned", "pinned", "x");
  OK (milter_client_content (client, raw, strlen (raw), &ok_error));
  ck_assert_int_eq (client->reply.kind, SMFIR_ACCEPT);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-Queue"), "hosting");
  /* The next message has the new one. */
  ck_assert_int_eq (desk_send (client, "Q2", "<hosting@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_uint_eq (client->reply.edits->len, 0);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* --- bounds --- */

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

START_TEST (monsters)
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
START_TEST (no_descriptor_for_a_connection)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  check_serves (desk->socket, "before");
  limit_descriptors (desk, 3);
  MilterClient *client = NULL;
  OK (milter_client_open (desk->socket, 30, &client, &ok_error));
  ck_assert (desk_logs (desk, " started on "));
  limit_descriptors (desk, 1024);
  OK (milter_client_negotiate (client, MILTER_CLIENT_ACTIONS, MILTER_CLIENT_PROTOCOL, &ok_error));
  milter_client_free (client);
  check_serves (desk->socket, "after");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* A large message needs a file. */
START_TEST (no_descriptor_for_a_large_message)
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

/* --- stop --- */

static const int stop_signals[] = { SIGTERM, SIGINT, SIGHUP };

START_TEST (stop_by_signal)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) idle = desk_client (desk);
  ck_assert_int_eq (desk_stop (desk, stop_signals[_i]), 0);
  ck_assert_uint_eq (desk_count_log (desk, "stopped"), 1);
  ck_assert (!g_file_test (desk->socket + strlen ("unix:"), G_FILE_TEST_EXISTS));
}
END_TEST

/* A sender that was told 250 has his ticket; one that was not keeps his mail. */
typedef struct
{
  pthread_t thread;
  MilterClient *client;
  atomic_uint *n_accepted;
} Sender;

static void *
send_until_gone (void *data)
{
  Sender *sender = data;
  for (unsigned i = 0;; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *id = g_strdup_printf ("%p-%u", data, i);
      g_autofree char *raw = desk_mail (id, "gone", id);
      if (!milter_client_message (sender->client, "QG", "<eve@acme.example>",
                                  (const char *const[]){ "<support@example.com>", NULL }, raw, strlen (raw), &error))
        return NULL;
      if (sender->client->reply.kind == SMFIR_ACCEPT)
        atomic_fetch_add (sender->n_accepted, 1);
    }
}

START_TEST (stop_under_load)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  atomic_uint n_accepted = 0;
  Sender senders[8];
  for (unsigned i = 0; i < G_N_ELEMENTS (senders); i++)
    senders[i] = (Sender){ .client = desk_client (desk), .n_accepted = &n_accepted };
  for (unsigned i = 0; i < G_N_ELEMENTS (senders); i++)
    ck_assert_int_eq (pthread_create (&senders[i].thread, NULL, send_until_gone, &senders[i]), 0);
  while (atomic_load (&n_accepted) < 100)
    g_usleep (1000);
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
  for (unsigned i = 0; i < G_N_ELEMENTS (senders); i++)
    {
      pthread_join (senders[i].thread, NULL);
      milter_client_free (senders[i].client);
    }
  ck_assert_uint_eq (desk_count_log (desk, "stopped"), 1);
  ck_assert_uint_ge (desk_count_tickets (desk), n_accepted);
}
END_TEST

SUITE_MAIN ("daemon", tcase_add_loop_test (tc, command_line, 0, G_N_ELEMENTS (lines));
            tcase_add_test (tc, broken_configuration);
            tcase_add_test (tc, socket_in_use);
            tcase_add_test (tc, stale_socket_is_replaced);
            tcase_add_test (tc, file_in_the_way_is_left_alone);
            tcase_add_test (tc, unix_mode_and_group);
            tcase_add_test (tc, tcp);
            tcase_add_test (tc, passed_descriptor);
            tcase_add_test (tc, background);
            tcase_add_test (tc, reload_under_load);
            tcase_add_test (tc, message_keeps_its_policy);
            tcase_add_test (tc, memory_cap);
            tcase_add_test (tc, session_cap);
            tcase_add_loop_test (tc, monsters, 0, 4);
            tcase_add_test (tc, no_descriptor_for_a_connection);
            tcase_add_test (tc, no_descriptor_for_a_large_message);
            tcase_add_loop_test (tc, stop_by_signal, 0, G_N_ELEMENTS (stop_signals));
            tcase_add_test (tc, stop_under_load);)
