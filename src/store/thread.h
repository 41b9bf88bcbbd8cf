/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which Message-IDs may stand in the thread of what goes out (core/thread.h), as far as the database has to be asked.
 */
#ifndef TM_STORE_THREAD_H
#define TM_STORE_THREAD_H

#include "core/facts.h"
#include "core/keys.h"
#include "store/db.h"

/* Appends to `ids` (char *) those of the ticket's messages up to `message`, the newest first, at most `most`. */
bool thread_read (TmDb *db, const TmTicketFacts *ticket, gint64 message, guint most, GPtrArray *ids,
                  GError **error) TM_WARN_UNUSED;

/* Adds to facts->hidden_ids those of the keys' message_ids that may not stand there in mail for `ticket`. */
bool thread_find_hidden (TmDb *db, const TmKeys *keys, const TmTicketFacts *ticket, TmFacts *facts,
                         GError **error) TM_WARN_UNUSED;

#endif
