/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The requests of control.h that are about people on file.
 */
#ifndef TM_DESK_CONTROL_CONTACT_H
#define TM_DESK_CONTROL_CONTACT_H

#include "desk/control.h"

/* Whether the request is one of those. */
bool control_is_contact (const TmWire *request);

/* Has it done, and adds what came of it to `answer`. */
bool control_run_contact (const TmControl *control, const TmWire *request, const char *user, TmWire *answer,
                          GError **error) TM_WARN_UNUSED;

#endif
