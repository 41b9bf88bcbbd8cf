/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The idempotency key of a message: the same for every retry
 * of it, whatever path it takes.  Pure.
 */
#ifndef TM_CORE_DEDUP_H
#define TM_CORE_DEDUP_H

#include "base/digest.h"
#include "core/envelope.h"
#include "core/mail.h"

/* DKIM's "relaxed" body canonicalisation (RFC 6376 §3.4.4) and SHA-256 over
 * it, fed in chunks cut anywhere; LF and CRLF line ends count the same. */
typedef struct
{
  TmDigest digest;
  gsize n_empty_lines; /* held back: only those before more text count */
  bool in_line;        /* the line has content already */
  bool held_space;     /* white space that counts only if more text follows on the line */
  bool held_cr;
  guint8 buffer[4096];
  gsize n_buffer;
} TmBodyDigest;

void body_digest_init (TmBodyDigest *body);
void body_digest_update (TmBodyDigest *body, const char *data, gsize len);
void body_digest_finish (TmBodyDigest *body, guint8 out[TM_DIGEST_LEN]);

/* The key is a SHA-256 whose first five bytes are replaced by the Date (UTC seconds) where that counts. */
typedef struct
{
  guint8 key[TM_DIGEST_LEN];
  bool is_weak; /* no Message-ID or no Date of the sender's own: holds for dedup_weak only */
} TmDedupKey;

/* A Message-Id that this host's MTA made for a client in local_header_rewrite_clients counts as
 * missing, and then the Date too; so does a missing one, then the envelope sender counts. */
void dedup_key (const TmSite *site, const TmMail *mail, const TmEnvelope *envelope,
                const guint8 body[TM_DIGEST_LEN], TmDedupKey *key_out);

/* What an agent's mail is about, beside its envelope and body; all borrowed. */
typedef struct
{
  const char *agent;            /* id */
  const GArray *token_tickets;  /* gint64 */
  gint64 tag_ticket;            /* 0 none */
  const GPtrArray *message_ids; /* char *, that it refers to */
} TmDedupAgent;

/* The key of a proven agent's mail, whose program may send it again as a new one: who, to whom, on which ticket and the
 * body; neither Message-ID nor Date.  Always weak. */
void dedup_agent_key (const TmSite *site, const TmDedupAgent *agent, const TmEnvelope *envelope,
                      const guint8 body[TM_DIGEST_LEN], TmDedupKey *key_out);

/* Whether `message_id` is of the form `<digits.{i}@{j}>` that Postfix's cleanup(8) makes. */
bool dedup_id_is_local (const char *message_id, const TmEnvelope *envelope);

#endif
