/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests about mail of the outbox: `outbox-retry` and `outbox-drop`, with its number as `mail`.
 */
#ifndef TM_DESK_CONTROL_OUTBOX_H
#define TM_DESK_CONTROL_OUTBOX_H

#include "desk/control.h"

bool control_is_outbox (const TmWire *request);

/* TM_ERROR_NOT_FOUND: no such number; TM_ERROR_DENIED: its state does not allow it. */
bool control_run_outbox (const TmControl *control, const TmWire *request, TmWire *answer,
                         GError **error) TM_WARN_UNUSED;

#endif
