/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When to try again what did not work: twice as long each time, up to a bound, and not at the same moment as all others
 * that failed with it.  Pure.
 */
#ifndef TM_CORE_BACKOFF_H
#define TM_CORE_BACKOFF_H

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  gint64 first_s, most_s; /* behind the first try; the longest */
} TmBackoff;

/* Of one mail (RFC 5321 §4.5.4.1 wants no less patience than its give-up time), of a server that takes none at all, and
 * of a page or the receiver of pages. */
extern const TmBackoff backoff_mail, backoff_server, backoff_page;

/* How long nobody is told that a mail does not get through; a page is about something that is due now. */
enum { TM_BACKOFF_GIVE_UP_S = 5 * 86400, TM_BACKOFF_GIVE_UP_PAGE_S = 86400 };

/* Seconds to wait behind the `tries`th try (from 1), at least 1.  `seed` spreads it by a quarter to both sides: the
 * same for the same seed and try. */
gint64 backoff_delay (const TmBackoff *backoff, gint64 tries, guint64 seed);

/* Whether what has waited since `created_at` (UTC seconds, as `now`) is given up after one more try that failed. */
bool backoff_is_over (gint64 created_at, gint64 now);

#endif
