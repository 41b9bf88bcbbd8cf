/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/task.h"

void
task_init (TmTask *task, bool (*run) (TmDb *, TmTask *, gint64, GError **, GError **), void (*free) (TmTask *))
{
  g_atomic_ref_count_init (&task->refs);
  task->run = run;
  task->free = free;
}

TmTask *
task_ref (TmTask *task)
{
  g_atomic_ref_count_inc (&task->refs);
  return task;
}

void
task_unref (TmTask *task)
{
  if (task != NULL && g_atomic_ref_count_dec (&task->refs))
    task->free (task);
}
