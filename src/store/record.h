/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tickets as they are shown: what `ticketctl list` and `show` print.
 */
#ifndef TM_STORE_RECORD_H
#define TM_STORE_RECORD_H

#include "core/classify.h"
#include "core/mail.h"
#include "core/plan.h"
#include "core/ticket.h"

typedef struct
{
  gint64 at;
  char *actor, *action;
  char *detail; /* flat JSON object */
} TmEventRecord;

typedef struct
{
  char *recipient;
  char *status, *action; /* RFC 3463 "5.1.1"; "failed" or "delayed" */
  bool is_final;
  gint64 at;
  char *diagnostic;      /* one clean line, "" none */
} TmFailureRecord;

/* An address that nothing is sent to any more. */
typedef struct
{
  char *address;  /* normalised */
  gint64 since;
  char *why;
  gint64 ticket, message; /* of the bounce, and the message that failed; 0: a person's decision */
} TmSilencedRecord;

typedef struct
{
  gint64 id;
  TmDirection direction;
  char *from;         /* normalised, "" unknown */
  char *message_id;   /* "" none */
  gint64 date_at;     /* TM_NEVER none */
  gint64 received_at;
  char *subject;
  char *text, *reply_text;
  bool is_auto, is_bounce, is_verified;
  unsigned flags;     /* TmMailFlag */
  GPtrArray *attachments; /* TmAttachment */
  GPtrArray *failures;    /* TmFailureRecord: whom it did not reach, as bounces say, in the order of their arrival */
} TmMessageRecord;

typedef struct
{
  TmTicketFacts *facts;  /* never NULL */
  char *subject;
  char *priority_by;     /* NULL unset */
  gint64 created_at, resolved_at, merged_into; /* TM_NEVER / 0 when unset; closed_at is in facts */
  GPtrArray *tags;       /* TmTag */
  GPtrArray *missing;    /* char * */
  TmFeedback feedback;   /* what somebody said of it last, and who, when, in which words (""); NONE: nobody said
                            anything, and the others are unset */
  char *feedback_by, *feedback_text;
  gint64 feedback_at;
  GArray *related;       /* gint64 */
  GPtrArray *messages;   /* TmMessageRecord; empty from reader_list() */
  GPtrArray *events;     /* TmEventRecord; likewise */
  GPtrArray *silenced;   /* TmSilencedRecord: of those who write and receive; likewise */
} TmTicketRecord;

void event_record_free (TmEventRecord *event);
void failure_record_free (TmFailureRecord *failure);
void silenced_record_free (TmSilencedRecord *silenced);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmSilencedRecord, silenced_record_free)
void message_record_free (TmMessageRecord *message);
TmTicketRecord *ticket_record_new (gint64 id);
void ticket_record_free (TmTicketRecord *ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmTicketRecord, ticket_record_free)

/* A person on file. */
typedef struct
{
  gint64 id;
  char *customer;         /* id, as set by hand; NULL: his addresses decide */
  char *name;             /* "" unknown */
  gint64 created_at;
  gint64 confirmed_at, blocked_at; /* TM_NEVER: not */
  GPtrArray *addresses;   /* char *, normalised, sorted */
} TmContactRecord;

void contact_record_free (TmContactRecord *contact);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmContactRecord, contact_record_free)

typedef struct
{
  const char *queue;     /* id or NULL: any */
  unsigned statuses;     /* bits 1 << TmStatus; 0: all but closed, merged, unsorted and spam */
  const char *requester; /* normalised address or NULL */
  unsigned limit;        /* 0: no limit; the newest first */
} TmTicketFilter;

struct TmReader;

bool reader_list (struct TmReader *reader, const TmTicketFilter *filter, GPtrArray **tickets_out,
                  GError **error) TM_WARN_UNUSED;

/* The normalised `address`, NULL in `silenced_out` when mail is sent to it. */
bool reader_get_silenced (struct TmReader *reader, const char *address, TmSilencedRecord **silenced_out,
                          GError **error) TM_WARN_UNUSED;

/* All that are silenced (TmSilencedRecord), in the order of their addresses. */
bool reader_list_silenced (struct TmReader *reader, GPtrArray **silenced_out, GError **error) TM_WARN_UNUSED;

/* With messages and events.  Unknown number: TM_ERROR_NOT_FOUND. */
bool reader_get (struct TmReader *reader, gint64 number, TmTicketRecord **ticket_out, GError **error) TM_WARN_UNUSED;

/* Everybody on file, or those whom somebody gave to `customer` (id; NULL: all), in the order in which they came:
 * TmContactRecord. */
bool reader_list_contacts (struct TmReader *reader, const char *customer, GPtrArray **contacts_out,
                           GError **error) TM_WARN_UNUSED;

/* The person with the normalised address; NULL in `contact_out`: nobody. */
bool reader_find_contact (struct TmReader *reader, const char *address, TmContactRecord **contact_out,
                          GError **error) TM_WARN_UNUSED;

#endif
