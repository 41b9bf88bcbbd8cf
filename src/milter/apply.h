/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plan's edits and verdict, said to the MTA.
 */
#ifndef TM_MILTER_APPLY_H
#define TM_MILTER_APPLY_H

#include "core/edit.h"

#include <libmilter/mfapi.h>
#include <stdbool.h>

/* Whether `edit` can be written without becoming something else: a header name of
 * RFC 5322 characters; a value without control characters but TAB, and line feeds only as folds, before white space and
 * with something on every line; an address without white space and controls; a body that is there, whatever stands in
 * it: it is no command to the MTA. */
bool edit_is_clean (const TmEdit *edit);

/* Carries out `edits` in order, a body in one run of packets.  False when one is not clean or the MTA is gone: the
 * message must not be accepted then.  `leading_space`: values are written with their space (SMFIP_HDR_LEADSPC). */
bool apply_edits (SMFICTX *ctx, const char *queue_id, const GPtrArray *edits, bool leading_space);

/* Sets the reply and gives what the callback returns for it: by the first digit of `code`. */
sfsistat apply_reply (SMFICTX *ctx, const char *code, const char *enhanced, const char *text);

#endif
