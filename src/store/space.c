/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/space.h"

#include "base/log.h"

#include <sys/statvfs.h>

/* A message is written to the log and from there to the database, with its text beside the raw mail; the smallest one
 * touches some pages of each table and index. */
enum { WRITTEN_PER_BYTE = 4, WRITTEN_PER_MESSAGE = 16 * 4096, LOOK_EVERY_US = 1000000 };

/* A file system that does not say is not held against it: SQLite will. */
static guint64
look (const char *path)
{
  struct statvfs status;
  return statvfs (path, &status) == 0 ? (guint64) status.f_bavail * status.f_frsize : G_MAXUINT64;
}

static void
log_change (TmSpace *space, bool is_low, guint64 n_free)
{
  if (is_low && !space->is_low)
    log_error ("no room for mail: %" G_GUINT64_FORMAT " kB free beside %s; answering 451 until there is more",
               n_free >> 10, space->path);
  else if (!is_low && space->is_low)
    log_info ("there is room for mail again beside %s", space->path);
  space->is_low = is_low;
}

bool
space_take (TmSpace *space, guint n_messages, guint64 bytes, gint64 now_us, GError **error)
{
  guint64 need = bytes * WRITTEN_PER_BYTE + n_messages * (guint64) WRITTEN_PER_MESSAGE;
  bool is_fresh = space->looked_us != 0 && now_us - space->looked_us < LOOK_EVERY_US;
  if (space->is_low || !is_fresh || need > space->budget)
    {
      guint64 n_free = look (space->path);
      space->looked_us = now_us;
      log_change (space, n_free < MAX (space->min_free, need), n_free);
      /* Others write to it, too: what we write unseen is no more than half of what stays free. */
      space->budget = MIN (n_free - MIN (n_free, space->min_free), space->min_free / 2);
    }
  if (space->is_low)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "%s: less than %" G_GUINT64_FORMAT " kB free on its file system; "
                   "make room on the disk", space->path, MAX (space->min_free, need) >> 10);
      return false;
    }
  space->budget -= MIN (space->budget, need);
  return true;
}
