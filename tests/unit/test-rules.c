/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/suite.h"
#include "tests/unit/rules_sample.h"

#include <string.h>
enum { MAX_RULES = 4, MAX_ITEMS = 4 };

/* --- rules as tables, results as one line --- */

typedef struct
{
  const char *name;
  TmRuleOn on;
  const char *all[MAX_ITEMS], *any[MAX_ITEMS], *none[MAX_ITEMS], *then[MAX_ITEMS];
} RuleCase;

static void
add_conditions (GPtrArray *array, const char *const texts[MAX_ITEMS])
{
  for (int i = 0; i < MAX_ITEMS && texts[i] != NULL; i++)
    g_ptr_array_add (array, sample_condition (texts[i]));
}

static void
add_rule (TmSite *site, const RuleCase *given)
{
  TmRule *rule = rule_new (given->name);
  rule->on = given->on;
  add_conditions (rule->all, given->all);
  add_conditions (rule->any, given->any);
  add_conditions (rule->none, given->none);
  for (int i = 0; i < MAX_ITEMS && given->then[i] != NULL; i++)
    g_ptr_array_add (rule->effects, sample_effect (given->then[i]));
  g_ptr_array_add (site->rules, rule);
}

static void
print_value (GString *out, const char *key, const char *value, const char *by)
{
  if (value != NULL)
    g_string_append_printf (out, " %s=%s", key, value);
  if (by != NULL)
    g_string_append_printf (out, "(%s)", by);
}

static void
print_lines (GString *out, const char *name, const GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (out, " %s:%s", name, (char *) g_ptr_array_index (lines, i));
}

static void
print_verdict (GString *out, const TmClassification *result)
{
  static const char *const names[] = { [TM_RULE_IGNORE] = "ignore", [TM_RULE_REJECT] = "reject",
                                       [TM_RULE_DISCARD] = "discard" };
  if (result->verdict != TM_RULE_PASS)
    print_value (out, names[result->verdict], result->verdict_text != NULL ? result->verdict_text : "",
                 result->verdict_rule);
}

/* What differs from the start that the sample's queue gives. */
static char *
print (const TmClassification *result)
{
  GString *out = g_string_new (NULL);
  print_value (out, "type", result->type, result->type_by);
  print_value (out, "priority", result->priority, result->priority_by);
  for (guint i = 0; i < result->priority_moves->len; i++)
    {
      const TmPriorityMove *move = &g_array_index (result->priority_moves, TmPriorityMove, i);
      g_string_append_printf (out, " move=%d:%d", move->by, move->bound);
    }
  for (guint i = 0; i < result->tags->len; i++)
    {
      const TmTag *tag = g_ptr_array_index (result->tags, i);
      g_string_append_printf (out, " tag:%s=%s", tag->key, tag->value);
    }
  print_value (out, "queue", result->queue, NULL);
  if (result->moves_queue)
    g_string_append (out, " moves");
  print_value (out, "assignee", result->assignee, NULL);
  print_value (out, "requester", result->requester, result->requester_by);
  if (result->requester_is_forms)
    g_string_append (out, " of_form");
  print_value (out, "page", result->page_by, NULL);
  print_lines (out, "to", result->page_to);
  print_value (out, result->is_recovery ? "recovery" : "correlate", result->correlate_key, result->correlate_by);
  print_lines (out, "note", result->notes);
  print_lines (out, "told", result->told);
  print_lines (out, "missing", result->missing);
  g_string_append_printf (out, "%s%s%s%s", result->no_ack ? " no_ack" : "", result->human ? " human" : "",
                          result->machine ? " machine" : "", result->is_spam ? " spam" : "");
  print_verdict (out, result);
  print_value (out, "last", result->last_rule, NULL);
  for (guint i = 0; i < result->trace->len; i++)
    {
      const TmRuleTrace *trace = g_ptr_array_index (result->trace, i);
      g_string_append_printf (out, " | %s%s%s", trace->rule, trace->matched ? "+" : trace->limited ? "?" : "-",
                              trace->condition != NULL ? trace->condition : "");
    }
  return g_string_free (out, FALSE);
}

#define START " type=problem(queue:support) priority=P3(queue:support)"
#define STEPS " missing:steps"

static const struct
{
  RuleCase rules[MAX_RULES];
  bool is_followup;
  const char *result;
} cases[] = {
  /* the start, and what it lacks */
  { { { 0 } }, false, START STEPS },
  { { { 0 } }, true, "" },

  /* all, any, none */
  { { { "r", TM_ON_NEW, .all = { "subject =~ /outage/i", "!is_auto" }, .then = { "no_ack" } } }, false,
    START STEPS " no_ack last=r | r+" },
  { { { "r", TM_ON_NEW, .all = { "subject =~ /outage/i", "is_auto" }, .then = { "no_ack" } } }, false,
    START STEPS " | r-is_auto" },
  { { { "r", TM_ON_NEW, .any = { "is_auto", "is_list", "login = eve" }, .then = { "no_ack" } } }, false,
    START STEPS " no_ack last=r | r+" },
  { { { "r", TM_ON_NEW, .any = { "is_auto", "is_list" }, .then = { "no_ack" } } }, false,
    START STEPS " | r-any: is_auto, is_list" },
  { { { "r", TM_ON_NEW, .none = { "is_auto", "is_list" }, .then = { "no_ack" } } }, false,
    START STEPS " no_ack last=r | r+" },
  { { { "r", TM_ON_NEW, .none = { "is_auto", "login = eve" }, .then = { "no_ack" } } }, false,
    START STEPS " | r-none: login = eve" },
  { { { "r", TM_ON_NEW, .all = { "login = eve" }, .any = { "is_list", "has_attachment" }, .none = { "is_spam" },
        .then = { "no_ack" } } }, false, START STEPS " no_ack last=r | r+" },
  { { { "r", TM_ON_NEW, .all = { "login = eve" }, .any = { "has_attachment" }, .none = { "queue = support" },
        .then = { "no_ack" } } }, false, START STEPS " | r-none: queue = support" },
  { { { "r", TM_ON_NEW, .then = { "no_ack" } } }, false, START STEPS " no_ack last=r | r+" },

  /* on: new, followup, both */
  { { { "n", TM_ON_NEW, .then = { "tag a=n" } }, { "f", TM_ON_FOLLOWUP, .then = { "tag a=f" } },
      { "b", TM_ON_BOTH, .then = { "tag a=b" } } }, false, START " tag:a=n tag:a=b" STEPS " last=b | n+ | f- | b+" },
  { { { "n", TM_ON_NEW, .then = { "tag a=n" } }, { "f", TM_ON_FOLLOWUP, .then = { "tag a=f" } },
      { "b", TM_ON_BOTH, .then = { "tag a=b" } } }, true, " tag:a=f tag:a=b last=b | n- | f+ | b+" },

  /* the later single value wins, tags add, no pair twice; later rules see what earlier ones did */
  { { { "a", TM_ON_NEW, .then = { "priority=P1", "tag k=1", "assign=anna", "queue=billing" } },
      { "b", TM_ON_NEW, .all = { "priority = P1", "queue = billing" },
        .then = { "priority=P2", "tag k=2", "tag k=1", "assign=bob" } } },
    false, " type=problem(queue:support) priority=P2(rule:b) tag:k=1 tag:k=2 queue=billing assignee=bob"
    STEPS " last=b | a+ | b+" },
  { { { "a", TM_ON_NEW, .then = { "type=question" } },
      { "b", TM_ON_NEW, .all = { "type = problem" }, .then = { "no_ack" } } },
    false, " type=question(rule:a) priority=P3(queue:support) last=a | a+ | b-type = problem" },

  /* stop */
  { { { "a", TM_ON_NEW, .then = { "tag k=1", "stop", "tag k=2" } }, { "b", TM_ON_NEW, .then = { "no_ack" } } }, false,
    START " tag:k=1" STEPS " last=a | a+ | b-" },
  { { { "a", TM_ON_NEW, .then = { "stop" } } }, false, START STEPS " | a+" },
  { { { "a", TM_ON_NEW, .all = { "is_auto" }, .then = { "stop" } }, { "b", TM_ON_NEW, .then = { "no_ack" } } }, false,
    START STEPS " no_ack last=b | a-is_auto | b+" },

  /* captures */
  { { { "a", TM_ON_NEW, .all = { "text =~ /\\b(?<cluster>c\\d+)\\b/", "subject =~ /^(?<what>\\w+):/" },
        .then = { "tag cluster=$cluster", "tag id=\"${what}-$cluster $$\"", "note \"$what: 5$ for $cluster\"" } } },
    false,
    START " tag:cluster=c12 tag:id=Outage-c12 $ note:Outage: 5$ for c12" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .any = { "subject =~ /(?<x>nothing)/", "subject =~ /(?<y>Outage)/" },
        .then = { "tag x=$x", "tag y=$y" } } },
    false, START " tag:y=Outage" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .all = { "text =~ /(?<lines>is down.*apples)/s" }, .then = { "tag t=$lines" } } }, false,
    START " tag:t=is down, with prod. > an older text about apples" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .all = { "subject =~ /(?<x>Outage)/" }, .then = { "no_ack" } },
      { "b", TM_ON_NEW, .then = { "tag x=$x" } } }, false, START STEPS " no_ack last=a | a+ | b+" },

  /* priority: raise, lower, clamped; a type's own priorities */
  { { { "a", TM_ON_NEW, .then = { "priority raise" } } }, false,
    " type=problem(queue:support) priority=P2(rule:a)" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "priority raise 9", "priority lower 1" } } }, false,
    " type=problem(queue:support) priority=P2(rule:a)" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "priority lower 1" } } }, false,
    " type=problem(queue:support) priority=P3(type:problem)"
    " told:priority P4 (rule:a) became P3: type problem may not have it" STEPS
    " last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "type=question", "priority=P1" } } }, false,
    " type=question(rule:a) priority=P4(type:question) told:"
    "priority P1 (rule:a) became P4: type question may not have it last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "type=question", "priority=P2" } } }, false,
    " type=question(rule:a) priority=P3(type:question)"
    " told:priority P2 (rule:a) became P3: type question may not have it last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "type=question", "priority lower 9" } } }, false,
    " type=question(rule:a) priority=P4(rule:a) last=a | a+" },
  { { { "a", TM_ON_BOTH, .then = { "type=problem" } } }, true, " type=problem(rule:a) last=a | a+" },
  { { { "a", TM_ON_BOTH, .then = { "priority raise 2" } }, { "b", TM_ON_BOTH, .then = { "priority lower" } } }, true,
    "(rule:b) move=-2:0 move=1:3 last=b | a+ | b+" },
  { { { "a", TM_ON_BOTH, .then = { "priority raise 2", "priority=P2", "priority lower" } } }, true,
    " priority=P3(rule:a) last=a | a+" },
  { { { "a", TM_ON_BOTH, .then = { "type=question", "priority=P1" } } }, true,
    " type=question(rule:a) priority=P4(type:question) told:"
    "priority P1 (rule:a) became P4: type question may not have it last=a | a+" },

  /* floor and ceiling */
  { { { "a", TM_ON_NEW, .then = { "priority raise 9 ceiling P2" } } }, false,
    " type=problem(queue:support) priority=P2(rule:a)" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "priority=P1", "priority raise ceiling P2" } } }, false,
    " type=problem(queue:support) priority=P1(rule:a)" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "priority=P1", "priority lower 3 floor P2" } } }, false,
    " type=problem(queue:support) priority=P2(rule:a)" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "priority lower 3 floor P2" } } }, false, START STEPS " | a+" },
  { { { "a", TM_ON_NEW, .then = { "priority floor P2" } }, { "b", TM_ON_NEW, .then = { "priority ceiling P1" } } },
    false, " type=problem(queue:support) priority=P2(rule:a)" STEPS " last=a | a+ | b+" },
  { { { "a", TM_ON_NEW, .then = { "priority=P1" } }, { "b", TM_ON_NEW, .then = { "priority ceiling P2" } } },
    false, " type=problem(queue:support) priority=P2(rule:b)" STEPS " last=b | a+ | b+" },
  { { { "a", TM_ON_BOTH, .then = { "priority floor P2" } },
      { "b", TM_ON_BOTH, .then = { "priority lower floor P3" } } }, true,
    "(rule:b) move=-1000:1 move=1:2 last=b | a+ | b+" },

  /* move, the later queue decides about it too */
  { { { "a", TM_ON_NEW, .then = { "queue=billing move" } } }, false,
    START " queue=billing moves" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "queue=billing move" } }, { "b", TM_ON_NEW, .then = { "queue=support" } } }, false,
    START " queue=support" STEPS " last=b | a+ | b+" },

#include "tests/unit/rules-forms.h"

  /* page, discard */
  { { { "a", TM_ON_NEW, .then = { "page" } } }, false, START " page=rule:a to:queue.rota" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "page pager", "page queue.rota" } },
      { "b", TM_ON_NEW, .then = { "page", "page desk", "page pager" } } }, false,
    START " page=rule:b to:pager to:queue.rota to:desk" STEPS " last=b | a+ | b+" },
  { { { "a", TM_ON_NEW, .then = { "reject x" } }, { "b", TM_ON_NEW, .then = { "discard" } } }, false,
    START STEPS " discard=(b) last=b | a+ | b+" },

  /* correlate: a key of captures; the recovery is a condition */
  { { { "a", TM_ON_NEW, .all = { "subject =~ /^(?<what>\\w+):.* (?<where>c\\d+)$/" },
        .then = { "correlate \"$where/${what}\" recovery subject =~ /^(OK|UP):/" } } }, false,
    START " correlate=c12/Outage(rule:a)" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .all = { "subject =~ /(?<where>c\\d+)/" },
        .then = { "correlate $where recovery !subject =~ /^(OK|UP):/" } } }, false,
    START " recovery=c12(rule:a)" STEPS " last=a | a+" },
  { { { "a", TM_ON_NEW, .any = { "subject =~ /(?<x>nothing)/", "login = eve" }, .then = { "correlate $x" } } }, false,
    START STEPS " | a+" },
  { { { "a", TM_ON_NEW, .then = { "correlate one recovery is_auto" } },
      { "b", TM_ON_NEW, .then = { "machine", "correlate two recovery is_auto" } } }, false,
    START " recovery=two(rule:b)" STEPS " machine last=b | a+ | b+" },

  /* human and machine: the last wins, later rules see it */
  { { { "a", TM_ON_NEW, .then = { "machine" } }, { "b", TM_ON_NEW, .all = { "is_auto" }, .then = { "human" } },
      { "c", TM_ON_NEW, .all = { "is_auto" }, .then = { "no_ack" } } }, false,
    START STEPS " human last=b | a+ | b+ | c-is_auto" },
  { { { "a", TM_ON_NEW, .then = { "human", "machine" } } }, false, START STEPS " machine last=a | a+" },

  /* verdicts: the later one wins */
  { { { "a", TM_ON_NEW, .then = { "ignore" } } }, false, START STEPS " ignore=(a) last=a | a+" },
  { { { "a", TM_ON_NEW, .then = { "ignore" } }, { "b", TM_ON_NEW, .then = { "reject \"no, thanks: $5\"" } } }, false,
    START STEPS " reject=no, thanks: $5(b) last=b | a+ | b+" },
  { { { "a", TM_ON_NEW, .then = { "reject no" } }, { "b", TM_ON_NEW, .then = { "ignore" } } }, false,
    START STEPS " ignore=(b) last=b | a+ | b+" },

  /* an effect that changes nothing makes no last rule */
  { { { "a", TM_ON_NEW, .then = { "tag k=1" } }, { "b", TM_ON_NEW, .then = { "tag k=1" } } }, false,
    START " tag:k=1" STEPS " last=a | a+ | b+" },
};

START_TEST (table)
{
  Sample sample;
  sample_init (&sample);
  for (int i = 0; i < MAX_RULES && cases[_i].rules[i].name != NULL; i++)
    add_rule (sample.site, &cases[_i].rules[i]);
  sample.input.is_followup = cases[_i].is_followup;
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  g_autofree char *printed = print (result);
  ck_assert_str_eq (printed, cases[_i].result);
  sample_clear (&sample);
}
END_TEST

START_TEST (queue_without_defaults)
{
  Sample sample;
  sample_init (&sample);
  sample.input.queue = site_queue (sample.site, "billing");
  add_rule (sample.site, &(RuleCase){ "a", TM_ON_NEW, .then = { "priority raise" } });
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  g_autofree char *printed = print (result);
  ck_assert_str_eq (printed, "(rule:a) move=-1:0 last=a | a+");
  sample_clear (&sample);
}
END_TEST

START_TEST (spam)
{
  Sample sample;
  sample_init (&sample);
  g_ptr_array_add (sample.site->spam, sample_condition ("header \"X-Spam-Flag\" =~ /^yes/i"));
  g_ptr_array_add (sample.site->spam, sample_condition ("header \"X-Tag\" = second"));
  add_rule (sample.site, &(RuleCase){ "a", TM_ON_NEW, .all = { "is_spam" }, .then = { "no_ack", "correlate x" } });
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  ck_assert (result->is_spam && result->no_ack);
  ck_assert_ptr_null (result->correlate_key);
  sample_clear (&sample);
}
END_TEST

/* A capture is cut between characters, and a value never holds a line break. */
START_TEST (captures_are_bounded)
{
  Sample sample;
  sample_init (&sample);
  g_autoptr (GString) text = g_string_new (NULL);
  for (int i = 0; i < 1000; i++)
    g_string_append (text, "ä€");
  g_free (sample.mail->text);
  sample.mail->text = g_strdup (text->str);
  add_rule (sample.site, &(RuleCase){ "a", TM_ON_NEW, .all = { "text =~ /(?<all>.+)/s" },
                                         .then = { "tag t=$all", "note \"x$all\"" } });
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  const TmTag *tag = g_ptr_array_index (result->tags, 0);
  ck_assert_uint_eq (strlen (tag->value), 200);
  ck_assert (g_utf8_validate (tag->value, -1, NULL));
  ck_assert_uint_eq (strlen (g_ptr_array_index (result->notes, 0)), 201);
  sample_clear (&sample);
}
END_TEST

/* Rules beyond the bounds are skipped, wherever the condition stands; the others still work. */
START_TEST (limited_rules_are_skipped)
{
  static const char evil[] = "text =~ /(a+)+-b|\\w+\\s*\\d$/";
  static const RuleCase rules[] = {
    { "all", TM_ON_NEW, .all = { evil }, .then = { "tag k=all" } },
    { "not", TM_ON_NEW, .all = { "!text =~ /(a+)+-b|\\w+\\s*\\d$/" }, .then = { "tag k=not" } },
    { "any", TM_ON_NEW, .any = { "is_auto", evil }, .then = { "tag k=any" } },
    { "none", TM_ON_NEW, .none = { evil }, .then = { "tag k=none" } },
    { "other", TM_ON_NEW, .any = { evil, "login = eve" }, .then = { "tag k=other" } },
  };
  Sample sample;
  sample_init (&sample);
  sample.site->match.interpret = _i != 0;
  sample.site->match.message_steps = 10000000;
  g_free (sample.mail->text);
  sample.mail->text = g_strnfill (128 << 10, 'a');
  memcpy (sample.mail->text + (128 << 10) - 4, "!-b~", 4);
  for (size_t i = 0; i < G_N_ELEMENTS (rules); i++)
    add_rule (sample.site, &rules[i]);
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  g_autofree char *printed = print (result);
  ck_assert_str_eq (printed, START " tag:k=other missing:environment missing:steps last=other"
                    " | all?text =~ /(a+)+-b|\\w+\\s*\\d$/ | not?!text =~ /(a+)+-b|\\w+\\s*\\d$/"
                    " | any?any: is_auto, text =~ /(a+)+-b|\\w+\\s*\\d$/"
                     " | none?none: text =~ /(a+)+-b|\\w+\\s*\\d$/ | other+");
  ck_assert_uint_eq (result->n_limited, 5);
  ck_assert_uint_ge (result->n_steps, 5 * sample.site->match.steps);
  ck_assert_uint_le (result->n_steps, sample.site->match.message_steps);
  sample_clear (&sample);
}
END_TEST

/* Patterns that would run for years, one rule each, over a Subject of 128 kB, by the compiler's code and by the
 * interpreter: none is decided, each stops at its bound, and all together at the message's. */
START_TEST (fault_16_steps_are_counted)
{
  static const char *const catastrophic[] = {
    "(a+)+$", "(a|aa)+-$", "(\\w+\\s?)+$", "\\w+\\s*\\d", "\\w*\\w*+-", ".*.*.*.*@\\d",
    "(.+)\\1\\1\\d", "(?<x>\\w+)-\\d$",
  };
  enum { N = G_N_ELEMENTS (catastrophic), SUBJECT_LEN = 128 << 10, BEFORE_END = 5 };
  Sample sample;
  sample_init (&sample);
  sample.site->match.interpret = _i != 0;
  sample.site->match.message_steps = BEFORE_END * sample.site->match.steps;
  g_free (sample.mail->subject);
  sample.mail->subject = g_strnfill (SUBJECT_LEN, 'a');
  memcpy (sample.mail->subject + SUBJECT_LEN - 4, "!-@~", 4);
  for (size_t i = 0; i < N; i++)
    {
      g_autofree char *condition = g_strdup_printf ("subject =~ /%s/", catastrophic[i]);
      add_rule (sample.site, &(RuleCase){ catastrophic[i], TM_ON_NEW, .all = { condition }, .then = { "ignore" } });
    }
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  ck_assert_ptr_null (result->verdict_rule);
  ck_assert_uint_ge (result->n_limited, N);
  ck_assert_uint_gt (result->n_steps, (BEFORE_END - 1) * sample.site->match.steps);
  ck_assert_uint_le (result->n_steps, sample.site->match.message_steps);
  sample_clear (&sample);
}
END_TEST

/* All rules and all runs over one message share message_steps; what nobody could find out is not called missing. */
START_TEST (message_steps_end_all_patterns)
{
  Sample sample;
  sample_init (&sample);
  sample.site->match.message_steps = 1000;
  sample.input.n_steps = 1000;
  add_rule (sample.site, &(RuleCase){ "a", TM_ON_NEW, .all = { "subject =~ /outage/i" }, .then = { "no_ack" } });
  add_rule (sample.site, &(RuleCase){ "b", TM_ON_NEW, .all = { "login = eve" }, .then = { "tag k=b" } });
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  g_autofree char *printed = print (result);
  ck_assert_str_eq (printed, START " tag:k=b last=b | a?subject =~ /outage/i | b+");
  ck_assert_uint_eq (result->n_steps, 1000);
  ck_assert_uint_eq (result->n_limited, 3);
  sample_clear (&sample);
}
END_TEST

/* --- effects as text --- */

static const struct
{
  const char *effect;
  gsize offset;
  const char *says;
} bad_effects[] = {
  { "", 0, "an effect begins with its name" },
  { "=P1", 0, "an effect begins with its name" },
  { "typ=problem", 0, "unknown effect `typ`; did you mean `type`?" },
  { "escalate \"x\"", 0, "unknown effect `escalate`" },
  { "priority raise 2 floor P1", 17, "`floor` is too much here; `ceiling CODE` may follow" },
  { "priority lower ceiling P1", 15, "`ceiling` is no number of ranks, 1 to 99, and not `floor`" },
  { "priority lower 1 floor", 22, "a value is missing" },
  { "priority floor", 14, "a value is missing" },
  { "priority floor P1 P2", 18, "`P2` is too much here" },
  { "queue=billing moves", 14, "`moves` is too much here; only `move` may follow" },
  { "requester", 9, "needs `=`" },
  { "requester=eve@acme.example", 9, "one captured group, `$mail`, or `reply-to`" },
  { "requester=\"$a$b\"", 9, "one captured group" },
  { "requester=$", 9, "one captured group" },
  { "page pager queue.rota", 11, "`queue.rota` is too much here" },
  { "discard \"x\"", 8, "is too much here" },
  { "correlate", 9, "a value is missing" },
  { "correlate $host recovers", 16, "`recovers` is too much here; `recovery CONDITION` may follow" },
  { "correlate $host recovery", 24, "empty condition" },
  { "correlate $host recovery subjct =~ /x/", 25, "unknown field `subjct`" },
  { "correlate $host recovery subject =~ /x(/", 39, "missing closing parenthesis" },
  { "type", 4, "needs `=`" },
  { "type=", 5, "a value is missing" },
  { "type=\"\"", 5, "a value is missing" },
  { "type=a b", 7, "`b` is too much here" },
  { "priority", 8, "needs `=CODE`, `raise`, `lower`, `floor` or `ceiling`" },
  { "priority up", 9, "needs `=CODE`, `raise`, `lower`, `floor` or `ceiling`" },
  { "priority raise two", 15, "`two` is no number of ranks" },
  { "priority raise 0", 15, "`0` is no number of ranks" },
  { "priority lower 100", 15, "`100` is no number of ranks" },
  { "tag", 3, "needs KEY=VALUE" },
  { "tag Cluster=x", 4, "a tag's key is made of" },
  { "tag cluster", 11, "needs `=`" },
  { "tag cluster=", 12, "a value is missing" },
  { "stop now", 5, "`now` is too much here" },
  { "reject", 6, "a value is missing" },
  { "reject \"naïve\"", 7, "printable ASCII" },
  { "note two words", 9, "double quotes" },
  { "note \"open", 5, "not closed" },
};

START_TEST (effects_refused)
{
  TmEffect *effect = NULL;
  gsize offset = 999;
  g_autoptr (GError) error = NULL;
  ck_assert (!effect_parse (bad_effects[_i].effect, &effect, &offset, &error));
  ck_assert_ptr_null (effect);
  ck_assert (g_error_matches (error, TM_ERROR, TM_ERROR_CONFIG));
  ck_assert_msg (strstr (error->message, bad_effects[_i].says) != NULL, "%s", error->message);
  ck_assert_uint_eq (offset, bad_effects[_i].offset);
}
END_TEST

static const struct
{
  const char *effect, *names;
} templates[] = {
  { "tag k=$a", "a" },           { "tag k=\"x$a_1.$b-$$c ${d}e\"", "a_1 b d" }, { "note \"$5 and $ and ${x\"", "" },
  { "note \"$a$a\"", "a a" },    { "type=$a", "" },                             { "reject \"$a\"", "" },
  { "stop", "" },                { "note \"end $\"", "" },                      { "workaround", "" },
  { "requester=$mail", "mail" }, { "requester=${mail}", "mail" },               { "requester=reply-to", "" },
  { "correlate \"$a/$b\"", "a b" },
};

START_TEST (effect_names)
{
  g_autoptr (TmEffect) effect = sample_effect (templates[_i].effect);
  g_auto (GStrv) names = effect_groups (effect);
  g_autofree char *joined = g_strjoinv (" ", names);
  ck_assert_str_eq (joined, templates[_i].names);
}
END_TEST

SUITE_MAIN ("rules", tcase_add_loop_test (tc, table, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, queue_without_defaults); tcase_add_test (tc, spam);
            tcase_add_test (tc, captures_are_bounded); tcase_add_test (tc, message_steps_end_all_patterns);
            tcase_add_loop_test (tc, limited_rules_are_skipped, 0, 2);
            tcase_add_loop_test (tc, fault_16_steps_are_counted, 0, 2);
            tcase_add_loop_test (tc, effects_refused, 0, G_N_ELEMENTS (bad_effects));
            tcase_add_loop_test (tc, effect_names, 0, G_N_ELEMENTS (templates));)
