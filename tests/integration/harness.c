/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/integration/harness.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_S = 10, CLIENT_WAIT_S = 60, STEP_US = 5000 };

static const char base_config[]
  = "instance: example\n"
    "ack: {send: no}\n"
    "zone: UTC\n"
    "socket: %s\n"
    "database: %s\n"
    "submit: smtp://127.0.0.1:9\n"
    "control: control.sock\n"
    "keys: %s/keys\n"
    "priorities: [{code: P1, name: Urgent}, {code: P3, name: Normal}]\n"
    "types:\n"
    "  problem: {name: Problem}\n"
    "queues:\n"
    "  support: {name: Example Support, addresses: [support@example.com, help@example.com],\n"
    "            type: problem, priority: P3, agents: [anna], reply_to: keep}\n"
    "  hosting: {name: Hosting, addresses: [hosting@example.com], type: problem, priority: P3, agents: [anna]}\n"
    "agents:\n"
    "  anna: {name: Anna Example, logins: [anna], certs: [{subject: Anna, issuer: Example CA}],\n"
    "         addresses: [anna@example.com]}\n"
    "%s\n";

void
desk_configure (Desk *desk, const char *more)
{
  g_autofree char *text = g_strdup_printf (base_config, desk->socket, desk->database, desk->dir, more);
  ck_assert (g_file_set_contents (desk->config, text, -1, NULL));
}

static void
write_key_ring (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "keys", NULL);
  g_autofree char *secret = g_strnfill (64, 'a');
  g_autofree char *line = g_strdup_printf ("k1 active 2026-11-01T00:00:00Z %s\n", secret);
  ck_assert (g_file_set_contents_full (path, line, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

Desk *
desk_new (const char *more)
{
  Desk *desk = g_new0 (Desk, 1);
  desk->dir = g_dir_make_tmp ("ticketmilter-XXXXXX", NULL);
  ck_assert_ptr_nonnull (desk->dir);
  desk->config = g_build_filename (desk->dir, "ticketmilter.yaml", NULL);
  desk->socket = g_strdup_printf ("unix:%s/milter.sock", desk->dir);
  desk->database = g_build_filename (desk->dir, "tickets.db", NULL);
  desk->log = g_build_filename (desk->dir, "log", NULL);
  write_key_ring (desk->dir);
  desk_configure (desk, more);
  return desk;
}

static int
remove_one (const char *path, const struct stat *status, int kind, struct FTW *walk)
{
  (void) status;
  (void) kind;
  (void) walk;
  return remove (path);
}

void
desk_free (Desk *desk)
{
  if (desk == NULL)
    return;
  if (desk->pid > 0)
    desk_stop (desk, SIGKILL);
  nftw (desk->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_free (desk->dir);
  g_free (desk->config);
  g_free (desk->socket);
  g_free (desk->database);
  g_free (desk->log);
  g_free (desk);
}

/* --- the process --- */

/* In the new process: it dies with the test. */
static void
become_daemon (const Desk *desk, const char *const *args)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  int log = open (desk->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2 (log, STDOUT_FILENO);
  dup2 (log, STDERR_FILENO);
  g_autoptr (GStrvBuilder) line = g_strv_builder_new ();
  g_strv_builder_add_many (line, TM_DAEMON, "-c", desk->config, NULL);
  for (; args != NULL && *args != NULL; args++)
    g_strv_builder_add (line, *args);
  execv (TM_DAEMON, g_strv_builder_end (line));
  _exit (127);
}

static void
spawn (Desk *desk, const char *const *args)
{
  g_unlink (desk->log);
  desk->pid = fork ();
  ck_assert_int_ge (desk->pid, 0);
  if (desk->pid == 0)
    become_daemon (desk, args);
}

static int
reap (Desk *desk)
{
  int status = 0;
  for (unsigned i = 0; i < 60 * G_USEC_PER_SEC / STEP_US; i++)
    {
      pid_t done = waitpid (desk->pid, &status, WNOHANG);
      if (done == desk->pid)
        {
          desk->pid = 0;
          return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
        }
      g_usleep (STEP_US);
    }
  ck_abort_msg ("the daemon does not end");
}

static char *
read_log (const Desk *desk)
{
  char *text = NULL;
  return g_file_get_contents (desk->log, &text, NULL, NULL) ? text : g_strdup ("");
}

void
desk_start (Desk *desk, const char *const *args)
{
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();
  g_strv_builder_add (all, "-f");
  for (; args != NULL && *args != NULL; args++)
    g_strv_builder_add (all, *args);
  g_auto (GStrv) line = g_strv_builder_end (all);
  spawn (desk, (const char *const *) line);
  if (desk_logs (desk, " started on "))
    return;
  g_autofree char *log = read_log (desk);
  ck_abort_msg ("the daemon does not start: %s", log);
}

int
desk_run (Desk *desk, const char *const *args)
{
  spawn (desk, args);
  return reap (desk);
}

int
desk_stop (Desk *desk, int number)
{
  kill (desk->pid, number);
  return reap (desk);
}

/* --- what it did --- */

unsigned
desk_count_log (const Desk *desk, const char *text)
{
  g_autofree char *log = read_log (desk);
  const char *end = log + strlen (log);
  unsigned n = 0;
  /* ASan measures the rest of a string at each strstr(3), so that splitting a long log takes minutes. */
  for (const char *line = log; line < end;)
    {
      const char *line_end = memchr (line, '\n', (size_t) (end - line));
      if (line_end == NULL)
        line_end = end;
      n += memmem (line, (size_t) (line_end - line), text, strlen (text)) != NULL;
      line = line_end + 1;
    }
  return n;
}

static bool
has_exited (pid_t pid)
{
  siginfo_t info = { 0 };
  return waitid (P_PID, (id_t) pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

bool
desk_logs (const Desk *desk, const char *text)
{
  for (unsigned i = 0; i < WAIT_S * G_USEC_PER_SEC / STEP_US; i++)
    {
      bool has_ended = desk->pid == 0 || has_exited (desk->pid);
      if (desk_count_log (desk, text) > 0)
        return true;
      if (has_ended)
        return false;
      g_usleep (STEP_US);
    }
  return false;
}

GPtrArray *
desk_tickets (const Desk *desk)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *tickets = NULL;
  const TmTicketFilter all = { .statuses = ~0u };
  ck_assert_msg (reader_open (desk->database, &reader, &error), "%s", error != NULL ? error->message : "");
  ck_assert_msg (reader_list (reader, &all, &tickets, &error), "%s", error != NULL ? error->message : "");
  for (guint i = 0; i < tickets->len; i++)
    {
      TmTicketRecord *listed = g_ptr_array_index (tickets, i), *whole = NULL;
      ck_assert_msg (reader_get (reader, listed->facts->id, &whole, &error), "%s", error != NULL ? error->message : "");
      g_ptr_array_index (tickets, i) = whole;
      ticket_record_free (listed);
    }
  return tickets;
}

unsigned
desk_count_tickets (const Desk *desk)
{
  g_autoptr (GPtrArray) tickets = desk_tickets (desk);
  return tickets->len;
}

/* --- talking to it --- */

MilterClient *
desk_client_with (const char *socket, guint32 protocol)
{
  MilterClient *client = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert_msg (milter_client_open (socket, CLIENT_WAIT_S, &client, &error)
                   && milter_client_negotiate (client, MILTER_CLIENT_ACTIONS, protocol, &error),
                 "%s", error != NULL ? error->message : "");
  milter_client_macros (client, SMFIC_CONNECT,
                        (const char *const[]){ "j", "mx.example.com", "{client_name}", "mail.acme.example", NULL });
  ck_assert (milter_client_connect (client, "mail.acme.example", "192.0.2.1", &error));
  ck_assert (milter_client_helo (client, "mail.acme.example", &error));
  return client;
}

MilterClient *
desk_client (const Desk *desk)
{
  return desk_client_with (desk->socket, MILTER_CLIENT_PROTOCOL);
}

char *
desk_mail (const char *id, const char *subject, const char *body)
{
  return g_strdup_printf ("From: Eve <eve@acme.example>\r\nTo: support@example.com\r\nSubject: %s\r\n"
                          "Date: Fri, 20 Nov 2026 16:00:00 +0000\r\nMessage-ID: <%s@acme.example>\r\n\r\n%s\r\n",
                          subject, id, body);
}

char
desk_send (MilterClient *client, const char *queue_id, const char *recipient, const char *raw)
{
  g_autoptr (GError) error = NULL;
  bool ok = milter_client_message (client, queue_id, "<eve@acme.example>", (const char *const[]){ recipient, NULL },
                                   raw, strlen (raw), &error);
  ck_assert_msg (ok, "%s", error != NULL ? error->message : "");
  return client->reply.kind;
}

void
desk_check_serves (const char *socket, const char *id)
{
  g_autoptr (MilterClient) client = desk_client_with (socket, MILTER_CLIENT_PROTOCOL);
  g_autofree char *raw = desk_mail (id, id, "text");
  ck_assert_int_eq (desk_send (client, "Q1", "<support@example.com>", raw), SMFIR_ACCEPT);
  ck_assert_ptr_nonnull (milter_client_edited (client, "X-Ticket-ID"));
}

/* --- load --- */

struct DeskLoad
{
  const Desk *desk;
  unsigned n_clients, pace_us;
  pthread_t *threads;
  atomic_bool stop;
  atomic_uint n_sent;
};

static void *
send_until_stopped (void *data)
{
  DeskLoad *load = data;
  g_autoptr (MilterClient) client = desk_client (load->desk);
  while (!atomic_load (&load->stop))
    {
      g_autofree char *id = g_strdup_printf ("load%u", atomic_fetch_add (&load->n_sent, 1));
      g_autofree char *raw = desk_mail (id, "load", id);
      ck_assert_int_eq (desk_send (client, "QL", "<support@example.com>", raw), SMFIR_ACCEPT);
      g_usleep (load->pace_us);
    }
  return NULL;
}

DeskLoad *
desk_load_start (const Desk *desk, unsigned n_clients, unsigned pace_us)
{
  DeskLoad *load = g_new0 (DeskLoad, 1);
  load->desk = desk;
  load->n_clients = n_clients;
  load->pace_us = pace_us;
  load->threads = g_new0 (pthread_t, n_clients);
  for (unsigned i = 0; i < n_clients; i++)
    ck_assert_int_eq (pthread_create (&load->threads[i], NULL, send_until_stopped, load), 0);
  return load;
}

void
desk_load_stop (DeskLoad *load)
{
  atomic_store (&load->stop, true);
  for (unsigned i = 0; i < load->n_clients; i++)
    pthread_join (load->threads[i], NULL);
  ck_assert_uint_gt (load->n_sent, 0);
  ck_assert_uint_eq (desk_count_tickets (load->desk), load->n_sent);
  g_free (load->threads);
  g_free (load);
}

void
desk_end (Desk *desk)
{
  int code = desk_stop (desk, SIGTERM);
  desk_free (desk);
  ck_assert_int_eq (code, 0);
}
