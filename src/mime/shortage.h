/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the system lacked something without which mail reads otherwise than it is: a file descriptor for a charset's
 * converter, a process to read odd mail in.  Such a reading is for no record: the next one may be another.
 */
#ifndef TM_MIME_SHORTAGE_H
#define TM_MIME_SHORTAGE_H

#include "base/error.h"

#include <stdbool.h>

/* Nothing was lacking so far in this thread. */
void shortage_begin (void);

/* How often shortage_begin() was called in this thread. */
unsigned shortage_round (void);

/* Whether that error (errno) of a system call passes when others let go of something; any other one lasts. */
bool shortage_is (int error_number);

void shortage_note (void);

/* False (TM_ERROR_TEMP): something was lacking in this thread since shortage_begin(). */
bool shortage_check (GError **error) TM_WARN_UNUSED;

#endif
