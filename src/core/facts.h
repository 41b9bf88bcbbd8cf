/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What store/ found for the keys of one message.  Plain values, no database.
 */
#ifndef TM_CORE_FACTS_H
#define TM_CORE_FACTS_H

#include "core/ticket.h"

#include <glib.h>
#include <stdbool.h>

/* A Message-ID of the keys that the database knows. */
typedef struct
{
  char *message_id;
  gint64 ticket;  /* after merges were followed */
  bool had;       /* a message of the ticket had it; else one only referred to it */
} TmIdLink;

/* The first time this message came. */
typedef struct
{
  gint64 ticket;
  gint64 message;
  char *marks;       /* marks_format() of the edits made then */
  GPtrArray *queues; /* char *, ids of the queues that have the ticket */
} TmEarlier;

/* The person on file with the From address. */
typedef struct
{
  gint64 id;
  char *customer;       /* id, as set by hand; NULL: his addresses decide */
  gint64 confirmed_at;  /* TM_NEVER: not confirmed */
  bool is_blocked;      /* nothing is taken from him */
  GPtrArray *addresses; /* char *, all of his, the From address among them */
} TmContactFacts;

TmContactFacts *contact_facts_new (gint64 id);
void contact_facts_free (TmContactFacts *contact);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmContactFacts, contact_facts_free)

/* What earlier bounces say of an address that a bounce names. */
typedef struct
{
  bool failed_lately; /* another message that had been sent to it failed for good within TM_SILENCE_WINDOW_S */
  bool is_silenced;   /* nothing is sent to it any more */
} TmAddressFacts;

/* A ticket that the Subject of an agent's mail names. */
typedef struct
{
  gint64 number;  /* as it stands there */
  gint64 ticket;  /* after merges were followed */
  char *customer; /* id, NULL: nobody's */
} TmSubjectTicket;

void subject_ticket_free (TmSubjectTicket *named);

/* One that was written to the same owner of an address. */
typedef struct
{
  gint64 at;
  char *subject; /* of the message that it was about; NULL: not known any more */
  gint64 message; /* that one's id; 0: likewise */
} TmEarlierAck;

/* What was sent before an acknowledgement to keys->ack_to. */
typedef struct
{
  GPtrArray *earlier;  /* TmEarlierAck of the last day, without those that were dropped, the newest first: at most
                          keys->ack_most */
  bool is_silenced;    /* nothing is sent to the address any more */
  bool is_asked;       /* he was asked to confirm his address, and the ticket that this was about is still held */
  /* of all that were ever made; TM_NEVER: there are not so many */
  gint64 newest_at, before_at, nth_at; /* the newest, the keys->ack_minute - 1st newest, the keys->ack_minute-th */
} TmAckFacts;

TmAckFacts *ack_facts_new (void);
void ack_facts_free (TmAckFacts *ack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmAckFacts, ack_facts_free)

/* `subject` is copied, NULL is fine. */
void ack_facts_add (TmAckFacts *ack, gint64 at, const char *subject, gint64 message);

enum { TM_SILENCE_WINDOW_S = 7 * 86400 };

typedef struct
{
  gint64 next_ticket;   /* the number that a new ticket gets; 0: not known (explain) */
  TmEarlier *earlier;   /* NULL: this key is new */
  GPtrArray *tickets;   /* TmTicketFacts: every ticket that the keys named, merges followed */
  GPtrArray *links;     /* TmIdLink, in the order of the keys' message_ids; one id may have several */
  GHashTable *merged;   /* gint64 → gint64 (GSIZE pointers): named number to the ticket it was merged into;
                           NULL: none was merged */
  gint64 correlated;    /* the ticket that the keys' correlation names, merges followed; 0 none */
  GPtrArray *pages;      /* char *, TmNotified.told of each ticket of a customer that rules paged somebody for within
                            the last hour; NULL: not asked for */
  GPtrArray *others_pages; /* likewise of tickets that are no customer's */
  TmContactFacts *contact; /* NULL: the writer is not on file */
  TmAckFacts *ack;       /* NULL: keys->ack_to is NULL, or nothing was looked up */
  TmAckFacts *noticed;   /* of who asks for a ticket's status (keys->asks_status): what was sent to him lately that has
                            limits and is no acknowledgement; NULL: he does not, or nothing was looked up */
  bool is_feedback_told; /* of a mail to a feedback address: the owner of one of its tickets was told before that
                            somebody is not satisfied */
  bool own_id_known;    /* the mail's own Message-ID was seen before, on whatever ticket */
  gint64 failed_message; /* of a bounce: the message of its ticket that failed; 0: not known */
  GHashTable *addresses; /* address → TmAddressFacts: those that the bounce names; NULL: none looked up */

  /* for an agent's mail, NULL for others' and where there are none; more in TmTicketFacts */
  GPtrArray *hidden_ids; /* char *: those of the keys' message_ids that are of nothing that those who receive the
                            tickets got: of notes, of people who only write, of another customer's tickets */
  GPtrArray *subject_tickets; /* TmSubjectTicket */
  GHashTable *contacts;  /* address → customer id: those of the keys' outside whom somebody on file has, and somebody
                            gave to a customer */
} TmFacts;

TmFacts *facts_new (void);
void facts_free (TmFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmFacts, facts_free)

/* Notes that `number` was merged into `ticket`. */
void facts_add_merged (TmFacts *facts, gint64 number, gint64 ticket);

TmIdLink *id_link_new (const char *message_id, gint64 ticket, bool had);
void id_link_free (TmIdLink *link);
TmEarlier *earlier_new (gint64 ticket, gint64 message, const char *marks);
void earlier_free (TmEarlier *earlier);

/* The ticket that `number` names, merges followed, or NULL.  Borrowed. */
const TmTicketFacts *facts_ticket (const TmFacts *facts, gint64 number);

#endif
