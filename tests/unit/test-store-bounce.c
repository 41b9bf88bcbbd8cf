/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounces in the database: the message that failed, and who is silenced. */
#include "store/store.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

enum { DAY = 86400 };

/* Eve's ticket with two messages. */
static TmStoreBed *
bed_with_ticket (gint64 *ticket_out)
{
  TmStoreBed *bed = bed_new ();
  bed_open (bed);
  *ticket_out = bed_ticket (bed, &(TmMailSpec){ .message_id = "1@x", .text = "one" });
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "2@x", .text = "two", .in_reply_to = "1@x" }),
                    *ticket_out);
  return bed;
}

/* A bounce at the ticket's bounce token. */
static void
bounce (TmStoreBed *bed, gint64 ticket, const char *address, const char *status, const char *of)
{
  static unsigned n_bounces;
  g_autofree char *token = token_sign (bed->site->keys, ticket, 'b', NULL);
  g_autofree char *to = g_strconcat ("support+", token, "@example.com", NULL);
  g_autofree char *id = g_strdup_printf ("bounce%u@mx", n_bounces++);
  const TmMailSpec spec = { .from = "mailer-daemon@mx.example", .to = to, .message_id = id, .in_reply_to = of,
                            .bounced = address, .status = status };
  g_autoptr (TmPlan) plan = bed_submit (bed, &spec, NULL);
  ck_assert_int_eq (plan->action, TM_ACTION_APPEND);
}

static bool
is_silenced (TmStoreBed *bed, const char *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (TmSilencedRecord) silenced = NULL;
  g_autoptr (GPtrArray) all = NULL;
  ck_assert (reader_get_silenced (reader, address, &silenced, &error));
  ck_assert (reader_list_silenced (reader, &all, &error));
  ck_assert_uint_eq (all->len, silenced != NULL);
  return silenced != NULL;
}

START_TEST (marks_the_message)
{
  gint64 ticket;
  g_autoptr (TmStoreBed) bed = bed_with_ticket (&ticket);
  bounce (bed, ticket, "eve@acme.example", "5.1.1", "2@x");
  bounce (bed, ticket, "eve@acme.example", "4.4.7", "gone@x");
  g_autoptr (TmTicketRecord) record = bed_get (bed, ticket);
  ck_assert_uint_eq (record->messages->len, 4);
  for (guint i = 0; i < record->messages->len; i++)
    {
      const TmMessageRecord *message = g_ptr_array_index (record->messages, i);
      ck_assert_uint_eq (message->failures->len, i == 1);
      ck_assert_int_eq (message->is_bounce, i >= 2);
    }
  const TmMessageRecord *failed = g_ptr_array_index (record->messages, 1);
  const TmMessageRecord *said = g_ptr_array_index (record->messages, 2);
  const TmFailureRecord *failure = g_ptr_array_index (failed->failures, 0);
  ck_assert_str_eq (failure->recipient, "eve@acme.example");
  ck_assert_str_eq (failure->status, "5.1.1");
  ck_assert_str_eq (failure->action, "failed");
  ck_assert_str_eq (failure->diagnostic, "smtp; no");
  ck_assert (failure->is_final);
  ck_assert_int_eq (failure->at, said->received_at);
  ck_assert_uint_eq (record->silenced->len, 1);
  const TmSilencedRecord *silenced = g_ptr_array_index (record->silenced, 0);
  ck_assert_str_eq (silenced->address, "eve@acme.example");
  ck_assert_str_eq (silenced->why, "5.1.1");
  ck_assert_int_eq (silenced->ticket, ticket);
  ck_assert_int_eq (silenced->message, failed->id);
}
END_TEST

/* Two failures other than 5.1.x: of two messages, both within 7 days, both of somebody that we wrote to. */
static const struct
{
  const char *first, *second; /* id of the message that failed */
  const char *first_status, *second_status;
  int days_before;            /* the first */
  bool is_silenced;
} pairs[] = {
  { "1@x", "2@x", "5.2.2", "5.2.2", 0, true },   { "1@x", "2@x", "5.2.2", "5.7.1", 6, true },
  { "1@x", "2@x", "5.2.2", "5.2.2", 8, false },  { "1@x", "1@x", "5.2.2", "5.2.2", 0, false },
  { "1@x", "2@x", "4.2.2", "5.2.2", 0, false },  { "1@x", "2@x", "5.2.2", "4.2.2", 0, false },
  { "gone@x", "2@x", "5.2.2", "5.2.2", 0, false }, { "1@x", "gone@x", "5.2.2", "5.2.2", 0, false },
};

START_TEST (second_failure)
{
  gint64 ticket;
  g_autoptr (TmStoreBed) bed = bed_with_ticket (&ticket);
  bounce (bed, ticket, "eve@acme.example", pairs[_i].first_status, pairs[_i].first);
  ck_assert (!is_silenced (bed, "eve@acme.example"));
  g_autofree char *sql = g_strdup_printf ("UPDATE delivery SET at = at - %d", pairs[_i].days_before * DAY);
  bed_sql (bed, sql);
  bounce (bed, ticket, "eve@acme.example", pairs[_i].second_status, pairs[_i].second);
  ck_assert_int_eq (is_silenced (bed, "eve@acme.example"), pairs[_i].is_silenced);
}
END_TEST

/* A failure on a ticket whose mail did not go to that address is shown, and counts nothing later. */
START_TEST (others_do_not_count)
{
  gint64 ticket;
  g_autoptr (TmStoreBed) bed = bed_with_ticket (&ticket);
  gint64 other = bed_ticket (bed, &(TmMailSpec){ .from = "mallory@evil.example", .message_id = "m@evil", .text = "m" });
  bounce (bed, other, "eve@acme.example", "5.1.1", "m@evil");
  bounce (bed, ticket, "eve@acme.example", "5.2.2", "1@x");
  ck_assert (!is_silenced (bed, "eve@acme.example"));
  g_autoptr (TmTicketRecord) record = bed_get (bed, other);
  const TmMessageRecord *message = g_ptr_array_index (record->messages, 0);
  ck_assert_uint_eq (message->failures->len, 1);
}
END_TEST

/* The token names the ticket that the mail was of, which was merged since. */
START_TEST (merged)
{
  gint64 ticket;
  g_autoptr (TmStoreBed) bed = bed_with_ticket (&ticket);
  gint64 target = bed_ticket (bed, &(TmMailSpec){ .message_id = "3@x", .text = "three" });
  g_autofree char *sql = g_strdup_printf ("UPDATE ticket SET status = 7, merged_into = %" G_GINT64_FORMAT
                                          " WHERE id = %" G_GINT64_FORMAT, target, ticket);
  bed_sql (bed, sql);
  bounce (bed, ticket, "eve@acme.example", "5.1.1", "1@x");
  g_autoptr (TmTicketRecord) old = bed_get (bed, ticket);
  g_autoptr (TmTicketRecord) record = bed_get (bed, target);
  const TmMessageRecord *message = g_ptr_array_index (old->messages, 0);
  ck_assert_uint_eq (message->failures->len, 1);
  ck_assert_uint_eq (record->messages->len, 2);
  ck_assert (is_silenced (bed, "eve@acme.example"));
}
END_TEST

SUITE_MAIN ("store-bounce", tcase_add_test (tc, marks_the_message);
            tcase_add_loop_test (tc, second_failure, 0, G_N_ELEMENTS (pairs));
            tcase_add_test (tc, others_do_not_count);
            tcase_add_test (tc, merged);)
