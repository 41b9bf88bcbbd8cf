/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The listening socket.  We open it ourselves, so that mode, group and TCP
 * options stand before the first connection, and hand libmilter its descriptor.
 */
#ifndef TM_MILTER_LISTEN_H
#define TM_MILTER_LISTEN_H

#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

typedef struct
{
  int fd;     /* -1: none */
  char *path; /* of a Unix socket that we made; NULL otherwise */
} TmListener;

#define TM_LISTENER_NONE { .fd = -1 }

/* Opens `socket` ("unix:PATH", "inet:PORT@HOST", "inet6:PORT@HOST", or "fd:N" that somebody else opened).  `mode` and
 * `group` (NULL: leave it) are for a Unix socket; a stale one at PATH is replaced.  TM_ERROR_UNAVAILABLE: in use, or
 * no such address; TM_ERROR_CONFIG: not of that form, or no such group; TM_ERROR_DENIED: no right to make it. Changes
 * the process's umask for a moment: call it before there are threads. */
bool listen_open (const char *socket, mode_t mode, const char *group, TmListener *listener_out,
                  GError **error) TM_WARN_UNUSED;

/* Takes the name of our Unix socket away, so that nobody finds it any more and the next daemon may use it, and closes
 * the descriptor.  What another one of ours still accepts is its holder's business. */
void listen_close (TmListener *listener);

#endif
