/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/thread.h"

bool
thread_shows_message (const TmTicketFacts *ticket, TmDirection direction, const char *from)
{
  switch (direction)
    {
    case TM_DIRECTION_IN:
      return ticket_may_receive (ticket, from);
    case TM_DIRECTION_OUT:
      return true;
    case TM_DIRECTION_NOTE:
      return false;
    }
  return false;
}
