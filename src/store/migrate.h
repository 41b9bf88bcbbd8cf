/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Versions of the schema: how a database comes to the one that this program speaks.
 */
#ifndef TM_STORE_MIGRATE_H
#define TM_STORE_MIGRATE_H

#include "store/db.h"

/* The SQL that makes everything in an empty database; to be run in one transaction.  The caller frees. */
char *migrate_create_sql (void);

/* Brings `db` from version `from` to SCHEMA_VERSION, step by step, each in a transaction of its own that sets
 * user_version too: killed at any instruction, the database has the version before a step or the one after it, whole.
 * A failure leaves it at the last whole step. */
bool migrate_run (TmDb *db, gint64 from, GError **error) TM_WARN_UNUSED;

#endif
