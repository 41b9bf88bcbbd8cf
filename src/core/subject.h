/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The subject tag `[instance#number]`.  Pure.
 */
#ifndef TM_CORE_SUBJECT_H
#define TM_CORE_SUBJECT_H

#include <glib.h>
#include <stdbool.h>

/* The number of the first tag of this instance (any case), else 0.  Foreign tags are left alone. */
gint64 subject_find_tag (const char *subject, const char *instance);

/* The same from `*from` on, which moves behind it: one tag after the other. */
gint64 subject_next_tag (const char **from, const char *instance);

/* A number typed by a person, as `#1042` that is part of no tag; else 0. */
gint64 subject_find_number (const char *subject);

/* `subject` with every tag of this instance removed; the caller frees. */
char *subject_strip_tags (const char *subject, const char *instance);

/* `subject` with the tag of `ticket` (0: `NEW`) once, where a reader looks for it: behind
 * reply prefixes that stand in front already, at the front otherwise; the caller frees. */
char *subject_with_tag (const char *subject, const char *instance, gint64 ticket);

/* `subject` for comparison: without tags of this instance and the prefixes of answers and forwards, without regard to
 * case and white space.  Valid UTF-8 in; the caller frees. */
char *subject_fold (const char *subject, const char *instance);
/* The same with each run of digits as `0`, which two subjects about the same thing have in common. */
char *subject_normalize (const char *subject, const char *instance);

#endif
