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

  /* Who is who.  Ids of the configuration, NULL is none; `plan` is a set of promises, as customers have it. */
  "ALTER TABLE ticket ADD COLUMN customer TEXT;"
  "ALTER TABLE ticket ADD COLUMN plan TEXT;"
  "ALTER TABLE ticket ADD COLUMN answer_to TEXT;" /* where the requester wants answers */
  "ALTER TABLE participant ADD COLUMN answer_to TEXT;"

  /* People who write, however many addresses they have. */
  "CREATE TABLE contact ("
  " id INTEGER PRIMARY KEY,"
  " customer TEXT," /* NULL: his addresses decide */
  " name TEXT NOT NULL,"
  " created_at INTEGER NOT NULL,"
  " confirmed_at INTEGER,"
  " blocked_at INTEGER" /* nothing is taken from him since */
  ") STRICT;"
  "CREATE TABLE contact_address ("
  " address TEXT NOT NULL PRIMARY KEY,"
  " contact INTEGER NOT NULL REFERENCES contact (id)"
  ") STRICT, WITHOUT ROWID;"
  "CREATE INDEX contact_address_contact ON contact_address (contact);",

  NULL,
};
