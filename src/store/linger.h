/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether, and how long, the writer waits for a second message before it commits a single one: a commit costs the same
 * for both.  It learns from what the last waits brought, so that one lone sender does not pay for it, and from how
 * close together messages come.  Pure.
 */
#ifndef TM_STORE_LINGER_H
#define TM_STORE_LINGER_H

#include <glib.h>
#include <stdbool.h>

enum
{
  TM_LINGER_MIN_US = 1000,
  TM_LINGER_MAX_US = 4000,
  TM_LINGER_WORTH_MAX = 4, /* so many waits in vain, and one, end it */
  TM_LINGER_PROBE = 64     /* single messages from one try to the next where it was in vain */
};

typedef struct
{
  int worth;
  unsigned n_passed;
  gint64 last_us; /* when the last message came, by the monotonic clock */
  gint64 gap_us;  /* from one message to the next, on the average of late */
} TmLinger;

/* Asked when a single message waits. */
bool linger_is_due (TmLinger *linger);

/* A message that came at `at_us`, not before the one told last. */
void linger_note (TmLinger *linger, gint64 at_us);

/* Microseconds: as long as it takes for another message or two. */
gint64 linger_wait_us (const TmLinger *linger);

/* What the wait brought: whether another message came. */
void linger_learn (TmLinger *linger, bool brought_more);

#endif
