/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The MTA's side of the milter protocol, version 6, for tests and load: one
 * connection, blocking, replies awaited exactly where the negotiated flags say
 * that there are some.  Packets are gathered and leave in one write before a reply is awaited.
 */
#ifndef TM_TESTS_MILTER_CLIENT_H
#define TM_TESTS_MILTER_CLIENT_H

#include "base/error.h"

#include <glib.h>
#include <libmilter/mfdef.h>
#include <stdbool.h>

/* What Postfix 3.7 offers. */
#define MILTER_CLIENT_ACTIONS                                                                              \
  (SMFI_V2_ACTS | 0x40u /* CHGFROM */ | 0x80u /* ADDRCPT_PAR */ | 0x100u /* SETSYMLIST */)
#define MILTER_CLIENT_NR                                                                                   \
  (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_UNKN | SMFIP_NR_HDR   \
   | SMFIP_NR_EOH | SMFIP_NR_BODY)
#define MILTER_CLIENT_PROTOCOL                                                                             \
  ((guint32) (SMFI_V2_PROT | SMFIP_NOUNKNOWN | SMFIP_NODATA | SMFIP_SKIP | SMFIP_RCPT_REJ | SMFIP_HDR_LEADSPC     \
              | MILTER_CLIENT_NR))

/* An edit that the filter asked for at end of message. */
typedef struct
{
  char op;       /* SMFIR_ADDHEADER, _CHGHEADER (empty value: delete), _INSHEADER, _ADDRCPT, _DELRCPT … */
  guint32 index; /* CHGHEADER, INSHEADER */
  char *name;    /* field name; NULL for the others */
  char *value;   /* field body as sent, with its leading space; address; body chunk */
  gsize len;     /* of value: a body chunk may hold NUL */
} MilterEdit;

typedef struct
{
  char kind;        /* the last reply: SMFIR_CONTINUE (also when none was to come), _ACCEPT, _REPLYCODE … */
  char *text;       /* REPLYCODE: "451 4.3.0 …", else NULL */
  GPtrArray *edits; /* MilterEdit, of the last end of message */
} MilterReply;

typedef struct
{
  int fd;
  guint32 version, actions, protocol; /* as negotiated */
  GHashTable *symbols;                /* stage (GINT_TO_POINTER) → char *: macros that the filter asked for */
  GByteArray *out;
  guint8 in[(256 << 10) + 8]; /* a long Subject comes back in one packet */
  gsize in_start, in_end;
  MilterReply reply;
} MilterClient;

/* `socket` is "unix:PATH", "inet:PORT@HOST" or "inet6:PORT@HOST".  Each read and write waits at most `timeout_s`. */
bool milter_client_open (const char *socket, unsigned timeout_s, MilterClient **client_out,
                         GError **error) TM_WARN_UNUSED;

/* Closes without a word, as a crash does. */
void milter_client_free (MilterClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MilterClient, milter_client_free)

/* Offers `actions` and `protocol`; what the filter chose stands in the client afterwards. */
bool milter_client_negotiate (MilterClient *client, guint32 actions, guint32 protocol, GError **error) TM_WARN_UNUSED;

/* Macros for the command that follows: `pairs` is name, value, …, NULL. */
void milter_client_macros (MilterClient *client, char command, const char *const *pairs);

/* One command and its reply, if one is to come, in client->reply.  False: the connection is gone, the time is up, or
 * the filter broke the protocol.  `address` is an IPv4 or IPv6 address, NULL for an unknown client. */
bool milter_client_connect (MilterClient *client, const char *host, const char *address, GError **error) TM_WARN_UNUSED;
bool milter_client_helo (MilterClient *client, const char *name, GError **error) TM_WARN_UNUSED;
bool milter_client_mail (MilterClient *client, const char *sender, GError **error) TM_WARN_UNUSED;
bool milter_client_rcpt (MilterClient *client, const char *recipient, GError **error) TM_WARN_UNUSED;
bool milter_client_data (MilterClient *client, GError **error) TM_WARN_UNUSED;
bool milter_client_header (MilterClient *client, const char *name, const char *value, GError **error) TM_WARN_UNUSED;
bool milter_client_eoh (MilterClient *client, GError **error) TM_WARN_UNUSED;
bool milter_client_body (MilterClient *client, const void *chunk, gsize len, GError **error) TM_WARN_UNUSED;
bool milter_client_eom (MilterClient *client, GError **error) TM_WARN_UNUSED;

/* Commands without a reply. */
bool milter_client_abort (MilterClient *client, GError **error) TM_WARN_UNUSED;
bool milter_client_quit (MilterClient *client, GError **error) TM_WARN_UNUSED;
bool milter_client_quit_nc (MilterClient *client, GError **error) TM_WARN_UNUSED;

/* Any packet, right or wrong; no reply is read. */
bool milter_client_send (MilterClient *client, char command, const void *data, gsize len,
                         GError **error) TM_WARN_UNUSED;

/* Waits for one reply (and at end of message the edits before it). */
bool milter_client_read_reply (MilterClient *client, GError **error) TM_WARN_UNUSED;

/* The header block and body of `raw` (LF or CRLF line ends in the header) as HEADER, EOH and BODY commands, then
 * end of message; ends early when a reply is final. */
bool milter_client_content (MilterClient *client, const char *raw, gsize len, GError **error) TM_WARN_UNUSED;

/* MAIL to end of message, with macro {i} from DATA on as Postfix has it (NULL: none); `recipients` is
 * NULL-terminated.  Ends early when a reply is final (ACCEPT at DATA, a refusal). */
bool milter_client_message (MilterClient *client, const char *queue_id, const char *sender,
                            const char *const *recipients, const char *raw, gsize len, GError **error) TM_WARN_UNUSED;

/* The value of the last added, inserted or changed field `name` among the edits, without leading space; NULL when
 * there is none. */
const char *milter_client_edited (const MilterClient *client, const char *name);

/* The body that the filter put in place of the message's, all chunks of it; NULL when it left that alone.  Chunks with
 * other edits between them, which MTAs do not take, and chunks that are too long are an error of the filter: NULL, too.
 * The caller unrefs. */
GBytes *milter_client_new_body (const MilterClient *client);

/* All edits, one line each, to compare. */
char *milter_client_print_edits (const MilterClient *client);

#endif
