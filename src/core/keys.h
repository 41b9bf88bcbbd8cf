/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What in a message could name a ticket: the keys to look up before the decision.
 * Pure.
 */
#ifndef TM_CORE_KEYS_H
#define TM_CORE_KEYS_H

#include "core/dedup.h"
#include "core/failure.h"

typedef struct
{
  TmDedupKey dedup;
  GArray *token_tickets;  /* gint64, of valid tokens in recipients, purposes r n b f s */
  GPtrArray *message_ids; /* char *, strongest first: In-Reply-To, then References from the end; no id twice */
  gint64 tag_ticket;      /* of the subject tag, else a typed number in a mail without In-Reply-To; 0 none */
  char *own_id;           /* the mail's Message-ID, "" none */
  char *correlate_key, *correlate_queue; /* both or none: an alert's, by a rule (keys_set_correlation()) */
  char *sender;           /* the From address, "" none: may be on file */

  /* of a bounce at a bounce token of ours, keys_add_bounce() */
  GPtrArray *failures;    /* TmFailure; NULL: it is none */
  gint64 bounce_ticket;   /* that the token names */
  char *failed_id;        /* Message-ID of the mail that came back, "" unknown; NULL without `failures` */
} TmKeys;

TmKeys *keys_new (void);
TmKeys *keys_gather (const TmSite *site, const TmMail *mail, const TmEnvelope *envelope,
                     const guint8 body[TM_DIGEST_LEN], unsigned max_ids);

/* The mail is `agent`'s, whose `keys` these are: the key of what came before is made anew (dedup_agent_key()). */
void keys_set_agent (TmKeys *keys, const TmSite *site, const TmAgent *agent, const TmEnvelope *envelope,
                     const guint8 body[TM_DIGEST_LEN]);

/* Adds what a bounce says of its recipients, when one of those that it came to is a valid bounce token. */
void keys_add_bounce (TmKeys *keys, const TmMail *mail, const TmEnvelope *envelope);
void keys_free (TmKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmKeys, keys_free)

/* Alert mail that a rule for new tickets gave a key, instead of the one before.  Copies both; NULL: it is none. */
void keys_set_correlation (TmKeys *keys, const char *key, const char *queue);

/* Whether anything in there could name a ticket. */
bool keys_name_ticket (const TmKeys *keys);

#endif
