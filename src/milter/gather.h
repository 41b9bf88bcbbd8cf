/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The raw bytes of one message while it comes in: small ones in memory, large
 * ones in an unlinked file that is mapped at the end.  All messages together stay
 * within a budget, which a message's bytes leave when the last holder lets go of them.
 */
#ifndef TM_MILTER_GATHER_H
#define TM_MILTER_GATHER_H

#include "base/error.h"

#include <stdatomic.h>
#include <stdbool.h>

/* From this size on a message is in a file. */
enum { TM_GATHER_IN_MEMORY = 1 << 20 };

/* Bytes that messages in flight take; outlives all of them. */
typedef struct
{
  atomic_size_t used;
} TmBudget;

typedef struct TmGather TmGather;

/* `limit`: what the budget may reach.  `spool_dir` is where the file of a large message goes. */
TmGather *gather_new (TmBudget *budget, gsize limit, const char *spool_dir);
void gather_free (TmGather *gather);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmGather, gather_free)

/* TM_ERROR_TEMP: the budget is used up, or the file cannot be written. */
bool gather_append (TmGather *gather, const void *data, gsize len, GError **error) TM_WARN_UNUSED;

/* All bytes; the gather is empty afterwards and only to be freed. */
bool gather_finish (TmGather *gather, GBytes **raw_out, GError **error) TM_WARN_UNUSED;

#endif
