/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports that are mailed by themselves: for which due time each was made last.
 */
#ifndef TM_STORE_REPORT_H
#define TM_STORE_REPORT_H

#include "store/store.h"

/* TM_NEVER: for none. */
bool reader_report_made (TmReader *reader, const char *name, gint64 *made_at_out, GError **error) TM_WARN_UNUSED;

/* The report `name` is made for `due_at`, and `outgoing` (NULL: nothing goes out) is in the outbox, both or none; only
 * when it was made for `made_at` last, else nothing is done.  Takes `outgoing`.  Fails like store_change(). */
bool store_make_report (TmStore *store, const char *name, gint64 made_at, gint64 due_at, TmOutgoing *outgoing,
                        gint64 deadline_us, GError **error) TM_WARN_UNUSED;

#endif
