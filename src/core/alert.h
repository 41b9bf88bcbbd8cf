/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What goes out when clocks run out: a mail for each notification and mailbox, or one for all of them where they are
 * more than a handful.  Pure.
 */
#ifndef TM_CORE_ALERT_H
#define TM_CORE_ALERT_H

#include "core/audience.h"
#include "core/escalation.h"
#include "core/outgoing.h"

/* More for one mailbox at once become a digest, which lists so many of them. */
enum { TM_ALERT_HANDFUL = 5, TM_ALERT_LISTED = 200 };

/* One mail, about ticket `ticket` (0: a digest). */
typedef struct
{
  gint64 ticket;
  TmOutgoing *outgoing;
} TmAlert;

/* All for one mailbox. */
typedef struct
{
  char *address;
  GPtrArray *alerts;  /* TmAlert, a handful at most */
  guint n;            /* how many there are, or would be */
  GString *lines;     /* one for each, TM_ALERT_LISTED at most */
  guint n_lines;
  gint64 digest;      /* the row of the outbox that has those of before; 0: there is none */
} TmAlertGroup;

typedef struct
{
  const TmSite *site; /* borrowed */
  gint64 now;
  GPtrArray *groups;  /* TmAlertGroup, in the order of their first alert */
  GHashTable *by_address;
} TmAlerts;

void alerts_init (TmAlerts *alerts, const TmSite *site, gint64 now);
void alerts_clear (TmAlerts *alerts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmAlerts, alerts_clear)

/* One for the mailbox of `addressee`; `ticket` and its subject are borrowed for the call. */
void alerts_add (TmAlerts *alerts, const TmTicketFacts *ticket, const char *subject,
                 const TmNotification *notification, const TmAddressee *addressee);

/* The group of the address, which is made if need be.  Borrowed. */
TmAlertGroup *alerts_group (TmAlerts *alerts, const char *address);

bool alert_group_is_digest (const TmAlertGroup *group);

/* All of the group in one mail.  The caller frees. */
TmOutgoing *alert_digest (const TmSite *site, const TmAlertGroup *group);

#endif
