/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The straight line of an inbound message: envelope and bytes → Mail →
 * classification → keys → one durable transaction → plan.
 */
#ifndef TM_DESK_RECEIVE_H
#define TM_DESK_RECEIVE_H

#include "conf/policy.h"
#include "core/inbound.h"
#include "core/plan.h"
#include "store/store.h"

/* Steps 1 to 3: pure but for CPU.  Takes `envelope` over; `body_digest` is NULL: it is computed here from `raw`. */
TmInbound *receive_prepare (TmPolicy *policy, TmEnvelope *envelope, GBytes *raw, const guint8 *body_digest);

/* Steps 1 to 4: on success everything is committed.  Fails like store_submit(). */
bool receive_message (TmStore *store, TmPolicy *policy, TmEnvelope *envelope, GBytes *raw, const guint8 *body_digest,
                      gint64 deadline_us, TmInbound **inbound_out, TmPlan **plan_out, GError **error) TM_WARN_UNUSED;

/* What receive_message() would do now: writes nothing.  `reader` NULL: an empty database. */
bool receive_explain (TmReader *reader, TmPolicy *policy, TmEnvelope *envelope, GBytes *raw, gint64 now,
                      TmInbound **inbound_out, TmPlan **plan_out, GError **error) TM_WARN_UNUSED;

#endif
