/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A mail of the desk's own as a value: what mime/compose.h makes bytes of.  Which fields it has follows from its row in
 * the outbox, the ticket and the site (RFC 5322, RFC 3834).  Pure.
 */
#ifndef TM_CORE_LETTER_H
#define TM_CORE_LETTER_H

#include "core/edit.h"
#include "core/outgoing.h"
#include "core/site.h"
#include "core/ticket.h"

typedef struct
{
  char *from;            /* phrase and address, 7-bit */
  GPtrArray *to, *cc;    /* char *, addresses */
  char *reply_to;        /* address; NULL: no field */
  char *subject;         /* UTF-8, one line */
  gint64 date_at;        /* UTC seconds */
  char *message_id;      /* without angle brackets */
  char *in_reply_to;     /* likewise; NULL: no field */
  GPtrArray *references; /* char *, likewise, the oldest first */
  char *auto_submitted;  /* RFC 3834 §5; NULL: a person wrote it */
  char *loop;            /* X-Ticket-Loop; NULL: no field */
  GPtrArray *fields;     /* TmHeader: more, value only */
  char *text;            /* UTF-8, LF */
  char *html;            /* the same as a page, UTF-8, LF; NULL: none */
  GBytes *attached;      /* a whole message that comes with it; NULL: none */
  char *page;            /* a page that comes with it as a file, instead of a message, UTF-8; NULL: none */
} TmLetter;

TmLetter *letter_new (void);
void letter_free (TmLetter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmLetter, letter_free)

/* What the database has about a row. */
typedef struct
{
  TmTicketFacts *ticket;   /* the row's, merges followed, with its clocks; NULL: it has none */
  bool has_message;        /* the row names a message that is there: */
  char *message_id;        /* "" none */
  char *message_from;      /* normalised address, "" unknown */
  char *message_subject, *message_text;
  char *marks;             /* marks_format(); NULL: none */
  GBytes *raw;             /* as it came; NULL: not kept */
  GPtrArray *thread;       /* char *: Message-IDs of the ticket that thread_read() has, up to the message, the newest
                              first */
} TmLetterFacts;

TmLetterFacts *letter_facts_new (void);
void letter_facts_free (TmLetterFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmLetterFacts, letter_facts_free)

/* The queue in whose name the row goes out: the ticket's own, else the first.  NULL: there is none with an address. */
const TmQueue *letter_queue (const TmSite *site, const TmLetterFacts *facts);

/* The envelope sender: an address with a token, or "".  The caller frees. */
char *letter_sender (const TmSite *site, const TmOutboxRow *row, const TmLetterFacts *facts);

/* Why nobody is to get it any more, as a question whose ticket is held no more; NULL: it goes out.  Static. */
const char *letter_needless (const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts);

/* Everybody who has to get it and has not got it yet, with the queue's mailbox where it keeps copies of answers;
 * char *, the caller frees. */
GPtrArray *letter_recipients (const TmSite *site, const TmOutboxRow *row, TmOutgoingKind kind,
                              const TmLetterFacts *facts);

/* `now` (UTC seconds) is what due times are told by.  A queue must be there. */
TmLetter *letter_write (const TmSite *site, const TmOutboxRow *row, TmOutgoingKind kind, const TmLetterFacts *facts,
                        gint64 now);

#endif
