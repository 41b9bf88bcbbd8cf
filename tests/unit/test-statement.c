/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes of statements among the rules: who wins, and what the customer is told. */
#include "tests/support/suite.h"
#include "tests/unit/rules_sample.h"

#include <string.h>

enum { MAX_EFFECTS = 4 };

typedef struct
{
  const char *subject;
  const char *may_state; /* codes in one word; NULL: any */
  bool is_auto, is_spam, is_followup;
  const char *then[MAX_EFFECTS]; /* of one rule that matches */
  const char *result;
} Case;

#define OF_QUEUE "problem(queue:support)"
static const Case cases[] = {
  { "down", .result = OF_QUEUE " P3(queue:support)" },
  { "[P1] down", .result = OF_QUEUE " P1(customer)" },

  /* a rule guesses, or decides within bounds */
  { "[P1] down", .then = { "priority=P2" }, .result = OF_QUEUE " P1(customer)" },
  { "[P2] down", .then = { "priority raise" }, .result = OF_QUEUE " P1(rule:r)" },
  { "[P1] down", .then = { "priority ceiling P2" }, .result = OF_QUEUE " P2(rule:r)" },
  { "[P3] down", .then = { "priority=P1", "priority floor P2" }, .result = OF_QUEUE " P2(rule:r)" },
  { "[P2] down", .then = { "priority ceiling P2", "priority floor P2" }, .result = OF_QUEUE " P2(customer)" },
  { "[Question] [P3] x", .then = { "type=problem" }, .result = "question(customer) P3(customer)" },

  /* plan and type */
  { "[P1] down", "P2P3", .result = OF_QUEUE " P2(customer) told:stated priority P1 (Subject: [P1]) became P2: plan "
                                   "Gold does not let customers state it" },
  { "[P2] down", "P2P3", .result = OF_QUEUE " P2(customer)" },
  { "[P3] down", "P1", .result = OF_QUEUE " P3(queue:support) told:stated priority P3 (Subject: [P3]) does not count: "
                                 "plan Gold lets customers state none as low" },
  { "[P1] down", "", .result = OF_QUEUE " P3(queue:support) told:stated priority P1 (Subject: [P1]) does not count: "
                               "plan Gold lets customers state none as low" },
  { "[P4] down", .result = OF_QUEUE " P3(type:problem) told:priority P4 (customer) became P3: type problem may not "
                           "have it" },
  { "[P1] [Question] x", .result = "question(customer) P4(type:question) told:priority P1 (customer) became P4: type "
                                   "question may not have it" },

  /* a workaround, behind all the rest: P1 to P2, P2 to P3 */
  { "[P1] down", .then = { "workaround", "priority floor P1" },
    .result = OF_QUEUE " P2(rule:r) told:priority P1 (customer) became P2: a workaround is known" },
  { "[P2] down", .then = { "workaround", "workaround" },
    .result = OF_QUEUE " P3(rule:r) told:priority P2 (customer) became P3: a workaround is known" },
  { "down", .then = { "workaround" }, .result = OF_QUEUE " P3(queue:support)" },

  /* machines */
  { "[P1] down", .is_auto = true, .result = OF_QUEUE " P3(queue:support)" },
  { "[P1] down", .is_auto = true, .then = { "priority=P2", "human" }, .result = OF_QUEUE " P1(customer)" },
  { "[P1] down", .then = { "priority=P2", "machine" }, .result = OF_QUEUE " P2(rule:r)" },
  { "[P1] [Question] x", .then = { "machine", "type=problem" }, .result = "problem(rule:r) P3(queue:support)" },
  { "[P1] down", .then = { "correlate key" }, .result = OF_QUEUE " P3(queue:support)" },
  { "[P1] down", "P2", .then = { "machine" }, .result = OF_QUEUE " P3(queue:support)" },
  { "[P1] down", .is_spam = true, .result = OF_QUEUE " P3(queue:support)" },
  { "[P1] down", .is_followup = true, .result = "-(-) -(-)" },
};

static const char *
or_dash (const char *text)
{
  return text != NULL ? text : "-";
}

static GPtrArray *
codes (const char *word)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_free);
  for (; *word != '\0'; word += 2)
    g_ptr_array_add (array, g_strndup (word, 2));
  return array;
}

START_TEST (wins)
{
  const Case *c = &cases[_i];
  Sample sample;
  sample_init (&sample);
  g_free (sample.mail->subject);
  sample.mail->subject = g_strdup (c->subject);
  sample.plan->stated_priority = c->may_state != NULL ? codes (c->may_state) : NULL;
  sample.plan->workaround_lower = 1;
  sample.plan->workaround_floor = g_strdup ("P3");
  sample.input.is_auto = c->is_auto;
  sample.input.is_followup = c->is_followup;
  if (c->is_spam)
    g_ptr_array_add (sample.site->spam, sample_condition ("subject =~ /down/"));
  TmRule *rule = rule_new ("r");
  for (int i = 0; i < MAX_EFFECTS && c->then[i] != NULL; i++)
    g_ptr_array_add (rule->effects, sample_effect (c->then[i]));
  g_ptr_array_add (sample.site->rules, rule);
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  g_autoptr (GString) printed = g_string_new (NULL);
  g_string_printf (printed, "%s(%s) %s(%s)", or_dash (result->type), or_dash (result->type_by),
                   or_dash (result->priority), or_dash (result->priority_by));
  for (guint i = 0; i < result->told->len; i++)
    g_string_append_printf (printed, " told:%s", (const char *) g_ptr_array_index (result->told, i));
  ck_assert_str_eq (printed->str, c->result);
  sample_clear (&sample);
}
END_TEST

/* What an answer states, rules can ask for, within what the plan lets him state. */
static const struct
{
  const char *text, *may_state;
  bool is_auto, pages;
} answers[] = {
  { "Priority: P1\n", NULL, .pages = true },
  { "Priority: P2\n", NULL, .pages = false },
  { "Priority: P1\n", "P2P3", .pages = false },
  { "Priority: P1\n", NULL, .is_auto = true, .pages = false },
  { "It is down.\n", NULL, .pages = false },
};

START_TEST (is_known_in_answers)
{
  Sample sample;
  sample_init (&sample);
  g_free (sample.mail->text);
  sample.mail->text = g_strdup (answers[_i].text);
  sample.mail->reply_start = 0;
  sample.mail->reply_len = strlen (answers[_i].text);
  sample.plan->stated_priority = answers[_i].may_state != NULL ? codes (answers[_i].may_state) : NULL;
  sample.input.is_auto = answers[_i].is_auto;
  sample.input.is_followup = true;
  TmRule *rule = rule_new ("r");
  rule->on = TM_ON_FOLLOWUP;
  g_ptr_array_add (rule->all, sample_condition ("priority = P1"));
  g_ptr_array_add (rule->effects, sample_effect ("page"));
  g_ptr_array_add (sample.site->rules, rule);
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  ck_assert_int_eq (result->page_by != NULL, answers[_i].pages);
  sample_clear (&sample);
}
END_TEST

SUITE_MAIN ("statement", tcase_add_loop_test (tc, wins, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, is_known_in_answers, 0, G_N_ELEMENTS (answers));)
