/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/schema.h"

#include <stddef.h>

/* What version 3 adds to version 2, as schema_2.c. */
const char *const schema_pieces_3[] = {
  /* The desk's own mail: rows are written in the transaction of their cause and sent by another thread.  `kind` and
   * `state` are those of core/outgoing.h.  `ticket` is the number that the mail speaks of: merges are followed by who
   * reads it.  Of an ended row only `ended_at`, of the others only `next_at` is looked for. */
  "CREATE TABLE outbox ("
  " id INTEGER PRIMARY KEY," /* numbers come again once all rows are gone: a Message-ID needs created_at too */
  " kind TEXT NOT NULL,"
  " ticket INTEGER REFERENCES ticket (id),"
  " message INTEGER REFERENCES message (id)," /* that it is about, or carries; NULL none */
  " actor TEXT NOT NULL,"                     /* whose doing it is */
  " recipients TEXT NOT NULL,"                /* apart by line feeds: the first in To, the others in Cc */
  " settled TEXT NOT NULL DEFAULT '',"        /* those that need not be tried any more, likewise */
  " sender_purpose TEXT NOT NULL,"            /* of the token in the envelope sender; '' the null sender */
  " reply_purpose TEXT NOT NULL,"             /* of the token in Reply-To; '' no Reply-To */
  " subject TEXT NOT NULL,"
  " text TEXT NOT NULL,"
  " html TEXT,"                               /* the same as a page; NULL none */
  " rate_key TEXT,"                           /* of such an answer: whose limits it counts by; NULL none */
  " receiver TEXT,"                           /* of the configuration: a page for it; NULL: it is mail */
  " page TEXT,"                               /* as core/page.h writes it */
  " may_repeat INTEGER NOT NULL CHECK (may_repeat IN (0, 1))," /* sent at least once; else at most once */
  " state INTEGER NOT NULL,"
  " created_at INTEGER NOT NULL,"
  " next_at INTEGER NOT NULL,"                /* not tried before */
  " tries INTEGER NOT NULL,"
  " error TEXT,"                              /* what the last try ended with */
  " ended_at INTEGER"                         /* NULL: it is still to be sent */
  ") STRICT;"
  /* What was sent to somebody (6: cancelled), what was made at all, what still waits of a ticket. */
  "CREATE INDEX outbox_rate ON outbox (rate_key, created_at) WHERE rate_key IS NOT NULL AND state <> 6;"
  "CREATE INDEX outbox_made ON outbox (created_at) WHERE kind IN ('ack', 'confirm');"
  "CREATE INDEX outbox_ack ON outbox (ticket) WHERE kind IN ('ack', 'confirm') AND ended_at IS NULL;"
  /* Mail and pages are sent by a thread each, and neither looks through what waits for the other. */
  "CREATE INDEX outbox_next ON outbox (state, receiver IS NOT NULL, next_at);"
  "CREATE INDEX outbox_page ON outbox (receiver, next_at, id) WHERE receiver IS NOT NULL AND ended_at IS NULL;"
  "CREATE INDEX outbox_page_ticket ON outbox (receiver, ticket, id) WHERE receiver IS NOT NULL AND ended_at IS NULL;",

  /* Notes, as shingles of core/shingle.h: what goes out is held against them. */
  "CREATE TABLE shingle ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " hash INTEGER NOT NULL,"
  " message INTEGER NOT NULL REFERENCES message (id)," /* the note, one of the ticket's */
  " PRIMARY KEY (ticket, hash, message)"
  ") STRICT, WITHOUT ROWID;",

  /* Clocks by a number that is made of ticket, metric and cycle (store/clock.c): those of a ticket still stand
   * together, and those of a new one come behind all others, where a table with such a key grows without its old pages
   * being written again.  What no number can be made of ends the migration: a text is no key. */
  "ALTER TABLE clock RENAME TO clock_2;"
  "CREATE TABLE clock ("
  " id INTEGER PRIMARY KEY,"
  " ticket INTEGER GENERATED ALWAYS AS (id >> 28) VIRTUAL REFERENCES ticket (id),"
  " metric INTEGER GENERATED ALWAYS AS ((id >> 24) & 15) VIRTUAL," /* TmMetric */
  " cycle INTEGER GENERATED ALWAYS AS (id & 16777215) VIRTUAL,"
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
  " pauses TEXT" /* `FROM-TO FROM-`: UTC seconds; the last one without an end goes on */
  ") STRICT;"
  "INSERT INTO clock (id, target, calendar, priority, started_at, base_at, due_at, met_at, ended_at, is_breached,"
  " revision, pauses) SELECT CASE WHEN ticket BETWEEN 0 AND 34359738367 AND metric BETWEEN 0 AND 15"
  " AND cycle BETWEEN 0 AND 16777215 THEN (ticket << 28) | (metric << 24) | cycle ELSE 'beyond the limits' END,"
  " target, calendar, priority, started_at, base_at, due_at, met_at, ended_at, is_breached, revision, pauses"
  " FROM clock_2 ORDER BY ticket, metric, cycle;"
  "DROP TABLE clock_2;",

  /* Who was told of clocks: a row for each that went out, with the last time of those that were repeated.  When the
   * next one is due stands with its ticket: NULL: none ever was; the largest number: none is to come. */
  "ALTER TABLE ticket ADD COLUMN notify_at INTEGER;"
  "CREATE INDEX ticket_notify ON ticket (notify_at) WHERE notify_at < 9223372036854775807;"
  "CREATE TABLE notification ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " metric INTEGER NOT NULL," /* TmMetric */
  " cycle INTEGER NOT NULL,"
  " kind INTEGER NOT NULL,"   /* TmNotificationKind */
  " level INTEGER NOT NULL,"
  " number INTEGER NOT NULL," /* of repeats */
  " fired_at INTEGER NOT NULL,"
  " told TEXT NOT NULL,"      /* as `to` of the configuration has it, apart by blanks; '' nobody */
  " acked_by TEXT,"           /* who acknowledged it; NULL: nobody, or it asks for nothing */
  " is_ack_told INTEGER NOT NULL DEFAULT 0 CHECK (is_ack_told IN (0, 1))," /* to pagers among the told */
  " PRIMARY KEY (ticket, metric, cycle, kind, level)"
  ") STRICT, WITHOUT ROWID;"
  "CREATE INDEX notification_page ON notification (fired_at) WHERE kind = 3;", /* TM_NOTIFICATION_PAGE */

  /* What a confirmed person has in the held tickets is released a few at a time: his are found without a look at
   * others' (8: TM_STATUS_HELD), and he is found again while some are left. */
  "CREATE INDEX ticket_held ON ticket (requester) WHERE status = 8;"
  "ALTER TABLE ticket ADD COLUMN ack_to TEXT;"       /* of a held one: whom its acknowledgement goes to; NULL: nobody */
  "ALTER TABLE contact ADD COLUMN releases_by TEXT;" /* who releases what is left; NULL: nothing is */
  "CREATE INDEX contact_releases ON contact (id) WHERE releases_by IS NOT NULL;",

  /* What the desk does by itself with tickets that wait for their customers, or are resolved (core/after.h). */
  "ALTER TABLE ticket ADD COLUMN after_at INTEGER;"    /* when next; NULL: never */
  "ALTER TABLE ticket ADD COLUMN after_since INTEGER;" /* since when nobody wrote */
  "ALTER TABLE ticket ADD COLUMN after_done INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE ticket ADD COLUMN after_told INTEGER;"  /* when its closing was told; NULL: it was not */
  "ALTER TABLE ticket ADD COLUMN is_quiet INTEGER NOT NULL DEFAULT 0 CHECK (is_quiet IN (0, 1));"
  "CREATE INDEX ticket_after ON ticket (after_at) WHERE after_at IS NOT NULL;",

  /* Who is satisfied with how a ticket was resolved, and who is not: the last word of each. */
  "CREATE TABLE satisfaction ("
  " ticket INTEGER NOT NULL REFERENCES ticket (id),"
  " person TEXT NOT NULL,"     /* normalised address */
  " value INTEGER NOT NULL,"   /* TmFeedback */
  " at INTEGER NOT NULL,"
  " message INTEGER NOT NULL REFERENCES message (id),"
  " is_told INTEGER NOT NULL CHECK (is_told IN (0, 1))," /* the ticket's owner was told of it, once */
  " PRIMARY KEY (ticket, person)"
  ") STRICT, WITHOUT ROWID;"
  "CREATE INDEX satisfaction_person ON satisfaction (person);",

  /* Reports that are mailed by themselves: the due time that each was made for last. */
  "CREATE TABLE report (name TEXT NOT NULL PRIMARY KEY, made_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;",

  NULL,
};
