/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/gate.h"

#include "base/clock.h"

#include <errno.h>

void
gate_init (TmGate *gate)
{
  *gate = (TmGate){ .mutex = PTHREAD_MUTEX_INITIALIZER };
  pthread_condattr_t attributes;
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&gate->changed, &attributes);
  pthread_condattr_destroy (&attributes);
}

bool
gate_take_session (TmGate *gate, unsigned max)
{
  pthread_mutex_lock (&gate->mutex);
  bool has_room = gate->n_sessions < max;
  if (has_room)
    gate->n_sessions++;
  pthread_mutex_unlock (&gate->mutex);
  return has_room;
}

void
gate_leave_session (TmGate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  gate->n_sessions--;
  pthread_mutex_unlock (&gate->mutex);
}

bool
gate_enter_message (TmGate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  bool is_open = !gate->is_closed;
  if (is_open)
    gate->n_messages++;
  pthread_mutex_unlock (&gate->mutex);
  return is_open;
}

void
gate_leave_message (TmGate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  if (--gate->n_messages == 0)
    pthread_cond_broadcast (&gate->changed);
  pthread_mutex_unlock (&gate->mutex);
}

bool
gate_close (TmGate *gate, gint64 wait_us)
{
  gint64 until_us = clock_monotonic_us () + wait_us;
  const struct timespec until = { .tv_sec = until_us / G_USEC_PER_SEC, .tv_nsec = until_us % G_USEC_PER_SEC * 1000 };
  pthread_mutex_lock (&gate->mutex);
  gate->is_closed = true;
  int rc = 0;
  while (gate->n_messages > 0 && rc != ETIMEDOUT)
    rc = pthread_cond_timedwait (&gate->changed, &gate->mutex, &until);
  bool is_empty = gate->n_messages == 0;
  pthread_mutex_unlock (&gate->mutex);
  return is_empty;
}
