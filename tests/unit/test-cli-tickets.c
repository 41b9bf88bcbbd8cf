/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "cli/tickets.h"
#include "tests/support/suite.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum { AT = 1763654400 }; /* 2025-11-20T16:00:00Z */

static void
add_participant (TmTicketRecord *ticket, const char *address, const char *by, bool receives)
{
  g_ptr_array_add (ticket->facts->participants, participant_new (address, by, receives));
}

static void
add_failure (TmMessageRecord *message, const char *recipient, const char *status, bool is_final, const char *diagnostic)
{
  TmFailureRecord *failure = g_new0 (TmFailureRecord, 1);
  failure->recipient = g_strdup (recipient);
  failure->status = g_strdup (status);
  failure->action = g_strdup (is_final ? "failed" : "delayed");
  failure->is_final = is_final;
  failure->at = AT + 7;
  failure->diagnostic = g_strdup (diagnostic);
  g_ptr_array_add (message->failures, failure);
}

static void
add_silenced (TmTicketRecord *ticket)
{
  TmSilencedRecord *silenced = g_new0 (TmSilencedRecord, 1);
  silenced->address = g_strdup ("joe@acme.example");
  silenced->since = AT + 7;
  silenced->why = g_strdup ("5.1.1");
  g_ptr_array_add (ticket->silenced, silenced);
}

static void
add_message (TmTicketRecord *ticket)
{
  TmMessageRecord *message = g_new0 (TmMessageRecord, 1);
  message->id = 1;
  message->direction = TM_DIRECTION_IN;
  message->from = g_strdup ("eve@acme.example");
  message->message_id = g_strdup ("a@b");
  message->date_at = AT - 5;
  message->received_at = AT;
  message->subject = g_strdup ("Cluster c12 down");
  message->text = g_strdup ("It is down\x1b[2J\n\n> earlier\n");
  message->reply_text = g_strdup ("It is down\x1b[2J\n");
  message->is_auto = true;
  message->is_verified = false;
  message->flags = TM_FLAG_MALFORMED;
  message->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) attachment_free);
  TmAttachment *attachment = attachment_new ();
  g_free (attachment->name);
  g_free (attachment->type);
  g_free (attachment->sha256);
  attachment->name = g_strdup ("log.txt");
  attachment->type = g_strdup ("text/plain");
  attachment->sha256 = g_strdup ("00ff");
  attachment->size = 12;
  attachment->is_repeated = true;
  g_ptr_array_add (message->attachments, attachment);
  message->failures = g_ptr_array_new_with_free_func ((GDestroyNotify) failure_record_free);
  add_failure (message, "joe@acme.example", "5.1.1", true, "550 no such user");
  add_failure (message, "sue@acme.example", "4.4.1", false, "");
  g_ptr_array_add (ticket->messages, message);
}

static void
add_event (TmTicketRecord *ticket, const char *detail)
{
  TmEventRecord *event = g_new0 (TmEventRecord, 1);
  event->at = AT;
  event->actor = g_strdup ("rule:outage");
  event->action = g_strdup ("priority");
  event->detail = g_strdup (detail);
  g_ptr_array_add (ticket->events, event);
}

static TmTicketRecord *
full_ticket (void)
{
  TmTicketRecord *ticket = ticket_record_new (1042);
  TmTicketFacts *facts = ticket->facts;
  gint64 related = 1040;
  facts->status = TM_STATUS_CLOSED;
  facts->closed_at = AT + 60;
  g_free (facts->requester);
  facts->requester = g_strdup ("eve@acme.example");
  facts->type = g_strdup ("problem");
  facts->priority = g_strdup ("P1");
  facts->assignee = g_strdup ("anna");
  facts->customer = g_strdup ("acme");
  facts->service_plan = g_strdup ("gold");
  facts->answer_to = g_strdup ("desk@acme.example");
  g_ptr_array_add (facts->queues, g_strdup ("support"));
  g_ptr_array_add (facts->queues, g_strdup ("hosting"));
  add_participant (ticket, "joe@acme.example", "anna", true);
  add_participant (ticket, "sue@acme.example", "requester", false);
  g_free (ticket->subject);
  ticket->subject = g_strdup ("Cluster c12 down\x1b]0;x\x07");
  ticket->priority_by = g_strdup ("rule:outage");
  ticket->created_at = AT;
  ticket->resolved_at = AT + 30;
  ticket->merged_into = 1050;
  g_ptr_array_add (ticket->tags, tag_new ("cluster", "c12"));
  g_ptr_array_add (ticket->tags, tag_new ("site", "a"));
  g_ptr_array_add (ticket->tags, tag_new ("cluster", "c13"));
  g_ptr_array_add (ticket->missing, g_strdup ("steps"));
  g_array_append_val (ticket->related, related);
  add_message (ticket);
  add_silenced (ticket);
  add_event (ticket, "{\"from\":\"P3\",\"to\":\"P1\",\"why\":\"x\"}");
  return ticket;
}

/* What the store makes of the least there can be. */
static TmTicketRecord *
bare_ticket (void)
{
  TmTicketRecord *ticket = ticket_record_new (7);
  ticket->facts->status = TM_STATUS_NEW;
  ticket->facts->closed_at = TM_NEVER;
  g_free (ticket->subject);
  ticket->subject = g_strdup ("");
  ticket->created_at = AT;
  ticket->resolved_at = TM_NEVER;
  return ticket;
}

/* Every member, in the same order, with the same value. */
static void
assert_json (const char *text, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (text, &error);
  ck_assert_msg (node != NULL, "%s in %s", error == NULL ? "empty" : error->message, text);
  g_autoptr (JsonNode) wanted = json_from_string (expected, NULL);
  g_autofree char *a = json_to_string (node, FALSE);
  g_autofree char *b = json_to_string (wanted, FALSE);
  ck_assert_str_eq (a, b);
}

#define FULL_MEMBERS                                                                                             \
  "'id':1042,'queue':'support','queues':['support','hosting'],'subject':'Cluster c12 down\\u001b]0;x\\u0007',"   \
  "'status':'closed','type':'problem','priority':'P1','priority_by':'rule:outage',"             \
  "'workaround':false,'customer':'acme',"                                                                      \
  "'plan':'gold','requester':'eve@acme.example','answer_to':'desk@acme.example',"                                \
  "'participants':[{'address':'joe@acme.example','by':'anna','receives':true,'answer_to':null},"                 \
  "{'address':'sue@acme.example','by':'requester','receives':false,'answer_to':null}],'assignee':'anna',"        \
  "'tags':{'cluster':['c12','c13'],'site':['a']},'missing':['steps'],'related':[1040],'merged_into':1050,"       \
  "'created_at':'2025-11-20T16:00:00Z','resolved_at':'2025-11-20T16:00:30Z','closed_at':'2025-11-20T16:01:00Z'," \
  "'satisfaction':null,"                                                                                         \
  "'clocks':[]"

#define BARE_MEMBERS                                                                                              \
  "'id':7,'queue':null,'queues':[],'subject':null,'status':'new','type':null,'priority':null,'priority_by':null," \
  "'workaround':false," \
  "'customer':null,'plan':null,'requester':null,'answer_to':null,'participants':[],'assignee':null,'tags':{},"    \
  "'missing':[],'related':[],'merged_into':null,'created_at':'2025-11-20T16:00:00Z','resolved_at':null,"          \
  "'closed_at':null,'satisfaction':null,'clocks':[]"

static char *
double_quotes (const char *text)
{
  return g_strdelimit (g_strdup (text), "'", '"');
}

START_TEST (show_json)
{
  const TmTerminal terminal = { .width = 80, .is_tty = _i == 1 };
  g_autoptr (TmTicketRecord) ticket = full_ticket ();
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *expected = double_quotes (
    "{'version':1,'ticket':{" FULL_MEMBERS ",'silenced':[{'address':'joe@acme.example','since':'2025-11-20T16:00:07Z',"
    "'why':'5.1.1'}],'messages':[{'id':1,'direction':'in','from':'eve@acme.example',"
    "'message_id':'a@b','date':'2025-11-20T15:59:55Z','received_at':'2025-11-20T16:00:00Z',"
    "'subject':'Cluster c12 down','text':'It is down\\u001b[2J\\n\\n> earlier\\n',"
    "'reply_text':'It is down\\u001b[2J\\n',"
    "'auto':true,'bounce':false,'verified':false,'flags':['malformed'],"
    "'attachments':[{'name':'log.txt','type':'text/plain','size':12,'sha256':'00ff','inline':false,'repeated':true}],"
    "'failures':[{'recipient':'joe@acme.example','status':'5.1.1','action':'failed','final':true,"
    "'at':'2025-11-20T16:00:07Z','diagnostic':'550 no such user'},"
    "{'recipient':'sue@acme.example','status':'4.4.1','action':'delayed','final':false,"
    "'at':'2025-11-20T16:00:07Z','diagnostic':null}]}],"
    "'events':[{'at':'2025-11-20T16:00:00Z','actor':'rule:outage','action':'priority',"
    "'detail':{'from':'P3','to':'P1','why':'x'}}]}}");
  ticket_add_json (out, &terminal, ticket);
  assert_json (out->str, expected);
}
END_TEST

START_TEST (bare_json)
{
  const TmTerminal terminal = { .width = 80 };
  g_autoptr (TmTicketRecord) ticket = bare_ticket ();
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *expected = double_quotes ("{'version':1,'ticket':{" BARE_MEMBERS
                                             ",'silenced':[],'messages':[],'events':[]}}");
  ticket_add_json (out, &terminal, ticket);
  assert_json (out->str, expected);
}
END_TEST

START_TEST (list_json)
{
  const TmTerminal terminal = { .width = 80 };
  g_autoptr (GPtrArray) tickets = g_ptr_array_new_with_free_func ((GDestroyNotify) ticket_record_free);
  g_autoptr (GString) out = g_string_new (NULL);
  tickets_add_json (out, &terminal, tickets);
  assert_json (out->str, "{\"version\":1,\"tickets\":[]}");

  g_ptr_array_add (tickets, full_ticket ());
  g_ptr_array_add (tickets, bare_ticket ());
  g_string_truncate (out, 0);
  g_autofree char *expected = double_quotes ("{'version':1,'tickets':[{" FULL_MEMBERS ",'next_due_at':null},"
                                             "{" BARE_MEMBERS ",'next_due_at':null}]}");
  tickets_add_json (out, &terminal, tickets);
  assert_json (out->str, expected);
}
END_TEST

/* C1 and bidi controls are no JSON syntax, but a terminal takes them for orders. */
START_TEST (json_is_harmless)
{
  const TmTerminal terminal = { .width = 80, .is_tty = true };
  g_autoptr (TmTicketRecord) ticket = bare_ticket ();
  g_autoptr (GString) out = g_string_new (NULL);
  g_free (ticket->subject);
  ticket->subject = g_strdup ("a\xc2\x9b" "31m\xe2\x80\xae\x7f\xff");
  ticket_add_json (out, &terminal, ticket);
  ck_assert_ptr_nonnull (strstr (out->str, "\"a\\u009b31m\\u202e\\u007f\xef\xbf\xbd\""));
}
END_TEST

/* A detail that is no JSON object cannot spoil the document. */
START_TEST (broken_detail)
{
  static const char *const details[] = { NULL, "", "{", "[1]", "\"x\"" };
  const TmTerminal terminal = { .width = 80 };
  g_autoptr (TmTicketRecord) ticket = bare_ticket ();
  g_autoptr (GString) out = g_string_new (NULL);
  add_event (ticket, details[_i]);
  ticket_add_json (out, &terminal, ticket);
  g_autoptr (JsonNode) node = json_from_string (out->str, NULL);
  ck_assert_ptr_nonnull (node);
  ck_assert_ptr_nonnull (strstr (out->str, "\"detail\":null"));
}
END_TEST

static const struct
{
  unsigned width;
  const char *out;
} lists[] = {
  { 40, "TICKET  STATUS  PRIO  SUBJECT\n"
        "1042    closed  P1    Cluster c12 down …\n"
        "7       new     -     -\n" },
  { 80, "TICKET  STATUS  PRIO  QUEUE    DUE  SUBJECT\n"
        "1042    closed  P1    support  -    Cluster c12 down ]0;x\n"
        "7       new     -     -        -    -\n" },
  { 130, "TICKET  STATUS  PRIO  TYPE     QUEUE    REQUESTER         DUE  CREATED               SUBJECT\n"
         "1042    closed  P1    problem  support  eve@acme.example  -    2025-11-20T16:00:00Z  Cluster c12 down ]0;x\n"
         "7       new     -     -        -        -                 -    2025-11-20T16:00:00Z  -\n" },
};

START_TEST (list_text)
{
  const TmTerminal terminal = { .width = lists[_i].width };
  g_autoptr (GPtrArray) tickets = g_ptr_array_new_with_free_func ((GDestroyNotify) ticket_record_free);
  g_autoptr (GString) out = g_string_new (NULL);
  g_ptr_array_add (tickets, full_ticket ());
  g_ptr_array_add (tickets, bare_ticket ());
  tickets_add_text (out, &terminal, tickets);
  ck_assert_str_eq (out->str, lists[_i].out);
}
END_TEST

START_TEST (empty_list_text)
{
  const TmTerminal terminal = { .width = 80 };
  g_autoptr (GPtrArray) tickets = g_ptr_array_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  tickets_add_text (out, &terminal, tickets);
  ck_assert_str_eq (out->str, "no tickets\n");
}
END_TEST

/* Values at their longest: no line of any width is wider than the terminal. */
START_TEST (list_fits)
{
  const TmTerminal terminal = { .width = (unsigned) _i };
  g_autoptr (GPtrArray) tickets = g_ptr_array_new_with_free_func ((GDestroyNotify) ticket_record_free);
  g_autoptr (GString) out = g_string_new (NULL);
  TmTicketRecord *ticket = full_ticket ();
  g_ptr_array_add (tickets, ticket);
  ticket->facts->id = 9999999999;
  ticket->facts->status = TM_STATUS_RESOLVED;
  TmTicketFacts *facts = ticket->facts;
  char **const values[] = { &facts->requester, &facts->type, &facts->priority, &ticket->subject };
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_free (*values[i]);
      *values[i] = g_strnfill (300, 'w');
    }
  tickets_add_text (out, &terminal, tickets);
  g_auto (GStrv) lines = g_strsplit (out->str, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    ck_assert_uint_le (terminal_columns (*line), terminal.width);
}
END_TEST

#define SHOW_HEADER                                       \
  "#1042 Cluster c12 down ]0;x\n"                         \
  "  status       closed\n"                               \
  "  merged into  #1050\n"                                \
  "  queues       support, hosting\n"                     \
  "  type         problem\n"                              \
  "  priority     P1 (by rule:outage)\n"                  \
  "  customer     acme\n"                                 \
  "  plan         gold\n"                                 \
  "  requester    eve@acme.example\n"                     \
  "  answers to   desk@acme.example\n"                    \
  "  assignee     anna\n"                                 \
  "  created      2025-11-20T16:00:00Z\n"                 \
  "  resolved     2025-11-20T16:00:30Z\n"                 \
  "  closed       2025-11-20T16:01:00Z\n"                 \
  "  participants joe@acme.example (by anna, receives)\n" \
  "               sue@acme.example (by requester, may\n"  \
  "               write)\n"                               \
  "  silenced     joe@acme.example (since\n"              \
  "               2025-11-20T16:00:07Z: 5.1.1)\n"         \
  "  tags         cluster=c12, site=a, cluster=c13\n"     \
  "  missing      steps\n"                                \
  "  related      #1040\n"                                \
  "\n"                                                    \
  "message 1 in 2025-11-20T16:00:00Z eve@acme.example\n"  \
  "  subject      Cluster c12 down\n"                     \
  "  marks        automatic, unverified, malformed\n"     \
  "  attachments  log.txt (text/plain, 12 bytes, repeated)\n" \
  "  undelivered  joe@acme.example 5.1.1 failed\n"        \
  "               (2025-11-20T16:00:07Z): 550 no such user\n" \
  "               sue@acme.example 4.4.1 delayed\n"       \
  "               (2025-11-20T16:00:07Z)\n"

#define SHOW_EVENTS                                              \
  "\n"                                                           \
  "events\n"                                                     \
  "  2025-11-20T16:00:00Z  rule:outage: priority from=P3\n"      \
  "                        to=P1 why=x\n"

START_TEST (show_text)
{
  const TmTerminal terminal = { .width = 55 };
  g_autoptr (TmTicketRecord) ticket = full_ticket ();
  g_autoptr (GString) out = g_string_new (NULL);
  ticket_add_text (out, &terminal, ticket, false);
  ck_assert_str_eq (out->str, SHOW_HEADER "    It is down\xef\xbf\xbd[2J\n"
                                          "    (3 lines in all, with quotes and signature: --whol…\n" SHOW_EVENTS);
  g_string_truncate (out, 0);
  ticket_add_text (out, &terminal, ticket, true);
  ck_assert_str_eq (out->str, SHOW_HEADER "    It is down\xef\xbf\xbd[2J\n\n    > earlier\n" SHOW_EVENTS);
}
END_TEST

START_TEST (bare_text)
{
  const TmTerminal terminal = { .width = 80 };
  g_autoptr (TmTicketRecord) ticket = bare_ticket ();
  g_autoptr (GString) out = g_string_new (NULL);
  ticket_add_text (out, &terminal, ticket, false);
  ck_assert_str_eq (out->str, "#7\n"
                              "  status       new\n"
                              "  type         -\n"
                              "  priority     -\n"
                              "  requester    -\n"
                              "  assignee     -\n"
                              "  created      2025-11-20T16:00:00Z\n");
}
END_TEST

SUITE_MAIN ("cli-tickets", tcase_add_loop_test (tc, show_json, 0, 2);
            tcase_add_test (tc, bare_json);
            tcase_add_test (tc, list_json);
            tcase_add_test (tc, json_is_harmless);
            tcase_add_loop_test (tc, broken_detail, 0, 5);
            tcase_add_loop_test (tc, list_text, 0, G_N_ELEMENTS (lists));
            tcase_add_test (tc, empty_list_text);
            tcase_add_loop_test (tc, list_fits, 40, 200);
            tcase_add_test (tc, show_text);
            tcase_add_test (tc, bare_text);)
