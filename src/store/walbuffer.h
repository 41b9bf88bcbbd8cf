/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A layer over SQLite's default VFS for the connection that writes.  SQLite writes the frames of its WAL one by one,
 * two calls each; here they are gathered and written in one piece before anything could miss them: a sync, a read of
 * the same place, a truncation, the close.  Needs synchronous=FULL: frames count for other connections after the sync
 * only.
 */
#ifndef TM_STORE_WALBUFFER_H
#define TM_STORE_WALBUFFER_H

/* Registers it at the first call, over what is the default VFS then.  Gives its name for sqlite3_open_v2(), NULL when
 * there is no memory. */
const char *walbuffer_vfs (void);

#endif
