/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread of mail that goes out (In-Reply-To and References, RFC 5322 §3.6.4): ids of messages that none of its
 * readers ever got name nothing to them, and may tell a host, an address or that somebody else wrote.  Pure.
 */
#ifndef TM_CORE_THREAD_H
#define TM_CORE_THREAD_H

#include "core/plan.h"
#include "core/ticket.h"

/* Whether the Message-ID of a message of the ticket, which came from the normalised address `from`, may stand there:
 * that of our mail to the outside, and of mail from who receives the ticket. */
bool thread_shows_message (const TmTicketFacts *ticket, TmDirection direction, const char *from);

#endif
