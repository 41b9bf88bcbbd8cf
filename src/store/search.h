/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Full text of messages: subject, sender, text.  The index is a file of its own beside the database, `PATH.search`,
 * filled behind the mail: nothing that happens to it can hold a message up, it needs no backup, and it may be removed
 * at any time.
 */
#ifndef TM_STORE_SEARCH_H
#define TM_STORE_SEARCH_H

#include "store/care.h"

typedef struct
{
  TmTicketRecord *ticket; /* without messages and events */
  gint64 message;         /* its newest message that has all the words */
  char *from;
  gint64 received_at;
  char *snippet;          /* of that message, around the words */
} TmFound;

void found_free (TmFound *found);

/* The tickets with a message that has all of `words` (NULL-terminated), those with the newest message first; `limit` 0:
 * all.  A word of several, "on fire", is found in that order; one that ends in `*` begins what is found; else nothing
 * in them means anything, letters' case and accents neither.  TM_ERROR_USAGE: a word with neither letter nor digit;
 * TM_ERROR_NOT_FOUND: no index.  `n_missing_out`: how many messages are not in the index yet. */
bool search_find (TmReader *reader, const char *const *words, unsigned limit, GPtrArray **found_out,
                  gint64 *n_missing_out, GError **error) TM_WARN_UNUSED;

/* Adds the messages of the database `path` that are not in its index yet, making it when there is none, in steps that
 * hold neither database for long.  Several may do so at once.  `is_stopping` (atomic, may be NULL) not 0 ends it
 * early. */
bool search_update (const char *path, const gint *is_stopping, TmProgress progress, gpointer data,
                    GError **error) TM_WARN_UNUSED;

/* Empties the index and fills it anew. */
bool search_rebuild (const char *path, TmProgress progress, gpointer data, GError **error) TM_WARN_UNUSED;

/* Takes messages out of the index; called while their texts still stand in the database `path`, and before they are
 * changed there. */
bool search_forget (const char *path, const gint64 *messages, gsize n_messages, GError **error) TM_WARN_UNUSED;

/* After search_forget(): nothing of what was taken out stands in the file any more, which is written anew for it.
 * `is_done_out` false: a reader of an old state held it up. */
bool search_scrub (const char *path, bool *is_done_out, GError **error) TM_WARN_UNUSED;

/* Whether there is an index. */
bool search_has_index (const char *path);

#endif
