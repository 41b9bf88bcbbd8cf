/* SPDX-License-Identifier: BSD-2-Clause */
/* An SMTP server on loopback that says what its script says, goes away or falls silent where that says so. */
#ifndef TM_TESTS_SMTP_SCRIPT_H
#define TM_TESTS_SMTP_SCRIPT_H

#include <glib.h>
#include <stdbool.h>

/* Instead of an answer: the connection ends; nothing is said until the client goes. */
#define SCRIPT_DROP "drop"
#define SCRIPT_HANG "hang"

/* NULL: the usual answer. */
typedef struct
{
  const char *greeting, *hello, *mail, *rcpt[3], *data, *final;
  bool drops_in_body; /* after its first 4 kB */
} SmtpScript;

typedef struct SmtpServer SmtpServer;

/* Takes connections, one after another, until it is freed. */
SmtpServer *smtp_server_new (const SmtpScript *script);
void smtp_server_free (SmtpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpServer, smtp_server_free)

unsigned smtp_server_port (const SmtpServer *server);

/* All that was said to it, and what came as messages, dots undoubled, whether or not it took them: char *, borrowed. */
const GPtrArray *smtp_server_commands (SmtpServer *server);
const GPtrArray *smtp_server_messages (SmtpServer *server);
unsigned smtp_server_connections (SmtpServer *server);

#endif
