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

/* NULL is fine. */
void indexer_stop (TmIndexer *indexer);

#endif
