/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a message a forwarded one?  Pure; linear time.
 */
#ifndef TM_CORE_FORWARD_H
#define TM_CORE_FORWARD_H

#include "core/mail.h"

/* Whether the subject begins with a forward prefix (Fwd: WG: TR: …, behind any `[tag]`), a message is attached (and
 * the mail is no report), or the text holds the line that mail programs put above what they forward, in the shipped
 * languages. */
bool mail_is_forward (const TmMail *mail);

#endif
