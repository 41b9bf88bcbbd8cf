/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is promised: metrics, a plan's targets for each priority and metric, and what a customer's contract says instead
 * (SLA.md §2).  Plain immutable values.  Pure.
 */
#ifndef TM_CORE_SERVICE_H
#define TM_CORE_SERVICE_H

#include "core/calendar.h"
#include "core/customer.h"
#include "core/target.h"

/* The numbers are stored: never renumber. */
typedef enum
{
  TM_METRIC_DISPATCH = 1,       /* opened → an owner, or a first human action */
  TM_METRIC_ACK = 2,            /* a page went out → the engineer acknowledges it */
  TM_METRIC_FIRST_RESPONSE = 3, /* opened → an agent's message or call */
  TM_METRIC_NEXT_RESPONSE = 4,  /* the oldest customer message not answered yet → likewise */
  TM_METRIC_UPDATE = 5,         /* our last message → our next one */
  TM_METRIC_RESOLUTION = 6,     /* opened → resolved */
  TM_METRIC_REVIEW = 7,         /* resolved → a review is recorded */
  TM_METRIC_POSTMORTEM = 8      /* resolved, when flagged → a post-mortem is recorded */
} TmMetric;

#define TM_METRIC_END (TM_METRIC_POSTMORTEM + 1)

/* The tag that flags a ticket for a post-mortem. */
#define TM_POSTMORTEM_TAG "postmortem"

/* Bytes of the longest name, without its NUL. */
enum { TM_METRIC_NAME_MAX = 14 };

/* "first_response" …; NULL for a number that is none.  Static. */
const char *metric_name (TmMetric metric);
bool metric_parse (const char *name, TmMetric *metric_out);

/* One target of one priority. */
typedef struct
{
  TmTarget *target;           /* NULL: nothing is said of this metric; kind TM_TARGET_NONE: no clock */
  char *calendar;             /* id, NULL: the one that holds for the ticket */
  const TmCalendar *counts_by; /* what `calendar` names; borrowed from the site, set by site_index() */
} TmPromise;

/* All targets of one priority. */
struct TmTargets
{
  char *priority;                    /* code */
  TmPromise promises[TM_METRIC_END]; /* by TmMetric */
};

TmTargets *targets_new (const char *priority);
void targets_free (TmTargets *targets);

/* When the priority rises: the new target counts from then on, unless what held before is earlier; or from the
 * start. */
typedef enum { TM_RAISE_FROM_NOW, TM_RAISE_FROM_START } TmRaise;

/* What an agent's message to the requester makes of a ticket that is worked on. */
typedef enum { TM_REPLY_WAITING, TM_REPLY_OPEN } TmReply;

/* Words that `to` of an escalation may have beside the names of receivers, which have no dot. */
#define TM_TO_MANAGER "customer.manager"
#define TM_TO_ROTA "queue.rota"
#define TM_TO_ASSIGNEE "ticket.assignee"

/* One row of an escalation: who is told of clocks of one metric, and when. */
typedef struct
{
  TmMetric metric;
  GPtrArray *priorities; /* char *, codes; NULL: of any, or none */
  TmTarget *lead;        /* so long before the due time; TM_TARGET_NONE, NULL: once it is overdue */
  guint32 level;         /* from 1 */
  GPtrArray *to;         /* char *: names of receivers, TM_TO_… */
  TmTarget *repeat;      /* so long behind the last time again; NULL: once only */
  guint32 times;         /* so often again */
} TmEscalationStep;

typedef struct
{
  char *id;
  GPtrArray *steps;      /* TmEscalationStep */
} TmEscalation;

TmEscalation *escalation_new (const char *id);
void escalation_free (TmEscalation *escalation);

/* The step belongs to the escalation: level 1, once, at the breach, to nobody. */
TmEscalationStep *escalation_add_step (TmEscalation *escalation);

struct TmServicePlan
{
  char *id;               /* "standard" */
  char *default_priority; /* code, or NULL: of new tickets whose queue names none */
  char *calendar;         /* id, or NULL */
  const TmCalendar *counts_by; /* what it names; borrowed from the site, set by site_index() */
  GPtrArray *targets;     /* TmTargets */
  char *escalation;       /* id, or NULL: nobody is told */
  const TmEscalation *escalates; /* what it names; borrowed from the site, set by site_index() */
  TmRaise on_raise;
  TmReply on_reply;
  bool pauses_pending;    /* status pending stops the resolution clock; waiting always does */
  GPtrArray *stated_priority; /* char *, codes that a customer may state himself; NULL: any */
  unsigned workaround_lower;  /* so many ranks down once a workaround is known; 0: it lowers nothing */
  char *workaround_floor;     /* code, not below it; NULL: the lowest */
};

TmServicePlan *service_plan_new (const char *id);
void service_plan_free (TmServicePlan *plan);

/* Those of `priority` among `all` (TmTargets; NULL: none), NULL when there is nothing. */
const TmTargets *targets_find (const GPtrArray *all, const char *priority);

/* What holds for one metric. */
typedef struct
{
  const TmTarget *target;     /* NULL: no clock */
  const char *calendar;       /* id, NULL: none is named */
  const TmCalendar *counts_by; /* NULL: none */
} TmTerms;

/* The contract's target before the plan's; the target's own calendar before the contract's before the plan's.  `plan`,
 * `customer` and `priority` may be NULL. */
TmTerms service_terms (const TmServicePlan *plan, const TmCustomer *customer, const char *priority, TmMetric metric);

#endif
