/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is to be erased of a person: by rows that the writer can go by.
 */
#ifndef TM_STORE_ERASE_FIND_H
#define TM_STORE_ERASE_FIND_H

#include "store/erase.h"

/* In the order in which they must be erased: what leads to the earlier goes later. */
typedef enum { ERASE_OUTBOX, ERASE_MESSAGE, ERASE_RAW, ERASE_QUARANTINE, ERASE_TICKET, ERASE_REST } TmEraseWhat;

typedef struct
{
  TmEraseWhat what;
  gint64 id;    /* 0: of REST */
  gint64 bytes; /* that are overwritten, roughly */
} TmEraseItem;

/* Appends to `items` (TmEraseItem), and fills the counts and others of `report`.  In steps, each a read of its own. */
bool erase_find (const char *path, const char *address, TmProgress progress, gpointer data, GArray *items,
                 TmEraseReport *report, GError **error) TM_WARN_UNUSED;

#endif
