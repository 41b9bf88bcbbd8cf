/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The writer's own text against what he quotes, and whether it
 * is no more than a "thank you".  Pure; linear time.
 */
#ifndef TM_CORE_QUOTE_H
#define TM_CORE_QUOTE_H

#include <glib.h>
#include <stdbool.h>

/* Marks the one range of `text` (valid UTF-8, LF) that the writer wrote
 * himself: without the quoted text above or below it, its attribution line
 * ("On … wrote:", "Am … schrieb …:", Outlook's header block, -----Original
 * Message-----, in the shipped languages) and without the signature behind "-- ".  If nothing would be
 * left, the range is all of the text.  Replies between quotes keep the quotes between them. */
void quote_find_reply (const char *text, gsize *start_out, gsize *len_out);

/* Whether the line of `text` that begins at `start` is the writer's own by the same signs; also where nothing is, and
 * the range above is all of the text. */
bool quote_is_own (const char *text, gsize start);

/* Whether `reply` is a bare thanks: at most 6 words, all of them of a list in the
 * shipped languages, after greeting and signature are taken away; no question mark; not empty. */
bool quote_is_bare_thanks (const char *reply);

#endif
