/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that nothing is sent to any more.
 */
#ifndef TM_STORE_SILENCE_H
#define TM_STORE_SILENCE_H

#include "store/db.h"
#include "store/record.h"

/* NULL in `silenced_out`: it is not silenced. */
bool silence_get (TmDb *db, const char *address, TmSilencedRecord **silenced_out, GError **error) TM_WARN_UNUSED;

/* Silences `address` from `now` on; whoever is silenced already stays so since then.  `ticket` and `message` are 0 when
 * a person decides.  The caller has a transaction open. */
bool silence_add (TmDb *db, const char *address, const char *why, gint64 ticket, gint64 message, gint64 now,
                  GError **error) TM_WARN_UNUSED;

/* Mail is sent to it again.  The caller has a transaction open. */
bool silence_remove (TmDb *db, const char *address, GError **error) TM_WARN_UNUSED;

/* Fills ticket->silenced with those of its requester and participants who are. */
bool silence_of_ticket (TmDb *db, TmTicketRecord *ticket, GError **error) TM_WARN_UNUSED;

#endif
