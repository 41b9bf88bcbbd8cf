/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts and plans ⇄ database: what is written is what is read, once only, each job by itself. */
#include "base/clock.h"
#include "store/schema.h"
#include "store/store.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <sqlite3.h>
#include <string.h>
#include <zstd.h>

static const TmMailSpec hello
  = { .subject = "Printer on fire", .message_id = "one@acme.example", .text = "Help!\nEve" };

static TmStoreBed *
bed_with_store (void)
{
  TmStoreBed *bed = bed_new ();
  bed_open (bed);
  return bed;
}

/* --- round trip --- */

static void
set_by_rule (TmClassification *class)
{
  class->type = g_strdup ("problem");
  class->priority = g_strdup ("P1");
  class->priority_by = g_strdup ("rule:outage");
  class->assignee = g_strdup ("anna");
}

static void
fill_in (TmInbound *inbound)
{
  TmAttachment *attachment = attachment_new ();
  g_free (attachment->name);
  attachment->name = g_strdup ("log \xc3\xa4.txt");
  attachment->size = 12;
  attachment->is_inline = true;
  g_ptr_array_add (inbound->mail->attachments, attachment);
  inbound->mail->reply_len = strlen ("Help!");
  inbound->mail->flags = TM_FLAG_SIGNED;
  inbound->is_authenticated = true;
  g_ptr_array_add (inbound->mail->cc, mailbox_new ("bob@acme.example", "Bob"));
  set_by_rule (inbound->as_new);
  g_ptr_array_add (inbound->as_new->tags, tag_new ("cluster", "c12"));
  g_ptr_array_add (inbound->as_new->notes, g_strdup ("first"));
  g_ptr_array_add (inbound->as_new->notes, g_strdup ("second"));
  g_ptr_array_add (inbound->as_new->missing, g_strdup ("steps"));
  g_ptr_array_add (inbound->as_new->missing, g_strdup ("environment"));
}

static void
check_ticket (const TmTicketRecord *ticket)
{
  ck_assert_int_eq (ticket->facts->status, TM_STATUS_NEW);
  ck_assert_str_eq (ticket->facts->requester, "eve@acme.example");
  ck_assert_str_eq (ticket->facts->type, "problem");
  ck_assert_str_eq (ticket->facts->priority, "P1");
  ck_assert_str_eq (ticket->facts->assignee, "anna");
  ck_assert_int_eq (ticket->facts->closed_at, TM_NEVER);
  ck_assert_str_eq (ticket->priority_by, "rule:outage");
  ck_assert_str_eq (ticket->subject, "Printer on fire");
  ck_assert_int_eq (ticket->resolved_at, TM_NEVER);
  ck_assert_int_eq (ticket->merged_into, 0);
  ck_assert_int_le (ticket->created_at, clock_now ());
  ck_assert_uint_eq (ticket->facts->queues->len, 2);
  ck_assert_str_eq (g_ptr_array_index (ticket->facts->queues, 0), "support");
  ck_assert_str_eq (g_ptr_array_index (ticket->facts->queues, 1), "hosting");
  ck_assert_uint_eq (ticket->facts->participants->len, 1);
  const TmParticipant *participant = g_ptr_array_index (ticket->facts->participants, 0);
  ck_assert_str_eq (participant->address, "bob@acme.example");
  ck_assert_str_eq (participant->by, "requester");
  ck_assert (participant->receives);
  const TmTag *tag = g_ptr_array_index (ticket->tags, 0);
  ck_assert_str_eq (tag->key, "cluster");
  ck_assert_str_eq (tag->value, "c12");
  ck_assert_uint_eq (ticket->missing->len, 2);
  ck_assert_str_eq (g_ptr_array_index (ticket->missing, 0), "steps");
}

static void
check_message (const TmMessageRecord *message)
{
  ck_assert_int_eq (message->direction, TM_DIRECTION_IN);
  ck_assert_str_eq (message->from, "eve@acme.example");
  ck_assert_str_eq (message->message_id, "one@acme.example");
  ck_assert_str_eq (message->subject, "Printer on fire");
  ck_assert_str_eq (message->text, "Help!\nEve");
  ck_assert_str_eq (message->reply_text, "Help!");
  ck_assert_uint_eq (message->flags, TM_FLAG_SIGNED);
  ck_assert (message->is_verified && !message->is_auto && !message->is_bounce);
  ck_assert_int_eq (message->date_at, 1795190400);
  const TmAttachment *attachment = g_ptr_array_index (message->attachments, 0);
  ck_assert_str_eq (attachment->name, "log \xc3\xa4.txt");
  ck_assert_uint_eq (attachment->size, 12);
  ck_assert (attachment->is_inline);
}

START_TEST (round_trip)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  TmMailSpec spec = hello;
  spec.to = "support@example.com hosting@example.com";
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &spec);
  fill_in (inbound);
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  ck_assert_int_eq (plan->action, TM_ACTION_OPEN);
  ck_assert_int_eq (plan->ticket, 1);
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
  check_ticket (ticket);
  ck_assert_uint_eq (ticket->messages->len, 1);
  check_message (g_ptr_array_index (ticket->messages, 0));
  ck_assert_uint_eq (ticket->events->len, 3);
  static const char *const notes[] = { "{\"text\":\"first\"}", "{\"text\":\"second\"}" };
  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    ck_assert_str_eq (((const TmEventRecord *) g_ptr_array_index (ticket->events, i + 1))->detail, notes[i]);
  ck_assert_int_eq (bed_count (bed, "SELECT min (number) * 100 + max (number) FROM event"), 103);
  const TmEventRecord *event = g_ptr_array_index (ticket->events, 0);
  ck_assert_str_eq (event->action, "open");
  ck_assert_ptr_nonnull (strstr (event->detail, "\"P1\""));
}
END_TEST

static void
attach (TmInbound *inbound, const char *sha256, guint64 size)
{
  TmAttachment *attachment = attachment_new ();
  g_free (attachment->sha256);
  attachment->sha256 = g_strdup (sha256);
  attachment->size = size;
  g_ptr_array_add (inbound->mail->attachments, attachment);
}

/* A signature's logo comes with each mail; a file twice in one of them is two files, and nothing is like nothing. */
START_TEST (repeated_attachments)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  const TmMailSpec again = { .message_id = "two@acme.example", .in_reply_to = "one@acme.example", .text = "More" };
  g_autoptr (TmInbound) first = maker_inbound (bed->site, &hello), second = maker_inbound (bed->site, &again);
  static const char *const first_has[] = { "10", "10", "" }, *const second_has[] = { "10", "new", "" };
  for (guint i = 0; i < G_N_ELEMENTS (first_has); i++)
    {
      attach (first, first_has[i], strlen (first_has[i]));
      attach (second, second_has[i], strlen (second_has[i]));
    }
  plan_free (bed_submit_until (bed, first, BED_PATIENCE_S, NULL));
  plan_free (bed_submit_until (bed, second, BED_PATIENCE_S, NULL));
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
  ck_assert_uint_eq (ticket->messages->len, 2);
  g_autoptr (GString) seen = g_string_new (NULL);
  for (guint i = 0; i < ticket->messages->len; i++)
    {
      const GPtrArray *attachments = ((const TmMessageRecord *) g_ptr_array_index (ticket->messages, i))->attachments;
      for (guint k = 0; k < attachments->len; k++)
        g_string_append (seen, ((const TmAttachment *) g_ptr_array_index (attachments, k))->is_repeated ? "R" : "-");
    }
  ck_assert_str_eq (seen->str, "---R--");
}
END_TEST

/* The bytes of the message are there, packed. */
START_TEST (raw_is_kept)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &hello);
  plan_free (bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL));
  sqlite3 *handle;
  sqlite3_stmt *rows;
  ck_assert_int_eq (sqlite3_open_v2 (bed->path, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  ck_assert_int_eq (sqlite3_prepare_v2 (handle, "SELECT data FROM raw WHERE codec = 1", -1, &rows, NULL), SQLITE_OK);
  ck_assert_int_eq (sqlite3_step (rows), SQLITE_ROW);
  char unpacked[4096];
  size_t len = ZSTD_decompress (unpacked, sizeof unpacked, sqlite3_column_blob (rows, 0),
                                (size_t) sqlite3_column_bytes (rows, 0));
  ck_assert (!ZSTD_isError (len));
  ck_assert_uint_eq (len, g_bytes_get_size (inbound->raw));
  ck_assert_mem_eq (unpacked, g_bytes_get_data (inbound->raw, NULL), len);
  sqlite3_finalize (rows);
  sqlite3_close (handle);
}
END_TEST

START_TEST (raw_is_optional)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &hello);
  TmPlan *plan = NULL;
  ck_assert (store_submit (bed->store, inbound, NULL, clock_monotonic_us () + 30000000, &plan, NULL));
  plan_free (plan);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM raw"), 0);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message"), 1);
}
END_TEST

/* --- which ticket --- */

START_TEST (reply_finds_its_ticket)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  ck_assert_int_eq (bed_ticket (bed, &hello), 1);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "other@acme.example" }), 2);
  TmMailSpec reply = { .message_id = "two@acme.example", .in_reply_to = hello.message_id, .text = "Still burning" };
  g_autoptr (TmPlan) plan = bed_submit (bed, &reply, NULL);
  ck_assert_int_eq (plan->action, TM_ACTION_APPEND);
  ck_assert_int_eq (plan->ticket, 1);
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
  ck_assert_uint_eq (ticket->messages->len, 2);
}
END_TEST

/* A mail refers to an id that the desk never saw; its author's next mail answers that same id. */
START_TEST (referred_id_finds_its_ticket)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  TmMailSpec first = { .message_id = "a@x", .in_reply_to = "unseen@x", .text = "a" };
  TmMailSpec second = { .message_id = "b@x", .in_reply_to = "unseen@x", .text = "b" };
  TmMailSpec stranger = { .from = "mallory@evil.example", .message_id = "c@x", .in_reply_to = "unseen@x", .text = "c" };
  ck_assert_int_eq (bed_ticket (bed, &first), 1);
  ck_assert_int_eq (bed_ticket (bed, &second), 1);
  ck_assert_int_eq (bed_ticket (bed, &stranger), 2);
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 2);
  ck_assert_uint_eq (ticket->related->len, 1);
  ck_assert_int_eq (g_array_index (ticket->related, gint64, 0), 1);
  g_autoptr (TmTicketRecord) related = bed_get (bed, 1);
  ck_assert_int_eq (g_array_index (related->related, gint64, 0), 2);
}
END_TEST

static TmFacts *
find_facts (TmStoreBed *bed, gint64 number, const char *message_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (TmKeys) keys = keys_new ();
  TmFacts *facts = NULL;
  keys->tag_ticket = number;
  if (message_id != NULL)
    g_ptr_array_add (keys->message_ids, g_strdup (message_id));
  ck_assert (reader_find_facts (reader, keys, clock_now (), &facts, &error));
  return facts;
}

static bool
is_had (TmStoreBed *bed, const char *message_id)
{
  g_autoptr (TmFacts) facts = find_facts (bed, 0, message_id);
  ck_assert_uint_eq (facts->links->len, 1);
  return ((const TmIdLink *) g_ptr_array_index (facts->links, 0))->had;
}

/* An id that was only referred to becomes one that the ticket had when its message comes late; still one link. */
START_TEST (had_and_referred_are_told_apart)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "b@x", .in_reply_to = "a@x", .text = "b" }), 1);
  ck_assert (is_had (bed, "b@x"));
  ck_assert (!is_had (bed, "a@x"));
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "a@x", .in_reply_to = "b@x", .text = "a" }), 1);
  ck_assert (is_had (bed, "a@x"));
  ck_assert (is_had (bed, "b@x"));
}
END_TEST

START_TEST (merges_are_followed)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  for (int i = 1; i <= 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@x", i);
      ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = id, .in_reply_to = "shared@x", .from = id }), i);
    }
  bed_sql (bed,
           "UPDATE ticket SET merged_into = id + 1 WHERE id < 3; UPDATE ticket SET merged_into = 9 - id WHERE id > 3");
  g_autoptr (TmFacts) chain = find_facts (bed, 1, NULL);
  ck_assert_uint_eq (chain->tickets->len, 1);
  ck_assert_int_eq (facts_ticket (chain, 1)->id, 3);
  g_autoptr (TmFacts) circle = find_facts (bed, 4, NULL);
  ck_assert_uint_eq (circle->tickets->len, 0);
  g_autoptr (TmFacts) nobody = find_facts (bed, 99, NULL);
  ck_assert_uint_eq (nobody->tickets->len, 0);
  ck_assert_int_eq (nobody->next_ticket, 0);
  g_autoptr (TmFacts) shared = find_facts (bed, 0, "shared@x");
  ck_assert_uint_eq (shared->links->len, 1);
  ck_assert_int_eq (((TmIdLink *) g_ptr_array_index (shared->links, 0))->ticket, 3);
}
END_TEST

/* However many tickets know an id, a look-up reads a bounded number of them: the newest and, since an attacker may add
 * as many as he likes, the first that had it. */
START_TEST (popular_id_is_bounded)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  for (int i = 1; i <= 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d", i), *from = g_strdup_printf ("%d@acme.example", i);
      ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "same@x", .from = from, .text = text }), i);
    }
  g_autoptr (TmFacts) facts = find_facts (bed, 0, "same@x");
  ck_assert_uint_eq (facts->links->len, 16);
  ck_assert_ptr_nonnull (facts_ticket (facts, 1));
  ck_assert_ptr_nonnull (facts_ticket (facts, 40));
}
END_TEST

START_TEST (followup_changes_its_ticket)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  ck_assert_int_eq (bed_ticket (bed, &hello), 1);
  bed_sql (bed, "UPDATE ticket SET status = 6, closed_at = unixepoch () - 60, resolved_at = 1000");
  g_autoptr (TmTicketRecord) closed = bed_get (bed, 1);
  ck_assert_int_ne (closed->facts->closed_at, TM_NEVER);
  TmMailSpec reply = { .message_id = "two@x", .in_reply_to = hello.message_id, .text = "It burns again, what now?" };
  g_autoptr (TmInbound) inbound = maker_inbound (bed->site, &reply);
  set_by_rule (inbound->as_followup);
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  ck_assert_int_eq (plan->action, TM_ACTION_APPEND);
  g_autoptr (TmTicketRecord) opened = bed_get (bed, 1);
  ck_assert_int_eq (opened->facts->status, TM_STATUS_OPEN);
  ck_assert_int_eq (opened->facts->closed_at, TM_NEVER);
  ck_assert_int_eq (opened->resolved_at, TM_NEVER);
  ck_assert_str_eq (opened->facts->type, "problem");
  ck_assert_str_eq (opened->facts->priority, "P1");
  ck_assert_str_eq (opened->facts->assignee, "anna");
  ck_assert_str_eq (opened->priority_by, "rule:outage");
}
END_TEST

/* The next number is one more than the highest: no statement may take a ticket away. */
START_TEST (numbers_are_never_used_twice)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  for (int i = 0; i < SQL_N_STATEMENTS; i++)
    ck_assert_ptr_null (strstr (schema_statements[i], "DELETE FROM ticket "));
  ck_assert_int_eq (bed_ticket (bed, &hello), 1);
  bed_close (bed);
  bed_sql (bed, "UPDATE ticket SET status = 6");
  bed_open (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "n1@x" }), 2);
}
END_TEST

/* --- once only --- */

enum { N_PARALLEL = 100 };

typedef struct
{
  TmStoreBed *bed;
  char *edits; /* of the plan, printed */
  TmAction action;
} Retry;

static char *
print_edits (const TmPlan *plan)
{
  g_autofree char *text = plan_print (plan);
  char *edits = strstr (text, "edit ");
  ck_assert_ptr_nonnull (edits);
  return g_strdup (edits);
}

static gpointer
submit_hello (gpointer data)
{
  Retry *retry = data;
  g_autoptr (TmPlan) plan = bed_submit (retry->bed, &hello, NULL);
  ck_assert_int_eq (plan->ticket, 1);
  retry->edits = print_edits (plan);
  retry->action = plan->action;
  return NULL;
}

START_TEST (same_message_in_parallel)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  Retry retries[N_PARALLEL] = { 0 };
  GThread *threads[N_PARALLEL];
  int n_opened = 0;
  for (int i = 0; i < N_PARALLEL; i++)
    {
      retries[i].bed = bed;
      threads[i] = g_thread_new ("retry", submit_hello, &retries[i]);
    }
  for (int i = 0; i < N_PARALLEL; i++)
    {
      g_thread_join (threads[i]);
      n_opened += retries[i].action == TM_ACTION_OPEN;
      ck_assert_str_eq (retries[i].edits, retries[0].edits);
    }
  ck_assert_ptr_nonnull (strstr (retries[0].edits, "X-Ticket-ID: 1"));
  ck_assert_int_eq (n_opened, 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message"), 1);
  for (int i = 0; i < N_PARALLEL; i++)
    g_free (retries[i].edits);
}
END_TEST

START_TEST (repeat_for_another_queue)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  TmMailSpec spec = hello;
  ck_assert_int_eq (bed_ticket (bed, &spec), 1);
  spec.to = "hosting@example.com";
  g_autoptr (TmPlan) plan = bed_submit (bed, &spec, NULL);
  ck_assert_int_eq (plan->action, TM_ACTION_DUPLICATE);
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
  ck_assert_uint_eq (ticket->facts->queues->len, 2);
  ck_assert_uint_eq (ticket->messages->len, 1);
}
END_TEST

/* Same Message-ID, other content: recorded and flagged, never merged away. */
START_TEST (same_id_other_content)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  TmMailSpec spec = hello;
  ck_assert_int_eq (bed_ticket (bed, &spec), 1);
  spec.text = "Something else";
  g_autoptr (TmPlan) plan = bed_submit (bed, &spec, NULL);
  ck_assert_int_eq (plan->action, TM_ACTION_OPEN);
  ck_assert_uint_ne (plan->flags & TM_FLAG_REPEATED_ID, 0);
}
END_TEST

START_TEST (expired_keys_do_not_count)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  ck_assert_int_eq (bed_ticket (bed, &hello), 1);
  bed_sql (bed, "UPDATE dedup SET expires_at = 1000");
  ck_assert_int_eq (bed_ticket (bed, &hello), 2);
  ck_assert_int_eq (bed_ticket (bed, &hello), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM dedup"), 1);
}
END_TEST

static void
submit_many (TmStoreBed *bed, int first, int n)
{
  for (int i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("many%d@x", first + i);
      bed_ticket (bed, &(TmMailSpec){ .message_id = id });
    }
}

/* No step looks at more than twice as many rows as messages came in, and round by round it looks at all. */
START_TEST (expired_keys_go_in_small_steps)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  submit_many (bed, 0, 1);
  bed_sql (bed, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
                " INSERT INTO dedup SELECT CAST (printf ('%032d', i) AS BLOB), 1, i FROM n");
  submit_many (bed, 1, 63);
  ck_assert_int_ge (bed_count (bed, "SELECT count(*) FROM dedup WHERE expires_at <= 200"), 200 - 2 * 64);
  submit_many (bed, 64, 192);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM dedup WHERE expires_at <= 200"), 0);
  bed_sql (bed, "INSERT INTO dedup VALUES (zeroblob (32), 1, 1)");
  submit_many (bed, 256, 320);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM dedup WHERE expires_at <= 200"), 0);
}
END_TEST

SUITE_MAIN ("store", tcase_add_test (tc, round_trip);
            tcase_add_test (tc, repeated_attachments);
            tcase_add_test (tc, raw_is_kept);
            tcase_add_test (tc, raw_is_optional);
            tcase_add_test (tc, reply_finds_its_ticket);
            tcase_add_test (tc, referred_id_finds_its_ticket);
            tcase_add_test (tc, had_and_referred_are_told_apart);
            tcase_add_test (tc, merges_are_followed);
            tcase_add_test (tc, popular_id_is_bounded);
            tcase_add_test (tc, followup_changes_its_ticket);
            tcase_add_test (tc, numbers_are_never_used_twice);
            tcase_add_test (tc, same_message_in_parallel);
            tcase_add_test (tc, repeat_for_another_queue);
            tcase_add_test (tc, same_id_other_content);
            tcase_add_test (tc, expired_keys_do_not_count);
            tcase_add_test (tc, expired_keys_go_in_small_steps);)
