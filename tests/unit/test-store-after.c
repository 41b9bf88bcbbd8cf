/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the desk does by itself with tickets, in the database: each mail once, however the clock is set; what happens
 * meanwhile ends it; who is told nothing; and what a customer says he thinks of it.
 */
#include "base/clock.h"
#include "core/address.h"
#include "core/feedback.h"
#include "core/notice.h"
#include "store/after.h"
#include "store/task.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <string.h>

enum { DEADLINE_US = 30 * G_USEC_PER_SEC, HOUR_S = 3600, DAY_S = 86400 };

static TmTarget *
hours (gint64 n)
{
  const TmTarget made = { .kind = TM_TARGET_ELAPSED, .amount = n * HOUR_S, .unit = 'h' };
  return g_memdup2 (&made, sizeof made);
}

static void
put_template (TmSite *site, const char *name, const char *source)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) template_fault_free);
  TmTemplate *text = template_parse (source, strlen (source), TM_TEMPLATE_TEXT, notice_values_of (name), faults);
  ck_assert_ptr_nonnull (text);
  templates_put (site->templates, name, "en", NULL, text, NULL);
}

/* Reminders after 2 and 4 hours, resolved after 8; closed after 24, told 2 before. */
static TmStoreBed *
open_bed (void)
{
  static const guint8 secret[TM_KEY_LEN] = { 7 };
  TmStoreBed *bed = bed_new ();
  TmSite *site = bed->site;
  g_ptr_array_add (site->keys->keys, key_new ("k1", TM_KEY_ACTIVE, 0, secret));
  site->after = (TmAfterSettings) { .acts = true, .tells = true, .asks = true, .resolve = hours (8),
                                    .close = hours (24), .close_notice = hours (2) };
  site->after.remind = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (site->after.remind, hours (2));
  g_ptr_array_add (site->after.remind, hours (4));
  put_template (site, "resolved", "Subject: Done\n\n{?subject}{subject}{/subject}{?unanswered} by us{/unanswered}\n"
                                  "{?closes}until {closes}{/closes}\n{?good}{good} {bad}{/good}\n");
  put_template (site, "remind", "Subject: Waiting\n\n{?resolves}resolved on {resolves}{/resolves}\n");
  put_template (site, "closing", "Subject: Closing\n\n{?closes}on {closes}{/closes}\n");
  bed_open (bed);
  return bed;
}

static gpointer
hold_nothing (gpointer policy)
{
  return policy;
}

static void
drop_nothing (gpointer policy G_GNUC_UNUSED)
{
}

static TmAfterResult
act (TmStoreBed *bed, gint64 at)
{
  const TmPolicyHold hold = { bed->site, bed->site, hold_nothing, drop_nothing };
  TmAfterResult result = { 0 };
  g_autoptr (GError) error = NULL;
  ck_assert_msg (store_after (bed->store, &hold, at, clock_monotonic_us () + DEADLINE_US, &result, &error), "%s",
                 error != NULL ? error->message : "");
  return result;
}

static void
change (TmStoreBed *bed, TmChangeKind kind, const char *setting)
{
  g_autoptr (TmChange) asked = change_new (kind, 1);
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  asked->site = bed->site;
  if (kind == TM_CHANGE_SET)
    g_ptr_array_add (asked->settings, g_strdup (setting));
  else
    asked->text = g_strdup (setting);
  ck_assert (change_set_actor (asked, "joe", "joe", NULL));
  ck_assert_msg (store_change (bed->store, asked, clock_monotonic_us () + DEADLINE_US, &plan, &error), "%s",
                 error != NULL ? error->message : "");
}

static void
write_mail (TmStoreBed *bed, const char *from, const char *to, const char *id, const char *text)
{
  const TmMailSpec spec = { .from = from, .to = to, .subject = "It hurts", .message_id = id, .text = text };
  ck_assert_int_eq (bed_ticket (bed, &spec), 1);
}

#define EVE "eve@acme.example"
#define MAILS(where) bed_count (bed, "SELECT count (*) FROM outbox WHERE " where)
#define AFTER_AT bed_count (bed, "SELECT coalesce (after_at, 0) FROM ticket WHERE id = 1")
#define SINCE bed_count (bed, "SELECT after_since FROM ticket WHERE id = 1")
#define STATUS bed_count (bed, "SELECT status FROM ticket WHERE id = 1")

/* What the limits keep back goes out when they allow it, and nothing is closed before. */
START_TEST (limits_put_off)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  write_mail (bed, EVE, NULL, "one@a.example", "Please help me, it does not work and the light is on.");
  change (bed, TM_CHANGE_SET, "status=waiting");
  gint64 at = SINCE + 2 * HOUR_S;
  for (int i = 0; i < 3; i++)
    bed_sql (bed, "INSERT INTO outbox (kind, ticket, actor, recipients, sender_purpose, reply_purpose, subject, text,"
                  " rate_key, may_repeat, state, created_at, next_at, tries, ended_at) SELECT 'closing', 1, 'desk', '"
                  EVE "', '', 'r', '', '', '" EVE "', 0, 3, after_at, 0, 1, 0 FROM ticket WHERE id = 1");
  ck_assert_uint_eq (act (bed, at).n_mails, 0);
  ck_assert_int_eq (AFTER_AT, at + HOUR_S);
  ck_assert_uint_eq (act (bed, at + HOUR_S).n_mails, 1);
  ck_assert_int_eq (MAILS ("kind = 'remind'"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM event WHERE ticket = 1 AND action = 'notice'"), 2);
}
END_TEST

/* The whole course: two reminders, resolved, the notice, about to be closed, closed. */
START_TEST (course)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  write_mail (bed, EVE, NULL, "one@a.example", "Please help me, it does not work and the light is on.");
  ck_assert_int_eq (AFTER_AT, 0);
  change (bed, TM_CHANGE_SET, "status=waiting");
  gint64 since = SINCE;
  ck_assert_int_eq (AFTER_AT, since + 2 * HOUR_S);
  ck_assert_uint_eq (act (bed, since + 2 * HOUR_S - 1).n_tickets, 0);
  ck_assert_uint_eq (act (bed, since + 2 * HOUR_S).n_mails, 1);
  /* the clock goes back, and on again */
  ck_assert_uint_eq (act (bed, since + HOUR_S).n_tickets, 0);
  ck_assert_uint_eq (act (bed, since + 2 * HOUR_S).n_tickets, 0);
  ck_assert_uint_eq (act (bed, since + 4 * HOUR_S).n_mails, 1);
  ck_assert_int_eq (MAILS ("kind = 'remind' AND recipients = '" EVE "' AND sender_purpose = '' AND may_repeat = 0"
                           " AND reply_purpose = 'r' AND rate_key = '" EVE "' AND message = 1"),
                    2);
  ck_assert_uint_eq (act (bed, since + 8 * HOUR_S).n_changed, 1);
  ck_assert_int_eq (STATUS, TM_STATUS_RESOLVED);
  gint64 resolved_at = since + 8 * HOUR_S;
  ck_assert_int_eq (SINCE, resolved_at);
  ck_assert_int_eq (AFTER_AT, resolved_at + 30);
  ck_assert_uint_eq (act (bed, resolved_at + 30).n_mails, 1);
  ck_assert_int_eq (MAILS ("kind = 'resolved' AND text LIKE '%by us%' AND text LIKE '%+1-f%-good@example.com%'"), 1);
  ck_assert_int_eq (AFTER_AT, resolved_at + 22 * HOUR_S);
  ck_assert_uint_eq (act (bed, resolved_at + 22 * HOUR_S).n_mails, 1);
  ck_assert_int_eq (MAILS ("kind = 'closing'"), 1);
  ck_assert_uint_eq (act (bed, resolved_at + 24 * HOUR_S).n_changed, 1);
  ck_assert_int_eq (STATUS, TM_STATUS_CLOSED);
  ck_assert_int_eq (AFTER_AT, 0);
  ck_assert_uint_eq (act (bed, resolved_at + 99 * DAY_S).n_tickets, 0);
  ck_assert_int_eq (MAILS ("kind IN ('remind', 'resolved', 'closing')"), 4);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM event WHERE ticket = 1 AND actor = 'desk'"
                                    " AND action = 'status'"),
                    2);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM event WHERE ticket = 1 AND actor = 'desk'"
                                    " AND action = 'notice' AND detail LIKE '%\"told\":\"1\"%'"),
                    4);
}
END_TEST

/* Two weeks later: one notice, and its two hours before the ticket is closed. */
START_TEST (after_downtime)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  write_mail (bed, EVE, NULL, "one@a.example", "It hurts.");
  change (bed, TM_CHANGE_SET, "status=resolved");
  gint64 late_at = SINCE + 14 * DAY_S;
  ck_assert_uint_eq (act (bed, late_at).n_mails, 1);
  ck_assert_int_eq (MAILS ("kind = 'closing'"), 1);
  ck_assert_int_eq (MAILS ("kind = 'resolved'"), 0);
  ck_assert_int_eq (AFTER_AT, late_at + 2 * HOUR_S);
  ck_assert_uint_eq (act (bed, late_at + 2 * HOUR_S).n_changed, 1);
}
END_TEST

/* A message of the customer ends it, verified or not; a bare thanks does not. */
START_TEST (answered)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  write_mail (bed, EVE, NULL, "one@a.example", "It hurts.");
  g_autofree char *token = token_sign (bed->site->keys, 1, 'r', NULL);
  g_autofree char *address = g_strconcat ("support+", token, "@example.com", NULL);
  change (bed, TM_CHANGE_SET, "status=resolved");
  write_mail (bed, EVE, address, "two@a.example", "Thanks!");
  ck_assert_int_eq (STATUS, TM_STATUS_RESOLVED);
  ck_assert_int_gt (AFTER_AT, 0);
  write_mail (bed, "mallory@elsewhere.example", address, "three@a.example", "It is back, and worse.");
  ck_assert_int_eq (STATUS, TM_STATUS_OPEN);
  ck_assert_int_eq (AFTER_AT, 0);
  ck_assert_uint_eq (act (bed, clock_now () + 99 * DAY_S).n_tickets, 0);
}
END_TEST

typedef struct
{
  const char *setup; /* SQL; NULL: none */
  const char *record; /* a command that is recorded; NULL: none */
  guint n_mails;
} Silence;

static const Silence silences[] = {
  { NULL, NULL, 1 },
  { "INSERT INTO silenced (address, since, why) VALUES ('" EVE "', 1, 'bounced')", NULL, 0 },
  { "UPDATE message SET is_auto = 1", NULL, 0 },
  { NULL, "quiet", 0 },
  { "UPDATE ticket SET requester = 'support@example.com'", NULL, 0 },
  { "UPDATE ticket SET requester = 'no-reply@acme.example'", NULL, 0 },
  /* the limits of acknowledgements, of which those themselves do not count here */
  { "INSERT INTO outbox (kind, actor, recipients, sender_purpose, reply_purpose, subject, text, rate_key, may_repeat,"
    " state, created_at, next_at, tries) SELECT 'remind', 'desk', '', '', '', '', '', '" EVE "', 0, 3,"
    " unixepoch (), 1, 1 FROM json_each ('[1,2,3]')",
    NULL, 0 },
  { "INSERT INTO outbox (kind, actor, recipients, sender_purpose, reply_purpose, subject, text, rate_key, may_repeat,"
    " state, created_at, next_at, tries) SELECT 'ack', 'desk', '', '', '', '', '', '" EVE "', 0, 3,"
    " unixepoch (), 1, 1 FROM json_each ('[1,2,3]')",
    NULL, 1 },
};

START_TEST (told_nothing)
{
  const Silence *silence = &silences[_i];
  g_autoptr (TmStoreBed) bed = open_bed ();
  write_mail (bed, EVE, NULL, "one@a.example", "It hurts.");
  if (silence->setup != NULL)
    bed_sql (bed, silence->setup);
  if (silence->record != NULL)
    change (bed, TM_CHANGE_RECORD, silence->record);
  change (bed, TM_CHANGE_SET, "status=resolved");
  ck_assert_uint_eq (act (bed, SINCE + 30).n_mails, silence->n_mails);
  ck_assert_uint_eq (act (bed, SINCE + 30).n_tickets, 0);
  bed->is_spoiled = true;
}
END_TEST

static char *
feedback_to (TmStoreBed *bed, const char *word)
{
  g_autofree char *token = token_sign (bed->site->keys, 1, 'f', NULL);
  return g_strconcat ("support+", token, word, "@example.com", NULL);
}

/* The last word of each counts; nothing is opened again; the owner hears of a bad one once. */
START_TEST (satisfaction)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  write_mail (bed, EVE, NULL, "one@a.example", "It hurts.");
  change (bed, TM_CHANGE_SET, "status=resolved");
  g_autofree char *good = feedback_to (bed, "-good"), *bad = feedback_to (bed, "-bad");
  g_autofree char *other = feedback_to (bed, "-x");
  write_mail (bed, EVE, good, "two@a.example", "All well?");
  ck_assert_int_eq (bed_count (bed, "SELECT value FROM satisfaction WHERE ticket = 1 AND person = '" EVE "'"), 1);
  write_mail (bed, EVE, bad, "three@a.example", "No.");
  ck_assert_int_eq (bed_count (bed, "SELECT value FROM satisfaction WHERE ticket = 1 AND person = '" EVE "'"), 2);
  write_mail (bed, EVE, other, "four@a.example", "What?");
  write_mail (bed, "boss@acme.example", good, "five@a.example", "");
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM satisfaction"), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM message WHERE flags & 2048"), 4);
  ck_assert_int_eq (STATUS, TM_STATUS_RESOLVED);
  ck_assert_int_gt (AFTER_AT, 0);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM clock WHERE metric = 4"), 0);
}
END_TEST

/* A forged token is none, and a machine is not asked. */
START_TEST (no_satisfaction)
{
  g_autoptr (TmStoreBed) bed = open_bed ();
  write_mail (bed, EVE, NULL, "one@a.example", "It hurts.");
  const TmMailSpec forged = { .from = EVE, .to = "support+1-faaaaaaaaaaaaaaaa-good@example.com", .subject = "x",
                              .message_id = "two@a.example", .text = "Good." };
  ck_assert_int_eq (bed_ticket (bed, &forged), 2);
  g_autofree char *good = feedback_to (bed, "-good");
  const TmMailSpec spec = { .from = EVE, .to = good, .subject = "Out of office", .message_id = "three@a.example" };
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &spec);
  inbound->automatic.is_auto = true;
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  ck_assert_int_eq (plan->ticket, 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count (*) FROM satisfaction"), 0);
}
END_TEST

SUITE_MAIN ("store-after", tcase_add_test (tc, course); tcase_add_test (tc, limits_put_off);
            tcase_add_test (tc, after_downtime);
            tcase_add_test (tc, answered); tcase_add_loop_test (tc, told_nothing, 0, G_N_ELEMENTS (silences));
            tcase_add_test (tc, satisfaction); tcase_add_test (tc, no_satisfaction);)
