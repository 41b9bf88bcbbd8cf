/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far a long command is: one line on standard error that is written over, when that is a terminal and it
 * takes longer than a second.
 */
#ifndef TM_CLI_PROGRESS_H
#define TM_CLI_PROGRESS_H

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  const char *what; /* "copying" */
  bool is_tty;
  bool is_shown;    /* the line stands there */
  gint64 next_us;   /* of the monotonic clock: not before */
} TmCliProgress;

TmCliProgress progress_begin (const char *what);

/* `data` is the TmCliProgress; `total` 0: not known. */
void progress_show (gint64 done, gint64 total, gpointer data);

/* Takes the line away. */
void progress_end (TmCliProgress *progress);

#endif
