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

/* The same of the page `id`, NULL when it does not wait any more, and without a Message-ID. */
bool store_take_page (TmStore *store, gint64 id, gint64 deadline_us, TmOutboxRow **row_out,
                      GError **error) TM_WARN_UNUSED;

/* At the start: what was being sent when the last daemon ended becomes what sending_interrupted() says; pages, or all
 * but them. */
bool store_resume_outbox (TmStore *store, bool of_pages, gint64 deadline_us, GError **error) TM_WARN_UNUSED;

/* By hand: tried again now, whatever became of it but `sent`, or (`drops`) not at all.  TM_ERROR_NOT_FOUND;
 * TM_ERROR_DENIED: its state does not allow it. */
bool store_set_outgoing (TmStore *store, gint64 id, bool drops, gint64 deadline_us, GError **error) TM_WARN_UNUSED;

/* When the next mail is due (UTC seconds), TM_NEVER: none waits. */
bool reader_next_outgoing (TmReader *reader, gint64 *next_at_out, GError **error) TM_WARN_UNUSED;

/* The page that a receiver is to get next. */
typedef struct
{
  char *receiver;
  gint64 id, next_at;
} TmNextPage;

void next_page_free (TmNextPage *next);

/* For each receiver that pages wait for (TmNextPage): those of a ticket go in their order, the older one first. */
bool reader_list_next_pages (TmReader *reader, GPtrArray **list_out, GError **error) TM_WARN_UNUSED;

/* How many rows wait or are being sent; how many are of the latter, pages or all but them. */
bool reader_count_outbox (TmReader *reader, gint64 *n_out, GError **error) TM_WARN_UNUSED;
bool reader_count_sending (TmReader *reader, bool of_pages, gint64 *n_out, GError **error) TM_WARN_UNUSED;

/* What `row` is made of. */
bool reader_get_letter_facts (TmReader *reader, const TmOutboxRow *row, TmLetterFacts **facts_out,
                              GError **error) TM_WARN_UNUSED;

#endif
