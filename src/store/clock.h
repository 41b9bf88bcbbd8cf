/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks ⇄ rows.
 */
#ifndef TM_STORE_CLOCK_H
#define TM_STORE_CLOCK_H

#include "core/clock.h"
#include "store/db.h"

/* What a row's key has room for: a clock of a ticket or cycle beyond is refused. */
#define CLOCK_MAX_TICKET ((G_GINT64_CONSTANT (1) << 35) - 1)
enum { CLOCK_MAX_CYCLE = 16777215 };

/* Fills ticket->clocks, in order of metric and cycle; NULL when there are none. */
bool clock_read (TmDb *db, TmTicketFacts *ticket, GError **error) TM_WARN_UNUSED;

/* Writes some of `ticket`, each by what became of it; new ones in a row by one statement.  TM_ERROR_MESSAGE: one
 * of them is beyond what the table has room for. */
bool clock_write (TmDb *db, gint64 ticket, TmClock *const *clocks, guint n_clocks, GError **error) TM_WARN_UNUSED;

#endif
