/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A body → program: run with a fixed argv, without a shell, in a process group, environment and folder of its own, with
 * the body on standard input; and how it ended.
 */
#ifndef TM_OUTBOX_HOOK_H
#define TM_OUTBOX_HOOK_H

#include "core/sending.h"

typedef struct
{
  const GStrv argv;       /* an absolute path, and its arguments */
  const char *body;
  unsigned timeout_s;
  bool (*is_stopped) (gpointer data); /* asked about once a second; NULL: never */
  gpointer data;
} TmHook;

/* Never fails but by its result; the caller clears that.  Exit 0 is done, 75 later, and every other failed, with the
 * last line of its standard error; a signal that others sent it is later.  Away: it cannot be run, or took too long.
 * At its end whatever is left of its process group is killed. */
void hook_run (const TmHook *hook, TmSubmitResult *result_out);

#endif
