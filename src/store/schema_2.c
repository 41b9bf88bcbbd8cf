/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/schema.h"

#include <stddef.h>

/* What version 2 adds to version 1, a piece for each feature: run in this order behind version 1's text in a new
 * database, and by the migration in one that is there. */
const char *const schema_pieces_2[] = {
  /* Mail that a rule discarded, or that could be refused to nobody: accepted, shown to nobody, kept for a while.
   * Numbers ascend with time. */
  "CREATE TABLE quarantine ("
  " id INTEGER PRIMARY KEY,"
  " at INTEGER NOT NULL,"
  " rule TEXT NOT NULL," /* '' none */
  " reason TEXT NOT NULL,"
  " queue_id TEXT NOT NULL,"
  " sender TEXT NOT NULL,"
  " recipients TEXT NOT NULL," /* apart by line feeds */
  " from_address TEXT NOT NULL," /* '' none */
  " subject TEXT NOT NULL,"
  " size INTEGER NOT NULL,"
  " codec INTEGER,"            /* as of raw; NULL when raw mail was not kept */
  " data BLOB"
  ") STRICT;",

  /* Alerts: the last ticket of a key in a queue, open or not.  Looked up only for mail that a rule gave a key. */
  "CREATE TABLE correlation ("
  " queue TEXT NOT NULL,"
  " key TEXT NOT NULL,"
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " PRIMARY KEY (queue, key)"
  ") STRICT, WITHOUT ROWID;",

  /* What bounces said of our messages: those that did not arrive, and at whom. */
  "CREATE TABLE delivery ("
  " message INTEGER NOT NULL REFERENCES message (id)," /* that failed */
  " bounce INTEGER NOT NULL REFERENCES message (id),"  /* that says so */
  " position INTEGER NOT NULL,"
  " recipient TEXT NOT NULL,"
  " status TEXT NOT NULL," /* RFC 3463 */
  " action TEXT NOT NULL,"
  " is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),"
  " counts INTEGER NOT NULL CHECK (counts IN (0, 1))," /* towards silencing the recipient */
  " at INTEGER NOT NULL,"
  " diagnostic TEXT NOT NULL,"
  " PRIMARY KEY (message, bounce, position)"
  ") STRICT, WITHOUT ROWID;"
  "CREATE INDEX delivery_recipient ON delivery (recipient, at);"

  /* Addresses that nothing is sent to any more. */
  "CREATE TABLE silenced ("
  " address TEXT NOT NULL PRIMARY KEY,"
  " since INTEGER NOT NULL,"
  " why TEXT NOT NULL,"
  " ticket INTEGER REFERENCES ticket (id),"   /* of the bounce; NULL: a person's decision */
  " message INTEGER REFERENCES message (id)"  /* that failed; likewise */
  ") STRICT, WITHOUT ROWID;",

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

  /* A workaround is known: the priority without it. */
  "ALTER TABLE ticket ADD COLUMN workaround TEXT;",

  /* Clocks of a ticket stand together, and only its earliest due time has an index, together with the status: one of
   * its own would be a page more for every new ticket.  `metric` is TmMetric. */
  "CREATE TABLE clock ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " metric INTEGER NOT NULL,"
  " cycle INTEGER NOT NULL,"
  " target TEXT NOT NULL,"
  " calendar TEXT,"
  " priority TEXT,"
  " started_at INTEGER NOT NULL,"
  " base_at INTEGER,"  /* from when the target counts; NULL: from the start */
  " due_at INTEGER,"   /* NULL: never, or paused */
  " met_at INTEGER,"
  " ended_at INTEGER," /* without having been met */
  " is_breached INTEGER NOT NULL CHECK (is_breached IN (0, 1)),"
  " revision INTEGER NOT NULL,"
  " pauses TEXT," /* `FROM-TO FROM-`: UTC seconds; the last one without an end goes on */
  " PRIMARY KEY (ticket, metric, cycle)"
  ") STRICT, WITHOUT ROWID;"
  "ALTER TABLE ticket ADD COLUMN next_due INTEGER;" /* of the clocks that run */
  "DROP INDEX ticket_status;"
  "CREATE INDEX ticket_status_due ON ticket (status, next_due);",

  NULL,
};
