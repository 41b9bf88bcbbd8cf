/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mail of the desk's own: put into the outbox in the transaction of its cause, looked at by readers.  What is over is
 * deleted by store/housekeep.
 */
#ifndef TM_STORE_OUTBOX_H
#define TM_STORE_OUTBOX_H

#include "core/outgoing.h"
#include "store/db.h"
#include "store/store.h"

/* In the caller's transaction: a row that waits to be sent, about `ticket` (0: none).  `added` is the id that
 * TM_OUTGOING_ADDED stands for. */
bool outbox_add (TmDb *db, const TmOutgoing *outgoing, gint64 ticket, gint64 added, gint64 now,
                 GError **error) TM_WARN_UNUSED;

/* The acknowledgement of `message`, which opened `ticket`, or the question whether its sender's address is his, waits
 * until `until` (UTC seconds) at least, if it still waits. */
bool outbox_delay_ack (TmDb *db, gint64 ticket, gint64 message, gint64 until, GError **error) TM_WARN_UNUSED;

/* That of `ticket` is not sent, if it still waits; then there is an event by `actor` that says why. */
bool outbox_drop_ack (TmDb *db, gint64 ticket, const char *actor, const char *why, gint64 now,
                      GError **error) TM_WARN_UNUSED;

/* The newest first, `limit` of them, 0: all.  Those that are still to be sent; with `is_all` the others too. */
bool reader_list_outbox (TmReader *reader, bool is_all, unsigned limit, GPtrArray **list_out,
                         GError **error) TM_WARN_UNUSED;

/* Unknown number: TM_ERROR_NOT_FOUND. */
bool reader_get_outgoing (TmReader *reader, gint64 id, TmOutboxRow **row_out, GError **error) TM_WARN_UNUSED;

/* The row at hand, with its text where the statement has it; and the error for one that is not there. */
TmOutboxRow *outbox_row_read (sqlite3_stmt *rows);
void outbox_set_not_found (gint64 id, GError **error);

#endif
