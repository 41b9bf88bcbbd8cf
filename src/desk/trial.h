/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Odd messages are read in a process of their own first, by the program itself, with bounds on memory, processor time,
 * stack and descriptors and no privileges to gain: where the MIME library gives up, crashes or swells, that process
 * ends and nothing else.  Only whether it came through is known then, so nothing of what it made is trusted.
 */
#ifndef TM_DESK_TRIAL_H
#define TM_DESK_TRIAL_H

#include "mime/mime.h"

/* The only argument of the program as that process. */
#define TRIAL_ARGUMENT "--read-message"

/* Whether `raw` can be read; a TmMimeTrial.  Waits for no longer than some seconds, also for the others, of which only
 * some run at once: then, as without a process, it was not held.  All but what passed is logged. */
TmTrialResult trial_read (GBytes *raw, const TmLimits *limits);

/* The process's own side; gives its exit status. */
int trial_main (void);

#endif
