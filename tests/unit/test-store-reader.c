/* SPDX-License-Identifier: BSD-2-Clause */
/* What those see who only read. */
#include "store/store.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

static TmStoreBed *
bed_with_store (void)
{
  TmStoreBed *bed = bed_new ();
  bed_open (bed);
  return bed;
}

static guint
n_listed (TmStoreBed *bed, TmTicketFilter filter, gint64 *first_out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (GPtrArray) tickets = NULL;
  ck_assert_msg (reader_list (reader, &filter, &tickets, &error), "%s", error != NULL ? error->message : "");
  if (tickets->len > 0)
    *first_out = ((TmTicketRecord *) g_ptr_array_index (tickets, 0))->facts->id;
  return tickets->len;
}

START_TEST (lists)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  static const TmMailSpec specs[] = {
    { .message_id = "1@x" },
    { .message_id = "2@x", .to = "hosting@example.com" },
    { .message_id = "3@x", .from = "bob@acme.example" },
    { .message_id = "4@x" },
  };
  gint64 first = 0;
  ck_assert_uint_eq (n_listed (bed, (TmTicketFilter){ 0 }, &first), 0);
  for (size_t i = 0; i < G_N_ELEMENTS (specs); i++)
    ck_assert_int_eq (bed_ticket (bed, &specs[i]), (gint64) i + 1);
  bed_sql (bed, "UPDATE ticket SET status = 6 WHERE id = 4");
  ck_assert_uint_eq (n_listed (bed, (TmTicketFilter){ 0 }, &first), 3);
  ck_assert_int_eq (first, 3);
  ck_assert_uint_eq (n_listed (bed, (TmTicketFilter){ .limit = 2 }, &first), 2);
  ck_assert_int_eq (first, 3);
  ck_assert_uint_eq (n_listed (bed, (TmTicketFilter){ .queue = "hosting" }, &first), 1);
  ck_assert_int_eq (first, 2);
  ck_assert_uint_eq (n_listed (bed, (TmTicketFilter){ .requester = "bob@acme.example" }, &first), 1);
  ck_assert_int_eq (first, 3);
  ck_assert_uint_eq (n_listed (bed, (TmTicketFilter){ .statuses = 1u << TM_STATUS_CLOSED }, &first), 1);
  ck_assert_int_eq (first, 4);
}
END_TEST

START_TEST (no_such_ticket)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (TmTicketRecord) ticket = NULL;
  ck_assert (!reader_get (reader, 7, &ticket, &error));
  ck_assert_int_eq (error->code, TM_ERROR_NOT_FOUND);
}
END_TEST

static guint
n_findings (TmStoreBed *bed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (GPtrArray) findings = NULL;
  ck_assert_msg (reader_check (reader, &findings, &error), "%s", error != NULL ? error->message : "");
  return findings->len;
}

START_TEST (check_finds)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@x" }), 1);
  ck_assert_uint_eq (n_findings (bed), 0);
  bed->is_spoiled = true;
  bed_sql (bed, "INSERT INTO event (ticket, number, at, actor, action, detail) VALUES (77, 1, 1, 'x', 'y', '{}')");
  ck_assert_uint_eq (n_findings (bed), 1);
}
END_TEST

SUITE_MAIN ("store-reader", tcase_add_test (tc, lists);
            tcase_add_test (tc, no_such_ticket);
            tcase_add_test (tc, check_finds);)
