/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits carried out here, as an MTA would in flight: for mail that no MTA has at hand.  Pure.
 */
#ifndef TM_CORE_EDIT_APPLY_H
#define TM_CORE_EDIT_APPLY_H

#include "core/edit.h"

/* `raw` with `edits` (TmEdit) of its fields and body, CRLF; edits of the envelope do nothing here.  Indexes count as
 * fields.h counts them, in the message as it then is, so that deletions from the highest down mean what they do to an
 * MTA.  Added fields stand behind all others.  Lines in front of the first field that are none (an mbox's `From `) go.
 * The caller frees. */
GBytes *edits_apply (GBytes *raw, const GPtrArray *edits);

/* Appends the deletion of every field that tells how `raw` came here, or that somebody signed or judged it: it goes out
 * anew, as another message. */
void edits_drop_trace (GPtrArray *edits, GBytes *raw);

#endif
