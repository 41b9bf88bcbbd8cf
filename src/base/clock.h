/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only place that reads a clock, and RFC 3339 text for its instants.
 */
#ifndef TM_BASE_CLOCK_H
#define TM_BASE_CLOCK_H

#include <glib.h>
#include <stdbool.h>
#include <time.h>

/* No instant; later than every one. */
#define TM_NEVER G_MAXINT64

/* Seconds since 1970-01-01 UTC. */
gint64 clock_now (void);

/* Microseconds of a clock that never jumps; only differences mean anything. */
gint64 clock_monotonic_us (void);

/* An instant of that clock, for waits on CLOCK_MONOTONIC. */
struct timespec clock_timespec (gint64 monotonic_us);

/* `2026-11-20T16:00:00Z` (RFC 3339, UTC) for `at`; the caller frees.  NULL
 * for TM_NEVER and for years outside 1..9999. */
char *instant_format (gint64 at);

/* `2026-11-20T17:00:00+01:00`: the same of a zone that is `offset_s` ahead of UTC then, in whole minutes. */
char *instant_format_local (gint64 at, gint32 offset_s);

/* The same into `text_out`; false where that gives NULL. */
enum { TM_INSTANT_TEXT = sizeof "2026-11-20T17:00:00+01:00" };
bool instant_print_local (gint64 at, gint32 offset_s, char text_out[TM_INSTANT_TEXT]);

/* Reads RFC 3339 with an offset or Z.  False when it is anything else. */
bool instant_parse (const char *text, gint64 *at_out);

#endif
