/* SPDX-License-Identifier: BSD-2-Clause */
/* Times as people write them. */
#include "base/clock.h"
#include "core/when.h"
#include "tests/support/suite.h"

#include <string.h>

#define BERLIN "Europe/Berlin"

/* `now` is a Tuesday, unless said otherwise: 2026-11-24T14:00:00Z, 15:00 in Berlin. */
typedef struct
{
  const char *text;
  const char *at;   /* RFC 3339; NULL: no time */
  const char *rest; /* what stands behind the time; NULL: nothing */
  const char *zone; /* NULL: Berlin; "": none */
  const char *now;  /* NULL: as above */
} Case;

static const Case next[] = {
  { .text = "Tue 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "tuesday 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "TUE, 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "on Tuesday at 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "next Tuesday at 17:00 Uhr", .at = "2026-11-24T16:00:00Z" },
  { .text = "Tue 15:00", .at = "2026-12-01T14:00:00Z" },
  { .text = "Tue 15:01", .at = "2026-11-24T14:01:00Z" },
  { .text = "Tue 9:00", .at = "2026-12-01T08:00:00Z" },
  { .text = "Wed 9:00", .at = "2026-11-25T08:00:00Z" },
  { .text = "Mon 09:00", .at = "2026-11-30T08:00:00Z" },
  { .text = "Sun 9:00", .at = "2026-11-29T08:00:00Z" },
  { .text = "Di 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "Dienstag um 17:00 Uhr", .at = "2026-11-24T16:00:00Z" },
  { .text = "am Mi. 9:00", .at = "2026-11-25T08:00:00Z" },
  { .text = "Samstag 9:00", .at = "2026-11-28T08:00:00Z" },
  { .text = "Sonnabend 9:00", .at = "2026-11-28T08:00:00Z" },
  { .text = "Thurs 9:00", .at = "2026-11-26T08:00:00Z" },
  { .text = "Tue 17:00", .at = "2026-11-24T17:00:00Z", .zone = "" },
  { .text = "today 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "heute 9:00", .at = "2026-11-24T08:00:00Z" },
  { .text = "tomorrow 9:00", .at = "2026-11-25T08:00:00Z" },
  { .text = "morgen 9:00", .at = "2026-11-25T08:00:00Z" },
  { .text = "\xc3\x9c" "bermorgen 9:00", .at = "2026-11-26T08:00:00Z" },
  { .text = "17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "at 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "15:00", .at = "2026-11-25T14:00:00Z" },
  { .text = "15:00:01", .at = "2026-11-24T14:00:01Z" },
  { .text = "0:00", .at = "2026-11-24T23:00:00Z" },
  { .text = "24:00", .at = "2026-11-24T23:00:00Z" },
  { .text = "2026-11-24 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "2026-11-24 at 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "2026-11-24T17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "2026-11-24T17:00:30", .at = "2026-11-24T16:00:30Z" },
  { .text = "2026-11-24T16:00:00Z", .at = "2026-11-24T16:00:00Z" },
  { .text = "2026-11-24t16:00:00z", .at = "2026-11-24T16:00:00Z" },
  { .text = "2026-11-24T16:00:00-05:00", .at = "2026-11-24T21:00:00Z" },
  { .text = "2020-01-01 12:00", .at = "2020-01-01T11:00:00Z" },
  { .text = "24.11. 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "24.11. 14:00", .at = "2027-11-24T13:00:00Z" },
  { .text = "1.1. 9:00", .at = "2027-01-01T08:00:00Z" },
  { .text = "29.2. 9:00", .at = "2028-02-29T08:00:00Z" },
  { .text = "29.2. 9:00", .at = "2104-02-29T09:00:00Z", .zone = "", .now = "2096-03-01T00:00:00Z" },
  { .text = "24.11.2026 17:00", .at = "2026-11-24T16:00:00Z" },
  { .text = "24.11.2026, 17:00 Uhr", .at = "2026-11-24T16:00:00Z" },
  { .text = "29.2.2028 9:00", .at = "2028-02-29T08:00:00Z" },
  { .text = "in 2h", .at = "2026-11-24T16:00:00Z" },
  { .text = "in 30m", .at = "2026-11-24T14:30:00Z" },
  { .text = "in 30 minutes", .at = "2026-11-24T14:30:00Z" },
  { .text = "2h", .at = "2026-11-24T16:00:00Z" },
  { .text = "3d", .at = "2026-11-27T14:00:00Z" },
  { .text = "in 3 Tagen", .at = "2026-11-27T14:00:00Z" },
  { .text = "in 2 Stunden", .at = "2026-11-24T16:00:00Z" },
  { .text = "  17:00\xc2\xa0", .at = "2026-11-24T16:00:00Z" },

  /* where the clocks change: 2026-03-29 02:00 to 03:00, 2026-10-25 03:00 back to 02:00 */
  { .text = "2026-03-29 02:30", .at = "2026-03-29T01:00:00Z" },
  { .text = "2026-03-29 03:00", .at = "2026-03-29T01:00:00Z" },
  { .text = "2026-10-25 02:30", .at = "2026-10-25T00:30:00Z" },
  { .text = "2:30", .at = "2026-10-26T01:30:00Z", .now = "2026-10-25T01:15:00Z" },
  { .text = "2:30", .at = "2026-10-25T00:30:00Z", .now = "2026-10-25T00:15:00Z" },
  { .text = "Sun 2:30", .at = "2026-03-29T01:00:00Z", .now = "2026-03-28T12:00:00Z" },
  { .text = "1d", .at = "2026-03-29T10:00:00Z", .now = "2026-03-28T11:00:00Z" },
  { .text = "24h", .at = "2026-03-29T11:00:00Z", .now = "2026-03-28T11:00:00Z" },
  { .text = "tomorrow 0:00", .at = "2026-10-25T00:00:00Z", .now = "2026-10-24T22:00:00Z", .zone = "Atlantic/Azores" },
  { .text = "9:00", .at = "1969-12-31T09:00:00Z", .zone = "", .now = "1969-12-31T08:00:00Z" },

  /* behind it */
  { .text = "Tue 17:00 he said", .at = "2026-11-24T16:00:00Z", .rest = " he said" },
  { .text = "17:00 he said", .at = "2026-11-24T16:00:00Z", .rest = " he said" },
  { .text = "in 2 h then", .at = "2026-11-24T16:00:00Z", .rest = " then" },

  /* no time */
  { .text = "" },
  { .text = "soon" },
  { .text = "Tue" },
  { .text = "tomorrow" },
  { .text = "2026-11-24" },
  { .text = "24.11." },
  { .text = "17" },
  { .text = "17:0" },
  { .text = "17:60" },
  { .text = "25:00" },
  { .text = "24:01" },
  { .text = "117:00" },
  { .text = "17:00:60" },
  { .text = "17:00pm" },
  { .text = "-1:00" },
  { .text = "Tue Wed 17:00" },
  { .text = "2026-02-30 17:00" },
  { .text = "2026-13-01 17:00" },
  { .text = "2026-1-1 17:00" },
  { .text = "30.2. 9:00" },
  { .text = "29.2.2027 9:00" },
  { .text = "0.1. 9:00" },
  { .text = "1.13. 9:00" },
  { .text = "24.11.26 9:00" },
  { .text = "24.11 9:00" },
  { .text = "in" },
  { .text = "in 0h" },
  { .text = "in 2" },
  { .text = "in 2y" },
  { .text = "in -2h" },
  { .text = "in 100001h" },
  { .text = "99999999999999999999h" },
  { .text = "2h ago" },
  { .text = "vor 2h" },
  { .text = "at" },
  { .text = "on on on on on on on" },
};

static const Case last[] = {
  { .text = "14:30 he restarts it", .at = "2026-11-24T13:30:00Z", .rest = " he restarts it" },
  { .text = "15:00", .at = "2026-11-24T14:00:00Z" },
  { .text = "15:01", .at = "2026-11-23T14:01:00Z" },
  { .text = "24:00", .at = "2026-11-23T23:00:00Z" },
  { .text = "Tue 14:00", .at = "2026-11-24T13:00:00Z" },
  { .text = "Tue 17:00", .at = "2026-11-17T16:00:00Z" },
  { .text = "Mon 17:00", .at = "2026-11-23T16:00:00Z" },
  { .text = "last Wed 17:00", .at = "2026-11-18T16:00:00Z" },
  { .text = "today 9:00", .at = "2026-11-24T08:00:00Z" },
  { .text = "yesterday 9:00", .at = "2026-11-23T08:00:00Z" },
  { .text = "gestern 9:00", .at = "2026-11-23T08:00:00Z" },
  { .text = "24.11. 14:00", .at = "2026-11-24T13:00:00Z" },
  { .text = "24.11. 17:00", .at = "2025-11-24T16:00:00Z" },
  { .text = "29.2. 9:00", .at = "2024-02-29T08:00:00Z" },
  { .text = "2026-11-24 14:00", .at = "2026-11-24T13:00:00Z" },
  { .text = "2h ago", .at = "2026-11-24T12:00:00Z" },
  { .text = "vor 30 Minuten", .at = "2026-11-24T13:30:00Z" },
  { .text = "1d ago", .at = "2026-11-23T14:00:00Z" },
  { .text = "2:30", .at = "2026-10-25T00:30:00Z", .now = "2026-10-25T01:15:00Z" },
  { .text = "30m he said" },
  { .text = "in 2h" },
  { .text = "he said 14:30" },
};

static void
check (const Case *c, TmWhenSense sense)
{
  const char *name = c->zone != NULL ? c->zone : BERLIN;
  g_autoptr (GTimeZone) zone = *name != '\0' ? g_time_zone_new_identifier (name) : NULL;
  gint64 now, at, whole_at;
  gsize len;
  ck_assert (instant_parse (c->now != NULL ? c->now : "2026-11-24T14:00:00Z", &now));
  bool is_time = when_read (c->text, zone, now, sense, &at, &len);
  g_autofree char *text = is_time ? instant_format (at) : NULL;
  ck_assert_msg (g_strcmp0 (text, c->at) == 0, "`%s` is %s, and should be %s", c->text, text, c->at);
  ck_assert_msg (when_parse (c->text, zone, now, sense, &whole_at) == (c->at != NULL && c->rest == NULL), "`%s`",
                 c->text);
  if (c->rest != NULL)
    ck_assert_str_eq (c->text + len, c->rest);
}

START_TEST (what_is_to_come)
{
  check (&next[_i], TM_WHEN_NEXT);
}
END_TEST

START_TEST (what_has_been)
{
  check (&last[_i], TM_WHEN_LAST);
}
END_TEST

SUITE_MAIN ("when", tcase_add_loop_test (tc, what_is_to_come, 0, G_N_ELEMENTS (next));
            tcase_add_loop_test (tc, what_has_been, 0, G_N_ELEMENTS (last));)
