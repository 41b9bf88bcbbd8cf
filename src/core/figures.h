/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The figures of a report: what came in a span of time, how it was answered, what is left to do.  Tickets are added one
 * after the other and not kept; what grows with their number is four bytes for each time that percentiles are made of.
 * Pure.
 */
#ifndef TM_CORE_FIGURES_H
#define TM_CORE_FIGURES_H

#include "core/clock.h"
#include "core/site.h"
#include "core/ticket.h"

enum
{
  TM_FIGURES_HOURS = 24,
  TM_FIGURES_WEEKDAYS = 7,
  TM_FIGURES_AGES = 6,
  TM_FIGURES_TOP = 15,     /* rows of what has no end: tags, customers, subjects */
  TM_FIGURES_KEYS = 10000  /* different tags or customers that are counted; what comes later is among the others */
};

/* Ages of what is open, in seconds: up to, and not including; the last one has no end (TM_NEVER). */
extern const gint64 figures_ages[TM_FIGURES_AGES];

typedef struct
{
  char *key; /* NULL: unset */
  gint64 n;
} TmCount;

/* What became of the clocks of one metric. */
typedef struct
{
  gint64 n_met, n_breached; /* in time; late, or overdue and still running */
  gint64 n_running;         /* not overdue yet */
  gint64 n_ended;           /* without having been met or overdue: the ticket was closed, say */
} TmKept;

/* Of `met` and `breached`, rounded down: 100 only when none was late.  -1 when there is none. */
int kept_percent (const TmKept *kept);

/* Nearest rank (the least value that so many are not above): of elapsed seconds, and of those inside the business hours
 * that hold for the ticket, where any do. */
typedef struct
{
  gint64 n;
  gint64 p50_s, p90_s; /* 0 when there is none */
} TmQuantiles;

typedef struct
{
  char *priority; /* NULL: unset, or all of them */
  TmQuantiles elapsed, business;
} TmTimes;

/* What customers say of the tickets that were resolved. */
typedef struct
{
  gint64 n_resolved;    /* resolved, or closed since */
  gint64 n_good, n_bad; /* by the last word that anybody said of each */
} TmSatisfied;

/* Of those that were judged the good ones, and of the resolved ones those that were judged; rounded down, -1 when there
 * is none. */
int satisfied_percent (const TmSatisfied *satisfied);
int satisfied_answered_percent (const TmSatisfied *satisfied);

/* What an agent has to do now. */
typedef struct
{
  char *agent;          /* id, NULL: nobody's */
  gint64 n_open;
  gint64 n_unanswered; /* among them: new or open, and nobody answered yet */
  gint64 n_overdue;    /* among them: something is overdue */
} TmLoad;

typedef struct
{
  gint64 from_at, to_at; /* [from_at, to_at) */
  gint64 now;            /* open tickets and running clocks are those of this instant */

  gint64 n_tickets;     /* that came in the span and are counted in all that follows */
  gint64 n_left_out[TM_STATUS_SPAM + 1]; /* by TmStatus: merged, held, unsorted, spam */
  GPtrArray *types, *priorities;  /* TmCount, in the site's order; what it does not have and NULL last */
  GPtrArray *tags, *customers;    /* TmCount, "key=value" and ids: the most frequent first, at most TM_FIGURES_TOP */
  gint64 n_other_tags, n_other_customers; /* what there is besides: tags of tickets, tickets */
  gint64 hours[TM_FIGURES_HOURS];       /* by the desk's clock */
  gint64 weekdays[TM_FIGURES_WEEKDAYS]; /* likewise, from Monday */
  TmKept kept[TM_METRIC_END];            /* by TmMetric */
  TmTimes first_response, resolution;    /* of all */
  GPtrArray *first_responses, *resolutions; /* TmTimes, by priority in the site's order */
  TmSatisfied satisfied;
  GPtrArray *recurrences;        /* TmRecurrence (core/recurrence.h) */

  gint64 n_open, n_unanswered, n_overdue; /* whenever they came */
  gint64 ages[TM_FIGURES_AGES];
  GPtrArray *loads;              /* TmLoad, the most open tickets first */
} TmFigures;

void figures_free (TmFigures *figures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmFigures, figures_free)

/* --- making them --- */

/* A ticket that came in the span.  All borrowed. */
typedef struct
{
  gint64 id;
  TmStatus status;
  const char *subject, *type, *priority, *customer, *plan; /* NULL unset */
  gint64 created_at;
  gint64 resolved_at;       /* TM_NEVER */
  TmFeedback feedback;      /* what was said of it last */
  gint64 answered_at;       /* an agent's first message, of a ticket without a clock of first_response; TM_NEVER */
  const GPtrArray *tags;    /* TmTag; NULL none */
  const GPtrArray *clocks;  /* TmClock; NULL none */
} TmFiguresTicket;

/* A ticket that is open now. */
typedef struct
{
  TmStatus status;
  const char *assignee;  /* NULL nobody */
  gint64 created_at;
  gint64 next_due;       /* of what runs; TM_NEVER */
  bool is_answered;      /* an agent wrote to the requester, or called him */
} TmFiguresOpen;

void satisfied_add (TmSatisfied *satisfied, const TmFiguresTicket *ticket);

typedef struct TmFiguresMaker TmFiguresMaker;

/* `site` lives as long as the maker. */
TmFiguresMaker *figures_maker_new (const TmSite *site, gint64 from_at, gint64 to_at, gint64 now);
void figures_maker_free (TmFiguresMaker *maker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmFiguresMaker, figures_maker_free)

/* One outside the span is passed over. */
void figures_add_ticket (TmFiguresMaker *maker, const TmFiguresTicket *ticket);
void figures_add_open (TmFiguresMaker *maker, const TmFiguresOpen *open);

/* Nothing can be added behind it.  The caller frees the figures, and still the maker. */
TmFigures *figures_make (TmFiguresMaker *maker);

#endif
