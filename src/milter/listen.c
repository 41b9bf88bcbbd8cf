/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool
fail (GError **error, TmErrorKind kind, const char *socket_name, const char *what)
{
  g_set_error (error, TM_ERROR, (int) kind, "socket %s: %s", socket_name, what);
  return false;
}

static bool
fail_errno (GError **error, const char *socket_name)
{
  TmErrorKind kind = errno == EACCES || errno == EPERM ? TM_ERROR_DENIED : TM_ERROR_UNAVAILABLE;
  return fail (error, kind, socket_name, g_strerror (errno));
}

/* --- Unix --- */

static bool
set_address (const char *path, struct sockaddr_un *address, GError **error)
{
  *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
  if (*path == '\0' || g_strlcpy (address->sun_path, path, sizeof address->sun_path) >= sizeof address->sun_path)
    return fail (error, TM_ERROR_CONFIG, path, "the path of a Unix socket has 1 to 107 bytes");
  return true;
}

/* Somebody listens there: it answers, or its backlog is full. */
static bool
is_in_use (const struct sockaddr_un *address)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int rc = connect (fd, (const struct sockaddr *) address, sizeof *address);
  bool in_use = rc == 0 || (errno != ECONNREFUSED && errno != ENOENT);
  if (fd >= 0)
    close (fd);
  return in_use;
}

/* Makes room for our socket: a socket file that nobody listens on is left from a crash. */
static bool
remove_stale (const struct sockaddr_un *address, GError **error)
{
  struct stat found;
  const char *path = address->sun_path;
  if (lstat (path, &found) != 0)
    return errno == ENOENT ? true : fail_errno (error, path);
  if (!S_ISSOCK (found.st_mode))
    return fail (error, TM_ERROR_UNAVAILABLE, path, "something that is no socket has this name");
  if (is_in_use (address))
    return fail (error, TM_ERROR_UNAVAILABLE, path, "in use by another process");
  return unlink (path) == 0 || errno == ENOENT ? true : fail_errno (error, path);
}

static bool
set_access (const char *path, mode_t mode, const char *group, GError **error)
{
  if (group != NULL)
    {
      const struct group *entry = getgrnam (group);
      if (entry == NULL)
        {
          g_set_error (error, TM_ERROR, TM_ERROR_CONFIG, "socket_group: no group %s on this system", group);
          return false;
        }
      if (lchown (path, (uid_t) -1, entry->gr_gid) != 0)
        {
          g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
                       "socket %s: cannot give it to group %s (%s); make the user that runs ticketmilter a member",
                       path, group, g_strerror (errno));
          return false;
        }
    }
  return chmod (path, mode) == 0 ? true : fail_errno (error, path);
}

static bool
fail_unix_bind (GError **error, const char *path)
{
  bool is_directory = errno == ENOENT || errno == EACCES;
  TmErrorKind kind = errno == EACCES ? TM_ERROR_DENIED : TM_ERROR_UNAVAILABLE;
  const char *hint = is_directory ? "; its directory must exist and be writable for this user" : "";
  g_autofree char *what = g_strconcat (g_strerror (errno), hint, NULL);
  return fail (error, kind, path, what);
}

static bool
open_unix (const char *path, mode_t mode, const char *group, TmListener *listener, GError **error)
{
  struct sockaddr_un address;
  if (!set_address (path, &address, error) || !remove_stale (&address, error))
    return false;
  listener->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener->fd < 0)
    return fail_errno (error, path);
  mode_t old = umask (0177);
  int rc = bind (listener->fd, (const struct sockaddr *) &address, sizeof address);
  umask (old);
  if (rc != 0)
    return fail_unix_bind (error, path);
  listener->path = g_strdup (path);
  return set_access (path, mode, group, error);
}

/* --- TCP --- */

/* Accepted sockets inherit it on Linux; without it each edited message waits for a delayed ACK. */
static void
set_no_delay (int fd)
{
  const int on = 1;
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static bool
bind_inet (const struct addrinfo *found, const char *name, TmListener *listener, GError **error)
{
  const int on = 1;
  listener->fd = socket (found->ai_family, found->ai_socktype | SOCK_CLOEXEC, found->ai_protocol);
  if (listener->fd < 0)
    return fail_errno (error, name);
  setsockopt (listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (found->ai_family == AF_INET6)
    setsockopt (listener->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  set_no_delay (listener->fd);
  return bind (listener->fd, found->ai_addr, found->ai_addrlen) == 0 ? true : fail_errno (error, name);
}

static bool
open_inet (int family, const char *name, TmListener *listener, GError **error)
{
  const char *port = strchr (name, ':') + 1;
  const char *at = strchr (port, '@');
  if (at == NULL || at == port || at[1] == '\0')
    return fail (error, TM_ERROR_CONFIG, name, "is written inet:PORT@HOST");
  g_autofree char *service = g_strndup (port, (gsize) (at - port));
  const struct addrinfo hints = {
    .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV
  };
  struct addrinfo *found = NULL;
  int rc = getaddrinfo (at + 1, service, &hints, &found);
  if (rc != 0)
    return fail (error, TM_ERROR_UNAVAILABLE, name, gai_strerror (rc));
  bool ok = bind_inet (found, name, listener, error);
  freeaddrinfo (found);
  return ok;
}

/* --- a descriptor from whoever started us --- */

static bool
adopt (const char *name, TmListener *listener, GError **error)
{
  char *end;
  guint64 fd = g_ascii_strtoull (name + strlen ("fd:"), &end, 10);
  int listens = 0;
  socklen_t len = sizeof listens;
  if (*end != '\0' || end == name + strlen ("fd:") || fd > G_MAXINT)
    return fail (error, TM_ERROR_CONFIG, name, "is written fd:NUMBER");
  if (getsockopt ((int) fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) != 0 || !listens)
    return fail (error, TM_ERROR_UNAVAILABLE, name, "no listening socket was passed under this number");
  fcntl ((int) fd, F_SETFD, FD_CLOEXEC);
  int domain = 0;
  len = sizeof domain;
  if (getsockopt ((int) fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain != AF_UNIX)
    set_no_delay ((int) fd);
  listener->fd = (int) fd;
  return true;
}

/* --- */

static bool
open_any (const char *name, mode_t mode, const char *group, TmListener *listener, GError **error)
{
  if (g_str_has_prefix (name, "fd:"))
    return adopt (name, listener, error);
  bool ok;
  if (g_str_has_prefix (name, "unix:"))
    ok = open_unix (name + strlen ("unix:"), mode, group, listener, error);
  else if (g_str_has_prefix (name, "inet:"))
    ok = open_inet (AF_INET, name, listener, error);
  else if (g_str_has_prefix (name, "inet6:"))
    ok = open_inet (AF_INET6, name, listener, error);
  else
    return fail (error, TM_ERROR_CONFIG, name, "is written unix:PATH, inet:PORT@HOST, inet6:PORT@HOST or fd:NUMBER");
  if (ok && listen (listener->fd, SOMAXCONN) != 0)
    return fail_errno (error, name);
  return ok;
}

bool
listen_open (const char *name, mode_t mode, const char *group, TmListener *listener_out, GError **error)
{
  TmListener listener = TM_LISTENER_NONE;
  bool ok = open_any (name, mode, group, &listener, error);
  if (!ok)
    listen_close (&listener);
  *listener_out = listener;
  return ok;
}

void
listen_close (TmListener *listener)
{
  if (listener->path != NULL)
    unlink (listener->path);
  g_clear_pointer (&listener->path, g_free);
  if (listener->fd >= 0)
    close (listener->fd);
  listener->fd = -1;
}
