/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the desk does by itself once a ticket waits for its customer, or is resolved: reminders, the notices of the
 * resolution and of the closing, and both of these themselves (`after` of ticketmilter.yaml(5)).  When the next of it
 * is due stands with the ticket, and so does what was done already: nothing of it happens twice, whatever the clock
 * says, and what was overtaken is skipped.  Pure.
 */
#ifndef TM_CORE_AFTER_H
#define TM_CORE_AFTER_H

#include "core/clock.h"

typedef enum
{
  TM_AFTER_NOTHING,
  TM_AFTER_RESOLVED, /* the customer is told that it is resolved */
  TM_AFTER_REMIND,   /* he is reminded that it waits for him */
  TM_AFTER_RESOLVE,  /* it is resolved, because he does not answer */
  TM_AFTER_CLOSING,  /* he is told that it is about to be closed */
  TM_AFTER_CLOSE     /* it is closed */
} TmAfterAction;

/* Bits of TmAfterState.done of a resolved ticket; of one that waits it is the number of reminders that are over. */
enum
{
  TM_AFTER_IS_TOLD = 1 << 0, /* that it is resolved */
  TM_AFTER_BY_DESK = 1 << 1  /* the desk resolved it */
};

/* All borrowed for the call. */
typedef struct
{
  const TmSite *site;
  const TmCalendar *calendar; /* the ticket's; NULL: any hour, and what counts by business time never comes */
  TmStatus status;
  const TmAfterState *state;
  bool is_quiet;              /* nothing is to be told */
} TmAfterFacts;

/* Names that the site does not know (any more) are none. */
TmAfterFacts after_facts (const TmSite *site, const TmTicketFacts *ticket);

/* When something is due next, which may be past; TM_NEVER: nothing is. */
gint64 after_next (const TmAfterFacts *facts);

/* What is due now: the last of what is, the rest of it was overtaken. */
TmAfterAction after_due (const TmAfterFacts *facts, gint64 now);

/* The state once `action`, which tells something, is done; `at` of it is not set yet. */
TmAfterState after_done (const TmAfterFacts *facts, TmAfterAction action, gint64 now);

/* When the ticket, which waits, is resolved, or, resolved, is closed, as far as nobody writes: at the earliest when the
 * notice of it, which is given at `now`, is old enough.  TM_NEVER: by nobody but people. */
gint64 after_ends_at (const TmAfterFacts *facts, gint64 now);

/* What came of the ticket's status, or of an agent's message: true when its state is another one now. */
bool after_follow (const TmClockwork *work, TmAfterState *state_out);

/* The mail that the answer of an agent is has said already that the ticket is resolved: the state then. */
TmAfterState after_told (const TmSite *site, const TmTicketFacts *ticket);

/* "resolved", "remind", "closing": the template of what an action tells; NULL: it tells nothing.  Static. */
const char *after_template (TmAfterAction action);

void after_settings_clear (TmAfterSettings *settings);

#endif
