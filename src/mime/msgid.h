/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message-IDs in header values, as strict as our own headers must be and as
 * lenient as mail is.  Pure.
 */
#ifndef TM_MIME_MSGID_H
#define TM_MIME_MSGID_H

#include <glib.h>

/* Adds the ids in `value` (UTF-8, unfolded) to `ids` (char *, without angle
 * brackets, without blanks and controls, at most 998 bytes).  Of more than
 * `max` the first one and the last ones stay. */
void msgid_collect (const char *value, unsigned max, GPtrArray *ids);

/* The first id of `value`, "" when there is none that can be used.  The caller frees. */
char *msgid_first (const char *value);

#endif
