/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The main file and what it includes, as one tree.  What is included counts
 * as standing where the `include` key stands: maps and lists add up.
 */
#ifndef TM_CONF_FILES_H
#define TM_CONF_FILES_H

#include "conf/yaml.h"

enum { TM_CONF_FILE_MAX = 16 << 20 };

/* Never NULL but for a main file that cannot be opened (TM_ERROR_NOT_FOUND or _DENIED; reported too); all other trouble
 * goes to `findings` only. */
TmNode *files_load (const char *file, TmFindings *findings, GError **error);

#endif
