/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/schema.h"

/* Statuses, directions and flags are the numbers of core/; instants are UTC seconds, NULL is none.
 * Ticket numbers are never used twice, they stand in subjects of old mail: rows of ticket are never deleted. */
const char schema_create_sql[] =
  "CREATE TABLE ticket ("
  " id INTEGER PRIMARY KEY,"
  " status INTEGER NOT NULL,"
  " subject TEXT NOT NULL,"
  " requester TEXT NOT NULL,"
  " type TEXT,"
  " priority TEXT,"
  " priority_by TEXT,"
  " assignee TEXT,"
  " merged_into INTEGER REFERENCES ticket (id),"
  " created_at INTEGER NOT NULL,"
  " resolved_at INTEGER,"
  " closed_at INTEGER"
  ") STRICT;"
  "CREATE INDEX ticket_status ON ticket (status);"

  "CREATE TABLE ticket_queue ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " queue TEXT NOT NULL,"
  " position INTEGER NOT NULL," /* 0: the ticket's own */
  " PRIMARY KEY (ticket, queue)"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE ticket_tag ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " key TEXT NOT NULL,"
  " value TEXT NOT NULL,"
  " PRIMARY KEY (ticket, key, value)"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE ticket_missing ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " position INTEGER NOT NULL,"
  " name TEXT NOT NULL,"
  " PRIMARY KEY (ticket, position)"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE participant ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " address TEXT NOT NULL,"
  " put_in_by TEXT NOT NULL,"
  " receives INTEGER NOT NULL CHECK (receives IN (0, 1)),"
  " PRIMARY KEY (ticket, address)"
  ") STRICT, WITHOUT ROWID;"

  /* Both directions are rows. */
  "CREATE TABLE relation ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " other INTEGER NOT NULL REFERENCES ticket (id),"
  " PRIMARY KEY (ticket, other),"
  " CHECK (ticket <> other)"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE message ("
  " id INTEGER PRIMARY KEY,"
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " direction INTEGER NOT NULL,"
  " from_address TEXT NOT NULL,"
  " message_id TEXT NOT NULL,"
  " subject TEXT NOT NULL,"
  " date_at INTEGER,"
  " received_at INTEGER NOT NULL,"
  " reply_start INTEGER NOT NULL," /* bytes of text */
  " reply_len INTEGER NOT NULL,"
  " flags INTEGER NOT NULL,"
  " is_auto INTEGER NOT NULL CHECK (is_auto IN (0, 1)),"
  " is_bounce INTEGER NOT NULL CHECK (is_bounce IN (0, 1)),"
  " is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),"
  " size INTEGER NOT NULL,"
  " envelope_sender TEXT NOT NULL,"
  " login TEXT,"
  " client TEXT,"
  " queue_id TEXT NOT NULL,"
  " marks TEXT," /* marks_format(): what a retry of it gets */
  " text TEXT NOT NULL"
  ") STRICT;"
  "CREATE INDEX message_ticket ON message (ticket);"

  "CREATE TABLE attachment ("
  " message INTEGER NOT NULL REFERENCES message (id),"
  " position INTEGER NOT NULL,"
  " name TEXT NOT NULL,"
  " type TEXT NOT NULL,"
  " size INTEGER NOT NULL,"
  " sha256 TEXT NOT NULL,"
  " is_inline INTEGER NOT NULL CHECK (is_inline IN (0, 1)),"
  " PRIMARY KEY (message, position)"
  ") STRICT, WITHOUT ROWID;"

  /* A table of its own, so that retention and backup need not touch messages. */
  "CREATE TABLE raw ("
  " message INTEGER PRIMARY KEY REFERENCES message (id),"
  " codec INTEGER NOT NULL,"
  " data BLOB NOT NULL"
  ") STRICT;"

  "CREATE TABLE event ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " number INTEGER NOT NULL," /* in order, within the ticket */
  " at INTEGER NOT NULL,"
  " actor TEXT NOT NULL,"
  " action TEXT NOT NULL,"
  " detail TEXT NOT NULL,"
  " PRIMARY KEY (ticket, number)"
  ") STRICT, WITHOUT ROWID;"

  /* Which tickets know a Message-ID, by the first half of its SHA-256.  The order of the key is the
   * order in which look-ups read a bounded number of rows. */
  "CREATE TABLE message_ref ("
  " id BLOB NOT NULL CHECK (length (id) = 16),"
  " had INTEGER NOT NULL CHECK (had IN (0, 1))," /* 1: a message of the ticket had it; 0: referred to it */
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " PRIMARY KEY (id, had, ticket)"
  ") STRICT, WITHOUT ROWID;"

  /* The keys begin with the mail's date, so that those of one day are neighbors. */
  "CREATE TABLE dedup ("
  " key BLOB NOT NULL PRIMARY KEY CHECK (length (key) = 32),"
  " message INTEGER NOT NULL REFERENCES message (id),"
  " expires_at INTEGER NOT NULL"
  ") STRICT, WITHOUT ROWID;";

#define WORDS "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (subject, sender, text," \
              " tokenize = 'unicode61 remove_diacritics 2'"

/* Without the texts, which stand in the database. */
const char schema_index_sql[]
  = WORDS ", content = '');"
    "CREATE TABLE IF NOT EXISTS mark ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " message INTEGER NOT NULL,"
    " received_at INTEGER NOT NULL"
    ") STRICT;";

const char schema_scratch_sql[] = WORDS ")";
