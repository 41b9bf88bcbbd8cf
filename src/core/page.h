/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page: what a receiver is told about a clock of a ticket, as a value; how a row of the outbox holds it; and what is
 * sent of it to a program or a web hook.  Pure.
 */
#ifndef TM_CORE_PAGE_H
#define TM_CORE_PAGE_H

#include "core/outgoing.h"
#include "core/receiver.h"
#include "core/service.h"
#include "core/site.h"

/* As PagerDuty's Events API v2 has them. */
typedef enum { TM_PAGE_TRIGGER, TM_PAGE_ACKNOWLEDGE, TM_PAGE_RESOLVE, TM_PAGE_N_EVENTS } TmPageEvent;

typedef enum
{
  TM_SEVERITY_CRITICAL,
  TM_SEVERITY_ERROR,
  TM_SEVERITY_WARNING,
  TM_SEVERITY_INFO,
  TM_SEVERITY_N
} TmSeverity;

typedef struct
{
  TmPageEvent event;
  TmSeverity severity;
  char *kind;            /* "warning", "breach", "digest", "test" … */
  gint64 ticket;         /* 0: about none */
  TmMetric metric;       /* 0: about none */
  gint64 cycle;          /* of the metric, from 1; 0: none */
  gint64 level;          /* of the escalation, from 1; 0: none */
  char *priority;        /* code, or NULL */
  char *queue;           /* id, or NULL */
  char *customer;        /* id, or NULL */
  char *subject;         /* of the ticket, or NULL */
  gint64 due_at;         /* UTC seconds; TM_NEVER: none */
  gint64 at;             /* when it was written */
  char *summary;         /* one line that says it all */
  char *text;            /* more lines, UTF-8, LF; "" none */
  char *by;              /* whose doing it is: "desk", "agent:anna" … */
} TmPage;

/* The kind of a page that somebody asked for to try a receiver. */
#define TM_PAGE_TEST "test"

/* With copies; about nothing yet, of severity info and without a due time. */
TmPage *page_new (TmPageEvent event, const char *kind, const char *summary, const char *by);
void page_free (TmPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmPage, page_free)

/* By its place in the order of priorities: critical, error, warning, and info for all below; info when unknown. */
TmSeverity page_severity (const TmSite *site, const char *priority);

/* What the outbox is given for the receiver of this id: kind page, sent at least once. */
TmOutgoing *page_outgoing (const TmPage *page, const char *receiver);

/* The page of such a row, with its text where the row has it.  NULL: a newer ticketmilter wrote it. */
TmPage *page_of_row (const TmOutboxRow *row);

/* One for all pages of a clock: `INSTANCE/TICKET/METRIC/CYCLE` (SLA.md §5); of what is about none, `INSTANCE/KIND/AT`,
 * and of tests `INSTANCE/test`, so that one test can end the alarm of another.  The caller frees. */
char *page_key (const TmPage *page, const char *instance);

/* What is sent, JSON (RFC 8259); the receiver is no mailbox.  pagerduty: Events API v2; slack: `text`, with & < > as
 * entities; generic and exec: docs/receivers.md.  The caller frees. */
char *page_body (const TmPage *page, const TmReceiver *receiver, const char *instance);

/* Where a web hook's body is posted: slack's key is the end of it.  The caller frees. */
char *page_url (const TmReceiver *receiver);

/* `Name: value` of what a web hook gets with `body`; `id` is the same whenever the row is sent.  generic:
 * Idempotency-Key, and X-Signature: sha256= with the HMAC-SHA-256 of the body.  The caller frees. */
GStrv page_headers (const TmReceiver *receiver, const char *body, const char *id);

/* "trigger" …, "critical" …; static. */
const char *page_event_name (TmPageEvent event);
const char *severity_name (TmSeverity severity);

#endif
