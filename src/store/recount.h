/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks of tickets that nothing else happens to: by another policy, or because their requester is known now.
 */
#ifndef TM_STORE_RECOUNT_H
#define TM_STORE_RECOUNT_H

#include "store/db.h"
#include "store/store.h"

/* In the caller's transaction: what runs goes by `site` from now on, and the ticket, which has another status yet, is
 * about to have `status`; 0: it keeps its own. */
bool recount_ticket (TmDb *db, gint64 ticket, const TmSite *site, TmStatus status, gint64 now,
                     GError **error) TM_WARN_UNUSED;

/* A policy that tasks of the writer thread hold on to. */
typedef struct
{
  const TmSite *site;
  gpointer policy;
  gpointer (*ref) (gpointer policy);
  GDestroyNotify unref;
} TmPolicyHold;

/* Every clock that has a due time by another policy, some tickets a transaction; the rest follows when something
 * happens to its ticket.  `n_out`: how many tickets that were. */
bool store_recount (TmStore *store, const TmPolicyHold *hold, guint *n_out, GError **error) TM_WARN_UNUSED;

#endif
