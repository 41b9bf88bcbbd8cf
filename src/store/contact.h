/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contacts, the people who write, as data: what may be done to them.  The caller has a write transaction open on
 * the writer's connection.  Addresses are normalised.
 */
#ifndef TM_STORE_CONTACT_H
#define TM_STORE_CONTACT_H

#include "store/db.h"
#include "store/record.h"

/* The one with that id, or NULL. */
bool contact_read (TmDb *db, gint64 id, TmContactRecord **contact_out, GError **error) TM_WARN_UNUSED;

/* The one who has `address`; a new one is made when nobody has it. */
bool contact_ensure (TmDb *db, const char *address, gint64 now, gint64 *id_out, GError **error) TM_WARN_UNUSED;

/* One address more.  No contact `id`: TM_ERROR_NOT_FOUND; it is another one's: TM_ERROR_DENIED, and his it stays.  One
 * that he has already is fine. */
bool contact_add_address (TmDb *db, gint64 id, const char *address, GError **error) TM_WARN_UNUSED;

/* `customer` is the id of one, NULL: his addresses decide again.  No contact `id`, here and below:
 * TM_ERROR_NOT_FOUND. */
bool contact_set_customer (TmDb *db, gint64 id, const char *customer, GError **error) TM_WARN_UNUSED;
bool contact_set_name (TmDb *db, gint64 id, const char *name, GError **error) TM_WARN_UNUSED;

/* Nothing is taken from him since `at`; TM_NEVER: no more so. */
bool contact_block (TmDb *db, gint64 id, gint64 at, GError **error) TM_WARN_UNUSED;

/* He is who he says he is: confirmed since `now`, if not before, and his held tickets are released, as release_held()
 * has it. */
bool contact_confirm (TmDb *db, gint64 id, const TmSite *site, const char *actor, gint64 now, GArray *released,
                      GError **error) TM_WARN_UNUSED;

#endif
