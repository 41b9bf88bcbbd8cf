/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an agent's mail is held against before it goes to the outside.  Each guard refuses, notes or is off, by the
 * configuration (`guards`).  Pure.
 *
 * A person is another customer's when the ticket's customer is not his; somebody whom no customer has passes, and so
 * does who receives the ticket: him somebody put in who may.  A ticket of nobody's is not for customers.
 * `answered`: since the message that the mail answers, by In-Reply-To and References; where it answers none that the
 * ticket has, since the customer last wrote or the agent did, whichever was later.
 */
#ifndef TM_CORE_GUARD_H
#define TM_CORE_GUARD_H

#include "core/facts.h"
#include "core/inbound.h"
#include "core/plan.h"

enum { TM_GUARD_SENTENCE_MAX = 350 };

typedef struct
{
  TmGuard guard;
  char *sentence; /* for the agent, who reads it in his own mail program or at his terminal: one clean line of less than
                     TM_GUARD_SENTENCE_MAX bytes */
} TmGuardHit;

void guard_hit_free (TmGuardHit *hit);

/* How it is said that nothing came of it, and what gets past. */
typedef struct
{
  const char *undone; /* "your mail was NOT sent" */
  const char *way;    /* ", or begin it with the line #send" */
  const char *name;   /* "#send" */
} TmGuardWords;

extern const TmGuardWords guard_words_mail, guard_words_answer, guard_words_share;

/* What is asked about: all borrowed but what guarded_clear() frees. */
typedef struct
{
  const TmSite *site;
  const TmAgent *agent;        /* whose doing it is; NULL: no agent's, then rights and answers do not count */
  const TmFacts *facts;        /* tickets, contacts and subject_tickets are read */
  const TmTicketFacts *ticket; /* NULL: none yet, of `customer` */
  const char *customer;        /* id, NULL: nobody's */
  const GPtrArray *outside;    /* char *, normalised addresses of all who get it, or what comes after it */
  GPtrArray *texts;            /* owned: char *, borrowed: all that it says; NULL: nothing */
  char *own;                   /* owned: the writer's own part behind his commands; NULL: nothing */
  const char *priority;        /* of an answer: its ticket's, as his commands leave it; NULL: it is none, or has none */
  bool says_next;              /* a command of his says what comes next: a promise, or that it is resolved or closed */
  bool has_token;              /* it is to the token of the ticket: without one he is a sender like any other */
  const TmGuardWords *words;
  bool gives_way;              /* there is a way past: what goes to a note's address is no mail to the outside */
  unsigned asked;              /* bits 1 << TmGuard */
} TmGuarded;

enum { TM_GUARDS_ALL = (1 << TM_GUARD_END) - 1 };

/* An agent's mail: site, agent, texts, own part, tokens and words; all guards are asked.  The rest is the caller's to
 * say.  `inbound` is borrowed for as long as `guarded_out` lives. */
void guarded_init_mail (const TmInbound *inbound, TmGuarded *guarded_out);
void guarded_clear (TmGuarded *guarded);

/* Whether he has a right on a queue of the ticket. */
bool guard_has_right (const TmSite *site, const TmTicketFacts *ticket, const TmAgent *agent);

/* The name of a guard in the configuration: "other_customer" …; static. */
const char *guard_name (TmGuard guard);

/* What is to be said against it: TmGuardHit, of every guard that is asked and not off, in their order.  When `outside`
 * is empty, nothing leaves: then only commands and rights count.  The caller frees. */
GPtrArray *guards_check (const TmGuarded *guarded);

/* The first of `hits` that refuses it by the configuration; `sends`: he asks to get past, which no right is given by.
 * NULL: none.  Borrowed. */
const TmGuardHit *guards_refuse (const TmSite *site, const GPtrArray *hits, bool sends);

/* Events by `actor` of those that he got past by `words`, and of those that only note.  NULL: no hits. */
void guards_add_events (const TmSite *site, const GPtrArray *hits, const TmGuardWords *words, const char *actor,
                        TmPlan *plan);

#endif
