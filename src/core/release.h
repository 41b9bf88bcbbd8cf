/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A held ticket of somebody who is confirmed now: it becomes a new one, its clocks begin and count from its arrival,
 * and he gets the acknowledgement that he would have had.  Pure.
 */
#ifndef TM_CORE_RELEASE_H
#define TM_CORE_RELEASE_H

#include "core/plan.h"

/* All borrowed for the call. */
typedef struct TmRelease
{
  const TmSite *site;
  const TmTicketFacts *ticket; /* held, with its clocks */
  const char *actor;           /* who releases it */
  const char *ack_to;          /* whom its acknowledgement goes to, as was decided when it came; NULL: none is due */
  const TmAckFacts *earlier;   /* what was sent to `ack_to` before; NULL with it */
  /* the message that opened it; with `ack_to` */
  gint64 message;
  const char *from, *subject;
  const char *text;            /* what he wrote himself */
  gsize len;                   /* of that, in bytes */
  gint64 now;                  /* UTC seconds */
} TmRelease;

/* The caller frees. */
TmPlan *plan_release (const TmRelease *release);

#endif
