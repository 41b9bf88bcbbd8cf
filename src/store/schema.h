/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All SQL of the store: the schema, and the statements by name.  Where it costs nothing it is SQL
 * that PostgreSQL speaks too.
 */
#ifndef TM_STORE_SCHEMA_H
#define TM_STORE_SCHEMA_H

/* In the database's header (`TKML`), so that we never write into somebody else's file. */
#define SCHEMA_APPLICATION_ID 0x544b4d4c
#define SCHEMA_VERSION 2

/* Version 1, in an empty database. */
extern const char schema_create_sql[];

/* What each later version adds to the one before; NULL-terminated.  migrate.h puts them together. */
extern const char *const schema_pieces_2[];

/* The index of search.h, a file of its own; and the same for one message, with its text. */
extern const char schema_index_sql[], schema_scratch_sql[];

/* Raw messages: how `raw.data` is packed. */
enum { SCHEMA_CODEC_ZSTD = 1 };

typedef enum
{
  SQL_BEGIN_READ,
  SQL_BEGIN_WRITE,
  SQL_COMMIT,
  SQL_ROLLBACK,

  SQL_NEXT_TICKET,
  SQL_TICKET_FACTS,
  SQL_PARTICIPANTS,
  SQL_QUEUES,
  SQL_LINKS,
  SQL_ID_HAD,
  SQL_EARLIER,
  SQL_CORRELATED,
  SQL_ANY_CONTACT,
  SQL_CONTACT_BY_ADDRESS,
  SQL_CONTACT_ADDRESSES,
  SQL_FAILED_MESSAGE,
  SQL_FAILED_LATELY,
  SQL_SILENCED,

  SQL_TICKET_RECORD,
  SQL_TAGS,
  SQL_MISSING,
  SQL_RELATED,
  SQL_MESSAGES,
  SQL_ATTACHMENTS,
  SQL_FAILURES,
  SQL_SILENCED_ALL,
  SQL_EVENTS,
  SQL_LIST,
  SQL_COUNTS,
  SQL_CONTACT,
  SQL_CONTACTS,

  SQL_ADD_TICKET,
  SQL_ADD_MISSING,
  SQL_ADD_QUEUE,
  SQL_LEAVE_QUEUES,
  SQL_ADD_TAG,
  SQL_ADD_PARTICIPANT,
  SQL_SET_PARTICIPANT_ANSWER_TO,
  SQL_ADD_RELATION,
  SQL_SET_STATUS,
  SQL_SET_TYPE,
  SQL_SET_PRIORITY,
  SQL_SET_PRIORITY_BY,
  SQL_SET_ASSIGNEE,
  SQL_SET_ANSWER_TO,
  SQL_ADD_MESSAGE,
  SQL_ADD_ATTACHMENT,
  SQL_ADD_RAW,
  SQL_CORRELATE,
  SQL_ADD_QUARANTINE,
  SQL_ADD_ID_HAD,
  SQL_ADD_ID_REFERRED,
  SQL_ADD_DEDUP,
  SQL_ADD_EVENT,
  SQL_ADD_CONTACT,
  SQL_ADD_CONTACT_ADDRESS,
  SQL_SET_CONTACT_CUSTOMER,
  SQL_SET_CONTACT_NAME,
  SQL_SET_CONTACT_CONFIRMED,
  SQL_SET_CONTACT_BLOCKED,
  SQL_HELD_TICKETS,
  SQL_ADD_FAILURE,
  SQL_ADD_SILENCED,
  SQL_DROP_SILENCED,
  SQL_SWEEP_END,
  SQL_SWEEP_DEDUP,

  SQL_OLDEST_RAW,
  SQL_DELETE_RAW,
  SQL_OLDEST_QUARANTINE,
  SQL_DELETE_QUARANTINE,

  SQL_COUNT_RAW,
  SQL_ALL_RAW,

  SQL_FOUND,
  SQL_MESSAGES_AFTER,
  SQL_COUNT_MESSAGES_AFTER,
  SQL_MESSAGE_RECEIVED,

  /* of the index (schema_index_sql) and, where it says so, of the scratch index too */
  SQL_INDEX_MARK,
  SQL_SET_INDEX_MARK,
  SQL_INDEX_CLEAR,
  SQL_INDEX_ADD, /* both */
  SQL_INDEX_HAS,
  SQL_INDEX_REMOVE,
  SQL_SEARCH,
  SQL_SCRATCH_CLEAR,
  SQL_SNIPPET,

  SQL_MESSAGE_FACTS,
  SQL_MESSAGE_PLACE,
  SQL_MESSAGE_IDS,
  SQL_N_MESSAGES,
  SQL_HAS_MESSAGE_ID,
  SQL_SET_SUBJECT,
  SQL_SET_MERGED,
  SQL_DROP_OWN_QUEUE,
  SQL_ADD_OWN_QUEUE,
  SQL_DROP_TAG,
  SQL_ADD_WRITER,
  SQL_ADD_NOTE,
  SQL_MOVE_MESSAGE,
  SQL_DROP_ID_HAD,
  SQL_VERIFY_MESSAGE,

  SQL_N_STATEMENTS
} TmSql;

extern const char *const schema_statements[SQL_N_STATEMENTS];

#endif
