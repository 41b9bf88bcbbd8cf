/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What in a message could name a ticket: the keys to look up before the decision.
 * Pure.
 */
#ifndef TM_CORE_KEYS_H
#define TM_CORE_KEYS_H

#include "core/dedup.h"
#include "core/failure.h"

/* What guards (core/guard.h) hold an agent's mail against. */
typedef struct
{
  GPtrArray *texts;        /* char *, borrowed from the mail: all that it says */
  char *login, *address;   /* his: of this session, NULL none; the From address, NULL when that is the desk's */
  GPtrArray *outside;      /* char *, normalised: recipients that are not ours, and whom the mail or a change lets into
                              the ticket; none twice */
  GArray *subject_tickets; /* gint64: those that the Subject names: by tags, and a typed one as in tag_ticket */
} TmAgentKeys;

typedef struct
{
  TmDedupKey dedup;
  GArray *token_tickets;  /* gint64, of valid tokens in recipients, purposes r n b f s, and c and k of the writer's */
  GPtrArray *message_ids; /* char *, strongest first: In-Reply-To, then References from the end; no id twice */
  gint64 tag_ticket;      /* of the subject tag, else a typed number in a mail without In-Reply-To; 0 none */
  char *own_id;           /* the mail's Message-ID, "" none */
  char *correlate_key, *correlate_queue; /* both or none: an alert's, by a rule (keys_set_correlation()) */
  char *sender;           /* the From address, "" none: may be on file; or see keys_set_sender() */

  char *ack_to, *ack_owner; /* both or none: who would be told that it arrived, and whose address that is; by
                               keys_set_acknowledged() */
  unsigned ack_most, ack_minute; /* so many acknowledgements are looked for, of his and of all; with ack_to */
  bool ack_asks;           /* strangers are asked to confirm their addresses; with ack_to */

  bool asks_pages;         /* a rule pages somebody: what was paged before is looked for */
  bool asks_status;        /* it came to a status address */
  bool is_feedback;        /* it came to a feedback address */
  unsigned notice_most;    /* so many notices are looked for; with asks_status */

  /* of a bounce at a bounce token of ours, keys_add_bounce() */
  GPtrArray *failures;    /* TmFailure; NULL: it is none */
  gint64 bounce_ticket;   /* that the token names */
  char *failed_id;        /* Message-ID of the mail that came back, "" unknown; NULL without `failures` */

  TmAgentKeys *agent;     /* of a proven agent's mail, keys_add_agent(); NULL: it is none, and costs no look-up more */
} TmKeys;

TmKeys *keys_new (void);
TmKeys *keys_gather (const TmSite *site, const TmMail *mail, const TmEnvelope *envelope,
                     const guint8 body[TM_DIGEST_LEN], unsigned max_ids);

/* The mail is `agent`'s, whose `keys` these are: the key of what came before is made anew (dedup_agent_key()). */
void keys_set_agent (TmKeys *keys, const TmSite *site, const TmAgent *agent, const TmEnvelope *envelope,
                     const guint8 body[TM_DIGEST_LEN]);

/* Adds what a bounce says of its recipients, when one of those that it came to is a valid bounce token. */
void keys_add_bounce (TmKeys *keys, const TmMail *mail, const TmEnvelope *envelope);

/* Adds what is looked up for the mail of a proven agent alone.  `texts` (char *, NULL: none) are those beside
 * mail->text; `shared` (char *, normalised; NULL: none) are those whom his commands let into the ticket. */
void keys_add_agent (TmKeys *keys, const TmSite *site, const TmAgent *agent, const TmMail *mail,
                     const TmEnvelope *envelope, const GPtrArray *texts, const GPtrArray *shared);

/* The same of what an agent or a user (NULL) does by hand: `text` (NULL: none), to `outside` (char *, normalised),
 * under the Subject of the ticket that it answers.  `text` is borrowed.  keys_set_sender() says whose address it is
 * from. */
void keys_add_text (TmKeys *keys, const TmSite *site, const TmAgent *agent, char *text, const char *subject,
                    const GPtrArray *outside);

/* Another address than From's may be on file: whom the mail is for.  Copies it. */
void keys_set_sender (TmKeys *keys, const char *address);
void keys_free (TmKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmKeys, keys_free)

/* Alert mail that a rule for new tickets gave a key, instead of the one before.  Copies both; NULL: it is none. */
void keys_set_correlation (TmKeys *keys, const char *key, const char *queue);

/* What is looked up before an acknowledgement to `address` (normalised; NULL: none could be sent), instead of what was
 * there before. */
void keys_set_acknowledged (TmKeys *keys, const TmSite *site, const char *address);

/* Whether anything in there could name a ticket. */
bool keys_name_ticket (const TmKeys *keys);

#endif
