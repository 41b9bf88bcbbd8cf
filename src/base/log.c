/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"

#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

static struct
{
  pthread_mutex_t mutex; /* guards all of it */
  int fd;                /* -1: standard error */
  int facility;
  char ident[32];
  struct sockaddr_un peer;
  unsigned n_lost; /* lines since one went through */
} sink = { .mutex = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .ident = "ticketmilter" };

static const struct
{
  const char *name;
  int code;
} facilities[] = {
  { "mail", LOG_MAIL },     { "daemon", LOG_DAEMON }, { "user", LOG_USER },     { "local0", LOG_LOCAL0 },
  { "local1", LOG_LOCAL1 }, { "local2", LOG_LOCAL2 }, { "local3", LOG_LOCAL3 }, { "local4", LOG_LOCAL4 },
  { "local5", LOG_LOCAL5 }, { "local6", LOG_LOCAL6 }, { "local7", LOG_LOCAL7 },
};

static int
facility_code (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (facilities); i++)
    if (strcmp (facilities[i].name, name) == 0)
      return facilities[i].code;
  return -1;
}

bool
log_facility_is_known (const char *facility)
{
  return facility_code (facility) >= 0;
}

bool
log_open (const char *ident, const char *socket_path, const char *facility)
{
  int code = facility_code (facility);
  if (code < 0)
    return false;
  pthread_mutex_lock (&sink.mutex);
  g_strlcpy (sink.ident, ident, sizeof sink.ident);
  sink.facility = code;
  if (sink.fd >= 0)
    close (sink.fd);
  sink.fd = -1;
  if (socket_path != NULL)
    {
      sink.peer.sun_family = AF_UNIX;
      g_strlcpy (sink.peer.sun_path, socket_path, sizeof sink.peer.sun_path);
      sink.fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    }
  pthread_mutex_unlock (&sink.mutex);
  return true;
}

/* RFC 3164 as glibc's syslog() writes it to /dev/log. */
static bool
send_line (TmLogLevel level, const char *line)
{
  char stamp[32];
  struct tm local;
  time_t now = (time_t) clock_now ();
  localtime_r (&now, &local);
  strftime (stamp, sizeof stamp, "%h %e %T", &local);
  char packet[2048];
  int len = snprintf (packet, sizeof packet, "<%d>%s %s[%ld]: %s", sink.facility | (int) level, stamp, sink.ident,
                      (long) getpid (), line);
  size_t n = MIN ((size_t) MAX (len, 0), sizeof packet - 1);
  const struct sockaddr *peer = (struct sockaddr *) &sink.peer;
  return sendto (sink.fd, packet, n, MSG_DONTWAIT | MSG_NOSIGNAL, peer, sizeof sink.peer) >= 0;
}

static void
tell_lost (void)
{
  char line[100];
  if (sink.n_lost == 0)
    return;
  snprintf (line, sizeof line, "%u lines of the log were lost: its socket was full or gone", sink.n_lost);
  if (send_line (TM_LOG_WARNING, line))
    sink.n_lost = 0;
}

void
log_message (TmLogLevel level, const char *format, ...)
{
  char line[1800];
  va_list args;
  va_start (args, format);
  vsnprintf (line, sizeof line, format, args);
  va_end (args);

  pthread_mutex_lock (&sink.mutex);
  if (sink.fd >= 0)
    {
      tell_lost ();
      sink.n_lost += !send_line (level, line);
    }
  else
    fprintf (stderr, "%s: %s\n", sink.ident, line);
  pthread_mutex_unlock (&sink.mutex);
}
