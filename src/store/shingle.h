/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of notes, as hashes: written with the note, read for what agents send to the outside.
 */
#ifndef TM_STORE_SHINGLE_H
#define TM_STORE_SHINGLE_H

#include "core/facts.h"
#include "core/keys.h"
#include "store/db.h"

/* Those of what the writer of the note `message` of `ticket` wrote himself in `text`; what he quotes is not his. */
bool shingle_add (TmDb *db, gint64 ticket, gint64 message, const char *text, GError **error) TM_WARN_UNUSED;

/* ticket->leaked.  Texts of messages are read only when words of a note are met; what stands in the ticket's newest
 * thousand of them, or in one of the newest that `keys->sender` himself sent on whatever ticket (his signature), is no
 * secret. */
bool shingle_find_leaked (TmDb *db, const TmKeys *keys, TmTicketFacts *ticket, GError **error) TM_WARN_UNUSED;

#endif
