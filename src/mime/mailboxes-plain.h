/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way for the commonest address fields: `Name Surname <local@domain>`, `"Surname, Name" <local@domain>` and
 * `local@domain`, one or some with commas between them.
 *
 * Only characters that mean themselves are taken, so that RFC 5322's grammar and GMime's lenience cannot differ: no
 * comments, groups, routes, escapes, encoded words, folds, domain literals, nothing but printable ASCII.
 * tests/unit/test-mime-plain.c and every message of the corpora compare it with GMime's parser.
 */
#ifndef TM_MIME_MAILBOXES_PLAIN_H
#define TM_MIME_MAILBOXES_PLAIN_H

#include <glib.h>
#include <stdbool.h>

/* Adds the mailboxes of `value` (unfolded) to `mailboxes` until these are `max`, as mailboxes_collect() does.  False:
 * nothing was added, `value` has something that only GMime understands. */
bool mailboxes_collect_plain (const char *value, unsigned max, GPtrArray *mailboxes);

#endif
