/* SPDX-License-Identifier: BSD-2-Clause */
/* What is looked up for an agent's mail: words of notes, notes among what it refers to, others' answers, contacts. */
#include "base/clock.h"
#include "core/change.h"
#include "core/shingle.h"
#include "mime/mime.h"
#include "store/lookup.h"
#include "store/shingle.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <sqlite3.h>
#include <string.h>

#define SECRET "Eve never pays in time so let her wait"
#define PUBLIC "the printer on the second floor burns since nine"

static void
add_agent (TmSite *site, const char *id)
{
  TmAgent *agent = agent_new (id);
  g_ptr_array_add (agent->logins, g_strdup (id));
  g_ptr_array_add (agent->addresses, g_strconcat (id, "@example.com", NULL));
  g_ptr_array_add (site->agents, agent);
  g_ptr_array_add (((TmQueue *) site->queues->pdata[0])->agents, g_strdup (id));
}

static TmStoreBed *
bed_with_agents (void)
{
  TmStoreBed *bed = bed_new ();
  add_agent (bed->site, "anna");
  add_agent (bed->site, "bob");
  site_index (bed->site);
  bed_open (bed);
  return bed;
}

/* `raw` NULL: the text of `spec`. */
static TmInbound *
agents_mail (const TmSite *site, const char *id, const TmMailSpec *spec, const char *raw)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  TmInbound *inbound = maker_inbound (site, spec);
  inbound->agent = site_agent_by_login (site, id);
  inbound->envelope->login = g_strdup (id);
  inbound->is_authenticated = true;
  if (raw != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (raw, strlen (raw));
      mime_init ();
      g_autoptr (TmMail) read = mime_read (bytes, &limits);
      g_free (inbound->mail->text);
      inbound->mail->text = g_steal_pointer (&read->text);
      inbound->texts = mime_texts (bytes, &limits);
    }
  keys_add_agent (inbound->keys, site, inbound->agent, inbound->mail, inbound->envelope, inbound->texts, NULL);
  return inbound;
}

static void
note (TmStoreBed *bed, gint64 ticket, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TmPlan) plan = NULL;
  g_autoptr (TmChange) change = change_new (TM_CHANGE_NOTE, ticket);
  change->site = bed->site;
  change->text = g_strdup (text);
  ck_assert (change_set_actor (change, "anna", "joe", NULL));
  ck_assert_msg (store_change (bed->store, change, clock_monotonic_us () + (gint64) BED_PATIENCE_S * 1000000, &plan,
                               &error), "%s", error != NULL ? error->message : "");
}

static gint64
submit_agents (TmStoreBed *bed, const char *id, const TmMailSpec *spec)
{
  g_autoptr (TmInbound) inbound = agents_mail (bed->site, id, spec, NULL);
  g_autoptr (TmPlan) plan = bed_submit_until (bed, inbound, BED_PATIENCE_S, NULL);
  return plan->ticket;
}

static TmFacts *
find_facts (TmStoreBed *bed, const TmInbound *inbound)
{
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (GError) error = NULL;
  TmFacts *facts = NULL;
  ck_assert_msg (reader_find_facts (reader, inbound->keys, clock_now (), &facts, &error), "%s",
                 error != NULL ? error->message : "");
  return facts;
}

static const TmMailSpec request
  = { .subject = "Fire", .message_id = "one@acme.example", .text = "Hello, " PUBLIC "!" };

/* --- words of notes --- */

#define HEAD "From: anna@example.com\nMessage-ID: <r@example.com>\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nHello Eve\n--m\n"
static const struct
{
  const char *name;
  const char *text;
  bool is_raw;
  const char *leaked; /* the first run; NULL: none */
} replies[] = {
  { "own words", "We are on our way to you and will be there", false, NULL },
  { "words of the note", "Dear Eve, " SECRET ", thanks", false, "Eve, Eve never pays in time so let" },
  { "quoted", "Dear Eve\n> " SECRET "\n", false, "Eve never pays in time so let her" },
  { "what the customer wrote and the note quotes", "> " PUBLIC, false, NULL },
  { "what the note says in the customer's words", "As we heard " PUBLIC " in Berlin", false, NULL },
  { "HTML only", HEAD "Content-Type: text/html\n\n<p>Eve <b>never</b> pays in time<br>so let her wait\n", true,
    "Eve never pays in time so let her" },
  { "the other alternative", HEAD "Content-Type: multipart/alternative; boundary=m\n\n--m\n\nHello Eve\n--m\n"
    "Content-Type: text/html\n\n<p>Hello <i>Eve never pays in time so let her wait</i>\n--m--\n", true,
    "Eve never pays in time so let her" },
  { "a text file", MIXED "Content-Type: text/markdown\nContent-Disposition: attachment; filename=n.md\n\n# " SECRET
    "\n--m--\n", true, "Eve never pays in time so let her" },
  { "the note itself, attached", MIXED "Content-Type: message/rfc822\n\nSubject: note\n\n" SECRET "\n--m--\n", true,
    "Eve never pays in time so let her" },
  { "no text", MIXED "Content-Type: image/png\n\n" SECRET "\n--m--\n", true, NULL },
};

static char *
show_leaked (const TmInbound *inbound, const TmTicketFacts *ticket)
{
  char *shown = shingles_show (inbound->mail->text, ticket->leaked);
  for (guint i = 0; shown == NULL && inbound->texts != NULL && i < inbound->texts->len; i++)
    shown = shingles_show (g_ptr_array_index (inbound->texts, i), ticket->leaked);
  return shown;
}

START_TEST (leaked_words)
{
  g_autoptr (TmStoreBed) bed = bed_with_agents ();
  gint64 ticket = bed_ticket (bed, &request);
  note (bed, ticket, "In her words: " PUBLIC ".\n\nDear Eve, " SECRET "\n\nOn Friday, Eve wrote:\n> quoted by the note"
                     " but not said by it at all");
  const TmMailSpec spec = { .from = "anna@example.com", .in_reply_to = "one@acme.example",
                            .message_id = "r@example.com", .text = replies[_i].is_raw ? "" : replies[_i].text };
  g_autoptr (TmInbound) inbound = agents_mail (bed->site, "anna", &spec, replies[_i].is_raw ? replies[_i].text : NULL);
  g_autoptr (TmFacts) facts = find_facts (bed, inbound);
  ck_assert_uint_eq (facts->tickets->len, 1);
  g_autofree char *shown = show_leaked (inbound, g_ptr_array_index (facts->tickets, 0));
  ck_assert_msg ((shown != NULL) == (replies[_i].leaked != NULL), "%s: %s", replies[_i].name, shown);
  ck_assert_msg (shown == NULL || strstr (shown, "never pays") != NULL, "%s: %s", replies[_i].name, shown);
}
END_TEST

/* Notes by mail count too; what one sends to others as well, as a signature, is no secret. */
START_TEST (notes_by_mail_and_signatures)
{
  g_autoptr (TmStoreBed) bed = bed_with_agents ();
  gint64 ticket = bed_ticket (bed, &request);
  const TmMailSpec by_mail = { .from = "anna@example.com", .in_reply_to = "one@acme.example",
                               .message_id = "note@example.com",
                               .text = SECRET "\nAnna Meier Example Incorporated Main Street 1 Springfield" };
  ck_assert_int_eq (submit_agents (bed, "anna", &by_mail), ticket);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM message WHERE direction = 3"), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM shingle WHERE ticket = 1 AND message = 2"), 10);
  const TmMailSpec reply = { .from = "anna@example.com", .in_reply_to = "one@acme.example",
                             .text = "Yes.\nAnna Meier Example Incorporated Main Street 1 Springfield" };
  g_autoptr (TmInbound) inbound = agents_mail (bed->site, "anna", &reply, NULL);
  g_autoptr (TmFacts) facts = find_facts (bed, inbound);
  ck_assert_uint_eq (((const TmTicketFacts *) g_ptr_array_index (facts->tickets, 0))->leaked->len, 1);
  const TmMailSpec elsewhere = { .from = "joe@other.example", .message_id = "x@other.example", .text = reply.text };
  bed_ticket (bed, &elsewhere);
  bed_sql (bed, "UPDATE message SET direction = 2, from_address = 'anna@example.com' WHERE ticket = 2");
  g_autoptr (TmFacts) later = find_facts (bed, inbound);
  ck_assert_uint_eq (((const TmTicketFacts *) g_ptr_array_index (later->tickets, 0))->leaked->len, 0);
}
END_TEST

/* --- any history --- */

enum { HISTORIES = 12, MESSAGES = 14, VOCABULARY = 3, SENTENCES = 9, WORDS = 11 };

/* The sentences that messages are made of share words, so that runs cross from one to the next. */
static void
add_sentences (GString *text, GRand *rand)
{
  int n = g_rand_int_range (rand, 1, 4);
  for (int i = 0; i < n; i++)
    {
      int sentence = g_rand_int_range (rand, 0, SENTENCES);
      int from = g_rand_int_range (rand, 0, 3), to = g_rand_int_range (rand, WORDS - 3, WORDS);
      for (int word = from; word < to; word++)
        g_string_append_printf (text, "%sw%d", text->len > 0 ? " " : "", (sentence * 7 + word * VOCABULARY) % 40);
    }
}

static bool
stands_in (const char *run, const GPtrArray *texts)
{
  g_autofree char *padded = g_strconcat (" ", run, " ", NULL);
  for (guint i = 0; i < texts->len; i++)
    {
      g_autofree char *text = g_strconcat (" ", g_ptr_array_index (texts, i), " ", NULL);
      if (strstr (text, padded) != NULL)
        return true;
    }
  return false;
}

/* Word by word, as a person would look. */
static GArray *
expect_leaked (const char *mail, const GPtrArray *notes, const GPtrArray *shown)
{
  g_auto (GStrv) words = g_strsplit (mail, " ", -1);
  GArray *leaked = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i + TM_SHINGLE_WORDS <= g_strv_length (words); i++)
    {
      g_autoptr (GString) run = g_string_new (words[i]);
      for (guint j = 1; j < TM_SHINGLE_WORDS; j++)
        g_string_append_printf (run, " %s", words[i + j]);
      if (stands_in (run->str, notes) && !stands_in (run->str, shown))
        shingles_add (leaked, run->str, 1);
    }
  return leaked;
}

START_TEST (any_history)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) _i + 1);
  g_autoptr (TmStoreBed) bed = bed_with_agents ();
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (shown, g_strdup ("x"));
  gint64 ticket = bed_ticket (bed, &(TmMailSpec) { .message_id = "one@acme.example", .text = "x" });
  guint n_leaked = 0, n_kept = 0;
  for (int i = 0; i < MESSAGES; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      add_sentences (text, rand);
      g_autofree char *id = g_strdup_printf ("m%d@acme.example", i);
      bool is_note = g_rand_int_range (rand, 0, 2) == 0;
      g_ptr_array_add (is_note ? notes : shown, g_strdup (text->str));
      if (is_note)
        note (bed, ticket, text->str);
      else
        ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec) { .message_id = id, .in_reply_to = "one@acme.example",
                                                           .text = text->str }), ticket);
      if (!is_note && g_rand_int_range (rand, 0, 2) == 0)
        bed_sql (bed, "UPDATE message SET direction = 2 WHERE id = (SELECT max (id) FROM message)");
      g_autoptr (GString) mail = g_string_new (NULL);
      add_sentences (mail, rand);
      g_autoptr (TmInbound) inbound
        = agents_mail (bed->site, "anna", &(TmMailSpec) { .from = "anna@example.com", .message_id = "r@example.com",
                                                          .in_reply_to = "one@acme.example", .text = mail->str }, NULL);
      g_autoptr (TmFacts) facts = find_facts (bed, inbound);
      g_autoptr (GArray) expected = expect_leaked (mail->str, notes, shown);
      const GArray *leaked = ((const TmTicketFacts *) g_ptr_array_index (facts->tickets, 0))->leaked;
      ck_assert_uint_eq (leaked->len, expected->len);
      ck_assert (expected->len == 0 || memcmp (leaked->data, expected->data, expected->len * sizeof (gint64)) == 0);
      n_leaked += expected->len;
      g_autoptr (GArray) all = shingles_make (mail->str, TM_SHINGLES_MAX);
      n_kept += all->len - expected->len;
    }
  ck_assert_uint_gt (n_leaked, 0);
  ck_assert_uint_gt (n_kept, 0);
}
END_TEST

/* --- answers, references, contacts --- */

static void
make_out (TmStoreBed *bed, const char *message_id, const char *from, const char *login)
{
  bed_ticket (bed, &(TmMailSpec) { .message_id = message_id, .in_reply_to = "one@acme.example", .text = message_id });
  g_autofree char *sql = g_strdup_printf ("UPDATE message SET direction = 2, from_address = '%s', login = %s"
                                          " WHERE id = (SELECT max (id) FROM message)", from, login);
  bed_sql (bed, sql);
}

/* The logins of the answers, the newest first. */
static char *
answers_to (TmStoreBed *bed, const TmMailSpec *spec)
{
  g_autoptr (TmInbound) inbound = agents_mail (bed->site, "anna", spec, NULL);
  g_autoptr (TmFacts) facts = find_facts (bed, inbound);
  const TmTicketFacts *ticket = facts_ticket (facts, 1);
  GString *logins = g_string_new (NULL);
  for (guint i = 0; i < ticket->answers->len; i++)
    {
      const TmAnswer *answer = g_ptr_array_index (ticket->answers, i);
      g_string_append_printf (logins, "%s%s", i > 0 ? " " : "", answer->login != NULL ? answer->login : answer->from);
    }
  return g_string_free (logins, FALSE);
}

START_TEST (answers_since)
{
  g_autoptr (TmStoreBed) bed = bed_with_agents ();
  ck_assert_int_eq (bed_ticket (bed, &request), 1);
  make_out (bed, "a1@example.com", "support@example.com", "'anna'");
  make_out (bed, "b1@example.com", "support@example.com", "'bob'");
  bed_ticket (bed, &(TmMailSpec) { .message_id = "two@acme.example", .in_reply_to = "a1@example.com", .text = "2" });
  make_out (bed, "b2@example.com", "bob@example.com", "NULL");
  make_out (bed, "auto@example.com", "bob@example.com", "NULL");
  bed_sql (bed, "UPDATE message SET is_auto = 1 WHERE message_id = 'auto@example.com'");
  static const struct { const char *in_reply_to, *subject, *answers; } cases[] = {
    { "one@acme.example", NULL, "bob@example.com bob anna" },
    { "a1@example.com", NULL, "bob@example.com bob" },
    { "two@acme.example", NULL, "bob@example.com" },
    { "b2@example.com", NULL, "" },
    { NULL, "[example#1] x", "bob@example.com" },            /* since the customer wrote */
    { "strange@x.example", "[example#1] x", "bob@example.com" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answers = answers_to (bed, &(TmMailSpec) { .from = "anna@example.com", .text = "y",
                                             .in_reply_to = cases[i].in_reply_to, .subject = cases[i].subject });
      ck_assert_msg (strcmp (answers, cases[i].answers) == 0, "%zu: %s", i, answers);
    }
  make_out (bed, "a2@example.com", "anna@example.com", "NULL");
  g_autofree char *own = answers_to (bed, &(TmMailSpec) { .from = "anna@example.com", .subject = "[example#1] x" });
  ck_assert_str_eq (own, ""); /* since she wrote herself */
}
END_TEST

START_TEST (notes_and_numbers_and_contacts)
{
  g_autoptr (TmStoreBed) bed = bed_with_agents ();
  ck_assert_int_eq (bed_ticket (bed, &request), 1);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec) { .from = "joe@x.example", .message_id = "2@x.example" }), 2);
  bed_sql (bed, "UPDATE ticket SET customer = 'other' WHERE id = 2;"
                "INSERT INTO contact (id, customer, name, created_at) VALUES (1, 'gold', '', 0);"
                "INSERT INTO contact_address (address, contact) VALUES ('dora@mail.example', 1)");
  const TmMailSpec by_mail = { .from = "anna@example.com", .in_reply_to = "one@acme.example",
                               .message_id = "note@example.com", .text = SECRET };
  ck_assert_int_eq (submit_agents (bed, "anna", &by_mail), 1);
  const TmMailSpec spec = { .from = "anna@example.com", .to = "support@example.com dora@mail.example eve@acme.example",
                            .subject = "[example#1] [example#2] [example#77] about #2",
                            .in_reply_to = "note@example.com" };
  g_autoptr (TmInbound) inbound = agents_mail (bed->site, "anna", &spec, NULL);
  g_ptr_array_add (inbound->keys->message_ids, g_strdup ("one@acme.example"));
  g_autoptr (TmFacts) facts = find_facts (bed, inbound);
  ck_assert_uint_eq (facts->hidden_ids->len, 1);
  ck_assert_str_eq (g_ptr_array_index (facts->hidden_ids, 0), "note@example.com");
  ck_assert_uint_eq (facts->subject_tickets->len, 2);
  const TmSubjectTicket *second = g_ptr_array_index (facts->subject_tickets, 1);
  ck_assert_int_eq (second->number, 2);
  ck_assert_str_eq (second->customer, "other");
  ck_assert_uint_eq (g_hash_table_size (facts->contacts), 1);
  ck_assert_pstr_eq (g_hash_table_lookup (facts->contacts, "dora@mail.example"), "gold");
}
END_TEST

/* Of a ticket that became a part of another customer's neither the ids nor the number may go out. */
START_TEST (merged_with_another_customers)
{
  g_autoptr (TmStoreBed) bed = bed_with_agents ();
  ck_assert_int_eq (bed_ticket (bed, &request), 1);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec) { .from = "joe@x.example", .message_id = "2@x.example" }), 2);
  bed_sql (bed, _i == 0 ? "UPDATE ticket SET customer = 'other' WHERE id = 1; UPDATE ticket SET customer = 'acme'"
                          " WHERE id = 2" : "UPDATE ticket SET customer = 'acme'");
  g_autoptr (TmChange) change = change_new (TM_CHANGE_MERGE, 2);
  change->site = bed->site;
  change->into = 1;
  ck_assert (change_set_actor (change, "joe", "joe", NULL));
  g_autoptr (TmPlan) merged = NULL;
  gint64 deadline_us = clock_monotonic_us () + (gint64) BED_PATIENCE_S * G_USEC_PER_SEC;
  ck_assert (store_change (bed->store, change, deadline_us, &merged, NULL));
  g_autoptr (TmInbound) inbound = agents_mail (bed->site, "anna", &(TmMailSpec) { .from = "anna@example.com",
                                               .in_reply_to = "2@x.example", .subject = "[example#2] x" }, NULL);
  g_ptr_array_add (inbound->keys->message_ids, g_strdup ("one@acme.example"));
  g_autoptr (TmFacts) facts = find_facts (bed, inbound);
  ck_assert_uint_eq (facts->hidden_ids != NULL ? facts->hidden_ids->len : 0, _i == 0);
  const TmSubjectTicket *named = g_ptr_array_index (facts->subject_tickets, 0);
  ck_assert_int_eq (named->ticket, _i == 0 ? 2 : 1);
}
END_TEST

/* --- what it costs --- */

static int
n_runs (const TmDb *db, TmSql sql)
{
  return db->statements[sql] != NULL ? sqlite3_stmt_status (db->statements[sql], SQLITE_STMTSTATUS_RUN, 0) : 0;
}

static int
n_guard_runs (const TmDb *db)
{
  int n = 0;
  for (TmSql sql = SQL_IDS_OF_TICKET; sql <= SQL_ANSWERS; sql++)
    n += n_runs (db, sql);
  return n;
}

static void
look_up (TmDb *db, const TmKeys *keys)
{
  g_autoptr (TmFacts) facts = NULL;
  ck_assert (lookup_facts (db, keys, clock_now (), &facts, NULL));
}

START_TEST (cost)
{
  g_autoptr (TmStoreBed) bed = bed_with_agents ();
  gint64 ticket = bed_ticket (bed, &request);
  note (bed, ticket, SECRET);
  g_autoptr (TmDb) db = NULL;
  ck_assert (db_open (bed->path, DB_READ, &db, NULL));
  const TmMailSpec spec = { .message_id = "n@acme.example", .in_reply_to = "one@acme.example", .text = SECRET };
  g_autoptr (TmInbound) customers = maker_inbound (bed->site, &spec);
  look_up (db, customers->keys);
  ck_assert_int_eq (n_guard_runs (db), 0);
  g_autoptr (TmInbound) harmless = agents_mail (bed->site, "anna", &(TmMailSpec) { .in_reply_to = "one@acme.example",
                                                .text = "a b c d e f g h i j" }, NULL);
  look_up (db, harmless->keys);
  ck_assert_int_eq (n_guard_runs (db), 5); /* ids of the ticket, whose it is, shingles, what it answers, answers */
  ck_assert_int_eq (n_runs (db, SQL_SHOWN_TEXTS) + n_runs (db, SQL_SENDERS_TEXTS), 0);
  g_autoptr (TmInbound) leaking = agents_mail (bed->site, "anna", &spec, NULL);
  look_up (db, leaking->keys);
  ck_assert_int_eq (n_runs (db, SQL_SHOWN_TEXTS), 1);
  ck_assert_int_eq (n_runs (db, SQL_SENDERS_TEXTS), 1);
  ck_assert_int_eq (bed_count (bed, "SELECT count(*) FROM shingle WHERE message <> 2"), 0);
}
END_TEST

SUITE_MAIN ("store guard", tcase_add_loop_test (tc, leaked_words, 0, G_N_ELEMENTS (replies));
            tcase_add_test (tc, notes_by_mail_and_signatures); tcase_add_loop_test (tc, any_history, 0, HISTORIES);
            tcase_add_test (tc, answers_since); tcase_add_test (tc, notes_and_numbers_and_contacts);
            tcase_add_loop_test (tc, merged_with_another_customers, 0, 2); tcase_add_test (tc, cost);)
