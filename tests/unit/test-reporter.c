/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports that are mailed by themselves: when they are due, that each is made once, and what is in the mail. */
#include "base/clock.h"
#include "core/report_mail.h"
#include "desk/reporter.h"
#include "mime/compose.h"
#include "mime/mime.h"
#include "store/outbox_send.h"
#include "store/report.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <string.h>

enum { WEEK_S = 7 * 86400, MON = 1, MON_TO_FRI = 0x1f, SUN = 1 << 6 };

static gint64
instant (const char *text)
{
  gint64 at = TM_NEVER;
  ck_assert_msg (strcmp (text, "never") == 0 || instant_parse (text, &at), "%s", text);
  return at;
}

static TmReportOrder *
order_new (unsigned days, int hour, int minute)
{
  const TmHandover every = { days, hour * 3600 + minute * 60 };
  TmReportOrder *order = report_order_new ("weekly");
  order->to = g_strdup ("boss");
  order->every = g_memdup2 (&every, sizeof every);
  return order;
}

/* --- when --- */

/* Berlin's clocks go back on 2026-10-25 at 03:00 (UTC+2), forward on 2027-03-28 at 02:00 (UTC+1). */
static const struct
{
  unsigned days;
  int hour, minute;
  const char *made, *now, *due, *next;
  TmReportState state;
} times[] = {
  /* Mondays at 07:00: 05:00 UTC in summer, 06:00 in winter. */
  { MON, 7, 0, "never", "2026-10-22T12:00:00Z", "2026-10-19T05:00:00Z", "2026-10-26T06:00:00Z", TM_REPORT_BEGINS },
  { MON, 7, 0, "2026-10-19T05:00:00Z", "2026-10-22T12:00:00Z", "2026-10-19T05:00:00Z", "2026-10-26T06:00:00Z",
    TM_REPORT_WAITS },
  { MON, 7, 0, "2026-10-19T05:00:00Z", "2026-10-26T05:59:59Z", "2026-10-19T05:00:00Z", "2026-10-26T06:00:00Z",
    TM_REPORT_WAITS },
  { MON, 7, 0, "2026-10-19T05:00:00Z", "2026-10-26T06:00:00Z", "2026-10-26T06:00:00Z", "2026-11-02T06:00:00Z",
    TM_REPORT_IS_DUE },
  /* However many were missed: the last one. */
  { MON, 7, 0, "2026-08-03T05:00:00Z", "2026-10-28T06:00:00Z", "2026-10-26T06:00:00Z", "2026-11-02T06:00:00Z",
    TM_REPORT_IS_DUE },
  /* The clock was set back behind the due time that it was made for, by a little and by a lot. */
  { MON, 7, 0, "2026-10-26T06:00:00Z", "2026-10-26T05:59:00Z", "2026-10-19T05:00:00Z", "2026-10-26T06:00:00Z",
    TM_REPORT_WAITS },
  { MON, 7, 0, "2031-01-06T06:00:00Z", "2026-10-26T06:00:00Z", "2026-10-26T06:00:00Z", "2026-11-02T06:00:00Z",
    TM_REPORT_WAITS },
  { MON_TO_FRI, 7, 0, "2026-10-23T05:00:00Z", "2026-10-25T12:00:00Z", "2026-10-23T05:00:00Z", "2026-10-26T06:00:00Z",
    TM_REPORT_WAITS },
  /* 02:30 comes twice: the first one.  And once not at all: when the clocks go forward. */
  { SUN, 2, 30, "2026-10-18T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z", "2026-11-01T01:30:00Z",
    TM_REPORT_IS_DUE },
  { SUN, 2, 30, "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z", "2026-11-01T01:30:00Z",
    TM_REPORT_WAITS },
  { SUN, 2, 30, "2027-03-21T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z", "2027-04-04T00:30:00Z",
    TM_REPORT_IS_DUE },
};

START_TEST (due_times)
{
  g_autoptr (TmSite) site = site_new ();
  g_autoptr (TmReportOrder) order = order_new (times[_i].days, times[_i].hour, times[_i].minute);
  gint64 due_at, next_at;
  site->zone = g_time_zone_new_identifier ("Europe/Berlin");
  site_index (site);
  ck_assert_int_eq (report_order_state (order, site, instant (times[_i].made), instant (times[_i].now), &due_at,
                                        &next_at), times[_i].state);
  g_autofree char *due = instant_format (due_at), *next = instant_format (next_at);
  ck_assert_str_eq (due, times[_i].due);
  ck_assert_str_eq (next, times[_i].next);
}
END_TEST

/* --- made once --- */

typedef struct
{
  TmStoreBed *bed;
  TmPolicy *policy;
} Desk;

static void
desk_open (Desk *desk)
{
  const TmLimits limits = TM_LIMITS_DEFAULT;
  TmReceiver *boss = receiver_new ("boss");
  desk->bed = bed_new ();
  bed_open (desk->bed);
  boss->address = g_strdup ("boss@example.com");
  g_ptr_array_add (desk->bed->site->receivers, boss);
  desk->policy = g_new0 (TmPolicy, 1);
  desk->policy->refs = 1;
  desk->policy->site = desk->bed->site;
  desk->policy->limits = limits;
  desk->policy->daemon.reports = g_ptr_array_new_with_free_func ((GDestroyNotify) report_order_free);
  g_ptr_array_add (desk->policy->daemon.reports, order_new (MON, 7, 0));
}

static void
desk_close (Desk *desk)
{
  desk->policy->site = NULL; /* the bed's */
  policy_unref (desk->policy);
  bed_free (desk->bed);
}

/* How many reports are in the outbox behind a look at `now`, and when it looks again. */
static gint64
look (Desk *desk, gint64 now, gint64 *next_out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TmReader) reader = bed_reader (desk->bed);
  ck_assert_msg (reporter_run (desk->bed->store, reader, desk->policy, now, next_out, &error), "%s",
                 error != NULL ? error->message : "");
  return bed_count (desk->bed, "SELECT count(*) FROM outbox WHERE kind = 'report'");
}

START_TEST (made_once)
{
  Desk desk = { 0 };
  gint64 first_at = instant ("2026-11-09T07:00:00Z"), next_at; /* without a zone */
  desk_open (&desk);
  ck_assert_int_eq (look (&desk, first_at - 3600, &next_at), 0);
  ck_assert_int_eq (next_at, first_at);
  ck_assert_int_eq (look (&desk, first_at, &next_at), 1);
  ck_assert_int_eq (next_at, first_at + WEEK_S);
  ck_assert_int_eq (look (&desk, first_at, &next_at), 1);
  bed_close (desk.bed);
  bed_open (desk.bed);
  ck_assert_int_eq (look (&desk, first_at + 1, &next_at), 1);
  /* Back and forth. */
  ck_assert_int_eq (look (&desk, first_at - 60, &next_at), 1);
  ck_assert_int_eq (look (&desk, first_at - 10 * WEEK_S, &next_at), 1);
  ck_assert_int_eq (look (&desk, first_at + 60, &next_at), 1);
  /* After weeks of downtime one, whose span ends where it was due. */
  ck_assert_int_eq (look (&desk, first_at + 5 * WEEK_S + 86400, &next_at), 2);
  ck_assert_int_eq (bed_count (desk.bed, "SELECT instr (subject, '2026-12-07 00:00 to 2026-12-14 00:00') > 0"
                                         " FROM outbox ORDER BY id DESC LIMIT 1"), 1);
  desk_close (&desk);
}
END_TEST

/* Another one made it meanwhile: nothing of this one is left. */
START_TEST (made_by_another)
{
  Desk desk = { 0 };
  gint64 at = instant ("2026-11-09T07:00:00Z"), next_at;
  desk_open (&desk);
  ck_assert_int_eq (look (&desk, at - WEEK_S, &next_at), 0);
  for (int i = 0; i < 2; i++)
    {
      TmOutgoing *mail = outgoing_new (TM_OUTGOING_REPORT, "desk", "x", "x");
      outgoing_add_recipient (mail, "boss@example.com");
      ck_assert (store_make_report (desk.bed->store, "weekly", at - WEEK_S, at, mail,
                                    clock_monotonic_us () + 20000000, NULL));
    }
  ck_assert_int_eq (look (&desk, at, &next_at), 1);
  desk_close (&desk);
}
END_TEST

/* --- the mail --- */

START_TEST (mail_with_page)
{
  Desk desk = { 0 };
  desk_open (&desk);
  ck_assert_int_eq (bed_ticket (desk.bed, &(TmMailSpec){ .subject = "<Fire> & ä", .message_id = "1@x", .text = "x" }),
                    1);
  gint64 created_at = bed_count (desk.bed, "SELECT created_at FROM ticket"), next_at;
  look (&desk, created_at, &next_at);
  gint64 monday = next_at;
  ck_assert_int_eq (look (&desk, monday, &next_at), 1);
  g_autoptr (TmReader) reader = bed_reader (desk.bed);
  g_autoptr (TmOutboxRow) row = NULL;
  ck_assert (reader_get_outgoing (reader, 1, &row, NULL));
  g_autoptr (TmLetterFacts) facts = letter_facts_new ();
  g_autoptr (TmLetter) letter = letter_write (desk.bed->site, row, TM_OUTGOING_REPORT, facts, monday);
  g_autoptr (GBytes) bytes = mime_compose (letter);
  g_autoptr (TmMail) mail = mime_read (bytes, &desk.policy->limits);
  ck_assert_ptr_nonnull (strstr (mail->text, "New tickets: 1\n"));
  ck_assert_str_eq (mail_header (mail, "Auto-Submitted", 0), "auto-generated");
  ck_assert_uint_eq (mail->attachments->len, 1);
  const TmAttachment *page = mail->attachments->pdata[0];
  ck_assert_str_eq (page->name, "report.html");
  ck_assert_str_eq (page->type, "text/html");
  ck_assert_uint_eq (page->size, strlen (row->html));
  ck_assert (g_str_has_prefix (row->html, "<!DOCTYPE html>"));
  ck_assert (row->may_repeat);
  desk_close (&desk);
}
END_TEST

SUITE_MAIN ("reporter", mime_init (); tcase_add_loop_test (tc, due_times, 0, G_N_ELEMENTS (times));
            tcase_add_test (tc, made_once); tcase_add_test (tc, made_by_another); tcase_add_test (tc, mail_with_page);)
