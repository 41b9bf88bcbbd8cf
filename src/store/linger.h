/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the writer waits a moment for a second message before it commits a single one: a commit costs the same for
 * both.  It learns from what the last waits brought, so that one lone sender does not pay for it.  Pure.
 */
#ifndef TM_STORE_LINGER_H
#define TM_STORE_LINGER_H

#include <stdbool.h>

enum
{
  TM_LINGER_US = 1000,
  TM_LINGER_WORTH_MAX = 4, /* so many waits in vain, and one, end it */
  TM_LINGER_PROBE = 64     /* single messages from one try to the next where it was in vain */
};

typedef struct
{
  int worth;
  unsigned n_passed;
} TmLinger;

/* Asked when a single message waits. */
bool linger_is_due (TmLinger *linger);

/* What the wait brought: whether another message came. */
void linger_learn (TmLinger *linger, bool brought_more);

#endif
