/* SPDX-License-Identifier: BSD-2-Clause */
/* What rules do, from the milter dialog to the database: quarantine, moves, forms, pages, alerts. */
#include "tests/integration/harness.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <zstd.h>

static const char rules[]
  = "rules:\n"
    "  - {name: junk, all: ['subject =~ /buy now/'], then: [discard]}\n"
    "  - {name: move, on: both, all: ['subject =~ /move me/'], then: [queue=hosting move]}\n"
    "  - {name: form, all: ['subject =~ /^Contact form/', 'text =~ /^Email: (?<mail>.+)$/m'],\n"
    "     then: [requester=$mail, human]}\n"
    "  - {name: wake, all: ['subject =~ /urgent/'], then: [page, priority floor P1]}\n"
    "  - name: alert\n"
    "    all: ['subject =~ /^(?<state>PROBLEM|RECOVERY): (?<host>\\S+)/']\n"
    "    then: [machine, correlate $host recovery subject =~ /^RECOVERY/]\n";

static Desk *desk;

static void
setup (void)
{
  desk = desk_new (rules);
  desk_start (desk, NULL);
}

static void
teardown (void)
{
  desk_end (desk);
}

/* "+ADDRESS" for a recipient that joins, "-ADDRESS" for one that leaves, apart by blanks; the caller frees. */
static char *
recipient_edits (const MilterClient *client)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < client->reply.edits->len; i++)
    {
      const MilterEdit *edit = g_ptr_array_index (client->reply.edits, i);
      if (edit->op == SMFIR_ADDRCPT || edit->op == SMFIR_DELRCPT)
        g_string_append_printf (out, "%s%c%s", out->len > 0 ? " " : "", edit->op == SMFIR_ADDRCPT ? '+' : '-',
                                edit->value);
    }
  return g_string_free (out, FALSE);
}

/* Sends it to the NULL-terminated recipients; gives the answer, and the edits of recipients in `edits_out`. */
static char
send_to (const char *id, const char *subject, const char *body, const char *const *recipients, char **edits_out)
{
  g_autoptr (MilterClient) client = desk_client (desk);
  g_autofree char *raw = desk_mail (id, subject, body);
  OK (milter_client_message (client, id, "<eve@acme.example>", recipients, raw, strlen (raw), &ok_error));
  *edits_out = recipient_edits (client);
  return client->reply.kind;
}

static const char *const ours[] = { "<Support+x@example.com>", NULL };
static const char *const mixed[] = { "<Support+x@example.com>", "<bob@example.net>", NULL };

/* The first row of `sql` must hold `expected`, its columns apart by `|`. */
static void
check_row (const char *sql, const char *expected)
{
  sqlite3 *handle;
  sqlite3_stmt *rows;
  g_autoptr (GString) row = g_string_new (NULL);
  ck_assert_int_eq (sqlite3_open_v2 (desk->database, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  ck_assert_int_eq (sqlite3_prepare_v2 (handle, sql, -1, &rows, NULL), SQLITE_OK);
  int n_columns = sqlite3_step (rows) == SQLITE_ROW ? sqlite3_column_count (rows) : 0;
  for (int i = 0; i < n_columns; i++)
    g_string_append_printf (row, "%s%s", i > 0 ? "|" : "", (const char *) sqlite3_column_text (rows, i));
  sqlite3_finalize (rows);
  sqlite3_close (handle);
  ck_assert_str_eq (row->str, expected);
}

/* The raw message of the only row in quarantine. */
static char *
quarantined (void)
{
  sqlite3 *handle;
  sqlite3_stmt *rows;
  char *raw = g_malloc0 (8192);
  ck_assert_int_eq (sqlite3_open_v2 (desk->database, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  ck_assert_int_eq (sqlite3_prepare_v2 (handle, "SELECT data FROM quarantine WHERE codec = 1", -1, &rows, NULL),
                    SQLITE_OK);
  ck_assert_int_eq (sqlite3_step (rows), SQLITE_ROW);
  size_t len = ZSTD_decompress (raw, 8191, sqlite3_column_blob (rows, 0), (size_t) sqlite3_column_bytes (rows, 0));
  ck_assert (!ZSTD_isError (len));
  ck_assert_int_eq (sqlite3_step (rows), SQLITE_DONE);
  sqlite3_finalize (rows);
  sqlite3_close (handle);
  return raw;
}

START_TEST (discarded_mail_is_in_quarantine)
{
  g_autofree char *edits = NULL;
  ck_assert_int_eq (send_to ("d1", "buy now", "cheap", ours, &edits), SMFIR_DISCARD);
  ck_assert_str_eq (edits, "");
  ck_assert_uint_eq (desk_count_tickets (desk), 0);
  check_row ("SELECT rule, reason, queue_id, sender, recipients, at > 1700000000 FROM quarantine",
             "junk|rule junk|d1|eve@acme.example|Support+x@example.com|1");
  g_autofree char *raw = quarantined ();
  g_autofree char *sent = desk_mail ("d1", "buy now", "cheap");
  ck_assert_str_eq (raw, sent);
  ck_assert (desk_logs (desk, "d1: ticket=0 action=discard queue=- type=- priority=- rule=junk"));
}
END_TEST

START_TEST (discarding_spares_others)
{
  g_autofree char *edits = NULL;
  ck_assert_int_eq (send_to ("d2", "buy now", "cheap", mixed, &edits), SMFIR_ACCEPT);
  ck_assert_str_eq (edits, "-<Support+x@example.com>");
  check_row ("SELECT recipients FROM quarantine", "Support+x@example.com\nbob@example.net");
}
END_TEST

/* The queue's address is exchanged, in the ticket too, and a retry gets the same. */
START_TEST (moved_mail)
{
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *edits = NULL;
      ck_assert_int_eq (send_to ("m1", "move me", "please", mixed, &edits), SMFIR_ACCEPT);
      ck_assert_str_eq (edits, "+<hosting@example.com> -<Support+x@example.com>");
      check_row ("SELECT count(*), max(queue), max(position) FROM ticket_queue", "1|hosting|0");
    }
}
END_TEST

START_TEST (moved_ticket)
{
  g_autofree char *first = NULL, *edits = NULL;
  ck_assert_int_eq (send_to ("m2", "hello", "one", ours, &first), SMFIR_ACCEPT);
  check_row ("SELECT ticket, queue FROM ticket_queue", "1|support");
  ck_assert_int_eq (send_to ("m3", "[example#1] move me", "two", ours, &edits), SMFIR_ACCEPT);
  ck_assert_str_eq (edits, "+<hosting@example.com> -<Support+x@example.com>");
  check_row ("SELECT count(*), max(ticket), max(queue), max(position) FROM ticket_queue", "1|1|hosting|0");
}
END_TEST

START_TEST (forms_have_a_requester)
{
  static const struct
  {
    const char *body, *requester;
  } forms[] = {
    { "Email: Joe@Shop.example", "joe@shop.example" },
    { "Email: support@example.com", "eve@acme.example" },
    { "Email: joe@shop.example, all@acme.example", "eve@acme.example" },
    { "Email: no address", "eve@acme.example" },
  };
  for (unsigned i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *id = g_strdup_printf ("f%u", i), *edits = NULL;
      g_autofree char *sql = g_strdup_printf ("SELECT requester FROM ticket WHERE id = %u", i + 1);
      ck_assert_int_eq (send_to (id, "Contact form", forms[i].body, ours, &edits), SMFIR_ACCEPT);
      check_row (sql, forms[i].requester);
    }
  check_row ("SELECT count(*) FROM event WHERE action = 'requester' AND actor = 'rule:form'", "1");
}
END_TEST

START_TEST (a_page_is_an_event)
{
  g_autofree char *edits = NULL;
  ck_assert_int_eq (send_to ("p1", "urgent", "down", ours, &edits), SMFIR_ACCEPT);
  check_row ("SELECT e.actor, e.detail, t.priority FROM event AS e JOIN ticket AS t ON t.id = e.ticket"
             " WHERE e.action = 'page'",
             "rule:wake|{\"priority\":\"P1\",\"why\":\"nothing names an existing ticket\",\"told\":null,"
             "\"not_told\":\"queue.rota: the ticket's queue has no rota\"}|P1");
}
END_TEST

/* Alerts of one host share a ticket until it recovers; those of another do not; the next trouble is a new one. */
START_TEST (alerts_share_a_ticket)
{
  static const struct
  {
    const char *subject, *tickets; /* of both hosts: number and status, in order */
  } mails[] = {
    { "PROBLEM: web1 down", "1=1" },      { "PROBLEM: web1 still down", "1=1" },
    { "PROBLEM: web2 down", "1=1 2=1" },  { "RECOVERY: web1 up", "1=5 2=1" },
    { "PROBLEM: web1 down", "1=5 2=1 3=1" }, { "RECOVERY: web3 up", "1=5 2=1 3=1 4=9" },
    { "PROBLEM: web2 down", "1=5 2=1 3=1 4=9" },
  };
  for (unsigned i = 0; i < G_N_ELEMENTS (mails); i++)
    {
      g_autofree char *id = g_strdup_printf ("a%u", i), *edits = NULL;
      ck_assert_int_eq (send_to (id, mails[i].subject, id, ours, &edits), SMFIR_ACCEPT);
      check_row ("SELECT group_concat(id || '=' || status, ' ') FROM (SELECT id, status FROM ticket ORDER BY id)",
                 mails[i].tickets);
    }
  check_row ("SELECT group_concat(n, ' ') FROM (SELECT count(*) AS n FROM message GROUP BY ticket ORDER BY ticket)",
             "3 2 1 1");
  check_row ("SELECT group_concat(queue || ':' || key || '=' || ticket, ' ') FROM correlation",
             "support:web1=3 support:web2=2");
  check_row ("SELECT other FROM relation WHERE ticket = 3", "1");
  ck_assert (desk_logs (desk, "a1: ticket=1 action=append queue=support type=problem priority=P3 rule=alert due=- "
                              "evidence=correlation"));
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("effects");
  TCase *tc = tcase_create ("effects");
  tcase_set_timeout (tc, 120);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, discarded_mail_is_in_quarantine);
  tcase_add_test (tc, discarding_spares_others);
  tcase_add_test (tc, moved_mail);
  tcase_add_test (tc, moved_ticket);
  tcase_add_test (tc, forms_have_a_requester);
  tcase_add_test (tc, a_page_is_an_event);
  tcase_add_test (tc, alerts_share_a_ticket);
  suite_add_tcase (suite, tc);
  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
