/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The envelope (RFC 5321) and what the MTA said of the session, resolved
 * against the site.
 */
#ifndef TM_CORE_ENVELOPE_H
#define TM_CORE_ENVELOPE_H

#include "core/site.h"
#include "core/token.h"

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  char *typed;          /* as the client sent it, without angle brackets */
  char *address;        /* normalised; NULL when it is no address */
  const TmQueue *queue; /* borrowed from the site; NULL: no queue of ours */
  bool is_ours;         /* a queue's or an agent's address */
  bool has_token;       /* its extension is a token whose signature holds */
  bool has_bad_token;   /* its extension has the form of a token, but no key of ours made it */
  char bad_purpose;     /* with has_bad_token: token_purpose() */
  TmToken token;        /* with has_token */
} TmRecipient;

typedef struct
{
  char *sender;          /* normalised; "" is the null sender (or one that is no address) */
  GPtrArray *recipients; /* TmRecipient, in the order of RCPT */
  char *client_address;  /* IP address as text; NULL: no SMTP client (sendmail(1), the MTA's own mail) */
  char *login;           /* {auth_authen}; NULL: not logged in */
  char *cert_subject, *cert_issuer; /* of a client certificate that the MTA has verified; NULL: none */
  char *queue_id;        /* {i}; "NOQUEUE" until known */
  char *mta_host;        /* {j}, "" unknown */
  gint64 received_at;    /* UTC seconds: when it came; 0: now */
  bool tokens_barred;    /* its client sent too many bad ones: none of them is looked at */
  bool is_fed;           /* `ticketctl receive`: nothing behind us passes it on */
  bool is_released;      /* fed, and somebody wants it taken whatever refuses it */
} TmEnvelope;

TmEnvelope *envelope_new (void);
void envelope_free (TmEnvelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmEnvelope, envelope_free)

/* `typed` with or without angle brackets. */
void envelope_set_sender (TmEnvelope *envelope, const char *typed);

/* The queue ID, or NULL while the MTA did not tell it: a guessed one proves nothing. */
const char *envelope_queue_id (const TmEnvelope *envelope);

/* Adds a recipient as RCPT TO named it, resolved against `site`: queue with and without
 * extension, token verified, agent.  The site must outlive the envelope. */
void envelope_add_recipient (TmEnvelope *envelope, const TmSite *site, const char *typed);

/* Tokens of purposes that are bound to a person (c, k) hold from now on where they were made for `person`, a normalised
 * address; k also where it was made for another address of the agent who has that one. */
void envelope_verify_person (TmEnvelope *envelope, const TmSite *site, const char *person);

/* No token among the recipients holds, now or later: a stranger's mail, whatever it names. */
void envelope_bar_tokens (TmEnvelope *envelope);

/* The proven agent of this session, or NULL: by the login, else by the certificate. */
const TmAgent *envelope_agent (const TmEnvelope *envelope, const TmSite *site);

/* Whether any recipient is a queue's address. */
bool envelope_has_queue (const TmEnvelope *envelope);

/* Whether a recipient is a valid token of that purpose. */
bool envelope_has_token (const TmEnvelope *envelope, char purpose);

/* Whether a recipient looks like such a token, and does not hold (for this person). */
bool envelope_has_bad_token (const TmEnvelope *envelope, char purpose);

/* Whether a recipient is neither a queue's nor an agent's address. */
bool envelope_is_mixed (const TmEnvelope *envelope);

#endif
