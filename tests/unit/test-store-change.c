/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes by hand in the database: what they leave behind, and where mail goes afterwards. */
#include "base/clock.h"
#include "store/outbox.h"
#include "store/store.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <string.h>

static TmStoreBed *
bed_with_store (void)
{
  TmStoreBed *bed = bed_new ();
  bed_open (bed);
  return bed;
}

static TmChange *
make_change (const TmStoreBed *bed, TmChangeKind kind, gint64 ticket)
{
  TmChange *change = change_new (kind, ticket);
  change->site = bed->site;
  ck_assert (change_set_actor (change, "joe", "joe", NULL));
  return change;
}

/* The ticket that the plan is about, or -1 - KIND of the error. */
static gint64
submit (TmStoreBed *bed, TmChange *change)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TmPlan) plan = NULL;
  gint64 deadline_us = clock_monotonic_us () + (gint64) BED_PATIENCE_S * 1000000;
  if (!store_change (bed->store, change, deadline_us, &plan, &error))
    return -1 - error->code;
  return plan->ticket;
}

static gint64
merge (TmStoreBed *bed, gint64 ticket, gint64 into)
{
  g_autoptr (TmChange) change = make_change (bed, TM_CHANGE_MERGE, ticket);
  change->into = into;
  return submit (bed, change);
}

static gint64
set (TmStoreBed *bed, gint64 ticket, const char *setting)
{
  g_autoptr (TmChange) change = make_change (bed, TM_CHANGE_SET, ticket);
  g_ptr_array_add (change->settings, g_strdup (setting));
  return submit (bed, change);
}

static gint64
name_message (TmStoreBed *bed, TmChangeKind kind, gint64 ticket, gint64 message)
{
  g_autoptr (TmChange) change = make_change (bed, kind, ticket);
  g_array_append_val (change->messages, message);
  return submit (bed, change);
}

/* --- merge --- */

enum { CHAIN = 40 };

START_TEST (mail_follows_a_chain)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  for (int i = 1; i <= CHAIN; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@acme.example", i);
      g_autofree char *from = g_strdup_printf ("writer%d@acme.example", i);
      ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .from = from, .message_id = id, .text = "x" }), i);
    }
  for (int i = 1; i < CHAIN; i++)
    ck_assert_int_eq (merge (bed, i, i + 1), i + 1);
  static const TmMailSpec answer = { .from = "writer1@acme.example", .message_id = "a@acme.example",
                                     .in_reply_to = "1@acme.example", .text = "again" };
  g_autoptr (TmPlan) plan = bed_submit (bed, &answer, NULL);
  ck_assert_int_eq (plan->ticket, CHAIN);
  ck_assert (plan->is_verified);
  static const TmMailSpec tagged = { .from = "writer1@acme.example", .message_id = "b@acme.example",
                                     .subject = "[example#1] x", .text = "by number" };
  ck_assert_int_eq (bed_ticket (bed, &tagged), CHAIN);
  g_autoptr (TmTicketRecord) last = bed_get (bed, CHAIN);
  ck_assert_uint_eq (last->messages->len, CHAIN + 2);
  ck_assert_uint_eq (last->facts->participants->len, CHAIN - 1);
  g_autoptr (TmTicketRecord) first = bed_get (bed, 1);
  ck_assert_int_eq (first->facts->status, TM_STATUS_MERGED);
  ck_assert_int_eq (first->merged_into, 2);
  ck_assert_uint_eq (first->messages->len, 0);
  ck_assert_int_eq (bed_count (bed, "SELECT count(DISTINCT ticket) FROM message_ref WHERE had = 1"), 1);
}
END_TEST

START_TEST (number_of_a_merged_ticket)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  for (int i = 1; i <= 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@acme.example", i);
      ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = id, .text = "x" }), i);
    }
  ck_assert_int_eq (merge (bed, 1, 2), 2);
  static const TmMailSpec tagged = { .message_id = "t@acme.example", .subject = "[example#1] x", .text = "y" };
  ck_assert_int_eq (bed_ticket (bed, &tagged), 2);
  ck_assert_int_eq (set (bed, 1, "status=waiting"), 2);
  ck_assert_int_eq (merge (bed, 1, 3), -1 - TM_ERROR_DENIED);
  ck_assert_int_eq (merge (bed, 2, 1), -1 - TM_ERROR_DENIED);
  ck_assert_int_eq (merge (bed, 3, 1), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE merged_into = 2"), 2);
  /* The same message again: recognized, and of the ticket that has it now. */
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "3@acme.example", .text = "x" }), 2);
}
END_TEST

/* --- split --- */

START_TEST (splits)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  static const TmMailSpec mails[] = {
    { .message_id = "1@acme.example", .subject = "One", .text = "x" },
    { .message_id = "2@acme.example", .subject = "Two", .in_reply_to = "1@acme.example", .text = "y" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (mails); i++)
    ck_assert_int_eq (bed_ticket (bed, &mails[i]), 1);
  bed_sql (bed, "UPDATE message SET received_at = 1000 WHERE id = 2");
  ck_assert_int_eq (name_message (bed, TM_CHANGE_SPLIT, 1, 2), 2);
  g_autoptr (TmTicketRecord) new = bed_get (bed, 2);
  ck_assert_str_eq (new->subject, "Two");
  ck_assert_str_eq (new->facts->requester, "eve@acme.example");
  ck_assert_str_eq (g_ptr_array_index (new->facts->queues, 0), "support");
  ck_assert_int_eq (new->created_at, 1000);
  ck_assert_uint_eq (new->messages->len, 1);
  ck_assert_int_eq (g_array_index (new->related, gint64, 0), 1);
  static const TmMailSpec answers[] = {
    { .message_id = "3@acme.example", .in_reply_to = "2@acme.example", .text = "z" },
    { .message_id = "4@acme.example", .in_reply_to = "1@acme.example", .text = "z" },
  };
  ck_assert_int_eq (bed_ticket (bed, &answers[0]), 2);
  ck_assert_int_eq (bed_ticket (bed, &answers[1]), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message_ref WHERE had = 1 AND ticket = 1"), 2);
}
END_TEST

/* --- join --- */

/* The shingles of a note are of the ticket that it is of; the same words in another note are that one's. */
START_TEST (shingles_follow_their_note)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  for (int i = 1; i <= 4; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@acme.example", i);
      TmMailSpec spec = { .message_id = id, .text = "x", .in_reply_to = i < 4 ? "1@acme.example" : NULL };
      ck_assert_int_eq (bed_ticket (bed, &spec), i < 4 ? 1 : 2);
    }
  bed_sql (bed, "INSERT INTO shingle VALUES (1, -5, 2), (1, 6, 2), (1, 6, 3)");
  ck_assert_int_eq (name_message (bed, TM_CHANGE_SPLIT, 1, 2), 3);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM shingle WHERE ticket = 3 AND message = 2"), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM shingle WHERE ticket = 1 AND message = 3"), 1);
  ck_assert_int_eq (merge (bed, 1, 2), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM shingle WHERE ticket = 2 AND message = 3"), 1);
  ck_assert_int_eq (merge (bed, 3, 2), 2);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM shingle WHERE ticket = 2"), 3);
}
END_TEST

START_TEST (joins)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@acme.example", .text = "x" }), 1);
  static const TmMailSpec answer = { .from = "stranger@else.example", .message_id = "s1@else.example",
                                     .in_reply_to = "1@acme.example", .text = "y" };
  ck_assert_int_eq (bed_ticket (bed, &answer), 2);
  ck_assert_int_eq (merge (bed, 2, 1), 1);
  bed_sql (bed, "DELETE FROM participant; UPDATE message SET is_verified = 0 WHERE id = 2");
  ck_assert_int_eq (name_message (bed, TM_CHANGE_JOIN, 1, 2), 1);
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
  ck_assert (((const TmMessageRecord *) g_ptr_array_index (ticket->messages, 1))->is_verified);
  static const TmMailSpec again = { .from = "stranger@else.example", .message_id = "s2@else.example",
                                    .in_reply_to = "1@acme.example", .text = "z" };
  ck_assert_int_eq (bed_ticket (bed, &again), 1);
}
END_TEST

/* Which message an agent means who names none. */
START_TEST (joins_the_newest)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@acme.example", .text = "x" }), 1);
  for (int i = 2; i <= 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d@acme.example", i);
      TmMailSpec mail = { .message_id = id, .in_reply_to = "1@acme.example", .text = id };
      ck_assert_int_eq (bed_ticket (bed, &mail), 1);
    }
  /* 1 and 2 of strangers, 3 of a machine, 4 a note, 5 verified */
  bed_sql (bed, "UPDATE message SET is_verified = 0 WHERE id < 5; UPDATE message SET is_auto = 1 WHERE id = 3;"
                "UPDATE message SET direction = 3 WHERE id = 4");
  for (int left = 2; left >= 0; left--)
    {
      g_autoptr (TmChange) change = make_change (bed, TM_CHANGE_JOIN, 1);
      ck_assert_int_eq (submit (bed, change), left > 0 ? 1 : -1 - TM_ERROR_DENIED);
      g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
      for (int i = 0; i < 5; i++)
        ck_assert (((const TmMessageRecord *) g_ptr_array_index (ticket->messages, (guint) i))->is_verified
                   == (i == 4 || (i <= 1 && i + 1 >= left)));
    }
}
END_TEST

/* --- set --- */

START_TEST (sets)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  static const TmMailSpec mail
    = { .to = "support@example.com hosting@example.com", .message_id = "1@acme.example", .text = "x" };
  static const char *const settings[]
    = { "status=open", "queue=hosting", "subject=New", "tag.a=1", "tag.a=2", "tag.b=3", "tag.b=" };
  ck_assert_int_eq (bed_ticket (bed, &mail), 1);
  bed_sql (bed, "UPDATE ticket SET status = 9, created_at = 1000");
  for (size_t i = 0; i < G_N_ELEMENTS (settings); i++)
    ck_assert_int_eq (set (bed, 1, settings[i]), 1);
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
  ck_assert_int_eq (ticket->facts->status, TM_STATUS_OPEN);
  ck_assert_int_eq (ticket->created_at, 1000);
  ck_assert_uint_eq (ticket->facts->queues->len, 1);
  ck_assert_str_eq (g_ptr_array_index (ticket->facts->queues, 0), "hosting");
  ck_assert_str_eq (ticket->subject, "New");
  ck_assert_uint_eq (ticket->tags->len, 1);
  ck_assert_str_eq (((const TmTag *) g_ptr_array_index (ticket->tags, 0))->value, "2");
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM event WHERE actor = 'user:joe'"), 7);
}
END_TEST

START_TEST (notes)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  g_autoptr (TmChange) change = make_change (bed, TM_CHANGE_NOTE, 1);
  change->text = g_strdup ("He called.\nTwice.\n");
  ck_assert_int_eq (submit (bed, change), -1 - TM_ERROR_NOT_FOUND);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@acme.example", .text = "x" }), 1);
  ck_assert_int_eq (submit (bed, change), 1);
  g_autoptr (TmTicketRecord) ticket = bed_get (bed, 1);
  const TmMessageRecord *note = g_ptr_array_index (ticket->messages, 1);
  ck_assert_int_eq (note->direction, TM_DIRECTION_NOTE);
  ck_assert_str_eq (note->text, "He called.\nTwice.");
  ck_assert_str_eq (note->reply_text, note->text);
  ck_assert_int_eq (ticket->facts->status, TM_STATUS_NEW);
}
END_TEST

/* A refusal in the midst of a change leaves nothing of it. */
START_TEST (refuses_whole)
{
  g_autoptr (TmStoreBed) bed = bed_with_store ();
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@acme.example", .text = "x" }), 1);
  gint64 n_events = bed_count (bed, "SELECT count(*) FROM event");
  g_autoptr (TmChange) change = make_change (bed, TM_CHANGE_SET, 1);
  g_ptr_array_add (change->settings, g_strdup ("subject=New"));
  g_ptr_array_add (change->settings, g_strdup ("status=opne"));
  ck_assert_int_eq (submit (bed, change), -1 - TM_ERROR_USAGE);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM event"), n_events);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM ticket WHERE subject = 'New'"), 0);
  /* and the writer goes on */
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "2@acme.example", .text = "y" }), 2);
}
END_TEST

/* --- mail of our own --- */

/* anna and bob, both with a right on queue support. */
static TmStoreBed *
bed_with_agents (void)
{
  TmStoreBed *bed = bed_with_store ();
  TmQueue *queue = g_ptr_array_index (bed->site->queues, 0);
  for (const char *const *id = (const char *const[]){ "anna", "bob", NULL }; *id != NULL; id++)
    {
      TmAgent *agent = agent_new (*id);
      g_ptr_array_add (agent->addresses, g_strconcat (*id, "@example.com", NULL));
      g_ptr_array_add (bed->site->agents, agent);
      g_ptr_array_add (queue->agents, g_strdup (*id));
    }
  for (int i = 1; i <= 3; i++)
    {
      g_autofree char *message_id = g_strdup_printf ("%d@acme.example", i);
      TmMailSpec spec = { .message_id = message_id, .subject = "Mail is down", .text = "x",
                          .in_reply_to = i == 3 ? "1@acme.example" : NULL };
      ck_assert_int_eq (bed_ticket (bed, &spec), i == 3 ? 1 : i);
    }
  return bed;
}

/* Of ticket 1 or, of a merge, of ticket 2 into 1; the settings apart by blanks. */
static const struct
{
  const char *actor, *settings;
  bool merges;
  const char *to, *second; /* NULL: no mail */
  const char *says;
  const char *desk, *hosting; /* their languages; NULL: English, the desk's */
  bool is_german;             /* the mail */
} handovers[] = {
  { "joe", "assignee=anna", false, "anna@example.com", NULL, "joe: this ticket is yours now.", NULL, NULL, false },
  { "bob", "assignee=anna priority=", false, NULL, NULL, NULL, NULL, NULL, false },
  { "anna", "assignee=anna", false, NULL, NULL, NULL, NULL, NULL, false },
  { "anna", "assignee=bob", false, "bob@example.com", NULL, "Owner:     bob", NULL, NULL, false },
  { "anna", "assignee=none", false, NULL, NULL, NULL, NULL, NULL, false },
  { "anna", "status=waiting", false, NULL, NULL, NULL, NULL, NULL, false },
  { "anna", "queue=support", false, NULL, NULL, NULL, NULL, NULL, false },
  { "anna", "queue=hosting", false, "hosting@example.com", NULL, "Queue:     hosting", NULL, NULL, false },
  { "anna", "queue=hosting assignee=bob", false, "bob@example.com", "hosting@example.com", "Status:    new", NULL,
    NULL, false },
  { "anna", "", true, "support@example.com", NULL, "ticket 2 is a part of ticket 1 now", NULL, NULL, false },
  { "joe", "assignee=anna", false, "anna@example.com", NULL, "joe: Dieses Ticket gehört jetzt Ihnen.\n", "de-AT",
    NULL, true },
  { "anna", "queue=hosting", false, "hosting@example.com", NULL, "Queue:       hosting\nStatus:      new\n", NULL,
    "de", true },
  { "anna", "queue=hosting", false, "hosting@example.com", NULL, "this ticket is your queue's now.", "de",
    "en", false },
  { "anna", "", true, "support@example.com", NULL, "Ticket 2 ist jetzt ein Teil von Ticket 1, und", "de", NULL, true },
  { "anna", "assignee=bob", false, "bob@example.com", NULL, "Requester: eve@acme.example\n", "deu", NULL, false },
};

START_TEST (hands_over)
{
  g_autoptr (TmStoreBed) bed = bed_with_agents ();
  g_autoptr (TmChange) change = change_new (handovers[_i].merges ? TM_CHANGE_MERGE : TM_CHANGE_SET,
                                            handovers[_i].merges ? 2 : 1);
  g_auto (GStrv) settings = g_strsplit (handovers[_i].settings, " ", -1);
  if (handovers[_i].desk != NULL)
    {
      g_free (bed->site->language);
      bed->site->language = g_strdup (handovers[_i].desk);
    }
  TmQueue *hosting = g_ptr_array_index (bed->site->queues, 1);
  ck_assert_str_eq (hosting->id, "hosting");
  hosting->language = g_strdup (handovers[_i].hosting);
  change->site = bed->site;
  change->into = handovers[_i].merges ? 1 : 0;
  ck_assert (change_set_actor (change, handovers[_i].actor, handovers[_i].actor, NULL));
  for (char **setting = settings; *setting != NULL; setting++)
    g_ptr_array_add (change->settings, g_strdup (*setting));
  gint64 ticket = submit (bed, change);
  bool fails = strstr (handovers[_i].settings, "priority=") != NULL;
  ck_assert_int_eq (ticket, fails ? -1 - TM_ERROR_USAGE : 1);
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (GPtrArray) list = NULL;
  ck_assert (reader_list_outbox (reader, false, 0, &list, NULL));
  ck_assert_uint_eq (list->len, (handovers[_i].to != NULL ? 1U : 0U) + (handovers[_i].second != NULL ? 1U : 0U));
  for (guint i = 0; i < list->len; i++)
    {
      const TmOutboxRow *row = g_ptr_array_index (list, i);
      g_autoptr (TmOutboxRow) whole = NULL;
      ck_assert_uint_eq (row->recipients->len, 1);
      ck_assert_str_eq (g_ptr_array_index (row->recipients, 0),
                        i == list->len - 1 ? handovers[_i].to : handovers[_i].second);
      ck_assert_str_eq (row->kind, "handover");
      ck_assert_str_eq (row->subject, "[example#1] Mail is down");
      ck_assert_int_eq (row->ticket, 1);
      ck_assert_int_eq (row->message, 3);
      ck_assert_str_eq (row->reply_purpose, "r");
      ck_assert_int_eq (row->state, TM_OUTBOX_WAITING);
      ck_assert (reader_get_outgoing (reader, row->id, &whole, NULL));
      ck_assert_msg (strstr (whole->text, handovers[_i].says) != NULL, "%s", whole->text);
      ck_assert_msg (strstr (whole->text, handovers[_i].is_german ? "\nAnfragender: eve@acme.example\n"
                                                                  : "\nRequester: eve@acme.example\n") != NULL,
                     "%s", whole->text);
    }
}
END_TEST

static const struct
{
  const char *actor, *text, *before; /* SQL */
  gint64 result;
} answers[] = {
  { "anna", "We are on it.\n\n", "", 1 },
  { "anna", "We are on it.", "INSERT INTO participant VALUES (1, 'kim@acme.example', 'agent:anna', 1, NULL)", 1 },
  { "anna", " \n", "", -1 - TM_ERROR_USAGE },
  { "joe", "x", "", -1 - TM_ERROR_USAGE },
  { "anna", "x", "UPDATE ticket SET status = 6", -1 - TM_ERROR_DENIED },
  { "anna", "x", "UPDATE ticket SET status = 8", -1 - TM_ERROR_DENIED },
  { "anna", "x", "UPDATE ticket_queue SET queue = 'hosting'", -1 - TM_ERROR_DENIED },
  { "anna", "x", "UPDATE ticket SET requester = ''", -1 - TM_ERROR_DENIED },
};

START_TEST (answers_go_out)
{
  g_autoptr (TmStoreBed) bed = bed_with_agents ();
  g_autoptr (TmChange) change = change_new (TM_CHANGE_REPLY, 1);
  change->site = bed->site;
  change->text = g_strdup (answers[_i].text);
  ck_assert (change_set_actor (change, answers[_i].actor, answers[_i].actor, NULL));
  if (*answers[_i].before != '\0')
    bed_sql (bed, answers[_i].before);
  ck_assert_int_eq (submit (bed, change), answers[_i].result);
  bool is_sent = answers[_i].result == 1;
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message WHERE direction = 2 AND text = 'We are on it.'"
                                    " AND from_address = 'anna@example.com'"), is_sent);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM outbox AS o JOIN message AS m ON m.id = o.message"
                                    " WHERE kind = 'agent_reply' AND m.direction = 2 AND o.text = m.text"
                                    " AND o.subject = m.subject AND o.subject = 'Re: [example#1] Mail is down'"
                                    " AND sender_purpose = 'b' AND reply_purpose = 'r'"), is_sent);
  if (!is_sent)
    return;
  ck_assert_int_eq (bed_count (bed, "SELECT status FROM ticket WHERE id = 1"), TM_STATUS_WAITING);
  ck_assert_int_eq (bed_count (bed, "SELECT recipients = 'eve@acme.example' FROM outbox"), _i == 0);
  ck_assert_int_eq (bed_count (bed, "SELECT instr (recipients, char (10) || 'kim@acme.example') > 0 FROM outbox"),
                    _i == 1);
}
END_TEST

SUITE_MAIN ("store-change", tcase_add_test (tc, mail_follows_a_chain);
            tcase_add_test (tc, number_of_a_merged_ticket);
            tcase_add_test (tc, splits);
            tcase_add_test (tc, shingles_follow_their_note);
            tcase_add_test (tc, joins);
            tcase_add_test (tc, joins_the_newest);
            tcase_add_test (tc, sets);
            tcase_add_test (tc, notes);
            tcase_add_test (tc, refuses_whole);
            tcase_add_loop_test (tc, hands_over, 0, G_N_ELEMENTS (handovers));
            tcase_add_loop_test (tc, answers_go_out, 0, G_N_ELEMENTS (answers));)
