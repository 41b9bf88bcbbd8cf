/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the disk has room for a group, known before it is tried: a full disk then costs neither half a
 * transaction nor the room that the readers and the next checkpoint need.
 */
#ifndef TM_STORE_SPACE_H
#define TM_STORE_SPACE_H

#include "base/error.h"

#include <stdbool.h>

typedef struct
{
  const char *path;    /* any file of the file system */
  guint64 min_free;    /* bytes that stay free */
  guint64 budget;      /* so much may be written before the next look */
  gint64 looked_us;    /* monotonic; 0: never */
  bool is_low;
} TmSpace;

/* Whether `n_messages` of so many bytes together may be committed at `now_us` (monotonic); TM_ERROR_TEMP when not.  It
 * looks once a second, or when so much was written since that the last look tells nothing; while there is no room it
 * looks each time.  Logs when that changes. */
bool space_take (TmSpace *space, guint n_messages, guint64 bytes, gint64 now_us, GError **error) TM_WARN_UNUSED;

#endif
