/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks ⇄ rows.
 */
#ifndef TM_STORE_CLOCK_H
#define TM_STORE_CLOCK_H

#include "core/clock.h"
#include "store/db.h"

/* Fills ticket->clocks, in order of metric and cycle; NULL when there are none. */
bool clock_read (TmDb *db, TmTicketFacts *ticket, GError **error) TM_WARN_UNUSED;

/* Writes one of `ticket`, by what became of it. */
bool clock_write (TmDb *db, gint64 ticket, const TmClock *clock, GError **error) TM_WARN_UNUSED;

#endif
