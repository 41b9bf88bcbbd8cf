/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks that run out: who is to be told by now is told, in one transaction with the record that he was.
 */
#ifndef TM_STORE_NOTIFY_H
#define TM_STORE_NOTIFY_H

#include "store/recount.h"

/* Tickets of one transaction, which mail waits for. */
enum { NOTIFY_TICKETS = 256 };

/* What one transaction did. */
typedef struct
{
  guint n_tickets, n_told;  /* tickets that were looked at, notifications that went out */
  guint n_mails;            /* rows that the outbox got or that grew */
} TmNotifyResult;

/* Digests that grow from one transaction to the next, while there is more to tell. */
typedef struct TmNotifyRun TmNotifyRun;
TmNotifyRun *notify_run_new (void);
void notify_run_free (TmNotifyRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmNotifyRun, notify_run_free)

/* Up to NOTIFY_TICKETS of the tickets whose time has come at `at` (UTC seconds; 0: when the writer gets to it), those
 * that wait longest first; n_tickets less than that: there are no more.  Fails like store_run_task(). */
bool store_notify (TmStore *store, const TmPolicyHold *hold, TmNotifyRun *run, gint64 at, gint64 deadline_us,
                   TmNotifyResult *result_out, GError **error) TM_WARN_UNUSED;

/* When somebody is to be told next, which may be past; TM_NEVER: nobody is. */
bool reader_next_notification (TmReader *reader, gint64 *at_out, GError **error) TM_WARN_UNUSED;

#endif
