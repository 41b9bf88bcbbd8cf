/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What reader.c and record.c share.
 */
#ifndef TM_STORE_READER_H
#define TM_STORE_READER_H

#include "store/db.h"
#include "store/store.h"

struct TmReader
{
  TmDb *db;
};

/* All of a ticket but messages and events; NULL when there is none of that number. */
bool record_read_ticket (TmDb *db, gint64 number, TmTicketRecord **ticket_out, GError **error) TM_WARN_UNUSED;

/* Adds the ticket's tags (TmTag) to `tags`. */
bool record_read_tags (TmDb *db, gint64 number, GPtrArray *tags, GError **error) TM_WARN_UNUSED;

/* The lines of a text column, char *. */
GPtrArray *column_lines (sqlite3_stmt *rows, int column);

/* For LIMIT; 0: all. */
TmDbValue value_limit (unsigned limit);

#endif
