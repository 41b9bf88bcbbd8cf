/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that copies the WAL into the database, on a connection of its own, while the writer goes on: it is the
 * fsync of the database that takes long.  What came in meanwhile is left to the writer, which has to copy that little
 * itself before its next commit can begin the WAL anew.
 */
#ifndef TM_STORE_CHECKPOINT_H
#define TM_STORE_CHECKPOINT_H

#include "base/error.h"

#include <stdbool.h>

typedef struct TmCheckpointer TmCheckpointer;

/* Calls `on_fatal` from its thread, once, when the disk or the database fails. */
bool checkpointer_start (const char *path, void (*on_fatal) (const char *what, gpointer data), gpointer data,
                         TmCheckpointer **checkpointer_out, GError **error) TM_WARN_UNUSED;

/* Waits for the copy that runs; NULL is fine. */
void checkpointer_stop (TmCheckpointer *checkpointer);

/* Begins a copy, unless one runs or checkpointer_take_end() has not been told of the last one. */
void checkpointer_begin (TmCheckpointer *checkpointer);

/* Waits for the copy that runs, if one does. */
void checkpointer_wait (TmCheckpointer *checkpointer);

/* Whether a copy has come to its end since the last call. */
bool checkpointer_take_end (TmCheckpointer *checkpointer);

#endif
