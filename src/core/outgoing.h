/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The desk's own mail, as a decision has it: what goes to whom.  A row of the outbox comes of it, in the transaction of
 * its cause; another thread sends it.  Pure.
 */
#ifndef TM_CORE_OUTGOING_H
#define TM_CORE_OUTGOING_H

#include <glib.h>
#include <stdbool.h>

typedef enum
{
  TM_OUTGOING_HANDOVER,    /* to an agent or a queue: the ticket is theirs now; carries `message` as message/rfc822, or
                              its text where it is not kept as it came */
  TM_OUTGOING_RESULT,      /* to an agent: what his commands did */
  TM_OUTGOING_REPLY,       /* `message`, which an agent sent us, in the desk's name: its raw mail by its marks */
  TM_OUTGOING_AGENT_REPLY, /* an agent's answer that he gave to us as a text: `message` is its record */
  TM_OUTGOING_STATUS,      /* to somebody who receives the ticket and asks: its status, owner and due times */
  TM_OUTGOING_ACK,         /* to who opened the ticket with `message`: it arrived */
  TM_OUTGOING_PAGE,        /* to `receiver`: a web hook or a program, by core/page.h; or as a mail to a mailbox */
  TM_OUTGOING_ALERT,       /* to whom an escalation names: a clock runs out, or many do */
  TM_OUTGOING_CONFIRM,     /* to the stranger whose ticket is held, which `message` opened: is that his address? */
  TM_OUTGOING_RESOLVED,    /* to who receives the ticket: it is resolved */
  TM_OUTGOING_REMIND,      /* likewise: it waits for him */
  TM_OUTGOING_CLOSING,     /* likewise: it is about to be closed */
  TM_OUTGOING_N_KINDS
} TmOutgoingKind;

/* The numbers are stored: never renumber. */
typedef enum
{
  TM_OUTBOX_WAITING = 1,
  TM_OUTBOX_SENDING = 2,
  TM_OUTBOX_SENT = 3,
  TM_OUTBOX_FAILED = 4,
  TM_OUTBOX_UNKNOWN = 5, /* its final dot went out unanswered, and it may not be repeated */
  TM_OUTBOX_CANCELLED = 6
} TmOutboxState;

/* The message that the same plan adds, as `message`. */
enum { TM_OUTGOING_ADDED = -1 };

typedef struct
{
  TmOutgoingKind kind;
  gint64 message;        /* that it is about or carries: its id, TM_OUTGOING_ADDED; 0: none */
  char *actor;           /* whose doing it is: "agent:ID" … */
  GPtrArray *recipients; /* char *, normalised addresses: the first in To, the others in Cc */
  char sender_purpose;   /* of the token in the envelope sender; NUL: the null sender */
  char reply_purpose;    /* of the token in Reply-To, c for the ticket's requester; NUL: no Reply-To */
  char *subject;         /* with the ticket's tag */
  char *text;            /* UTF-8, LF */
  char *html;            /* the same as a page; NULL: none */
  char *rate_key;        /* whose limits it counts by, as of address_owner(); NULL: nobody's */
  char *receiver;        /* id of one of the site's, to whom it goes instead of to mail recipients; NULL: it is mail */
  char *page;            /* what core/page.h has to know of it; NULL: it is no page */
  bool may_repeat;       /* sent at least once; else at most once, and unknown when nobody knows */
  gint64 not_before;     /* UTC seconds; 0: at once */
} TmOutgoing;

/* With copies; without recipients and message, sender and Reply-To without a token. */
TmOutgoing *outgoing_new (TmOutgoingKind kind, const char *actor, const char *subject, const char *text);
void outgoing_free (TmOutgoing *outgoing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmOutgoing, outgoing_free)

/* Once each. */
void outgoing_add_recipient (TmOutgoing *outgoing, const char *address);

/* As the database has them, apart by line feeds.  The caller frees. */
char *outgoing_recipients (const TmOutgoing *outgoing);

/* A row of the outbox, as it was written down. */
typedef struct
{
  gint64 id;
  char *kind;              /* of core/outgoing.h, or of a later version */
  gint64 ticket, message;  /* 0: none */
  char *actor;
  GPtrArray *recipients;   /* char * */
  GPtrArray *settled;      /* char *: those that it need not go to any more, having it or refused for good */
  char *sender_purpose, *reply_purpose; /* "" none */
  char *subject;
  char *text;              /* NULL: not read */
  char *html;              /* NULL: not read, or there is none */
  char *receiver;          /* NULL: it is mail */
  char *page;              /* NULL: not read, or no page */
  bool may_repeat;
  TmOutboxState state;
  gint64 created_at, next_at;
  gint64 tries;
  char *error;             /* NULL: no try failed */
  gint64 ended_at;         /* TM_NEVER: it is still to be sent */
} TmOutboxRow;

void outbox_row_free (TmOutboxRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmOutboxRow, outbox_row_free)

/* The Message-ID of a mail that has none of its own, without angle brackets: the same whenever it is sent.  `domain` is
 * site->own_domain.  The caller frees. */
char *outgoing_message_id (gint64 id, gint64 created_at, const char *domain);

/* The kind of that name; false: none of this version. */
bool outgoing_kind_parse (const char *name, TmOutgoingKind *kind_out);

/* "handover" …; static. */
const char *outgoing_kind_name (TmOutgoingKind kind);

/* "waiting" …; NULL for a number that is none.  Static. */
const char *outbox_state_name (TmOutboxState state);

#endif
