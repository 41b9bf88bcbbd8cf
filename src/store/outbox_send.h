/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The outbox for who sends it: rows are taken and ended by the writer thread, each on stable storage before anybody
 * acts on it; what a mail is made of is read beside it.
 */
#ifndef TM_STORE_OUTBOX_SEND_H
#define TM_STORE_OUTBOX_SEND_H

#include "core/letter.h"
#include "core/sending.h"
#include "store/outbox.h"

/* The row that is due for longest, now `sending` and with a try counted, on stable storage; NULL in `row_out`: none
 * is due.  Its Message-ID (under `domain`) is the ticket's from now on, and that of the answer which it carries.
 * Fails like store_change(). */
bool store_take_outgoing (TmStore *store, const char *domain, gint64 deadline_us, TmOutboxRow **row_out,
                          GError **error) TM_WARN_UNUSED;

/* Row `id` becomes what `sending` says, with an event of its ticket where somebody has to know. */
bool store_end_outgoing (TmStore *store, gint64 id, const TmSending *sending, gint64 deadline_us,
                         GError **error) TM_WARN_UNUSED;

/* At the start: what was being sent when the last daemon ended becomes what sending_interrupted() says. */
bool store_resume_outbox (TmStore *store, gint64 deadline_us, GError **error) TM_WARN_UNUSED;

/* By hand: tried again now, whatever became of it but `sent`, or (`drops`) not at all.  TM_ERROR_NOT_FOUND;
 * TM_ERROR_DENIED: its state does not allow it. */
bool store_set_outgoing (TmStore *store, gint64 id, bool drops, gint64 deadline_us, GError **error) TM_WARN_UNUSED;

/* When the next row is due (UTC seconds), TM_NEVER: none waits. */
bool reader_next_outgoing (TmReader *reader, gint64 *next_at_out, GError **error) TM_WARN_UNUSED;

/* How many rows wait or are being sent; how many are of the latter. */
bool reader_count_outbox (TmReader *reader, gint64 *n_out, GError **error) TM_WARN_UNUSED;
bool reader_count_sending (TmReader *reader, gint64 *n_out, GError **error) TM_WARN_UNUSED;

/* What `row` is made of. */
bool reader_get_letter_facts (TmReader *reader, const TmOutboxRow *row, TmLetterFacts **facts_out,
                              GError **error) TM_WARN_UNUSED;

#endif
