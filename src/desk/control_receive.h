/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message that came by the control socket, or by `ticketctl` itself: request → envelope → the inbound line → answer.
 *
 * Request: `sender`, `rcpt`s, `login`, `client`, `at` (UTC seconds, not after now), and `bytes`, the size of the
 * message, which follows behind the request.  Answer: `action`, `evidence`, `reason`, and where there is one `ticket`,
 * `queue`, `status`, `type`, `priority`, `requester`; of a refusal `code`, `enhanced` and `text`;
 * `discarded` when it is in quarantine only.
 */
#ifndef TM_DESK_CONTROL_RECEIVE_H
#define TM_DESK_CONTROL_RECEIVE_H

#include "desk/control.h"

/* On success everything is committed; what would be edited stays undone.  A refusal is TM_ERROR_DENIED, with the answer
 * filled in all the same. */
bool control_receive (const TmControl *control, const TmWire *request, GBytes *message, TmWire *answer,
                      GError **error) TM_WARN_UNUSED;

/* The same from the envelope on, which it takes over.  `plan_out` is there after a refusal, too. */
bool control_take_message (const TmControl *control, TmPolicy *policy, TmEnvelope *envelope, GBytes *message,
                           gint64 deadline_us, TmWire *answer, TmPlan **plan_out, GError **error) TM_WARN_UNUSED;

#endif
