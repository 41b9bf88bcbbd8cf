/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holidays out of iCalendar files (RFC 5545), as lines for a person to look at before they become configuration.
 */
#ifndef TM_CONF_ICAL_H
#define TM_CONF_ICAL_H

#include "base/error.h"

#include <stdbool.h>

/* Whether this build has libical. */
bool ical_is_built (void);

typedef struct
{
  char *holiday; /* "2026-12-24", "*-12-25"; NULL: `note` says what was left out, and why */
  char *note;    /* the event's name, one clean line */
} TmIcalLine;

/* The whole-day events of `text`: one line for each date, sorted, each date once.  Recurrences are followed from
 * `first_year` to `last_year`, yearly ones on a fixed date become `*-MM-DD`.  TM_ERROR_MESSAGE: it is no iCalendar,
 * or a recurrence in it is finer than daily, which is refused before it is expanded.  TM_ERROR_USAGE in a build
 * without libical. */
bool ical_holidays (const char *text, int first_year, int last_year, GPtrArray **lines_out,
                    GError **error) TM_WARN_UNUSED;

#endif
