/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk that fails when told to: a layer over SQLite's own VFS, made the default one.  The program under test
 * knows nothing of it. */
#ifndef TM_TESTS_FLAKY_DISK_H
#define TM_TESTS_FLAKY_DISK_H

#include <glib.h>

typedef struct
{
  gint good_syncs;     /* so many more fsyncs succeed before failing_syncs counts */
  gint failing_syncs;  /* so many more fsyncs fail; negative: all */
  gint is_full;        /* writes find no room */
  gint sync_delay_ms;
  gint is_held;        /* fsyncs wait until this is 0 */
  gint n_syncs;
  gint n_holding;      /* fsyncs that wait just now */
  gint kill_at;        /* the process is killed before its nth write, sync, truncation, link, renaming or removal,
                          SQLite's or our own; 0: never */
} TmFlakyDisk;

/* All fields are atomic. */
extern TmFlakyDisk flaky_disk;

/* Before the database is opened. */
void flaky_disk_install (void);

#endif
