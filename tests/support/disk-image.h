/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of each file of a directory is on the disk, by the writes and syncs that it is told of; and what is left of them
 * when power is lost: what was synced, and a pseudo-random part of all else, in any order, torn at sectors.  One
 * directory at a time; callers take turns.
 */
#ifndef TM_TESTS_DISK_IMAGE_H
#define TM_TESTS_DISK_IMAGE_H

#include <glib.h>
#include <stdbool.h>

/* Begins anew: what stands in `directory` counts as on the disk. */
void disk_image_begin (const char *directory);

/* Before the first write to a file. */
void disk_image_open (const char *name);

/* `len` bytes were written at `at`; `bytes` NULL: the file has `at` bytes now. */
void disk_image_change (const char *name, gint64 at, const void *bytes, gsize len);

/* A sync that succeeded; or one that failed: no later one brings what was written before it to the disk. */
void disk_image_sync (const char *name, bool is_ok);

/* A name is on the disk when its directory was synced; a removal at once. */
void disk_image_rename (const char *from, const char *to);
void disk_image_forget (const char *name);
void disk_image_sync_names (void);

/* The files become what they could be; `seed` modulo 4: nothing that was not synced is there, some of the writes, some
 * of their sectors, all but sectors of the last one.  The same for the same arguments. */
void disk_image_lose_power (guint32 seed, guint32 nth);

#endif
