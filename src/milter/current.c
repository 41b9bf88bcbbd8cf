/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/current.h"

void
current_set (TmCurrent *current, TmPolicy *policy)
{
  pthread_mutex_lock (&current->mutex);
  TmPolicy *old = current->policy;
  current->policy = policy;
  pthread_mutex_unlock (&current->mutex);
  if (old != NULL)
    policy_unref (old);
}

TmPolicy *
current_ref (TmCurrent *current)
{
  pthread_mutex_lock (&current->mutex);
  TmPolicy *policy = policy_ref (current->policy);
  pthread_mutex_unlock (&current->mutex);
  return policy;
}
