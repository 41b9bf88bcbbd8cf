/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that keeps the index of search.h filled, behind the mail and with the least share of the processor.
 */
#ifndef TM_STORE_INDEXER_H
#define TM_STORE_INDEXER_H

#include "base/error.h"

#include <stdbool.h>

typedef struct TmIndexer TmIndexer;

/* For the database `path`, which is borrowed.  What fails later is logged, and tried again. */
bool indexer_start (const char *path, TmIndexer **indexer_out, GError **error) TM_WARN_UNUSED;

/* Whether the index waits for a pause of the mail: `n_came` messages came since the last look, and it waited for
 * `n_held` looks already.  A rush is over within a minute, or indexed beside. */
bool indexer_holds_back (gint64 n_came, unsigned n_held);

/* NULL is fine. */
void indexer_stop (TmIndexer *indexer);

#endif
