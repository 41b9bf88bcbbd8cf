/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tickets that wait for their customers, or are resolved: what is due by core/after.h is done, in one transaction with
 * the record that it was.
 */
#ifndef TM_STORE_AFTER_H
#define TM_STORE_AFTER_H

#include "store/recount.h"

/* Tickets of one transaction, which mail waits for. */
enum { AFTER_TICKETS = 64 };

/* What one transaction did. */
typedef struct
{
  guint n_tickets;  /* that were looked at */
  guint n_mails;    /* rows that the outbox got */
  guint n_changed;  /* tickets that were resolved or closed */
} TmAfterResult;

/* Up to AFTER_TICKETS of the tickets whose time has come at `at` (UTC seconds; 0: when the writer gets to it), those
 * that wait longest first; n_tickets less than that: there are no more.  Fails like store_run_task(). */
bool store_after (TmStore *store, const TmPolicyHold *hold, gint64 at, gint64 deadline_us, TmAfterResult *result_out,
                  GError **error) TM_WARN_UNUSED;

/* When the next one is due, which may be past; TM_NEVER: none is. */
bool reader_next_after (TmReader *reader, gint64 *at_out, GError **error) TM_WARN_UNUSED;

#endif
