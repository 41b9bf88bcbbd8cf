/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row of the outbox → what is handed to the MTA: envelope and bytes.
 */
#ifndef TM_DESK_OUTGOING_H
#define TM_DESK_OUTGOING_H

#include "conf/policy.h"
#include "store/outbox_send.h"

typedef struct
{
  char *sender;          /* "": the null sender */
  GPtrArray *recipients; /* char *: who is to get it now; empty: nobody is left */
  GPtrArray *silenced;   /* char *: those who are sent nothing any more */
  GBytes *bytes;         /* NULL when nobody is left */
  const char *needless;  /* static: why nobody is to get it any more; NULL: it goes out */
} TmComposed;

void composed_free (TmComposed *composed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmComposed, composed_free)

/* `now` is UTC seconds.  TM_ERROR_TEMP: later it may go well, as after a newer daemon's kind of mail; any other error:
 * it never will. */
bool outgoing_compose (TmReader *reader, const TmPolicy *policy, const TmOutboxRow *row, gint64 now,
                       TmComposed **composed_out, GError **error) TM_WARN_UNUSED;

#endif
