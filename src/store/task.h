/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Anything that the writer thread does for somebody who is neither a message nor a change of a ticket: bounded, in the
 * transaction of a group.
 */
#ifndef TM_STORE_TASK_H
#define TM_STORE_TASK_H

#include "store/db.h"
#include "store/store.h"

/* The head of a struct with what is asked for and what came of it.  Reference-counted: who gives up waiting leaves it
 * to the writer thread. */
typedef struct TmTask TmTask;
struct TmTask
{
  gatomicrefcount refs;
  /* In the writer's transaction; may be run again after a rollback, and then begins anew.  A refusal goes into
   * `refusal_out`, with nothing written; false: the database failed. */
  bool (*run) (TmDb *db, TmTask *task, gint64 now, GError **refusal_out, GError **error);
  void (*free) (TmTask *task);
};

void task_init (TmTask *task, bool (*run) (TmDb *, TmTask *, gint64, GError **, GError **), void (*free) (TmTask *));
TmTask *task_ref (TmTask *task);
void task_unref (TmTask *task);

/* Has it done by the writer thread, and on stable storage; fails like store_change().  Only after success may what came
 * of it be looked at. */
bool store_run_task (TmStore *store, TmTask *task, gint64 deadline_us, GError **error) TM_WARN_UNUSED;

/* The file of the database, with links followed. */
const char *store_path (const TmStore *store);

#endif
