/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests about mail in quarantine: `quarantine-release` takes one through the inbound line as if it came by
 * `receive`, and no rule refuses it; `quarantine-drop` deletes them.
 *
 * Request: `message`s, their numbers; release takes one.  Answer of a release: as of `receive`.
 */
#ifndef TM_DESK_CONTROL_QUARANTINE_H
#define TM_DESK_CONTROL_QUARANTINE_H

#include "desk/control.h"

bool control_is_quarantine (const TmWire *request);

/* A release that fails leaves the message where it is; one that was cut short may be done again, and then finds that
 * it came before.  TM_ERROR_NOT_FOUND: no such number; TM_ERROR_DENIED: it can still not be taken. */
bool control_run_quarantine (const TmControl *control, const TmWire *request, TmWire *answer,
                             GError **error) TM_WARN_UNUSED;

#endif
