/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/smtp-script.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct SmtpServer
{
  SmtpScript script;
  int fd;
  unsigned port;
  pthread_t thread;
  pthread_mutex_t mutex;
  bool is_ending;
  GPtrArray *commands, *messages;
  unsigned n_connections;
  unsigned n_rcpt; /* of the message at hand */
};

static bool
is_ending (SmtpServer *server)
{
  pthread_mutex_lock (&server->mutex);
  bool ending = server->is_ending;
  pthread_mutex_unlock (&server->mutex);
  return ending;
}

static void
note (SmtpServer *server, GPtrArray *list, char *line)
{
  pthread_mutex_lock (&server->mutex);
  g_ptr_array_add (list, line);
  pthread_mutex_unlock (&server->mutex);
}

/* False: the connection is to end. */
static bool
answer (SmtpServer *server, FILE *client, const char *words, const char *usual)
{
  const char *said = words != NULL ? words : usual;
  if (strcmp (said, SCRIPT_DROP) == 0)
    return false;
  if (strcmp (said, SCRIPT_HANG) == 0)
    {
      struct pollfd gone = { .fd = fileno (client), .events = POLLIN };
      char byte;
      while (!is_ending (server)
             && (poll (&gone, 1, 20) == 0 || recv (gone.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0))
        ;
      return false;
    }
  fprintf (client, "%s\r\n", said);
  return fflush (client) == 0;
}

static bool
take_message (SmtpServer *server, FILE *client)
{
  g_autoptr (GString) message = g_string_new (NULL);
  char line[8192];
  while (fgets (line, sizeof line, client) != NULL)
    {
      if (strcmp (line, ".\r\n") == 0)
        {
          note (server, server->messages, g_strdup (message->str));
          return answer (server, client, server->script.final, "250 2.0.0 Ok: queued as SCRIPT");
        }
      g_string_append (message, *line == '.' ? line + 1 : line);
      if (server->script.drops_in_body && message->len > 4096)
        return false;
    }
  return false;
}

static bool
take_command (SmtpServer *server, FILE *client, const char *line)
{
  const SmtpScript *script = &server->script;
  note (server, server->commands, g_strndup (line, strcspn (line, "\r\n")));
  if (g_str_has_prefix (line, "EHLO"))
    return answer (server, client, script->hello, "250-script\r\n250-SIZE 10000000\r\n250 8BITMIME");
  if (g_str_has_prefix (line, "MAIL"))
    {
      server->n_rcpt = 0;
      return answer (server, client, script->mail, "250 2.1.0 Ok");
    }
  if (g_str_has_prefix (line, "RCPT"))
    {
      const char *words = server->n_rcpt < G_N_ELEMENTS (script->rcpt) ? script->rcpt[server->n_rcpt] : NULL;
      server->n_rcpt++;
      return answer (server, client, words, "250 2.1.5 Ok");
    }
  if (g_str_has_prefix (line, "DATA"))
    return answer (server, client, script->data, "354 End data with <CR><LF>.<CR><LF>")
           && (script->data != NULL || take_message (server, client));
  if (g_str_has_prefix (line, "QUIT"))
    {
      (void) answer (server, client, NULL, "221 2.0.0 Bye");
      return false;
    }
  return answer (server, client, NULL, "250 2.0.0 Ok");
}

static void
serve (SmtpServer *server, FILE *client)
{
  char line[1024];
  bool goes_on = answer (server, client, server->script.greeting, "220 script ESMTP");
  while (goes_on && fgets (line, sizeof line, client) != NULL)
    goes_on = take_command (server, client, line);
}

static void *
server_main (void *data)
{
  SmtpServer *server = data;
  while (!is_ending (server))
    {
      struct pollfd waits = { .fd = server->fd, .events = POLLIN };
      if (poll (&waits, 1, 20) <= 0)
        continue;
      int fd = accept (server->fd, NULL, NULL);
      FILE *client = fd >= 0 ? fdopen (fd, "r+") : NULL;
      if (client == NULL)
        continue;
      pthread_mutex_lock (&server->mutex);
      server->n_connections++;
      pthread_mutex_unlock (&server->mutex);
      serve (server, client);
      fclose (client);
    }
  return NULL;
}

SmtpServer *
smtp_server_new (const SmtpScript *script)
{
  SmtpServer *server = g_new0 (SmtpServer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  socklen_t len = sizeof address;
  server->script = *script;
  server->commands = g_ptr_array_new_with_free_func (g_free);
  server->messages = g_ptr_array_new_with_free_func (g_free);
  pthread_mutex_init (&server->mutex, NULL);
  server->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert (bind (server->fd, (struct sockaddr *) &address, sizeof address) == 0 && listen (server->fd, 8) == 0);
  g_assert (getsockname (server->fd, (struct sockaddr *) &address, &len) == 0);
  server->port = ntohs (address.sin_port);
  g_assert (pthread_create (&server->thread, NULL, server_main, server) == 0);
  return server;
}

/* A client that keeps its connection is waited for no longer than it takes to end it. */
void
smtp_server_free (SmtpServer *server)
{
  if (server == NULL)
    return;
  pthread_mutex_lock (&server->mutex);
  server->is_ending = true;
  pthread_mutex_unlock (&server->mutex);
  pthread_join (server->thread, NULL);
  close (server->fd);
  pthread_mutex_destroy (&server->mutex);
  g_ptr_array_unref (server->commands);
  g_ptr_array_unref (server->messages);
  g_free (server);
}

unsigned
smtp_server_port (const SmtpServer *server)
{
  return server->port;
}

const GPtrArray *
smtp_server_commands (SmtpServer *server)
{
  return server->commands;
}

const GPtrArray *
smtp_server_messages (SmtpServer *server)
{
  return server->messages;
}

unsigned
smtp_server_connections (SmtpServer *server)
{
  pthread_mutex_lock (&server->mutex);
  unsigned n = server->n_connections;
  pthread_mutex_unlock (&server->mutex);
  return n;
}
