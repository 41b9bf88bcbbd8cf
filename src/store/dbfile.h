/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The database as a file: looked at byte by byte before SQLite runs a statement on it, made whole or not at all,
 * locked against a second daemon, marked after a failed fsync.
 */
#ifndef TM_STORE_DBFILE_H
#define TM_STORE_DBFILE_H

#include "base/error.h"

#include <stdbool.h>

typedef enum
{
  DBFILE_ABSENT,
  DBFILE_EMPTY, /* there, without a byte */
  DBFILE_OURS   /* as far as its header tells */
} TmDbFileState;

/* `path` without symbolic links, so that the files beside the database stand beside it; the caller frees. */
char *dbfile_resolve (const char *path);

/* Looks, and changes nothing.  What is no database of ours: TM_ERROR_CONFIG.  `size_out` may be NULL. */
bool dbfile_look (const char *path, TmDbFileState *state_out, guint64 *size_out, GError **error) TM_WARN_UNUSED;

/* Whether only its owner and its group may read it, as keys: TM_ERROR_DENIED when not. */
bool dbfile_check_mode (const char *path, GError **error) TM_WARN_UNUSED;

/* The same where one must be: TM_ERROR_NOT_FOUND when there is none yet. */
bool dbfile_find (const char *path, GError **error) TM_WARN_UNUSED;

/* Makes a new database under `path`, where nothing or an empty file is (its mode and owner are kept; else
 * 0640).  It appears whole and on stable storage, or not at all. */
bool dbfile_create (const char *path, GError **error) TM_WARN_UNUSED;

/* Its parts, for others who make a file whole or not at all: an empty file `made` with mode and owner of what stands
 * under `path` (0640 if nothing does); removal of `made` and of what stands beside it, also of what an earlier one left
 * that was killed; the directory of `path` brought onto stable storage. */
bool dbfile_make_empty (const char *made, const char *path, GError **error) TM_WARN_UNUSED;
bool dbfile_remove (const char *made, GError **error) TM_WARN_UNUSED;
bool dbfile_sync_directory (const char *path, GError **error) TM_WARN_UNUSED;

/* `path`: `what`: errno, as an error of the kind that goes with errno; always false. */
bool dbfile_fail (const char *what, const char *path, GError **error);

/* Takes `path`.lock: TM_ERROR_UNAVAILABLE when somebody has it.  Held until `fd_out` is closed or the process ends. */
bool dbfile_lock (const char *path, int *fd_out, GError **error) TM_WARN_UNUSED;

/* The marker of a failed write, `path`.fsync-failed: the next start checks the whole database. */
void dbfile_mark_failed (const char *path);
bool dbfile_is_marked (const char *path);
bool dbfile_unmark (const char *path, GError **error) TM_WARN_UNUSED;

#endif
