/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parts that are no text and not merely files: who reads the ticket is told in a line what they are.
 */
#ifndef TM_MIME_KINDS_H
#define TM_MIME_KINDS_H

#include "core/mail.h"

#include <gmime/gmime.h>

/* Of an invitation (RFC 5545), a piece of a message (message/partial), one that is elsewhere (message/external-body) or
 * an encrypted multipart a line in `notes`, and its flag of TmMailFlag, else 0. */
unsigned kinds_describe (GMimeObject *part, GString *notes);

/* A line of a note: "[WHAT]". */
void kinds_add_note (GString *notes, const char *what);

/* The flags of what PGP's lines in `text` say (RFC 9580, 6 and 7).  Of what was signed it leaves the text: without the
 * lines around it, and without the dash that was put before its own, so that a signature's "-- " is one. */
unsigned kinds_read_inline (char *text);

#endif
