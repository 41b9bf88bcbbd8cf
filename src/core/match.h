/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which ticket does a message belong to?  Stronger evidence first, and always
 * the sender's right to write or receive.  Pure.
 */
#ifndef TM_CORE_MATCH_H
#define TM_CORE_MATCH_H

#include "core/facts.h"
#include "core/inbound.h"

typedef enum
{
  TM_EVIDENCE_NONE,
  TM_EVIDENCE_TOKEN,
  TM_EVIDENCE_REFERENCES,
  TM_EVIDENCE_SUBJECT,
  TM_EVIDENCE_CORRELATION /* a rule gave it the key of an open ticket */
} TmEvidence;

typedef struct
{
  const TmTicketFacts *ticket; /* NULL: a new one; borrowed from the facts */
  TmEvidence evidence;
  bool is_verified;            /* the sender has a right to write, not only a token */
  GArray *related;             /* gint64: tickets that were named without sufficient right, or beside the chosen one */
  const char *reason;          /* static, one sentence */
} TmTicketMatch;

/* A ticket closed before `grace_from` (UTC seconds) is not taken for mail that `reopens`: that becomes a new
 * ticket, related to it.  So does a forward to a queue that the ticket is not in, unless a token names the ticket;
 * and mail that answers messages of two customers' tickets. */
void match_find (const TmInbound *inbound, const TmFacts *facts, gint64 grace_from, bool reopens,
                 TmTicketMatch *match_out);
void match_clear (TmTicketMatch *match);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TmTicketMatch, match_clear)

#endif
