/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mail of the desk's own: put into the outbox in the transaction of its cause, looked at by readers.  What is over is
 * deleted by store/housekeep.
 */
#ifndef TM_STORE_OUTBOX_H
#define TM_STORE_OUTBOX_H

#include "core/outgoing.h"
#include "store/db.h"
#include "store/store.h"

/* In the caller's transaction: a row that waits to be sent, about `ticket` (0: none).  `added` is the id that
 * TM_OUTGOING_ADDED stands for. */
bool outbox_add (TmDb *db, const TmOutgoing *outgoing, gint64 ticket, gint64 added, gint64 now,
                 GError **error) TM_WARN_UNUSED;

typedef struct
{
  gint64 id;
  char *kind;              /* of core/outgoing.h, or of a later version */
  gint64 ticket, message;  /* 0: none */
  char *actor;
  GPtrArray *recipients;   /* char * */
  char *sender_purpose, *reply_purpose; /* "" none */
  char *subject;
  char *text;              /* NULL: only reader_get_outgoing() reads it */
  bool may_repeat;
  TmOutboxState state;
  gint64 created_at, next_at;
  gint64 tries;
  char *error;             /* NULL: no try failed */
  gint64 ended_at;         /* TM_NEVER: it is still to be sent */
} TmOutboxRow;

void outbox_row_free (TmOutboxRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmOutboxRow, outbox_row_free)

/* The newest first, `limit` of them, 0: all.  Those that are still to be sent; with `is_all` the others too. */
bool reader_list_outbox (TmReader *reader, bool is_all, unsigned limit, GPtrArray **list_out,
                         GError **error) TM_WARN_UNUSED;

/* Unknown number: TM_ERROR_NOT_FOUND. */
bool reader_get_outgoing (TmReader *reader, gint64 id, TmOutboxRow **row_out, GError **error) TM_WARN_UNUSED;

#endif
