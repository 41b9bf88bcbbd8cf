/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/linger.h"

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
