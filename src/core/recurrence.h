/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What keeps coming back: tickets whose subjects say the same, or nearly so.  Pure.
 *
 * Two subjects are about the same when they are equal by subject_normalize(), or when half of the pairs of neighboring
 * words that stand in either stand in both.
 */
#ifndef TM_CORE_RECURRENCE_H
#define TM_CORE_RECURRENCE_H

#include <glib.h>

enum
{
  TM_RECURRENCE_TICKETS = 5,       /* that are named as examples */
  TM_RECURRENCE_SUBJECTS = 50000   /* that are kept at once: beyond it those that came the fewest times are dropped */
};

typedef struct
{
  char *subject;    /* as it was written the first time, on one line */
  gint64 n;        /* tickets */
  gint64 last_at;
  GArray *tickets;  /* gint64, numbers of the newest */
} TmRecurrence;

void recurrence_free (TmRecurrence *recurrence);

typedef struct TmRecurrences TmRecurrences;

TmRecurrences *recurrences_new (const char *instance);
void recurrences_free (TmRecurrences *recurrences);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmRecurrences, recurrences_free)

/* A ticket with this subject (valid UTF-8) came at `at`; tickets in the order of their arrival, or nearly so.  An empty
 * subject says nothing. */
void recurrences_add (TmRecurrences *recurrences, const char *subject, gint64 ticket, gint64 at);

/* The subjects of which at least two tickets came, at most `max`, the most frequent first: TmRecurrence.  The caller
 * unrefs; nothing may be added to `recurrences` behind it. */
GPtrArray *recurrences_find (TmRecurrences *recurrences, guint max);

#endif
