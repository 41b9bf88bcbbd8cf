/* SPDX-License-Identifier: BSD-2-Clause */
/* Words → tickets, by an index that is never in the way of mail. */
#include "store/indexer.h"
#include "store/search.h"
#include "tests/support/store-bed.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const TmMailSpec mails[] = {
  { .message_id = "1@x", .subject = "Printer on fire", .text = "Smoke comes out of the big one." },
  { .message_id = "2@x", .subject = "Invoice",
    .from = "joe@beta.example", .text = "The fire was on the printer, not in it." },
  { .message_id = "3@x", .subject = "Stra\xc3\x9f" "e",
    .text = "Caf\xc3\xa9 na\xc3\xafve \xe2\x80\x94 100% AND NOT near" },
  { .message_id = "4@x", .subject = "Re: Printer on fire", .in_reply_to = "1@x", .text = "Smoke again, more smoke." },
};

/* Open, with the messages above in tickets 1, 2, 3, 1. */
static TmStoreBed *
bed_with_mails (void)
{
  TmStoreBed *bed = bed_new ();
  bed_open (bed);
  for (size_t i = 0; i < G_N_ELEMENTS (mails); i++)
    ck_assert_int_eq (bed_ticket (bed, &mails[i]), i == 3 ? 1 : (gint64) i + 1);
  return bed;
}

static void
update (const TmStoreBed *bed)
{
  g_autoptr (GError) error = NULL;
  ck_assert_msg (search_update (bed->path, NULL, NULL, NULL, &error), "%s", error->message);
}

/* "1:4 2:2": tickets and messages; or the error's kind. */
static char *
find (const TmStoreBed *bed, const char *const *words, unsigned limit, gint64 *n_missing_out)
{
  g_autoptr (TmReader) reader = bed_reader (bed);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);
  if (!search_find (reader, words, limit, &found, n_missing_out, &error))
    g_string_append_printf (out, "error %d", error->code);
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      const TmFound *one = g_ptr_array_index (found, i);
      g_string_append_printf (out, "%s%d:%d", i > 0 ? " " : "", (int) one->ticket->facts->id, (int) one->message);
    }
  return g_string_free (out, FALSE);
}

/* --- words --- */

#define USAGE "error 7"

static const struct
{
  const char *words[4];
  unsigned limit;
  const char *expected;
} searches[] = {
  { { "printer" }, 0, "1:4 2:2" },
  { { "PRINTER" }, 0, "1:4 2:2" },
  { { "printer" }, 1, "1:4" },
  { { "printer on fire" }, 0, "1:4" },
  { { "on fire", "smoke" }, 0, "1:4" },
  { { "fire", "big" }, 0, "1:1" },
  { { "fire", "invoice" }, 0, "2:2" },
  { { "fire", "nowhere" }, 0, "" },
  { { "joe@beta.example" }, 0, "2:2" },
  { { "joe" }, 0, "2:2" },
  { { "cafe" }, 0, "3:3" },
  { { "CAF\xc3\x89" }, 0, "3:3" },
  { { "naive" }, 0, "3:3" },
  { { "invo" }, 0, "" },
  { { "invo*" }, 0, "2:2" },
  { { "printer on fi*" }, 0, "1:4" },
  /* what is syntax elsewhere */
  { { "AND" }, 0, "3:3" },
  { { "NOT" }, 0, "3:3 2:2" },
  { { "subject:printer" }, 0, "" },
  { { "^printer" }, 0, "1:4 2:2" },
  { { "smoke\" OR \"invoice" }, 0, "" },
  { { "\"invoice\"" }, 0, "2:2" },
  { { "(invoice)" }, 0, "2:2" },
  { { "'; DROP TABLE words; --", }, 0, "" },
  { { "100%" }, 0, "3:3" },
  { { "printer", "*" }, 0, USAGE },
  { { "" }, 0, USAGE },
  { { "\xe2\x80\x94" }, 0, USAGE },
  { { "\"" }, 0, USAGE },
  { { "caf\xe9" }, 0, USAGE },
};

START_TEST (finds)
{
  g_autoptr (TmStoreBed) bed = bed_with_mails ();
  gint64 n_missing = 0;
  ck_assert_str_eq (&USAGE[6], G_STRINGIFY (7));
  ck_assert_int_eq (TM_ERROR_USAGE, 7);
  update (bed);
  g_autofree char *found = find (bed, searches[_i].words, searches[_i].limit, &n_missing);
  ck_assert_str_eq (found, searches[_i].expected);
  ck_assert_int_eq (n_missing, 0);
}
END_TEST

START_TEST (shows_the_place)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *before = g_strnfill (500, 'x'), *text = NULL;
  const char *const words[] = { "needle", NULL };
  gint64 n_missing;
  text = g_strdup_printf ("%s a b c the N\xc3\xa9" "edle is here %s", before, before);
  bed_open (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "1@x", .subject = "Hay", .text = text }), 1);
  update (bed);
  g_autoptr (TmReader) reader = bed_reader (bed);
  ck_assert (search_find (reader, words, 0, &found, &n_missing, NULL));
  ck_assert_uint_eq (found->len, 1);
  const TmFound *one = g_ptr_array_index (found, 0);
  ck_assert_ptr_nonnull (strstr (one->snippet, "the N\xc3\xa9" "edle is here"));
  ck_assert_str_eq (one->from, "eve@acme.example");
  ck_assert_str_eq (one->ticket->subject, "Hay");
}
END_TEST

/* --- the index --- */

static const char *const fire[] = { "fire", NULL };

START_TEST (lags_behind)
{
  g_autoptr (TmStoreBed) bed = bed_with_mails ();
  gint64 n_missing = 0;
  g_autofree char *none = find (bed, fire, 0, &n_missing);
  ck_assert_str_eq (none, "error 3");
  ck_assert_int_eq (TM_ERROR_NOT_FOUND, 3);
  update (bed);
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "5@x", .text = "fire" }), 4);
  g_autofree char *old = find (bed, fire, 0, &n_missing);
  ck_assert_str_eq (old, "1:4 2:2");
  ck_assert_int_eq (n_missing, 1);
  update (bed);
  g_autofree char *all = find (bed, fire, 0, &n_missing);
  ck_assert_str_eq (all, "4:5 1:4 2:2");
  ck_assert_int_eq (n_missing, 0);
}
END_TEST

START_TEST (has_the_mode)
{
  g_autoptr (TmStoreBed) bed = bed_with_mails ();
  g_autofree char *name = bed_file (bed, ".search");
  struct stat status;
  ck_assert_int_eq (chmod (bed->path, 0600), 0);
  update (bed);
  ck_assert_int_eq (stat (name, &status), 0);
  ck_assert_uint_eq (status.st_mode & 0777, 0600);
}
END_TEST

/* More than one step of it, by two at once. */
static gpointer
update_too (gpointer data)
{
  update (data);
  return NULL;
}

START_TEST (two_at_once)
{
  enum { N_MESSAGES = 9000 };
  g_autoptr (TmStoreBed) bed = bed_new ();
  gint64 n_missing;
  bed_open (bed);
  bed_close (bed);
  g_autofree char *sql = g_strdup_printf (
    "INSERT INTO ticket (id, status, subject, requester, created_at) VALUES (1, 1, '', '', 1);"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
    " INSERT INTO message SELECT i, 1, 1, '', '', '', NULL, i, 0, 0, 0, 0, 0, 1, 1, '', NULL, NULL, '', NULL,"
    " 'w' || i FROM n", N_MESSAGES);
  bed_sql (bed, sql);
  GThread *thread = g_thread_new ("update", update_too, bed);
  update (bed);
  g_thread_join (thread);
  TmStoreBed index = { .path = bed_file (bed, ".search") };
  ck_assert_int_eq (bed_count (&index, "SELECT count(*) FROM words_docsize"), N_MESSAGES);
  g_autofree char *last = find (bed, (const char *const[]) { "w9000", NULL }, 0, &n_missing);
  ck_assert_str_eq (last, "1:9000");
  g_free (index.path);
}
END_TEST

/* The database was put back to an older state: nothing that is not in it is found, and the index comes after. */
START_TEST (database_was_restored)
{
  g_autoptr (TmStoreBed) bed = bed_with_mails ();
  gint64 n_missing;
  update (bed);
  bed_sql (bed, "DELETE FROM message WHERE id > 2");
  bed->is_spoiled = true;
  g_autofree char *stale = find (bed, fire, 0, &n_missing);
  ck_assert_str_eq (stale, "");
  ck_assert_int_eq (n_missing, 2);
  update (bed);
  g_autofree char *found = find (bed, fire, 0, &n_missing);
  ck_assert_str_eq (found, "2:2 1:1");
}
END_TEST

START_TEST (forgets)
{
  static const gint64 messages[] = { 2, 4, 77, 2 };
  g_autoptr (TmStoreBed) bed = bed_with_mails ();
  gint64 n_missing;
  update (bed);
  ck_assert (search_forget (bed->path, messages, G_N_ELEMENTS (messages), NULL));
  bed_sql (bed, "UPDATE message SET subject = '', text = 'erased' WHERE id IN (2, 4)");
  g_autofree char *found = find (bed, fire, 0, &n_missing);
  ck_assert_str_eq (found, "1:1");
  ck_assert (search_forget (bed->path, messages, G_N_ELEMENTS (messages), NULL));
  ck_assert (search_rebuild (bed->path, NULL, NULL, NULL));
  g_autofree char *again = find (bed, fire, 0, &n_missing);
  ck_assert_str_eq (again, "1:1");
  g_autofree char *erased = find (bed, (const char *const[]) { "erased", NULL }, 0, &n_missing);
  ck_assert_str_eq (erased, "1:4 2:2");
}
END_TEST

static void
no_index (const char *name G_GNUC_UNUSED)
{
}

static void
damage (const char *name)
{
  g_autofree char *junk = g_strnfill (20000, 'z');
  ck_assert (g_file_set_contents (name, junk, 20000, NULL));
}

static void
empty (const char *name)
{
  ck_assert (g_file_set_contents (name, "", 0, NULL));
}

static void
foreign (const char *name)
{
  TmStoreBed other = { .path = (char *) (gpointer) (gsize) name };
  empty (name);
  bed_sql (&other, "CREATE TABLE t (x)");
}

static void
directory (const char *name)
{
  ck_assert_int_eq (g_mkdir (name, 0755), 0);
}

static const struct
{
  void (*make) (const char *name);
  bool is_filled, is_rebuilt;
} states[] = {
  { no_index, true, true }, { empty, true, true }, { damage, false, true }, { foreign, false, true },
  { directory, false, false },
};

/* Whatever stands where the index belongs: mail goes on, and where a file is, it can be made anew. */
START_TEST (never_stops_intake)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  g_autofree char *name = bed_file (bed, ".search");
  gint64 n_missing;
  bed->fills_index = true;
  states[_i].make (name);
  bed_open (bed);
  for (size_t i = 0; i < G_N_ELEMENTS (mails); i++)
    ck_assert_int_gt (bed_ticket (bed, &mails[i]), 0);
  ck_assert_int_eq (search_update (bed->path, NULL, NULL, NULL, NULL), states[_i].is_filled);
  ck_assert_int_eq (search_rebuild (bed->path, NULL, NULL, NULL), states[_i].is_rebuilt);
  g_autofree char *found = find (bed, fire, 0, &n_missing);
  if (states[_i].is_rebuilt)
    ck_assert_str_eq (found, "1:4 2:2");
  ck_assert_int_eq (bed_ticket (bed, &(TmMailSpec){ .message_id = "5@x" }), 4);
  ck_assert_int_eq (g_atomic_int_get (&bed->n_fatal), 0);
  bed_close (bed);
  g_rmdir (name);
}
END_TEST

START_TEST (is_filled_behind_mail)
{
  g_autoptr (TmStoreBed) bed = bed_new ();
  gint64 n_missing = 1;
  bed->fills_index = true;
  bed_open (bed);
  for (size_t i = 0; i < G_N_ELEMENTS (mails); i++)
    ck_assert_int_gt (bed_ticket (bed, &mails[i]), 0);
  g_autofree char *found = find (bed, fire, 0, &n_missing);
  while (strcmp (found, "1:4 2:2") != 0)
    {
      g_usleep (10000);
      g_free (found);
      found = find (bed, fire, 0, &n_missing);
    }
}
END_TEST

static const struct
{
  gint64 n_came;
  unsigned n_held;
  bool holds_back;
} rushes[] = {
  { 1, 0, false }, { 199, 0, false }, { 200, 0, true }, { 100000, 0, true }, { 0, 1, false }, { 100000, 29, true },
  { 100000, 30, false },
};

/* A rush of mail goes first, for a minute. */
START_TEST (waits_for_a_pause)
{
  ck_assert_int_eq (indexer_holds_back (rushes[_i].n_came, rushes[_i].n_held), rushes[_i].holds_back);
}
END_TEST

SUITE_MAIN ("store-search", tcase_add_loop_test (tc, finds, 0, G_N_ELEMENTS (searches));
            tcase_add_test (tc, shows_the_place);
            tcase_add_test (tc, lags_behind);
            tcase_add_test (tc, has_the_mode);
            tcase_add_test (tc, two_at_once);
            tcase_add_test (tc, database_was_restored);
            tcase_add_test (tc, forgets);
            tcase_add_loop_test (tc, never_stops_intake, 0, G_N_ELEMENTS (states));
            tcase_add_test (tc, is_filled_behind_mail);
            tcase_add_loop_test (tc, waits_for_a_pause, 0, G_N_ELEMENTS (rushes));)
