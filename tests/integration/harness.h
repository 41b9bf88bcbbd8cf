/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real daemon on a Unix socket in a directory of its own, for protocol tests.  Whatever goes wrong
 * here fails the running Check test.
 */
#ifndef TM_TESTS_HARNESS_H
#define TM_TESTS_HARNESS_H

#include "store/store.h"
#include "tests/support/milter-client.h"

#include <stdbool.h>
#include <sys/types.h>

typedef struct
{
  char *dir;      /* holds everything below; removed at the end */
  char *config;   /* ticketmilter.yaml */
  char *socket;   /* "unix:DIR/milter.sock" */
  char *database;
  char *log;      /* what the daemon says */
  pid_t pid;      /* 0: not running */
} Desk;

/* Makes the directory, a key ring and a configuration with queues support and hosting, agent anna and `more` lines of
 * YAML. */
Desk *desk_new (const char *more);

/* Writes the configuration anew. */
void desk_configure (Desk *desk, const char *more);

/* Starts `ticketmilter -f -c CONFIG` with `args` (NULL-terminated, may be NULL), and waits until it serves. */
void desk_start (Desk *desk, const char *const *args);

/* Runs it to its end, which is expected soon, and gives its exit code. */
int desk_run (Desk *desk, const char *const *args);

/* Sends `signal` and waits for the exit code (128 + signal when one killed it). */
int desk_stop (Desk *desk, int signal);

/* Ends what still runs and removes the directory. */
void desk_free (Desk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Desk, desk_free)

/* Whether the log holds `text`, as soon as it does or when ten seconds have passed. */
bool desk_logs (const Desk *desk, const char *text);

/* How many lines of the log hold `text` now. */
unsigned desk_count_log (const Desk *desk, const char *text);

/* All tickets, TmTicketRecord with messages. */
GPtrArray *desk_tickets (const Desk *desk);
unsigned desk_count_tickets (const Desk *desk);

/* A negotiated connection from 192.0.2.1, as Postfix makes it; macros j and {client_name} sent. */
MilterClient *desk_client (const Desk *desk);
MilterClient *desk_client_with (const char *socket, guint32 protocol);

/* A message about `subject` from eve@acme.example to support@example.com with Message-ID `id`; the caller frees. */
char *desk_mail (const char *id, const char *subject, const char *body);

/* Sends `raw` from eve to `recipient` as `queue_id` and gives the last reply's kind. */
char desk_send (MilterClient *client, const char *queue_id, const char *recipient, const char *raw);

/* Sends a message with Message-ID `id` over a connection of its own; it has to be accepted and marked. */
void desk_check_serves (const char *socket, const char *id);

/* Mail that keeps coming, over `n_clients` connections with a pause of `pace_us` behind each message.  The stop waits
 * for the last answers; all were accepted, and there is a ticket for each of the messages, one at least. */
typedef struct DeskLoad DeskLoad;
DeskLoad *desk_load_start (const Desk *desk, unsigned n_clients, unsigned pace_us);
void desk_load_stop (DeskLoad *load);

/* Stops the daemon, which has to end well (with sanitizers a leak is another exit code), and frees `desk`. */
void desk_end (Desk *desk);

/* A call of the client, with `&ok_error`, that has to work. */
#define OK(call)                                                                                                \
  do                                                                                                            \
    {                                                                                                           \
      g_autoptr (GError) ok_error = NULL;                                                                       \
      bool ok = (call);                                                                                         \
      ck_assert_msg (ok, #call);                                                                                \
    }                                                                                                           \
  while (0)

#endif
