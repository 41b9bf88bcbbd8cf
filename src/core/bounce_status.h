/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the lines of a bounce say of its cause: a status (RFC 3463), an SMTP code (RFC 5321 §4.2), or words.  Pure.
 */
#ifndef TM_CORE_BOUNCE_STATUS_H
#define TM_CORE_BOUNCE_STATUS_H

#include <glib.h>
#include <stdbool.h>

#define TM_STATUS_LEN 12 /* "5.123.123" and its NUL */

/* What was said so far; zeroed at birth. */
typedef struct
{
  char code[TM_STATUS_LEN], reason[TM_STATUS_LEN];
  char *code_line, *reason_line;
} TmBounceCause;

/* Reads one line, `line` as it stands and `lower` in lower case.  What says more stays: a status before a bare code,
 * the first before those that follow. */
void bounce_cause_read (TmBounceCause *cause, const char *line, const char *lower);

/* The status that was said: what the code says of final or temporary (RFC 3463 §2), what the words say of the rest;
 * false: none, and `status_out` is "". */
bool bounce_cause_status (const TmBounceCause *cause, char status_out[TM_STATUS_LEN]);

/* The line that says so, clean, at most 500 bytes; NULL none.  Borrowed. */
const char *bounce_cause_line (const TmBounceCause *cause);

void bounce_cause_clear (TmBounceCause *cause);

/* The status that one line names by a code or by words; false: none, and `status_out` is as it was. */
bool bounce_find_status (const char *line, char status_out[TM_STATUS_LEN]);

#endif
