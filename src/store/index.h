/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The index file of search.h: opened, emptied, filled.
 */
#ifndef TM_STORE_INDEX_H
#define TM_STORE_INDEX_H

#include "store/db.h"

/* Up to where it is filled; all 0: it is empty. */
typedef struct
{
  gint64 message, received_at;
} TmIndexMark;

/* The name of the index of the database `path`; the caller frees. */
char *index_name (const char *path);

/* Opens the index of `path` to write, making it with the mode of `path` if there is none; TM_ERROR_CONFIG: a file that
 * is not ours. */
bool index_open (const char *path, TmDb **index_out, GError **error) TM_WARN_UNUSED;

bool index_read_mark (TmDb *index, TmIndexMark *mark_out, GError **error) TM_WARN_UNUSED;

/* How many messages of `source` are behind `mark`; an index of another database: all of them, and `is_foreign_out`. */
bool index_count_missing (TmDb *source, const TmIndexMark *mark, gint64 *n_out, bool *is_foreign_out,
                          GError **error) TM_WARN_UNUSED;

bool index_clear (TmDb *index, GError **error) TM_WARN_UNUSED;

/* Adds some of what is missing; `n_added_out` 0: nothing is. */
bool index_add_some (TmDb *index, TmDb *source, gint64 *n_added_out, GError **error) TM_WARN_UNUSED;

/* Takes one message out, whose row in `source` is as it was added; in the caller's transaction. */
bool index_remove (TmDb *index, TmDb *source, gint64 message, GError **error) TM_WARN_UNUSED;

#endif
