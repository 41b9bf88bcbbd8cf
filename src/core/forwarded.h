/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The original of a forwarded mail, read off the block that mail programs put above it, in their languages:
 *
 *     ---------- Forwarded message ---------
 *     From: Joe <joe@example.net>
 *     Date: Fri, 20 Nov 2026 at 16:00
 *     Subject: …
 *
 * Pure.
 */
#ifndef TM_CORE_FORWARDED_H
#define TM_CORE_FORWARDED_H

#include "core/mail.h"

/* Reads the first such block of `text` (UTF-8, LF), also a quoted one.  NULL when there is none with a usable sender.
 * Of its date only what can be read whatever the language is, with a zone; else it stays TM_NEVER.  The caller
 * frees. */
TmForwarded *forwarded_read (const char *text);

#endif
