/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks of tickets that nothing else happens to, by another policy.
 */
#ifndef TM_STORE_RECOUNT_H
#define TM_STORE_RECOUNT_H

#include "store/db.h"
#include "store/store.h"

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
