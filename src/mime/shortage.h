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

void shortage_note (void);

/* False (TM_ERROR_TEMP): something was lacking in this thread since shortage_begin(). */
bool shortage_check (GError **error) TM_WARN_UNUSED;

#endif
