/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explanation.h"
#include "core/acknowledge.h"
#include "tests/support/suite.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const TmTerminal terminal = { .width = 80 };

static TmSite *site;

static void
set_up (void)
{
  site = site_new ();
  TmQueue *queue = queue_new ("support");
  g_ptr_array_add (queue->addresses, g_strdup ("support@example.com"));
  g_ptr_array_add (site->queues, queue);
  site_index (site);
}

static void
tear_down (void)
{
  site_free (site);
}

static void
add_rule (TmClassification *classification, const char *name, const char *condition, bool matched, bool limited)
{
  TmRuleTrace *trace = g_new0 (TmRuleTrace, 1);
  trace->rule = g_strdup (name);
  trace->condition = g_strdup (condition);
  trace->matched = matched;
  trace->limited = limited;
  g_ptr_array_add (classification->trace, trace);
}

static TmClassification *
make_classification (void)
{
  TmClassification *classification = classification_new ();
  classification->type = g_strdup ("problem");
  classification->type_by = g_strdup ("queue:support");
  classification->priority = g_strdup ("P1");
  classification->priority_by = g_strdup ("rule:outage");
  g_ptr_array_add (classification->tags, tag_new ("cluster", "c12"));
  g_ptr_array_add (classification->missing, g_strdup ("steps"));
  add_rule (classification, "billing", "subject =~ /invoice/i", false, false);
  add_rule (classification, "outage", NULL, true, false);
  add_rule (classification, "slow", "text =~ /(a+)+b/", false, true);
  add_rule (classification, "late", NULL, false, false);
  return classification;
}

static char acme_id[] = "acme", gold_id[] = "gold";
static const TmCustomer acme = { .id = acme_id };
static const TmServicePlan gold = { .id = gold_id };

static TmInbound *
make_inbound (void)
{
  TmInbound *inbound = inbound_new ();
  inbound->site = site;
  inbound->envelope = envelope_new ();
  envelope_set_sender (inbound->envelope, "<eve@acme.example>");
  envelope_add_recipient (inbound->envelope, site, "support@example.com");
  envelope_add_recipient (inbound->envelope, site, "bob@elsewhere.example");
  inbound->mail = mail_new ();
  g_free (inbound->mail->subject);
  inbound->mail->subject = g_strdup ("Cluster c12 down\x1b[2J");
  inbound->mail->from = mailbox_new ("eve@acme.example", "Eve");
  inbound->mail->flags = TM_FLAG_NO_DATE;
  inbound->automatic.reason = "";
  inbound->sender = (TmCustomerMatch) { &acme, TM_CUSTOMER_BY_DOMAIN, "acme.example", 2 };
  inbound->service_plan = &gold;
  inbound->as_new = make_classification ();
  return inbound;
}

static TmPlan *
make_plan (void)
{
  TmPlan *plan = plan_new (TM_ACTION_OPEN);
  plan->reason = g_strdup ("nothing names a ticket");
  plan->queue = g_strdup ("support");
  plan->type = g_strdup ("problem");
  plan->priority = g_strdup ("P1");
  plan->priority_by = g_strdup ("rule:outage");
  plan->status = g_strdup ("new");
  plan->requester = g_strdup ("eve@acme.example");
  plan->ack = g_new0 (TmAcknowledgement, 1);
  plan->ack->why = "a machine wrote it";
  plan->ack->mark = "Auto-Submitted";
  plan_add_step (plan, TM_STEP_RELATE, NULL, NULL, NULL, 1040);
  g_ptr_array_add (plan->edits, edit_new (TM_EDIT_DELETE, "X-Ticket-ID", 2, NULL));
  g_ptr_array_add (plan->edits, edit_new (TM_EDIT_CHANGE, "Subject", 1, "[example#NEW] Cluster\n c12 down"));
  g_ptr_array_add (plan->edits, edit_new (TM_EDIT_ADD, "X-Ticket-ID", 0, "NEW"));
  g_ptr_array_add (plan->edits, edit_new (TM_EDIT_ADD_RCPT, NULL, 0, "hosting@example.com"));
  g_autoptr (GBytes) body = g_bytes_new_static ("Hello\r\n", 7);
  g_ptr_array_add (plan->edits, edit_new_body (body));
  return plan;
}

START_TEST (text)
{
  g_autoptr (TmInbound) inbound = make_inbound ();
  g_autoptr (TmPlan) plan = make_plan ();
  g_autoptr (GString) out = g_string_new (NULL);
  explanation_add_text (out, &terminal, inbound, plan);
  ck_assert_str_eq (out->str, "message\n"
                              "  subject       Cluster c12 down [2J\n"
                              "  from          eve@acme.example (not authenticated)\n"
                              "  customer      acme (domain acme.example)\n"
                              "  plan          gold\n"
                              "  sender        <eve@acme.example>\n"
                              "  recipient     <support@example.com> (queue support)\n"
                              "                <bob@elsewhere.example> (not ours)\n"
                              "  written by    a person\n"
                              "  marks         no_date\n"
                              "rules\n"
                              "  - billing: no, by subject =~ /invoice/i\n"
                              "  + outage: matches\n"
                              "  - slow: skipped, a bound of match was hit by text =~ /(a+)+b/\n"
                              "  - late: not asked\n"
                              "classification\n"
                              "  type          problem (by queue:support)\n"
                              "  priority      P1 (by rule:outage)\n"
                              "  tags          cluster=c12\n"
                              "  missing       steps\n"
                              "decision\n"
                              "  action        open\n"
                              "  ticket        new\n"
                              "  evidence      none\n"
                              "  reason        nothing names a ticket\n"
                              "  queue         support\n"
                              "  status        new\n"
                              "  type          problem\n"
                              "  priority      P1\n"
                              "  requester     eve@acme.example\n"
                              "  related       #1040\n"
                              "  acknowledged  no: a machine wrote it (Auto-Submitted)\n"
                              "  verdict       250, accepted\n"
                              "edits\n"
                              "  delete        X-Ticket-ID, instance 2\n"
                              "  change        Subject: [example#NEW] Cluster c12 down\n"
                              "  add           X-Ticket-ID: NEW\n"
                              "  add_rcpt      <hosting@example.com>\n"
                              "  body          7 bytes\n");
}
END_TEST

static void
assert_json (const char *out, const char *expected)
{
  g_autoptr (JsonNode) node = json_from_string (out, NULL);
  ck_assert_msg (node != NULL, "no JSON: %s", out);
  g_autofree char *quoted = g_strdelimit (g_strdup (expected), "'", '"');
  g_autoptr (JsonNode) wanted = json_from_string (quoted, NULL);
  g_autofree char *a = json_to_string (node, FALSE);
  g_autofree char *b = json_to_string (wanted, FALSE);
  ck_assert_str_eq (a, b);
}

static const struct
{
  const char *to;
  TmAcknowledgement ack;
  const char *line;
} acknowledgements[] = {
  { "eve@acme.example", { .to_whom = "envelope sender" }, "<eve@acme.example> (envelope sender)\n" },
  { "eve@acme.example", { .to_whom = "From", .tells_subject = true }, "<eve@acme.example> (From), with his subject\n" },
  { "eve@acme.example", { .to_whom = "From", .asks = true },
    "<eve@acme.example> (From), asked to confirm his address\n" },
  { NULL, { .why = "it is spam" }, "no: it is spam\n" },
};

START_TEST (acknowledged)
{
  g_autoptr (TmInbound) inbound = make_inbound ();
  g_autoptr (TmPlan) plan = make_plan ();
  g_autoptr (GString) out = g_string_new (NULL);
  *plan->ack = acknowledgements[_i].ack;
  plan->ack->to = g_strdup (acknowledgements[_i].to);
  explanation_add_text (out, &terminal, inbound, plan);
  g_autofree char *line = g_strconcat ("  acknowledged  ", acknowledgements[_i].line, NULL);
  ck_assert_msg (strstr (out->str, line) != NULL, "%s in %s", line, out->str);
}
END_TEST

START_TEST (json)
{
  g_autoptr (TmInbound) inbound = make_inbound ();
  g_autoptr (TmPlan) plan = make_plan ();
  g_autoptr (GString) out = g_string_new (NULL);
  explanation_add_json (out, &terminal, inbound, plan);
  assert_json (
    out->str,
    "{'version':1,'action':'open','ticket':null,'evidence':'none','reason':'nothing names a ticket',"
    "'queue':'support','status':'new','requester':'eve@acme.example','customer':'acme','customer_by':'domain',"
    "'plan':'gold','known':true,'authenticated':false,'auto':false,"
    "'auto_reason':null,'related':[1040],"
    "'rules':[{'name':'billing','condition':'subject =~ /invoice/i','matched':false,'limited':false},"
    "{'name':'outage','condition':null,'matched':true,'limited':false},"
    "{'name':'slow','condition':'text =~ /(a+)+b/','matched':false,'limited':true},"
    "{'name':'late','condition':null,'matched':false,'limited':false}],"
    "'classification':{'type':'problem','type_by':'queue:support','priority':'P1','priority_by':'rule:outage',"
    "'tags':{'cluster':['c12']},'assignee':null,'missing':['steps'],'notes':[],'told':[],"
    "'stated_priority':null,'stated_priority_at':null,'stated_type':null,'stated_type_at':null,'spam':false,"
    "'queue':null,'move':false,'requester':null,'requester_by':null,'page_by':null,'correlate':null,"
    "'correlate_by':null,'recovery':false,'workaround_by':null,'no_ack':false,'written_by':null},'clocks':[],"
    "'acknowledgement':{'to':null,'to_whom':null,'asks_confirmation':false,'subject_told':false,"
    "'why':'a machine wrote it',"
    "'by':'Auto-Submitted'},"
    "'edits':[{'op':'delete','header':'X-Ticket-ID','index':2,'value':null},"
    "{'op':'change','header':'Subject','index':1,'value':'[example#NEW] Cluster\\n c12 down'},"
    "{'op':'add','header':'X-Ticket-ID','index':null,'value':'NEW'},"
    "{'op':'add_rcpt','header':null,'index':null,'value':'hosting@example.com'},"
    "{'op':'body','header':null,'index':null,'value':null}],"
    "'verdict':{'code':'250','enhanced':null,'text':null,'discarded':false}}");
}
END_TEST

/* A refusal has nothing of a ticket. */
START_TEST (refusal)
{
  g_autoptr (TmInbound) inbound = make_inbound ();
  g_autoptr (TmPlan) plan = plan_new (TM_ACTION_REFUSE);
  g_autoptr (GString) out = g_string_new (NULL);
  plan->reason = g_strdup ("rule spam");
  plan->reply_code = g_strdup ("550");
  plan->reply_enhanced = g_strdup ("5.7.1");
  plan->reply_text = g_strdup ("go away");
  explanation_add_json (out, &terminal, inbound, plan);
  ck_assert_ptr_nonnull (
    strstr (out->str, "\"verdict\":{\"code\":\"550\",\"enhanced\":\"5.7.1\","
                      "\"text\":\"go away\",\"discarded\":false}"));
  ck_assert_ptr_nonnull (strstr (out->str, "\"requester\":null"));
  g_string_truncate (out, 0);
  explanation_add_text (out, &terminal, inbound, plan);
  ck_assert_ptr_nonnull (strstr (out->str, "  verdict       550 5.7.1 go away\n"));
  ck_assert_ptr_null (strstr (out->str, "  ticket "));
}
END_TEST

/* All that rules can say, and that the message goes to quarantine. */
START_TEST (effects)
{
  g_autoptr (TmInbound) inbound = make_inbound ();
  g_autoptr (TmPlan) plan = plan_new (TM_ACTION_DISCARD);
  g_autoptr (GString) out = g_string_new (NULL);
  TmClassification *class = inbound->as_new;
  plan->reason = g_strdup ("rule junk");
  plan->is_discarded = true;
  class->queue = g_strdup ("hosting");
  class->moves_queue = class->is_recovery = class->no_ack = class->machine = true;
  class->requester = g_strdup ("joe@shop.example");
  class->requester_by = g_strdup ("rule:form");
  class->page_by = g_strdup ("rule:wake");
  class->correlate_key = g_strdup ("c12");
  class->correlate_by = g_strdup ("rule:alert");
  explanation_add_text (out, &terminal, inbound, plan);
  ck_assert_ptr_nonnull (strstr (out->str, "  queue         hosting, moved there\n"
                                           "  requester     joe@shop.example (by rule:form)\n"
                                           "  alert         c12, which has recovered (by rule:alert)\n"
                                           "  page          yes (by rule:wake)\n"
                                           "  acknowledged  no\n"
                                           "  treated as    written by a machine\n"));
  ck_assert_ptr_nonnull (strstr (out->str, "  verdict       250, then discarded; kept in quarantine\n"));
  g_string_truncate (out, 0);
  explanation_add_json (out, &terminal, inbound, plan);
  ck_assert_ptr_nonnull (
    strstr (out->str, "\"queue\":\"hosting\",\"move\":true,\"requester\":\"joe@shop.example\",\"requester_by\":"
                      "\"rule:form\",\"page_by\":\"rule:wake\",\"correlate\":\"c12\",\"correlate_by\":\"rule:alert\","
                      "\"recovery\":true,\"workaround_by\":null,\"no_ack\":true,\"written_by\":\"machine\""));
  ck_assert_ptr_nonnull (strstr (out->str, "\"text\":null,\"discarded\":true"));
}
END_TEST

/* A reply is explained by the rules for follow-ups. */
START_TEST (followup)
{
  g_autoptr (TmInbound) inbound = make_inbound ();
  g_autoptr (TmPlan) plan = make_plan ();
  inbound->as_followup = classification_new ();
  ck_assert_ptr_eq (plan_classification (inbound, plan), inbound->as_new);
  plan->ticket = 1042;
  ck_assert_ptr_eq (plan_classification (inbound, plan), inbound->as_followup);
  plan->evidence = TM_EVIDENCE_CORRELATION; /* an alert's is found by the rules for new tickets */
  ck_assert_ptr_eq (plan_classification (inbound, plan), inbound->as_new);
  plan->evidence = TM_EVIDENCE_TOKEN;
  g_autoptr (GString) out = g_string_new (NULL);
  explanation_add_json (out, &terminal, inbound, plan);
  ck_assert_ptr_nonnull (strstr (out->str, "\"ticket\":1042,"));
  ck_assert_ptr_nonnull (strstr (out->str, "\"rules\":[],\"classification\":{\"type\":\"problem\",\"type_by\":null,"));
}
END_TEST

/* It named a ticket and was refused by a rule for follow-ups: those rules are shown. */
START_TEST (refused_followup)
{
  g_autoptr (TmInbound) inbound = make_inbound ();
  g_autoptr (TmPlan) plan = plan_new (TM_ACTION_REFUSE);
  inbound->as_followup = classification_new ();
  inbound->as_followup->verdict_rule = g_strdup ("enough");
  plan->rule = g_strdup ("enough");
  ck_assert_ptr_eq (plan_classification (inbound, plan), inbound->as_followup);
  inbound->as_new->verdict_rule = g_strdup ("enough");
  ck_assert_ptr_eq (plan_classification (inbound, plan), inbound->as_new);
}
END_TEST

SUITE_MAIN ("cli-explanation", tcase_add_checked_fixture (tc, set_up, tear_down);
            tcase_add_test (tc, text);
            tcase_add_test (tc, json);
            tcase_add_loop_test (tc, acknowledged, 0, G_N_ELEMENTS (acknowledgements));
            tcase_add_test (tc, refusal);
            tcase_add_test (tc, effects);
            tcase_add_test (tc, followup);
            tcase_add_test (tc, refused_followup);)
