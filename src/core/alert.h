/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What goes out when clocks run out: a mail or page for each notification and receiver, or one for all of them where
 * they are more than a handful.  Pure.
 */
#ifndef TM_CORE_ALERT_H
#define TM_CORE_ALERT_H

#include "core/audience.h"
#include "core/escalation.h"
#include "core/outgoing.h"

/* More for one receiver at once become a digest, which lists so many of them. */
enum { TM_ALERT_HANDFUL = 5, TM_ALERT_LISTED = 200 };

/* One mail or page, about ticket `ticket` (0: a digest). */
typedef struct
{
  gint64 ticket;
  TmOutgoing *outgoing;
} TmAlert;

/* All for one receiver. */
typedef struct
{
  char *to;           /* a mailbox's address, or the id of `receiver` */
  const TmReceiver *receiver; /* that is no mailbox; borrowed, NULL: a mailbox */
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
  GPtrArray *news;    /* TmAlert: of pages that are acknowledged or over, each for itself */
  GHashTable *by_to;
} TmAlerts;

void alerts_init (TmAlerts *alerts, const TmSite *site, gint64 now);
void alerts_clear (TmAlerts *alerts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmAlerts, alerts_clear)

/* One for `addressee`; `ticket` and its subject are borrowed for the call. */
void alerts_add (TmAlerts *alerts, const TmTicketFacts *ticket, const char *subject,
                 const TmNotification *notification, const TmAddressee *addressee);

/* News of a page, `one`, to a receiver that is no mailbox: it is acknowledged, or over.  `clock` is what it told of;
 * NULL: a rule sent it. */
void alerts_add_news (TmAlerts *alerts, const TmTicketFacts *ticket, const char *subject, TmNews news,
                      const TmNotified *one, const TmClock *clock, const TmReceiver *receiver);

/* The mail or page of a rule that pages `addressee`: about the ticket of the message at hand, with that message.  `by`
 * is the rule; `is_last`: he is paged no more for a while.  The caller frees. */
TmOutgoing *alert_write_page (const TmSite *site, const TmTicketFacts *ticket, const char *subject, guint cycle,
                              const char *by, bool is_last, const TmAddressee *addressee, gint64 now);

/* The group of an address or receiver, which is made if need be.  Borrowed. */
TmAlertGroup *alerts_group (TmAlerts *alerts, const char *to);

bool alert_group_is_digest (const TmAlertGroup *group);

/* All of the group in one mail or page.  The caller frees. */
TmOutgoing *alert_digest (const TmAlerts *alerts, const TmAlertGroup *group);

#endif
