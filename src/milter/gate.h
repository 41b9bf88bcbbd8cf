/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts what is going on, to bound it and to wait for its end: SMTP sessions,
 * and messages between their end-of-message and the answer to it.
 */
#ifndef TM_MILTER_GATE_H
#define TM_MILTER_GATE_H

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>

typedef struct
{
  pthread_mutex_t mutex;
  pthread_cond_t changed; /* on CLOCK_MONOTONIC */
  unsigned n_sessions, n_messages;
  bool is_closed;
} TmGate;

void gate_init (TmGate *gate);

/* A place for one more session; false when `max` are taken. */
bool gate_take_session (TmGate *gate, unsigned max);
void gate_leave_session (TmGate *gate);

/* A message is at its end; false when the gate is closed, then it is none of ours any more. */
bool gate_enter_message (TmGate *gate);
void gate_leave_message (TmGate *gate);

/* Lets no message in any more and waits until those inside are answered; false when some are left after `wait_us`. */
bool gate_close (TmGate *gate, gint64 wait_us);

#endif
