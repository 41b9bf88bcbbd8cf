/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The edits that make an agent's mail the desk's, beyond those of every marked message: fields that only he should see
 * go, To and Cc are written anew, the thread does without notes.  Pure.
 */
#ifndef TM_CORE_REPLY_EDITS_H
#define TM_CORE_REPLY_EDITS_H

#include "core/edit.h"

/* `value` "": no field of that name stays. */
void marks_set_field (TmMarks *marks, const char *name, const char *value);
void marks_add_unreferenced (TmMarks *marks, const char *message_id);

/* For marks_format() and marks_parse(): the lines `out`, `set NAME VALUE`, `unref ID`, `footer TEXT`, `commands`,
 * `discard`.  False: it is none of them. */
void marks_format_reply (const TmMarks *marks, GString *out);
bool marks_parse_reply (TmMarks *marks, const char *line);

/* Appends what `marks` ask for in `raw`; the author, Subject and X-Ticket-* fields are edits_add_marks()'s. */
void edits_add_reply (GPtrArray *edits, GBytes *raw, const TmMarks *marks);

/* Whether a field is for the writer's own mail program, or says where he sits: it never goes out. */
bool reply_field_is_private (const char *name, gsize name_len);

#endif
