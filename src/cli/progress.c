/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <unistd.h>

enum { PATIENCE_US = 1000000, INTERVAL_US = 200000, PERCENT = 100 };

TmCliProgress
progress_begin (const char *what)
{
  return (TmCliProgress) { .what = what,
                           .is_tty = isatty (STDERR_FILENO) != 0,
                           .next_us = clock_monotonic_us () + PATIENCE_US };
}

void
progress_show (gint64 done, gint64 total, gpointer data)
{
  TmCliProgress *progress = data;
  gint64 now_us = clock_monotonic_us ();
  if (!progress->is_tty || now_us < progress->next_us)
    return;
  progress->next_us = now_us + INTERVAL_US;
  progress->is_shown = true;
  if (total > 0)
    fprintf (stderr, "\r%s: %" G_GINT64_FORMAT " %%\033[K", progress->what, done * PERCENT / total);
  else
    fprintf (stderr, "\r%s: %" G_GINT64_FORMAT "\033[K", progress->what, done);
}

void
progress_end (TmCliProgress *progress)
{
  if (progress->is_shown)
    fputs ("\r\033[K", stderr);
  progress->is_shown = false;
}
