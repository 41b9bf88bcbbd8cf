/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of milters as main.cf has them, and our socket among them.
 */
#ifndef TM_CLI_MILTERS_H
#define TM_CLI_MILTERS_H

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  char *address;   /* "unix:ticketmilter/milter.sock", "inet:127.0.0.1:8890" */
  char *written;   /* the whole of it, with its braces */
  char *settings;  /* "name=value" one a line, of `{ address, name = value, … }`; "" none */
} TmMilter;

/* smtpd_milters and the like, in order: TmMilter.  The caller frees. */
GPtrArray *milters_parse (const char *value);

/* What `{ … name = value … }` sets, NULL when it does not.  The caller frees. */
char *milter_setting (const TmMilter *milter, const char *name);

typedef enum
{
  TM_SOCKET_OURS,
  TM_SOCKET_OTHER,
  TM_SOCKET_CHROOTED /* it would be ours if the MTA's process were not chrooted */
} TmSocketMatch;

/* Whether `address` in main.cf is `socket` of ticketmilter.yaml.  A relative path counts from `queue_directory`, and so
 * does every path when the process is chrooted.  With `fd:N` every address may be ours. */
TmSocketMatch milter_match (const char *address, const char *socket, const char *queue_directory, bool is_chrooted);

/* How main.cf names `socket`, right with and without chroot; NULL: cannot be said for fd:N, nor for a path outside of
 * `queue_directory` when the process is chrooted.  The caller frees. */
char *milter_address (const char *socket, const char *queue_directory, bool is_chrooted);

#endif
