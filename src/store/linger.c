/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/linger.h"

enum { GAP_MAX_US = 4 * TM_LINGER_MAX_US }; /* a pause says nothing about what comes after it */

bool
linger_is_due (TmLinger *linger)
{
  if (linger->worth >= 0)
    return true;
  linger->n_passed = (linger->n_passed + 1) % TM_LINGER_PROBE;
  return linger->n_passed == 0;
}

void
linger_learn (TmLinger *linger, bool brought_more)
{
  if (brought_more && linger->worth < TM_LINGER_WORTH_MAX)
    linger->worth++;
  else if (!brought_more && linger->worth >= 0)
    linger->worth--;
}

void
linger_note (TmLinger *linger, gint64 at_us)
{
  gint64 gap_us = MIN (at_us - linger->last_us, GAP_MAX_US);
  linger->last_us = at_us;
  linger->gap_us += (gap_us - linger->gap_us) / 8;
}

gint64
linger_wait_us (const TmLinger *linger)
{
  return CLAMP (linger->gap_us * 3 / 2, TM_LINGER_MIN_US, TM_LINGER_MAX_US);
}
