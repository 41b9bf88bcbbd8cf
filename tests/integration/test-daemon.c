/* SPDX-License-Identifier: BSD-2-Clause */
/* The daemon's life: start and its errors, sockets, reload, stop. */
#include "tests/integration/harness.h"
#include "tests/support/suite.h"

#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

static const char *const foreground[] = { "-f", NULL };

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
  { { "-f", "-p", "unix:/nowhere/at/all" }, EX_UNAVAILABLE,
    "/nowhere/at/all: No such file or directory; its directory" },
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
  desk_check_serves (desk->socket, "still");
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
  desk_check_serves (desk->socket, "again");
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
  desk_check_serves (desk->socket, "mode");
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
  desk_check_serves (name, "tcp");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
  /* Connections of before must not hold the port. */
  desk_start (desk, (const char *const[]){ "-p", name, NULL });
  desk_check_serves (name, "tcp2");
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
  desk_check_serves (desk->socket, "passed");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
  /* It is whoever's who passed it: it still listens, for the next start. */
  desk_start (desk, (const char *const[]){ "-p", name, NULL });
  desk_check_serves (desk->socket, "passed again");
  ck_assert_int_eq (desk_stop (desk, SIGTERM), 0);
}
END_TEST

/* The process that was started with `config`; 0 if there is none. */
static pid_t
find_daemon (const char *config)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  ck_assert_ptr_nonnull (dir);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);
      g_autofree char *words = NULL;
      gsize len = 0;
      if (g_ascii_isdigit (name[0]) && g_file_get_contents (path, &words, &len, NULL)
          && memmem (words, len, config, strlen (config) + 1) != NULL)
        return (pid_t) strtol (name, NULL, 10);
    }
  return 0;
}

START_TEST (background)
{
  g_autoptr (Desk) desk = desk_new ("log: {socket: /nowhere/log}\n");
  ck_assert_int_eq (desk_run (desk, NULL), 0);
  /* It serves as soon as the command is back. */
  desk_check_serves (desk->socket, "background");
  pid_t pid = find_daemon (desk->config);
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

enum { N_RELOADS = 50, N_LOAD = 4, PACE_US = 5000 };

static void
reload (const Desk *desk, const char *expected, unsigned n)
{
  ck_assert_int_eq (kill (desk->pid, SIGUSR1), 0);
  for (unsigned i = 0; i < 4000 && desk_count_log (desk, expected) < n; i++)
    g_usleep (5000);
  ck_assert_uint_eq (desk_count_log (desk, expected), n);
}

START_TEST (fault_25_reload_under_load)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  DeskLoad *load = desk_load_start (desk, N_LOAD, PACE_US);
  for (unsigned i = 1; i <= N_RELOADS; i++)
    {
      desk_configure (desk, "queues: [\n");
      reload (desk, "reload failed, the old configuration stays in force", i);
      desk_configure (desk, i % 2 != 0 ? "grace: 1d\n" : "");
      reload (desk, "reloaded ", i);
    }
  desk_load_stop (load);
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

/* --- stop --- */

static const int stop_signals[] = { SIGTERM, SIGINT, SIGHUP };

START_TEST (stop_by_signal)
{
  g_autoptr (Desk) desk = desk_new ("");
  desk_start (desk, NULL);
  g_autoptr (MilterClient) idle = desk_client (desk);
  ck_assert_int_eq (idle->reply.kind, SMFIR_CONTINUE);
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
            tcase_add_test (tc, fault_25_reload_under_load);
            tcase_add_test (tc, message_keeps_its_policy);
            tcase_add_loop_test (tc, stop_by_signal, 0, G_N_ELEMENTS (stop_signals));
            tcase_add_test (tc, stop_under_load);)
