/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is told that something is due: a mailbox, a program or a web hook (SLA.md §5).  A plain value of the
 * configuration; outbox/ carries what goes there.  Pure.
 */
#ifndef TM_CORE_RECEIVER_H
#define TM_CORE_RECEIVER_H

#include <glib.h>
#include <stdbool.h>

typedef enum
{
  TM_RECEIVER_MAIL,
  TM_RECEIVER_EXEC,
  TM_RECEIVER_PAGERDUTY, /* Events API v2 */
  TM_RECEIVER_SLACK,     /* an incoming web hook */
  TM_RECEIVER_GENERIC,   /* JSON, signed */
  TM_RECEIVER_END
} TmReceiverKind;

/* By the calendar of the metric that the page is about. */
typedef enum { TM_RECEIVER_ALWAYS, TM_RECEIVER_OPEN, TM_RECEIVER_CLOSED } TmReceiverWhen;

typedef struct
{
  char *id;              /* "oncall" */
  TmReceiverKind kind;
  char *address;         /* TM_RECEIVER_MAIL: normalised; else NULL */
  GStrv argv;            /* TM_RECEIVER_EXEC: an absolute path and its arguments; else NULL */
  char *url;             /* of web hooks: https, or http on the loopback; else NULL */
  char *key_file;        /* path, or NULL */
  char *key;             /* what stands in it: pagerduty's routing_key, the key of generic's HMAC, the rest of slack's
                            URL; NULL: none, or not read */
  char *ca_file;         /* path of PEM certificates that a server's is held against; NULL: the system's */
  guint32 timeout_s;     /* for one try */
  TmReceiverWhen when;
  bool is_acked_outside; /* it escalates by itself: its pages start no ack clock */
} TmReceiver;

/* Always told, acknowledged here, 10 s; the rest is the caller's to fill in. */
TmReceiver *receiver_new (const char *id);
void receiver_free (TmReceiver *receiver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmReceiver, receiver_free)

/* "mail", "exec", "pagerduty", "slack", "generic": the key of the configuration that makes it this kind.  Static. */
const char *receiver_kind_name (TmReceiverKind kind);

/* Whether it is told while the metric's calendar is open (or not). */
bool receiver_is_told (const TmReceiver *receiver, bool is_open);

#endif
