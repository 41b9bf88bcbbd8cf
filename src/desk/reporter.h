/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mails the reports that are due, by the tick thread: each once for a due time, whatever happens in between, and one
 * for all that were missed.
 */
#ifndef TM_DESK_REPORTER_H
#define TM_DESK_REPORTER_H

#include "conf/policy.h"
#include "store/store.h"

/* All that are due at `now` (UTC seconds); `next_out`: when there is one again, TM_NEVER.  The reader is the caller's
 * own.  False: the database does not answer. */
bool reporter_run (TmStore *store, TmReader *reader, const TmPolicy *policy, gint64 now, gint64 *next_out,
                   GError **error) TM_WARN_UNUSED;

#endif
