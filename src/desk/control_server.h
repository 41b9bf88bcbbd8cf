/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's end of the control socket: a thread of its own that answers one request after the other.
 */
#ifndef TM_DESK_CONTROL_SERVER_H
#define TM_DESK_CONTROL_SERVER_H

#include "desk/control.h"

typedef struct TmControlServer TmControlServer;

/* Starts the thread on the listening Unix socket `fd`, which stays the caller's.  `control` is copied.  Whoever is
 * neither root nor of our user or group is answered TM_ERROR_DENIED, whatever the socket's mode. */
bool control_server_start (int fd, const TmControl *control, TmControlServer **server_out,
                           GError **error) TM_WARN_UNUSED;

/* Ends it after the request at hand.  NULL is fine. */
void control_server_stop (TmControlServer *server);

#endif
