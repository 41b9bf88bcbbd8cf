/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages: what is sent of them, and that a row of the outbox keeps all of it. */
#include "core/page.h"
#include "base/clock.h"
#include "base/digest.h"
#include "tests/support/suite.h"

#include <string.h>

static TmPage *
sample (TmPageEvent event)
{
  TmPage *page = page_new (event, "breach", "P1 #17: first response is overdue", "desk");
  page->severity = TM_SEVERITY_CRITICAL;
  page->ticket = 17;
  page->metric = TM_METRIC_FIRST_RESPONSE;
  page->cycle = 1;
  page->level = 2;
  page->priority = g_strdup ("P1");
  page->queue = g_strdup ("support");
  page->customer = g_strdup ("acme");
  page->subject = g_strdup ("Say \"down\" & <out>\\");
  page->due_at = 1763654400;
  page->at = 1763654460;
  g_free (page->text);
  page->text = g_strdup ("One < two\nthree & four");
  return page;
}

#define FACTS                                                                                                         \
  "\"ticket\":17,\"metric\":\"first_response\",\"cycle\":1,\"kind\":\"breach\",\"level\":2,\"priority\":\"P1\","      \
  "\"queue\":\"support\",\"customer\":\"acme\",\"subject\":\"Say \\\"down\\\" & <out>\\\\\","                         \
  "\"due_at\":\"2025-11-20T16:00:00Z\",\"text\":\"One < two\\u000athree & four\""
#define GENERIC(event)                                                                                                \
  "{\"version\":1,\"event\":\"" event "\",\"receiver\":\"oncall\",\"instance\":\"example\","                          \
  "\"key\":\"example/17/first_response/1\",\"severity\":\"critical\","                                               \
  "\"summary\":\"P1 #17: first response is overdue\"," FACTS ",\"by\":\"desk\",\"at\":\"2025-11-20T16:01:00Z\"}"

static const struct
{
  TmReceiverKind kind;
  TmPageEvent event;
  const char *body;
} bodies[] = {
  { TM_RECEIVER_PAGERDUTY, TM_PAGE_TRIGGER,
    "{\"routing_key\":\"abc\",\"event_action\":\"trigger\",\"dedup_key\":\"example/17/first_response/1\","
    "\"payload\":{\"summary\":\"P1 #17: first response is overdue\",\"source\":\"example\",\"severity\":\"critical\","
    "\"timestamp\":\"2025-11-20T16:01:00Z\",\"component\":\"support\",\"group\":\"acme\",\"class\":\"first_response\","
    "\"custom_details\":{" FACTS "}}}" },
  { TM_RECEIVER_PAGERDUTY, TM_PAGE_ACKNOWLEDGE,
    "{\"routing_key\":\"abc\",\"event_action\":\"acknowledge\",\"dedup_key\":\"example/17/first_response/1\"}" },
  { TM_RECEIVER_PAGERDUTY, TM_PAGE_RESOLVE,
    "{\"routing_key\":\"abc\",\"event_action\":\"resolve\",\"dedup_key\":\"example/17/first_response/1\"}" },
  { TM_RECEIVER_SLACK, TM_PAGE_TRIGGER,
    "{\"text\":\"P1 #17: first response is overdue\\u000aOne &lt; two\\u000athree &amp; four\"}" },
  { TM_RECEIVER_SLACK, TM_PAGE_ACKNOWLEDGE, "{\"text\":\"Acknowledged: P1 #17: first response is overdue\\u000a"
                                            "One &lt; two\\u000athree &amp; four\"}" },
  { TM_RECEIVER_SLACK, TM_PAGE_RESOLVE, "{\"text\":\"Resolved: P1 #17: first response is overdue\\u000a"
                                        "One &lt; two\\u000athree &amp; four\"}" },
  { TM_RECEIVER_GENERIC, TM_PAGE_TRIGGER, GENERIC ("trigger") },
  { TM_RECEIVER_GENERIC, TM_PAGE_RESOLVE, GENERIC ("resolve") },
  { TM_RECEIVER_EXEC, TM_PAGE_ACKNOWLEDGE, GENERIC ("acknowledge") },
};

static TmReceiver *
receiver_of (TmReceiverKind kind)
{
  TmReceiver *receiver = receiver_new ("oncall");
  receiver->kind = kind;
  receiver->key = g_strdup ("abc");
  receiver->url = g_strdup ("https://h.example/");
  return receiver;
}

START_TEST (writes_bodies)
{
  g_autoptr (TmPage) page = sample (bodies[_i].event);
  g_autoptr (TmReceiver) receiver = receiver_of (bodies[_i].kind);
  g_autofree char *body = page_body (page, receiver, "example");
  ck_assert_str_eq (body, bodies[_i].body);
}
END_TEST

/* As when it is about no ticket, or about one that nobody said more of. */
START_TEST (writes_little)
{
  g_autoptr (TmPage) page = page_new (TM_PAGE_TRIGGER, "test", "A\nline\tand \x1b one", "user:root");
  g_autoptr (TmReceiver) pagerduty = receiver_of (TM_RECEIVER_PAGERDUTY);
  g_autoptr (TmReceiver) slack = receiver_of (TM_RECEIVER_SLACK);
  page->at = 60;
  g_autofree char *body = page_body (page, pagerduty, "example");
  ck_assert_str_eq (
    body, "{\"routing_key\":\"abc\",\"event_action\":\"trigger\",\"dedup_key\":\"example/test\",\"payload\":{"
          "\"summary\":\"A line and one\",\"source\":\"example\",\"severity\":\"info\","
          "\"timestamp\":\"1970-01-01T00:01:00Z\",\"class\":\"test\",\"custom_details\":{\"ticket\":null,"
          "\"metric\":null,\"cycle\":null,\"kind\":\"test\",\"level\":null,\"priority\":null,\"queue\":null,"
          "\"customer\":null,\"subject\":null,\"due_at\":null,\"text\":\"\"}}}");
  g_free (page->kind);
  page->kind = g_strdup ("digest");
  g_autofree char *key = page_key (page, "example");
  ck_assert_str_eq (key, "example/digest/60");
  g_autofree char *text = page_body (page, slack, "example");
  ck_assert_str_eq (text, "{\"text\":\"A line and one\"}");
}
END_TEST

/* The HMAC is RFC 4231's second case. */
START_TEST (signs)
{
  g_autoptr (TmReceiver) receiver = receiver_of (TM_RECEIVER_GENERIC);
  g_free (receiver->key);
  receiver->key = g_strdup ("Jefe");
  g_auto (GStrv) headers = page_headers (receiver, "what do ya want for nothing?", "example-7-60");
  ck_assert_uint_eq (g_strv_length (headers), 3);
  ck_assert_str_eq (headers[0], "Content-Type: application/json");
  ck_assert_str_eq (headers[1], "Idempotency-Key: example-7-60");
  ck_assert_str_eq (headers[2], "X-Signature: "
                                "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  receiver->kind = TM_RECEIVER_PAGERDUTY;
  g_auto (GStrv) plain = page_headers (receiver, "x", "y");
  ck_assert_uint_eq (g_strv_length (plain), 1);
}
END_TEST

START_TEST (names_urls)
{
  static const struct
  {
    TmReceiverKind kind;
    const char *key, *url;
  } cases[] = {
    { TM_RECEIVER_SLACK, "T0/B0/x", "https://h.example/T0/B0/x" },
    { TM_RECEIVER_SLACK, NULL, "https://h.example/" },
    { TM_RECEIVER_GENERIC, "abc", "https://h.example/" },
    { TM_RECEIVER_PAGERDUTY, "abc", "https://h.example/" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TmReceiver) receiver = receiver_of (cases[i].kind);
      g_free (receiver->key);
      receiver->key = g_strdup (cases[i].key);
      g_autofree char *url = page_url (receiver);
      ck_assert_str_eq (url, cases[i].url);
    }
}
END_TEST

static TmOutboxRow *
row_of (const TmOutgoing *outgoing)
{
  TmOutboxRow *row = g_new0 (TmOutboxRow, 1);
  row->subject = g_strdup (outgoing->subject);
  row->actor = g_strdup (outgoing->actor);
  row->text = g_strdup (outgoing->text);
  row->page = g_strdup (outgoing->page);
  row->receiver = g_strdup (outgoing->receiver);
  row->ticket = 17;
  row->created_at = 1763654460;
  return row;
}

START_TEST (survives_the_outbox)
{
  for (int event = 0; event < TM_PAGE_N_EVENTS; event++)
    {
      g_autoptr (TmPage) page = sample ((TmPageEvent) event);
      g_autoptr (TmReceiver) receiver = receiver_of (TM_RECEIVER_GENERIC);
      g_autoptr (TmOutgoing) outgoing = page_outgoing (page, "oncall");
      g_autoptr (TmOutboxRow) row = row_of (outgoing);
      g_autoptr (TmPage) again = page_of_row (row);
      ck_assert_str_eq (outgoing->receiver, "oncall");
      ck_assert (outgoing->may_repeat && outgoing->kind == TM_OUTGOING_PAGE && outgoing->recipients->len == 0);
      ck_assert_ptr_nonnull (again);
      g_autofree char *before = page_body (page, receiver, "example");
      g_autofree char *after = page_body (again, receiver, "example");
      ck_assert_str_eq (before, after);
    }
}
END_TEST

/* A line break in a value must not become a field, and what a newer program wrote is not guessed at. */
START_TEST (bad_rows)
{
  static const char *const bad[] = { "", "event=trigger\n", "kind=x\nevent=shout\n", "kind=x\nmetric=soon\n",
                                     "kind=x\ncycle=one\n", "kind=x\nnewer=1\n", "kind=x\nseverity=fatal\n", "x" };
  g_autoptr (TmPage) page = sample (TM_PAGE_TRIGGER);
  g_free (page->subject);
  page->subject = g_strdup ("x\nevent=resolve\r\nkind=y");
  g_autoptr (TmOutgoing) outgoing = page_outgoing (page, "oncall");
  g_autoptr (TmOutboxRow) row = row_of (outgoing);
  g_autoptr (TmPage) again = page_of_row (row);
  ck_assert_int_eq (again->event, TM_PAGE_TRIGGER);
  ck_assert_str_eq (again->subject, "x event=resolve kind=y");
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_free (row->page);
      row->page = g_strdup (bad[i]);
      ck_assert_msg (page_of_row (row) == NULL, "`%s`", bad[i]);
    }
}
END_TEST

START_TEST (severities)
{
  static const struct
  {
    const char *priority, *severity;
  } cases[] = { { "P1", "critical" }, { "P2", "error" }, { "P3", "warning" }, { "P4", "info" },
                { "P5", "info" },     { "P9", "info" },  { NULL, "info" } };
  g_autoptr (TmSite) site = site_new ();
  for (int i = 1; i <= 5; i++)
    {
      const char code[] = { 'P', (char) ('0' + i), '\0' };
      g_ptr_array_add (site->priorities, priority_new (code, code));
    }
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    ck_assert_str_eq (severity_name (page_severity (site, cases[i].priority)), cases[i].severity);
}
END_TEST

START_TEST (tells_by_the_calendar)
{
  static const bool told[][2] = { [TM_RECEIVER_ALWAYS] = { true, true },
                                  [TM_RECEIVER_OPEN] = { false, true },
                                  [TM_RECEIVER_CLOSED] = { true, false } };
  g_autoptr (TmReceiver) receiver = receiver_new ("x");
  for (int when = 0; when <= TM_RECEIVER_CLOSED; when++)
    for (int is_open = 0; is_open < 2; is_open++)
      {
        receiver->when = (TmReceiverWhen) when;
        ck_assert (receiver_is_told (receiver, is_open) == told[when][is_open]);
      }
}
END_TEST

SUITE_MAIN ("page", tcase_add_loop_test (tc, writes_bodies, 0, (int) G_N_ELEMENTS (bodies));
            tcase_add_test (tc, writes_little); tcase_add_test (tc, signs); tcase_add_test (tc, names_urls);
            tcase_add_test (tc, survives_the_outbox); tcase_add_test (tc, bad_rows); tcase_add_test (tc, severities);
            tcase_add_test (tc, tells_by_the_calendar);)
