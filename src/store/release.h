/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a confirmed person has in the held tickets, a few at a time: he may have sent as much as he liked, and mail
 * waits for each transaction.
 */
#ifndef TM_STORE_RELEASE_H
#define TM_STORE_RELEASE_H

#include "store/db.h"
#include "store/recount.h"
#include "store/store.h"

/* So many a transaction. */
enum { RELEASE_TICKETS = 64 };

/* In the caller's transaction: of the held tickets of contact `id` so many become new ones, each with an event of
 * `actor` and its acknowledgement (core/release.h); their numbers are appended to `released` (gint64).  Are more left
 * the contact says so, and on_notify is told. */
bool release_held (TmDb *db, gint64 id, const TmSite *site, const char *actor, gint64 now, GArray *released,
                   GError **error) TM_WARN_UNUSED;

/* How many held tickets contact `id` has. */
bool release_count_held (TmDb *db, gint64 id, gint64 *n_out, GError **error) TM_WARN_UNUSED;

/* One transaction of what was left by whomsoever; `n_out`: so many tickets.  Fails like store_change(). */
bool store_release (TmStore *store, const TmPolicyHold *hold, gint64 deadline_us, guint *n_out,
                    GError **error) TM_WARN_UNUSED;

/* Whether there is something left. */
bool reader_has_releases (TmReader *reader, bool *has_out, GError **error) TM_WARN_UNUSED;

#endif
