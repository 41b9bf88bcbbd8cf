/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/control_server.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a client may take to send its request, and again to take its answer: the others wait meanwhile. */
enum { CLIENT_US = 5 * 1000000, GROUPS_MAX = 65536 };

struct TmControlServer
{
  TmControl control;
  int fd;
  int stop_fd;
  pthread_t thread;
};

/* --- who asks --- */

static bool
has_group (int fd, gid_t wanted)
{
  socklen_t len = GROUPS_MAX * sizeof (gid_t);
  g_autofree gid_t *groups = g_malloc (len);
  if (getsockopt (fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) != 0)
    return false;
  for (size_t i = 0; i < len / sizeof (gid_t); i++)
    if (groups[i] == wanted)
      return true;
  return false;
}

static bool
is_allowed (int fd, const struct ucred *peer)
{
  return peer->uid == 0 || peer->uid == geteuid () || peer->gid == getegid () || has_group (fd, getegid ());
}

/* --- one request --- */

static void
tell_log (const TmWire *request, const TmWire *answer, const char *user)
{
  g_autofree char *user_value = text_log_value (user);
  const char *verb = wire_get (request, "do");
  const char *ticket = wire_get (wire_get (request, "ticket") != NULL ? request : answer, "ticket");
  const char *by = wire_get (request, "by");
  g_autofree char *verb_value = text_log_value (verb != NULL ? verb : "");
  g_autofree char *ticket_value = text_log_value (ticket != NULL ? ticket : "-");
  g_autofree char *by_value = text_log_value (by != NULL ? by : user);
  g_autofree char *said = text_log_value (wire_get (answer, "said"));
  if (wire_get (answer, "error") == NULL)
    log_info ("control: %s ticket=%s by=%s user=%s: %s", verb_value, ticket_value, by_value, user_value, said);
  else
    log_info ("control: %s ticket=%s by=%s user=%s refused: %s", verb_value, ticket_value, by_value, user_value, said);
}

static void
send_answer (int fd, const TmWire *answer)
{
  g_autoptr (GError) error = NULL;
  if (!wire_send (fd, answer, &wire_answer, clock_monotonic_us () + CLIENT_US, &error))
    log_warning ("control: an answer was not taken: %s", error->message);
}

static void
refuse (int fd, int kind, const char *why)
{
  g_autoptr (TmWire) answer = wire_new ();
  wire_add_number (answer, "error", kind);
  wire_add (answer, "said", why);
  send_answer (fd, answer);
}

static bool
receive_request (const TmControlServer *server, int fd, TmWire **request_out, GBytes **message_out, GError **error)
{
  gsize size = 0;
  return wire_receive (fd, &wire_request, clock_monotonic_us () + CLIENT_US, request_out, error)
         && control_message_size (&server->control, *request_out, &size, error)
         && (size == 0
             || wire_receive_bytes (fd, size, clock_monotonic_us () + CLIENT_US, message_out, error));
}

static void
serve_client (const TmControlServer *server, int fd)
{
  g_autoptr (TmWire) request = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GError) error = NULL;
  struct ucred peer;
  socklen_t len = sizeof peer;
  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || !is_allowed (fd, &peer))
    {
      log_warning ("control: user %u is neither root nor of our user or group, refused", (unsigned) peer.uid);
      refuse (fd, TM_ERROR_DENIED, "only root, the daemon's user and members of its group may change anything");
      return;
    }
  if (!receive_request (server, fd, &request, &message, &error))
    {
      log_warning ("control: no request: %s", error->message);
      refuse (fd, error->code, error->message);
      return;
    }
  g_autofree char *user = control_user_name (peer.uid);
  g_autoptr (TmWire) answer = control_answer (&server->control, request, message, user);
  if (g_strcmp0 (wire_get (request, "do"), "stats") != 0) /* which is asked for every other minute */
    tell_log (request, answer, user);
  send_answer (fd, answer);
}

/* --- the thread --- */

/* Waits a moment when there is no descriptor left, so that the rest of the program has the processor. */
static void
accept_client (const TmControlServer *server)
{
  enum { NO_DESCRIPTOR_US = 100000 };
  int fd = accept4 (server->fd, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0)
    {
      serve_client (server, fd);
      close (fd);
    }
  else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
    g_usleep (NO_DESCRIPTOR_US);
}

static void *
server_main (void *data)
{
  const TmControlServer *server = data;
  struct pollfd fds[] = { { .fd = server->stop_fd, .events = POLLIN }, { .fd = server->fd, .events = POLLIN } };
  prctl (PR_SET_NAME, "control");
  for (;;)
    {
      int n = poll (fds, G_N_ELEMENTS (fds), -1);
      if (n < 0 && errno != EINTR)
        return NULL;
      if (n > 0 && fds[0].revents != 0)
        return NULL;
      if (n > 0 && fds[1].revents != 0)
        accept_client (server);
    }
}

bool
control_server_start (int fd, const TmControl *control, TmControlServer **server_out, GError **error)
{
  TmControlServer *server = g_new0 (TmControlServer, 1);
  server->control = *control;
  server->fd = fd;
  server->stop_fd = eventfd (0, EFD_CLOEXEC);
  int rc = server->stop_fd < 0 ? errno : pthread_create (&server->thread, NULL, server_main, server);
  if (rc == 0)
    {
      *server_out = server;
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "control socket: no thread: %s", g_strerror (rc));
  if (server->stop_fd >= 0)
    close (server->stop_fd);
  g_free (server);
  return false;
}

void
control_server_stop (TmControlServer *server)
{
  const guint64 one = 1;
  if (server == NULL)
    return;
  while (write (server->stop_fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
  pthread_join (server->thread, NULL);
  close (server->stop_fd);
  g_free (server);
}
