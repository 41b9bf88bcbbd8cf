/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request of control.h that takes a person's data out.
 */
#ifndef TM_DESK_CONTROL_ERASE_H
#define TM_DESK_CONTROL_ERASE_H

#include "desk/control.h"

/* The normalised form of the address `typed`, the caller's; NULL: it is no address (TM_ERROR_USAGE), or the desk itself
 * needs it, as an agent's or a queue's (TM_ERROR_DENIED). */
char *control_erasable_address (const TmSite *site, const char *typed, GError **error);

/* Has it done, which may take long: the other clients of the control socket wait, mail does not. */
bool control_run_erase (const TmControl *control, const TmWire *request, const char *user, TmWire *answer,
                        GError **error) TM_WARN_UNUSED;

#endif
