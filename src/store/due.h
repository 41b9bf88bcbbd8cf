/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tickets whose time has come, for those who act on them by themselves: store/notify, store/after.
 */
#ifndef TM_STORE_DUE_H
#define TM_STORE_DUE_H

#include "store/db.h"

typedef struct
{
  gint64 id;
  char *subject;
} TmDueTicket;

/* At most `most` by a statement of (time, number) that gives id and subject; TmDueTicket, the caller unrefs it, on
 * failure too. */
bool due_find (TmDb *db, TmSql statement, gint64 now, gint64 most, GArray **list_out, GError **error) TM_WARN_UNUSED;

#endif
