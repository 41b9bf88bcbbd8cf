/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tickets as values: statuses, and what the database knows of a ticket when a
 * decision is made.
 */
#ifndef TM_CORE_TICKET_H
#define TM_CORE_TICKET_H

#include <glib.h>
#include <stdbool.h>

/* The numbers are stored: never renumber. */
typedef enum
{
  TM_STATUS_NEW = 1,
  TM_STATUS_OPEN = 2,
  TM_STATUS_WAITING = 3,  /* for the customer */
  TM_STATUS_PENDING = 4,  /* a third party, or until a date */
  TM_STATUS_RESOLVED = 5,
  TM_STATUS_CLOSED = 6,
  TM_STATUS_MERGED = 7,
  TM_STATUS_HELD = 8,     /* unconfirmed sender */
  TM_STATUS_UNSORTED = 9, /* automatic mail without a ticket */
  TM_STATUS_SPAM = 10
} TmStatus;

/* "open" …; NULL for a number that is none.  Static. */
const char *status_name (TmStatus status);
bool status_parse (const char *name, TmStatus *status_out);

typedef struct
{
  char *address; /* normalised */
  char *by;      /* who put him in: "requester", agent id */
  bool receives; /* else he may only write */
  char *answer_to; /* where he wants answers, normalised; NULL: at his own address */
} TmParticipant;

typedef struct TmClock TmClock; /* core/clock.h */

/* What the desk does by itself with one that waits for its customer, or is resolved (core/after.h). */
typedef struct
{
  gint64 at;       /* when something of it is due next, or it is to be looked whether; TM_NEVER */
  gint64 since_at; /* since when nobody wrote; TM_NEVER: it does not wait, and is not resolved */
  guint done;      /* of what is to be told then: what was, or was overtaken */
  gint64 told_at;  /* when he was told that it is about to be closed; TM_NEVER: he was not */
} TmAfterState;

/* The numbers are stored: never renumber. */
typedef enum { TM_FEEDBACK_NONE, TM_FEEDBACK_GOOD = 1, TM_FEEDBACK_BAD = 2 } TmFeedback;

/* A message that went to the outside. */
typedef struct
{
  char *agent;       /* id of who wrote it; NULL: not recorded */
  char *login, *from; /* NULL: was not logged in; normalised address, "" unknown */
  gint64 at;         /* UTC seconds */
} TmAnswer;

void answer_free (TmAnswer *answer);

TmParticipant *participant_new (const char *address, const char *by, bool receives);
void participant_free (TmParticipant *participant);

/* What a decision may know of a ticket. */
typedef struct
{
  gint64 id;
  TmStatus status;
  gint64 closed_at;        /* TM_NEVER unless closed */
  char *requester;         /* normalised address, "" unknown */
  GPtrArray *participants; /* TmParticipant */
  GPtrArray *queues;       /* char *, ids; the first is the ticket's own */
  char *type, *priority, *assignee; /* NULL unset */
  char *priority_by;       /* who set it last: "customer", "rule:NAME", "agent:ID" …; NULL unset */
  char *workaround;        /* one is known: the priority without it, "" none; NULL: none is known */
  GPtrArray *missing;      /* char *, names of the facts that its type needs and nobody gave */
  char *customer, *service_plan;    /* ids, NULL unset */
  char *answer_to;         /* where the requester wants answers, normalised; NULL: at his own address */
  gint64 created_at, resolved_at; /* the latter TM_NEVER unless resolved or closed since */
  bool wants_postmortem;   /* it has the tag */
  GPtrArray *clocks;       /* TmClock; NULL: not read, or none */
  GPtrArray *notified;     /* TmNotified: who was told of them already; NULL: nobody */
  gint64 notify_at;        /* when somebody is to be told next, or it is to be looked whether; TM_NEVER */
  TmAfterState after;
  bool is_quiet;           /* the desk itself tells people outside nothing of it: a machine opened it, or #quiet */

  /* for an agent's mail, NULL for others' (core/keys.h, keys_add_agent()) */
  GArray *leaked;          /* gint64, ascending: shingles of the mail that stand in notes of the ticket, and in no
                              message of it that went outside or came from there */
  GPtrArray *answers;      /* TmAnswer, the newest first: what people sent to the outside since the message that the
                              mail answers */
} TmTicketFacts;

TmTicketFacts *ticket_facts_new (gint64 id);
void ticket_facts_free (TmTicketFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmTicketFacts, ticket_facts_free)

/* Work is left to do on it, or somebody waits. */
bool ticket_is_open (const TmTicketFacts *ticket);

/* The participant with that very address, or NULL; borrowed. */
const TmParticipant *ticket_participant (const TmTicketFacts *ticket, const char *address);

/* The two rights: who receives may write, who may write need not receive. */
bool ticket_may_receive (const TmTicketFacts *ticket, const char *address);
bool ticket_may_write (const TmTicketFacts *ticket, const char *address);

#endif
