/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A test page for a receiver, asked for by hand: in the daemon, with the rights that pages have there.  It takes as
 * long as the receiver's timeout at most; other requests wait meanwhile.
 *
 * Request: `do` (receiver-test), `receiver`, `event` (trigger, acknowledge, resolve; none: trigger).
 */
#ifndef TM_DESK_CONTROL_RECEIVER_H
#define TM_DESK_CONTROL_RECEIVER_H

#include "desk/control.h"

bool control_is_receiver (const TmWire *request);

/* The answer: `outcome` (done, later, failed), the receiver's `kind`, and `said`, how it ended.  False: it could not
 * even be tried. */
bool control_run_receiver (const TmControl *control, const TmWire *request, const char *user, TmWire *answer,
                           GError **error) TM_WARN_UNUSED;

/* The same without a daemon; `policy` has its keys, there may be no database. */
bool receiver_test (const TmPolicy *policy, const TmWire *request, const char *user, TmWire *answer,
                    GError **error) TM_WARN_UNUSED;

/* Of the policy in hand, or TM_ERROR_NOT_FOUND and which ones there are.  Borrowed. */
const TmReceiver *receiver_find (const TmSite *site, const char *name, GError **error);

#endif
