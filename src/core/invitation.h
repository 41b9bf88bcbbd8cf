/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a calendar part of a mail (RFC 5545, iTIP of RFC 5546) says, in a line for people.  Pure; linear time.
 */
#ifndef TM_CORE_INVITATION_H
#define TM_CORE_INVITATION_H

#include <glib.h>

/* "Invitation (REQUEST): Fire drill; 2026-12-01 10:00 to 11:00 Europe/Berlin; place: Room 7; from desk@example.com" of
 * the first event or task of `calendar` (valid UTF-8, LF or CRLF).  Times are as they are written, each with its zone.
 * `method`: what the part's own parameter says, NULL unknown; the calendar's METHOD goes before it.  NULL: there is
 * neither.  One clean line; the caller frees. */
char *invitation_describe (const char *calendar, const char *method);

#endif
