/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parts that are no text and not merely files: who reads the ticket is told in a line what they are.
 */
#ifndef TM_MIME_KINDS_H
#define TM_MIME_KINDS_H

#include "core/mail.h"

#include <gmime/gmime.h>

#define TM_PGP_SIGNED "-----BEGIN PGP SIGNED MESSAGE-----"

/* Of an invitation (RFC 5545), a piece of a message (message/partial), one that is elsewhere (message/external-body) or
 * an encrypted multipart a line in `notes`, and its flag of TmMailFlag, else 0. */
unsigned kinds_describe (GMimeObject *part, GString *notes);

/* A line of a note: "[WHAT]". */
void kinds_add_note (GString *notes, const char *what);

/* Leaves of `text` what was signed inline (RFC 9580, 7): without the lines around it, and without the dash that was put
 * before its own, so that a signature's "-- " is one. */
void kinds_unwrap_signed (char *text);

#endif
