/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages as the desk hands them to the store, from a few words. */
#ifndef TM_TESTS_INBOUND_MAKER_H
#define TM_TESTS_INBOUND_MAKER_H

#include "core/inbound.h"

typedef struct
{
  const char *from, *to;    /* NULL: eve@acme.example, support@example.com; several recipients apart by a blank */
  const char *subject, *message_id, *in_reply_to, *text; /* NULL: "" */
  const char *bounced, *status; /* a report by MAILER-DAEMON that the message `in_reply_to` did not reach `bounced` */
} TmMailSpec;

/* Instance `example`, queues support@example.com and hosting@example.com. */
TmSite *maker_site (void);

/* `site` must outlive it. */
TmInbound *maker_inbound (const TmSite *site, const TmMailSpec *spec);

#endif
