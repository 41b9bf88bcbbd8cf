/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is told of a clock, and when: what comes of a plan's escalation for the clocks of a ticket (SLA.md §5).  A
 * notification is known by ticket, metric, cycle, kind and level; it may be repeated, but never begins twice.  Pure.
 */
#ifndef TM_CORE_ESCALATION_H
#define TM_CORE_ESCALATION_H

#include "core/clock.h"

/* The numbers are stored: never renumber. */
typedef enum
{
  TM_NOTIFICATION_WARNING = 1, /* before the due time */
  TM_NOTIFICATION_BREACH = 2,  /* once it is overdue */
  TM_NOTIFICATION_PAGE = 3     /* a rule pages somebody: of metric ack, whose cycles count without a clock, too */
} TmNotificationKind;

/* "warning", "breach", "page"; static. */
const char *notification_kind_name (TmNotificationKind kind);

/* What the database keeps of one that went out. */
typedef struct
{
  TmMetric metric;
  guint cycle;
  TmNotificationKind kind;
  guint level;
  guint number;     /* how often it was due again when it went out last, whether each of these went out or not */
  gint64 fired_at;  /* the last time */
  char *told;       /* who was told of it, apart by blanks, as `to` has it; "" nobody, or it was taken back */
  char *acked_by;   /* who acknowledged it, an actor; NULL: nobody did */
  bool is_ack_told; /* and those of `told` that are no mailboxes know */
} TmNotified;

void notified_free (TmNotified *notified);

/* One that is to go out. */
typedef struct
{
  const TmEscalationStep *step; /* borrowed from the site */
  const TmClock *clock;         /* borrowed from the facts */
  TmNotificationKind kind;
  guint number;                 /* 0: the first time */
  gint64 fire_at;               /* of a breach the first second in which it is too late */
} TmNotification;

/* All borrowed for the call. */
typedef struct
{
  const TmSite *site;
  const TmServicePlan *plan;  /* NULL: none */
  const TmCustomer *customer; /* NULL: none */
  const char *priority;       /* the ticket's, NULL: none */
  TmStatus status;            /* likewise */
  const GPtrArray *clocks;    /* TmClock, all of the ticket; NULL: none */
  const GPtrArray *notified;  /* TmNotified, likewise */
} TmEscalationFacts;

/* Names that the site does not know (any more) are none. */
TmEscalationFacts escalation_facts (const TmSite *site, const TmTicketFacts *ticket);

/* What those are still to hear of a notification who were told of it and are no mailboxes (a pager, say), as far as
 * they are still there. */
typedef enum
{
  TM_NEWS_NONE,
  TM_NEWS_ACKNOWLEDGED,
  TM_NEWS_OVER /* its clock is met or has ended; of a page by a rule: the ticket is done */
} TmNews;

/* `clock_out` gets the clock that it is about, borrowed; NULL: none. */
TmNews escalation_news (const TmEscalationFacts *facts, const TmNotified *one, const TmClock **clock_out);

/* Whether somebody was paged and nobody has acknowledged it, and what it was about is not over. */
bool escalation_is_paged (const TmEscalationFacts *facts);

/* The newest page of the ticket by a rule, NULL: there is none.  Borrowed. */
const TmNotified *escalation_last_page (const GPtrArray *notified);

/* When the next one is due, or when something is to hear news of one that went out, which may be past;
 * TM_NEVER: none is, whatever time comes. */
gint64 escalation_next (const TmEscalationFacts *facts, gint64 now);

/* Those that are due now.  What was not told in time is told once: of a breach and its repeats the last one; a warning
 * whose clock is overdue meanwhile not at all.  TmNotification; the caller unrefs. */
GArray *escalation_due (const TmEscalationFacts *facts, gint64 now);

/* The one of that key, NULL: it never went out.  Borrowed. */
TmNotified *escalation_find (const GPtrArray *notified, TmMetric metric, guint cycle, TmNotificationKind kind,
                             guint level);

/* The names of both, apart by blanks, each once.  The caller frees. */
char *escalation_unite (const char *before, const char *told);

/* It goes out to `told`: it is among ticket->notified from now on, with all who were ever told.  Borrowed. */
const TmNotified *escalation_mark (TmTicketFacts *ticket, const TmNotification *notification, const char *told,
                                   gint64 now);

/* All that are still to come, as far as things stay as they are, in the order of time.  TmNotification; the caller
 * unrefs. */
GArray *escalation_preview (const TmEscalationFacts *facts, gint64 now);

/* The calendar of the metric: the clock's own, else what the plan or contract counts by; NULL: none, always open. */
const TmCalendar *escalation_calendar (const TmEscalationFacts *facts, const TmClock *clock);

#endif
