/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/workaround.h"

#include "core/classify.h"

const char *
workaround_lowered (const TmSite *site, const TmServicePlan *plan, const char *priority)
{
  int rank = priority != NULL ? site_priority_rank (site, priority) : -1;
  if (rank < 0 || plan == NULL || plan->workaround_lower == 0)
    return priority;
  int lowest = (int) site->priorities->len - 1;
  int floor = plan->workaround_floor != NULL ? site_priority_rank (site, plan->workaround_floor) : lowest;
  const TmPriorityMove move = { (int) plan->workaround_lower, floor < 0 ? lowest : floor };
  const TmPriority *lowered = g_ptr_array_index (site->priorities, classify_moved_rank (&move, rank));
  return lowered->code;
}
