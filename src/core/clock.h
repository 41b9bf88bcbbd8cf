/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks: one metric of one ticket that runs towards its due time, and what starts, meets, pauses, moves and ends it
 * (SLA.md §2, §3.8-3.10).  A clockwork holds the clocks of one ticket while a decision is made; what happened to them
 * is read off it afterwards.  Pure.
 */
#ifndef TM_CORE_CLOCK_H
#define TM_CORE_CLOCK_H

#include "core/site.h"
#include "core/ticket.h"

/* The target of an update whose time an agent promised. */
#define TM_CLOCK_AS_AGREED "as agreed"

/* What became of it since it was read. */
typedef enum { TM_CLOCK_KEPT, TM_CLOCK_CHANGED, TM_CLOCK_ADDED } TmClockChange;

struct TmClock
{
  TmMetric metric;
  guint cycle;        /* counts from 1 for each ticket and metric */
  char *target;       /* as the plan had it: "30bm"; TM_CLOCK_AS_AGREED: due_at is what was promised */
  char *calendar;     /* id; NULL: none, any hour counts */
  char *priority;     /* the target is this one's; NULL: the ticket had none */
  gint64 started_at;
  gint64 base_at;     /* from when the target counts: from the start, or from when the priority was raised */
  gint64 due_at;      /* TM_NEVER: never, or not while it is paused */
  gint64 met_at;      /* TM_NEVER: not met */
  gint64 ended_at;    /* without having been met; TM_NEVER: not so */
  bool is_breached;   /* it was overdue when something happened to it; stays, whatever comes */
  guint32 revision;   /* site->revision by which it was computed */
  GArray *pauses;     /* TmInterval, in order; the last one ends at TM_NEVER while it is paused; NULL: none */
  TmClockChange change;
};

TmClock *clock_new (TmMetric metric, guint cycle);
TmClock *clock_copy (const TmClock *clock);
void clock_free (TmClock *clock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmClock, clock_free)

/* Neither met nor ended. */
bool clock_is_running (const TmClock *clock);
bool clock_is_paused (const TmClock *clock);

/* Whether it was overdue at any time until `now`.  Met at the due time is in time. */
bool clock_is_breached (const TmClock *clock, gint64 now);

/* The earliest due time of those that run, TM_NEVER. */
gint64 clocks_next_due (const GPtrArray *clocks);

/* A clock moved. */
typedef struct
{
  TmMetric metric;
  guint cycle;
  gint64 from_at, to_at; /* due times */
  char *why;
} TmClockMove;

typedef struct
{
  const TmSite *site;
  const TmServicePlan *plan;  /* NULL: none, and so no targets but the contract's */
  const TmCustomer *customer; /* NULL: none */
  const char *priority;       /* borrowed; NULL: none */
  TmStatus status;
  gint64 created_at, now;
  gint64 due_before;          /* what was due next when the ticket was read; TM_NEVER */
  gint64 notify_before;       /* when somebody was to be told next when the ticket was read; TM_NEVER */
  const GPtrArray *notified;  /* TmNotified, borrowed; NULL: nobody was told of anything */
  TmStatus status_before;     /* when the ticket was read */
  TmAfterState after;         /* likewise */
  bool is_quiet;              /* likewise */
  bool is_answered;           /* clockwork_answered() was called */
  bool wants_postmortem;
  bool is_acknowledged;       /* a page was: who was told of it is to hear so */
  bool is_afterwards;         /* `now` is when it happened, recorded later: what started behind it is not met */
  GPtrArray *clocks;          /* TmClock: all of the ticket */
  GPtrArray *moves;           /* TmClockMove, in order */
  unsigned uncounted;         /* bits by metric: due times that could not be computed, and are never now */
} TmClockwork;

/* Of a ticket that has no clocks yet.  Names that the site does not know (any more) are none. */
void clockwork_init (TmClockwork *work, const TmSite *site, const char *plan, const char *customer,
                     const char *priority, TmStatus status, gint64 created_at, gint64 now);

/* Of a ticket as it was read; clocks that run by an older policy go by this one from now on. */
void clockwork_init_ticket (TmClockwork *work, const TmSite *site, const TmTicketFacts *ticket, gint64 now);
void clockwork_clear (TmClockwork *work);

/* Those that run are recorded as of this policy, even where nothing moved: no later look for clocks of another one
 * finds them again. */
void clockwork_renew (TmClockwork *work);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmClockwork, clockwork_clear)

/* --- causes --- */

/* A ticket was opened, at work->created_at.  One that is held, unsorted or spam has no clocks. */
void clockwork_open (TmClockwork *work);

/* The customer wrote: something is to be answered, unless an older message of his already is. */
void clockwork_customer_wrote (TmClockwork *work);

/* The oldest message of the customer that is still to be answered came at `at`, and what came before it was answered in
 * the meantime. */
void clockwork_wrote_since (TmClockwork *work, gint64 at);

/* An agent wrote to the requester, or called him.  Behind it comes clockwork_set_status(). */
void clockwork_answered (TmClockwork *work);

/* It has an owner, or a person did something with it. */
void clockwork_touched (TmClockwork *work);

/* Somebody was paged who has to acknowledge it. */
void clockwork_paged (TmClockwork *work);

/* Somebody acknowledged what the ticket was paged for. */
void clockwork_acknowledged (TmClockwork *work);

/* Another status; `by_person`: somebody set it, and it does not only follow from a message. */
void clockwork_set_status (TmClockwork *work, TmStatus status, bool by_person);

/* Another priority, which must outlive `work`. */
void clockwork_set_priority (TmClockwork *work, const char *priority);

/* Another plan, customer or policy: what runs is computed anew, for the reason `why`. */
void clockwork_set_plan (TmClockwork *work, const char *plan, const char *why);

/* The next update was promised for `at`, whatever the plan says; TM_NEVER: it was not, after all.  False: nobody works
 * on the ticket, and there is none. */
bool clockwork_promise (TmClockwork *work, gint64 at);

/* A review or a post-mortem was recorded; false: none was due. */
bool clockwork_record (TmClockwork *work, TmMetric metric);

/* The ticket was flagged for a post-mortem, and had been resolved at `resolved_at` (TM_NEVER: it is not). */
void clockwork_flag_postmortem (TmClockwork *work, gint64 resolved_at);

/* The ticket `from` becomes a part of the one of `into`: what nobody answered there is to be answered here. */
void clockwork_merge (TmClockwork *into, TmClockwork *from);

/* Messages left the ticket; the oldest one that is not answered, of those that stay, came at `since_at` (TM_NEVER:
 * none). */
void clockwork_split (TmClockwork *work, gint64 since_at);

#endif
