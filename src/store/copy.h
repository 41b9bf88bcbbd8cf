/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A database copied page by page into a new file, as it was at one moment.
 */
#ifndef TM_STORE_COPY_H
#define TM_STORE_COPY_H

#include "store/care.h"
#include "store/db.h"

/* Copies what `source` reads into the empty file `made`, checks that copy and brings it onto stable storage.  `source`
 * has no transaction open; it keeps one for as long as it takes. */
bool copy_make (TmDb *source, const char *made, TmProgress progress, gpointer data, TmCopyReport *report_out,
                GError **error) TM_WARN_UNUSED;

#endif
