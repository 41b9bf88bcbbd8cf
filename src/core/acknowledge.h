/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the sender of a new request told by the desk itself that it arrived, and at which address?  RFC 3834 §2, §4.  What
 * the mail says of itself is asked first; the limits at the end hold whatever it says.  A stranger whose ticket is held
 * is asked to confirm his address instead, by the same rules.  Pure.
 */
#ifndef TM_CORE_ACKNOWLEDGE_H
#define TM_CORE_ACKNOWLEDGE_H

#include "core/facts.h"
#include "core/inbound.h"
#include "core/notice.h"
#include "core/outgoing.h"
#include "core/release.h"

/* So long none is sent once `ack.minute` of them were made within a minute. */
enum { TM_ACK_PAUSE_S = 3600 };

typedef struct TmAcknowledgement
{
  char *to;          /* normalised, as the envelope has it; NULL: none is sent */
  const char *to_whom; /* "envelope sender", "From" or "requester"; NULL with `to`.  Static */
  char *owner;       /* address_owner() of that, what its limits count by; NULL with `to` */
  const char *why;   /* static, half a sentence: why none is sent; NULL with `to` */
  const char *mark;  /* what says so: "Precedence: bulk"; NULL: nothing in particular.  Static */
  bool tells_subject; /* he is authenticated, or a confirmed contact: else it says nothing that he wrote */
  bool asks;         /* its ticket is held: what goes out asks him to confirm his address, once while it is held */
  bool is_last;      /* it is the last one of TM_ACK_PAUSE_S, too many were made */
  char *later_to;    /* with `asks`: as `to`, of the acknowledgement once he is confirmed; NULL: the mail speaks against
                        one */
} TmAcknowledgement;

void acknowledgement_free (TmAcknowledgement *acknowledgement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmAcknowledgement, acknowledgement_free)

/* Whom an acknowledgement of `inbound` would go to: the envelope sender when it is From's after case, BATV and
 * sub-address are undone; From, when SRS wraps it, or DMARC, DKIM or a login vouches for it; for a form the requester,
 * when its rule lists the form's clients.  `word_out` (static) names which; NULL: nobody, then it says why.
 * Borrowed. */
const char *acknowledge_recipient (const TmInbound *inbound, const TmClassification *class, const char **word_out);

/* About a message that opens a ticket in the end, with `class`.  `facts->ack` NULL: none was ever sent.  `now` is UTC
 * seconds.  NULL: acknowledgements are turned off.  The caller frees. */
TmAcknowledgement *acknowledge_decide (const TmInbound *inbound, const TmClassification *class, const TmFacts *facts,
                                       gint64 now);

/* The same of a held ticket whose requester is confirmed now: what speaks against it by now, limits above all.  The
 * question about the message counts for the limits, and not as one with the same subject.  NULL: none is due. */
TmAcknowledgement *acknowledge_released (const TmRelease *release);

/* The detail of the event about it.  The caller frees. */
char *acknowledgement_detail (const TmAcknowledgement *ack);

/* What goes out, about `message` (as TmOutgoing has it); `ack` has an address.  The page of `text` is taken.  The
 * caller frees. */
TmOutgoing *acknowledgement_mail (const TmAcknowledgement *ack, TmNoticeText *text, gint64 message, gint64 not_before);

/* Why the desk tells the writer of a message, which opens a ticket, nothing of it by itself, whenever that is: by what
 * the mail says and where it came from.  Static; NULL: it may. */
const char *acknowledge_objects_for_good (const TmInbound *inbound, const TmClassification *class);

/* Why no notice (no acknowledgement) goes to the normalised `address`: whose it is, what the configuration says, and
 * what was sent there, `facts`, by the limits that acknowledgements have.  Static; NULL: it may. */
const char *acknowledge_objects_to_notice (const TmSite *site, const char *address, const TmAckFacts *facts,
                                           gint64 now);

/* Whether `why`, as a function above gave it, says no more than that it is too early. */
bool acknowledge_is_limit (const char *why);

/* Whether a message that came to a token of purpose c, made for its From address, says that this address is his who
 * writes there: a person wrote it, and the envelope or somebody who vouches for From says that it is him. */
bool acknowledge_is_confirmation (const TmInbound *inbound, const TmClassification *class);

#endif
