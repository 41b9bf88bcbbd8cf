/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A large database is checked while it serves, by a thread with a reader of its own.
 */
#ifndef TM_STORE_INSPECT_H
#define TM_STORE_INSPECT_H

#include "base/error.h"

#include <stdbool.h>

typedef struct TmInspect TmInspect;

/* Begins quick_check of `path`, table by table.  `on_damage` is called from the thread, at most once. */
bool inspect_start (const char *path, void (*on_damage) (const char *what, gpointer data), gpointer data,
                    TmInspect **inspect_out, GError **error) TM_WARN_UNUSED;

/* Ends it, whole or not.  NULL is fine. */
void inspect_stop (TmInspect *inspect);

#endif
