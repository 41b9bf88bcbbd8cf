/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/schema.h"

#include <stddef.h>

/* What version 2 adds to version 1, a piece for each feature: run in this order behind version 1's text in a new
 * database, and by the migration in one that is there. */
const char *const schema_pieces_2[] = {
  /* Mail that a rule discarded: accepted, shown to nobody, kept for a while.  Numbers ascend with time. */
  "CREATE TABLE quarantine ("
  " id INTEGER PRIMARY KEY,"
  " at INTEGER NOT NULL,"
  " rule TEXT NOT NULL,"
  " reason TEXT NOT NULL,"
  " queue_id TEXT NOT NULL,"
  " sender TEXT NOT NULL,"
  " recipients TEXT NOT NULL," /* apart by line feeds */
  " codec INTEGER,"            /* as of raw; NULL when raw mail was not kept */
  " data BLOB"
  ") STRICT;",

  NULL,
};
