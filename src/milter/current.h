/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy in force.  A message takes a reference when it begins and keeps
 * it to its end; a reload puts another one here meanwhile.
 */
#ifndef TM_MILTER_CURRENT_H
#define TM_MILTER_CURRENT_H

#include "conf/policy.h"

#include <pthread.h>

typedef struct
{
  pthread_mutex_t mutex;
  TmPolicy *policy; /* owned, never NULL once set */
} TmCurrent;

#define TM_CURRENT_INIT { .mutex = PTHREAD_MUTEX_INITIALIZER }

/* Puts `policy` (handed over) in force. */
void current_set (TmCurrent *current, TmPolicy *policy);

/* A reference of the caller's own. */
TmPolicy *current_ref (TmCurrent *current);

#endif
