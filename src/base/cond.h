/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Condition variables whose waits end by the clock that never jumps.
 */
#ifndef TM_BASE_COND_H
#define TM_BASE_COND_H

#include <pthread.h>

/* For pthread_cond_timedwait() until a clock_timespec(). */
void cond_init (pthread_cond_t *cond);

#endif
