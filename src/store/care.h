/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an administrator does to a database: copy it while mail flows, put a copy in its place, bring it to this
 * version, look for damage.
 */
#ifndef TM_STORE_CARE_H
#define TM_STORE_CARE_H

#include "store/store.h"

/* Told now and then, by pages; `total` may grow. */
typedef void (*TmProgress) (gint64 done, gint64 total, gpointer data);

typedef struct
{
  guint64 bytes; /* of the copy */
  TmReaderCounts counts;
  char *kept;    /* restoring: under what name the old database stands now; NULL: there was none */
} TmCopyReport;
void copy_report_clear (TmCopyReport *report);

/* Writes the database `path`, as it is at this moment, to the new file `target`: holds every message acknowledged
 * before the call.  Mail goes on meanwhile (the WAL grows by what comes in until it is done).  The copy passed
 * quick_check and is on stable storage under its name, with the mode of `path`, or there is no file of that name;
 * one that is there is never overwritten (TM_ERROR_USAGE).  The caller clears the report. */
bool store_backup (const char *path, const char *target, TmProgress progress, gpointer data, TmCopyReport *report_out,
                   GError **error) TM_WARN_UNUSED;

/* Puts a checked copy of the database `backup` in the place of `path`; `backup` itself is left alone.  Only while no
 * daemon has `path` (TM_ERROR_UNAVAILABLE).  What was there is kept under another name beside it. */
bool store_restore (const char *path, const char *backup, TmProgress progress, gpointer data, TmCopyReport *report_out,
                    GError **error) TM_WARN_UNUSED;

/* Brings the existing database `path` to our version without starting anything: TM_ERROR_UNAVAILABLE while a daemon has
 * it, TM_ERROR_NOT_FOUND, else as store_open().  From and to which version; the same: nothing to do. */
bool store_migrate (const char *path, gint64 *from_out, gint64 *to_out, GError **error) TM_WARN_UNUSED;

/* What must hold in a sound database beyond what reader_check() looks at: adds each finding as a line (char *).
 * Unpacks all raw mail. */
bool store_check_invariants (TmReader *reader, TmProgress progress, gpointer data, GPtrArray *findings_io,
                             GError **error) TM_WARN_UNUSED;

#endif
