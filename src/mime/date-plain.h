/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way for the commonest Date: `Fri, 20 Nov 2026 16:00:00 +0100`, with or without the day of the week.
 *
 * A day that there is, of the years 1970 to 2099, a time without leap second and a zone in digits: what such a field
 * means leaves nothing to interpret.  The day of the week need not be right, as it need not for GMime, which reads
 * everything else.  tests/unit/test-mime-plain.c and every message of the corpora compare the two.
 */
#ifndef TM_MIME_DATE_PLAIN_H
#define TM_MIME_DATE_PLAIN_H

#include <glib.h>
#include <stdbool.h>

/* The instant that `value` (unfolded) names.  False: it is not of that form. */
bool date_read_plain (const char *value, gint64 *at_out);

#endif
