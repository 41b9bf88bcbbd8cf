/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rule index may save work, never change a result: what a pattern needs is held against PCRE2 over random
 * patterns and texts, rules with the index against rules without it.
 */
#include "core/literals.h"
#include "core/needles.h"
#include "core/rule_index.h"
#include "tests/support/suite.h"
#include "tests/unit/rules_sample.h"

#include <string.h>

/* --- what a pattern needs --- */

static const struct
{
  const char *source, *flags, *words; /* words apart by `|`; NULL: not known */
} literals[] = {
  { "outage", "", "outage" },
  { "outage", "i", "outage" },
  { "\\b(down|outage)\\b", "i", "down|outage" },
  { "(?<what>down|outage) on c\\d+", "", " on c" },
  { "a", "", NULL },
  { "ab*c", "", NULL },
  { "abx*cd", "", "ab" },
  { "abx+cd", "", "abx" },
  { "ab(cde)?", "", "ab" },
  { "ab(cde)+", "", "cde" },
  { "ab(cde){0}", "", "ab" },
  { "ab(cde){0,}", "", "ab" },
  { "ab(cde){1,2}", "", "cde" },
  { "ab(cde){2}{0}", "", "ab" },
  { "abcd {0}ef", "x", "abc" },
  { "ab c # comment\n d", "x", "abcd" },
  { "ab\\ c", "x", "ab c" },
  { "ab(?x) c d(?-x) e", "", "ab" },
  { "(?i:äb)cd", "", "cd" },
  { "(?x: ab )\\d cd", "", " cd" },
  { "störung", "", "störung" },
  { "störung", "i", "rung" },
  { "disk full", "i", "disk full" },
  { "foo|bar|baz", "", "foo|bar|baz" },
  { "foo|b?", "", NULL },
  { "foo|\\d+", "", NULL },
  { "(foo|\\d+)-ending", "", "-ending" },
  { "(?=foo)ab", "", "ab" },
  { "(?!foo)ab(?<!cde)", "", "ab" },
  { "[foo]bar[^]x]end[[:alpha:]]", "", "bar" },
  { "[\\]xyz]bar", "", "bar" },
  { "[\\Q]\\E]bar", "", NULL },
  { "\\Qfoo\\E", "", NULL },
  { "(*ACCEPT)foo", "", NULL },
  { "(?(?=a)foo|foo)", "", NULL },
  { "(foo)(?1)", "", NULL },
  { "(ab)\\1cde", "", "cde" },
  { "\\p{Lu}foo\\pLbar", "", "foo" },
  { "\\x41foo\\x{42}bar", "", "bar" },
  { "\\d+ foo\\.bar \\$5", "", " foo.bar $5" },
  { "foo(?#c)bar", "", NULL },
  { "fo{o", "", NULL },
  { "(?<n>(?:((abc))))", "", "abc" },
  { "(?xx)[ ]]foo", "", NULL },
};

START_TEST (known_literals)
{
  g_auto (GStrv) words = literals_required (literals[_i].source, literals[_i].flags);
  g_autofree char *joined = words != NULL ? g_strjoinv ("|", words) : NULL;
  ck_assert_pstr_eq (joined, literals[_i].words);
}
END_TEST

/* --- needles --- */

static bool
note (guint word, gpointer data)
{
  bool *seen = data;
  bool news = !seen[word];
  seen[word] = true;
  return news;
}

/* Whether one of `words` stands in `text`, as the index looks for them. */
static bool
stands_in (const char *const *words, const char *text)
{
  g_autoptr (TmNeedles) needles = needles_new ();
  bool seen[64] = { false };
  guint n = 0;
  for (; words[n] != NULL; n++)
    (void) needles_add (needles, words[n]);
  needles_compile (needles);
  needles_scan (needles, text, strlen (text), note, seen);
  return memchr (seen, true, sizeof seen) != NULL;
}

static const struct
{
  const char *word, *text;
  bool found;
} folds[] = {
  { "outage", "An OuTaGe", true },  { "OUTAGE", "outag", false },  { "disk", "di\u017f\u212a", true },
  { "\u212a\u017f", "ks", true },   { "ä", "Ä", false },           { "Ä", "xÄ", true },
  { "ok", "o\u2129k", false },      { "s", "\u017e", false },      { "a", "", false },
};

START_TEST (folding)
{
  const char *const words[] = { folds[_i].word, NULL };
  ck_assert_int_eq (stands_in (words, folds[_i].text), folds[_i].found);
}
END_TEST

/* Every character beyond ASCII that PCRE2 takes for a letter of ASCII is folded to that letter. */
START_TEST (folding_is_that_of_pcre2)
{
  static const TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  g_auto (TmMatchBudget) budget = { 0 };
  g_autoptr (TmPattern) any = NULL;
  g_autoptr (GError) error = NULL;
  guint n_found = 0;
  ck_assert (pattern_compile ("[\\x01-\\x7f]", "i", &any, NULL, &error));
  for (gunichar c = 0x80; c <= 0x10ffff; c++)
    {
      char text[7] = { 0 };
      if (!g_unichar_validate (c))
        continue;
      gsize len = (gsize) g_unichar_to_utf8 (c, text);
      budget.steps = 0;
      if (pattern_match (any, text, len, &limits, &budget, NULL) != TM_MATCH_YES)
        continue;
      n_found++;
      for (char letter = 'a'; letter <= 'z'; letter++)
        {
          const char source[] = { letter, '\0' };
          const char *const words[] = { source, NULL };
          g_autoptr (TmPattern) one = NULL;
          ck_assert (pattern_compile (source, "i", &one, NULL, &error));
          bool matches = pattern_match (one, text, len, &limits, &budget, NULL) == TM_MATCH_YES;
          ck_assert_msg (matches == stands_in (words, text), "%c against U+%04X", letter, c);
        }
    }
  ck_assert_uint_eq (n_found, 2);
}
END_TEST

static char *
random_word (GRand *random, const char *letters, gint longest)
{
  gint len = g_rand_int_range (random, 1, longest + 1);
  char *word = g_malloc0 ((gsize) len + 1);
  for (gint i = 0; i < len; i++)
    word[i] = letters[g_rand_int_range (random, 0, (gint32) strlen (letters))];
  return word;
}

/* Many words that begin and end alike, against strstr(). */
START_TEST (needles_find_what_strstr_finds)
{
  enum { N_WORDS = 60 };
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) _i);
  const char *letters = _i % 2 == 0 ? "ab" : "abcdefghijkl";
  g_autoptr (TmNeedles) needles = needles_new ();
  char *words[N_WORDS];
  guint numbers[N_WORDS];
  bool seen[N_WORDS] = { false };
  for (int i = 0; i < N_WORDS; i++)
    {
      words[i] = random_word (random, letters, 6);
      numbers[i] = needles_add (needles, words[i]);
    }
  needles_compile (needles);
  g_autofree char *text = random_word (random, letters, 40);
  needles_scan (needles, text, strlen (text), note, seen);
  for (int i = 0; i < N_WORDS; i++)
    {
      ck_assert_msg (seen[numbers[i]] == (strstr (text, words[i]) != NULL), "%s in %s", words[i], text);
      g_free (words[i]);
    }
}
END_TEST

/* --- random patterns --- */

static const char *const items[] = {
  "a", "b", "ab", "ba", "k", "K", "s", "S", "\u017f", "\u212a", "ä", "Ä", "x", "-", " ", "#", "\n", "abba", "sk",
  "Äb", "\\.", "\\-", "\\ ", "\\d", "\\w", "\\b", "\\B", ".", "^", "$", "[ab]", "[^a]", "[]a]", "[^]a]",
  "[[:alpha:]]", "[a\\]b]", "[\\w-]", "[[:^digit:]b]", "[a[b]", "(?i)", "(?-i)", "(?x)", "(?-x)", "(?^)", "(?s)",
  "\\x61", "\\x{17f}", "\\x6", "\\141", "\\Qa.b\\E", "\\Q(\\E", "\\E", "\\K", "\\1", "\\g1", "\\g{1}", "\\pL",
  "\\p{Lu}", "\\PL", "\\h", "\\R", "\\X", "\\N", "\\t", "(?R)", "(?1)", "(*ACCEPT)", "(*SKIP)", "(*F)", "(?#c)",
  "(?(1)a|b)", "(?(?=a)ab|b)", "(?C1)", "{", "}", "]", "{a", "{,2}",
};
static const char *const heads[] = { "(",   "(?:", "(?<n>", "(?'n'", "(?P<n>", "(?>",    "(?|",   "(?=",    "(?!",
                                     "(?<=", "(?<!", "(?i:",  "(?-i:", "(?x:",   "(?i-x:", "(?^x:", "(*pla:",
                                     "(*nlb:" };
static const char *const quantifiers[] = { "*", "+", "?", "{0}", "{0,2}", "{1}", "{2,}", "{2}", "*?", "++", "?+",
                                           "{00}",
                                           "{2}{0}", "{0}{2}", "+{0}", " {0}", " *", "{1,0}", "{,2}", "{ 0 }" };
#define PICK(random, table) (table)[g_rand_int_range ((random), 0, G_N_ELEMENTS (table))]

static void
add_random (GString *out, GRand *random, int depth)
{
  gint n = g_rand_int_range (random, 1, 5);
  for (gint i = 0; i < n; i++)
    {
      if (depth < 3 && g_rand_int_range (random, 0, 5) == 0)
        {
          g_string_append (out, PICK (random, heads));
          add_random (out, random, depth + 1);
          g_string_append_c (out, ')');
        }
      else if (g_rand_int_range (random, 0, 3) == 0)
        g_string_append (out, PICK (random, items));
      else
        g_string_append (out, items[g_rand_int_range (random, 0, 20)]);
      if (g_rand_int_range (random, 0, 5) == 0)
        g_string_append (out, PICK (random, quantifiers));
      if (g_rand_int_range (random, 0, 8) == 0)
        g_string_append_c (out, '|');
    }
}

static char *
random_text (GRand *random)
{
  GString *text = g_string_new (NULL);
  for (gint n = g_rand_int_range (random, 1, 14); n > 0; n--)
    g_string_append (text, items[g_rand_int_range (random, 0, 20)]);
  return g_string_free (text, FALSE);
}

static const TmMatchLimits small = { .steps = 3000, .message_steps = G_MAXUINT, .depth = 200, .heap = 1 << 20 };

START_TEST (no_match_without_its_words)
{
  enum { N_PATTERNS = 20000, N_TEXTS = 40 };
  static const char *const flags[] = { "", "i", "x", "ix", "ims", "" };
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) (4711 + _i));
  unsigned n_proofs = 0;
  for (int i = 0; i < N_PATTERNS; i++)
    {
      g_autoptr (GString) source = g_string_new (NULL);
      const char *flag = PICK (random, flags);
      add_random (source, random, 0);
      TmPattern *compiled = NULL;
      if (!pattern_compile (source->str, flag, &compiled, NULL, NULL))
        continue;
      g_autoptr (TmPattern) pattern = compiled;
      g_auto (GStrv) words = literals_required (source->str, flag);
      for (int j = 0; words != NULL && j < N_TEXTS; j++)
        {
          g_auto (TmMatchBudget) budget = { 0 };
          g_autofree char *text = random_text (random);
          if (pattern_match (pattern, text, strlen (text), &small, &budget, NULL) != TM_MATCH_YES)
            continue;
          n_proofs++;
          ck_assert_msg (stands_in ((const char *const *) words, text), "/%s/%s matches `%s` without %s", source->str,
                         flag, text, words[0]);
        }
    }
  ck_assert_uint_gt (n_proofs, 1000);
}
END_TEST

/* --- rules --- */

static const char *const conditions[] = {
  "subject =~ /%s/i", "text =~ /%s/", "body =~ /%s/i", "from =~ /%s/", "header \"X-Tag\" =~ /%s/i",
  "recipient =~ /%s/", "header \"x-tag\" = %s", "subject = %s", "customer = %s", "type = question", "priority = P1",
  "queue = billing", "is_auto", "!is_auto", "is_list", "!is_list", "has_attachment", "!has_attachment",
  "!subject =~ /%s/", "!text = %s", "client in 192.0.2.0/24", "is_followup", "is_spam", "attachment.type =~ /%s/",
  "to =~ /%s/", "plan =~ /%s/i", "is_forward", "tag \"a\" = 1", "tag \"a\" = 2",
};
static const char *const wanted[] = {
  "outage", "c12", "first", "second", "prod", "eve|anna", "acme", "apples", "st.rung", "Outage: Störung on c12",
  "nothing", "plain", "sup+ort", "(?i)GOLD", "zebra",
};
static const char *const then[] = { "tag a=%d", "priority raise", "type=question", "queue=billing", "machine", "human",
                                    "priority=P1", "note n%d", "stop", "ignore" };

static TmCondition *
random_condition (GRand *random)
{
  const char *form = PICK (random, conditions);
  g_autoptr (GString) text = g_string_new (form);
  const char *word = PICK (random, wanted);
  g_autofree char *quoted = strstr (form, " = %s") != NULL ? g_strconcat ("\"", word, "\"", NULL) : g_strdup (word);
  g_string_replace (text, "%s", quoted, 0);
  return sample_condition (text->str);
}

static void
add_random_rule (TmSite *site, GRand *random, int number)
{
  g_autofree char *name = g_strdup_printf ("r%d", number);
  TmRule *rule = rule_new (name);
  GPtrArray *const lists[] = { rule->all, rule->all, rule->any, rule->none };
  rule->on = (TmRuleOn) g_rand_int_range (random, 0, 3);
  for (gint n = g_rand_int_range (random, 0, 5); n > 0; n--)
    g_ptr_array_add (PICK (random, lists), random_condition (random));
  g_autoptr (GString) effect = g_string_new (g_rand_boolean (random) ? then[0] : PICK (random, then));
  g_autofree char *digits = g_strdup_printf ("%d", number);
  g_string_replace (effect, "%d", digits, 0);
  g_ptr_array_add (rule->effects, sample_effect (effect->str));
  g_ptr_array_add (site->rules, rule);
}

/* All that rules did, and which ones matched. */
static char *
print (const TmClassification *result)
{
  GString *out = g_string_new (NULL);
  g_string_append_printf (out, "%s %s %s %d %d %d %s\n", result->type, result->priority, result->queue, result->machine,
                          result->human, (int) result->verdict, result->last_rule);
  for (guint i = 0; i < result->tags->len; i++)
    g_string_append_printf (out, "%s ", ((const TmTag *) g_ptr_array_index (result->tags, i))->value);
  for (guint i = 0; i < result->notes->len; i++)
    g_string_append_printf (out, "%s ", (const char *) g_ptr_array_index (result->notes, i));
  for (guint i = 0; i < result->trace->len; i++)
    {
      const TmRuleTrace *trace = g_ptr_array_index (result->trace, i);
      if (trace->matched || trace->limited)
        g_string_append_printf (out, "%s%s ", trace->rule, trace->limited ? "?" : "");
    }
  return g_string_free (out, FALSE);
}

START_TEST (same_results_with_and_without)
{
  Sample sample;
  sample_init (&sample);
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) _i);
  for (gint i = 0, n = g_rand_int_range (random, 1, 200); i < n; i++)
    add_random_rule (sample.site, random, i);
  sample.input.is_list = _i % 2 == 0;
  sample.input.is_auto = _i % 3 == 0;
  sample.input.customer = _i % 5 == 0 ? NULL : sample.customer;
  g_autoptr (TmRuleIndex) index = rule_index_new (sample.site->rules);
  g_autoptr (TmRuleHits) hits = rule_index_scan (index, &sample.input);
  for (int followup = 0; followup < 2; followup++)
    {
      sample.input.is_followup = followup == 1;
      sample.input.hits = NULL;
      g_autoptr (TmClassification) plain = rules_eval (&sample.input);
      sample.input.hits = hits;
      g_autoptr (TmClassification) traced = rules_eval (&sample.input);
      sample.input.traces_all = false;
      g_autoptr (TmClassification) indexed = rules_eval (&sample.input);
      sample.input.traces_all = true;
      g_autofree char *expected = print (plain), *with_trace = print (traced), *got = print (indexed);
      ck_assert_str_eq (with_trace, expected);
      ck_assert_str_eq (got, expected);
      ck_assert_uint_eq (traced->trace->len, sample.site->rules->len);
      ck_assert_uint_le (indexed->n_matches, plain->n_matches);
      ck_assert_uint_eq (indexed->n_matches, traced->n_matches);
    }
  sample_clear (&sample);
}
END_TEST

/* --- what it costs --- */

static void
add_rule_text (TmSite *site, const char *name, const char *first, const char *second)
{
  TmRule *rule = rule_new (name);
  g_ptr_array_add (rule->all, sample_condition (first));
  if (second != NULL)
    g_ptr_array_add (rule->all, sample_condition (second));
  g_ptr_array_add (rule->effects, sample_effect ("tag t=1"));
  g_ptr_array_add (site->rules, rule);
}

/* Rules that cannot match, of every kind that the index knows; each shares a condition that holds with all others. */
static const char *const idle[][2] = {
  { "text =~ /host-%05d\\b.* is (down|gone)/i", "recipient = support+x@example.com" },
  { "subject =~ /^(PROBLEM|ALERT)-%05d/", "text =~ /cluster/" },
  { "from = user%05d@nowhere.example", "!is_list" },
  { "header \"X-Id-%05d\" =~ /yes/", "subject =~ /outage/i" },
  { "customer = c%05d", "from =~ /@acme/" },
};

static unsigned
count_matches (int n_rules, guint *n_tags)
{
  Sample sample;
  sample_init (&sample);
  sample.input.traces_all = false;
  add_rule_text (sample.site, "busy", "subject =~ /outage/i", "text =~ /c\\d+/");
  for (int i = 0; i < n_rules; i++)
    {
      g_autoptr (GString) first = g_string_new (idle[i % 5][0]);
      g_autofree char *number = g_strdup_printf ("%05d", i);
      g_string_replace (first, "%05d", number, 0);
      add_rule_text (sample.site, number, first->str, idle[i % 5][1]);
    }
  sample.site->rule_index = rule_index_new (sample.site->rules);
  g_autoptr (TmRuleHits) hits = rule_index_scan (sample.site->rule_index, &sample.input);
  sample.input.hits = hits;
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  *n_tags = result->tags->len;
  ck_assert_uint_eq (result->trace->len, 1);
  sample_clear (&sample);
  return result->n_matches;
}

START_TEST (idle_rules_run_no_pattern)
{
  guint few_tags, many_tags;
  unsigned few = count_matches (10, &few_tags), many = count_matches (10000, &many_tags);
  ck_assert_uint_gt (few, 0);
  ck_assert_uint_eq (few, many);
  ck_assert_uint_eq (few_tags, 1);
  ck_assert_uint_eq (many_tags, 1);
}
END_TEST

/* What the needs of the sample's type cost, which no rule saves. */
static unsigned
needs_only (const Sample *sample)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  GPtrArray *rules = sample->site->rules;
  sample->site->rules = none;
  TmRuleInput input = sample->input;
  input.hits = NULL;
  g_autoptr (TmClassification) result = rules_eval (&input);
  sample->site->rules = rules;
  return result->n_matches;
}

/* A rule stands behind its rarest guard, here the first; when that one holds, the others are asked before any pattern
 * is run. */
START_TEST (every_guard_must_hold)
{
  static const char *const frequent = "subject =~ /not in this subject/";
  Sample sample;
  sample_init (&sample);
  add_rule_text (sample.site, "a", "text =~ /is down/", frequent);
  add_rule_text (sample.site, "b", "text =~ /nothing/", frequent);
  add_rule_text (sample.site, "c", "body =~ /prod/", frequent);
  g_autoptr (TmRuleIndex) index = rule_index_new (sample.site->rules);
  g_autoptr (TmRuleHits) hits = rule_index_scan (index, &sample.input);
  sample.input.hits = hits;
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  for (guint i = 0; i < result->trace->len; i++)
    ck_assert_pstr_eq (((const TmRuleTrace *) g_ptr_array_index (result->trace, i))->condition,
                       i == 1 ? "text =~ /nothing/" : frequent);
  ck_assert_uint_eq (result->n_matches, needs_only (&sample));
  sample_clear (&sample);
}
END_TEST

/* explain names the condition that kept a rule from being tried. */
START_TEST (the_trace_says_why)
{
  Sample sample;
  sample_init (&sample);
  add_rule_text (sample.site, "word", "is_auto", "text =~ /nothing like it/");
  add_rule_text (sample.site, "flag", "is_list", NULL);
  TmRule *any = rule_new ("any");
  g_ptr_array_add (any->any, sample_condition ("subject = x"));
  g_ptr_array_add (any->any, sample_condition ("login = y"));
  g_ptr_array_add (sample.site->rules, any);
  add_rule_text (sample.site, "tried", "is_auto", NULL);
  g_autoptr (TmRuleIndex) index = rule_index_new (sample.site->rules);
  g_autoptr (TmRuleHits) hits = rule_index_scan (index, &sample.input);
  sample.input.hits = hits;
  g_autoptr (TmClassification) result = rules_eval (&sample.input);
  static const char *const expected[] = { "text =~ /nothing like it/", "is_list", "any: subject = x, login = y",
                                          "is_auto" };
  ck_assert_uint_eq (result->trace->len, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    ck_assert_pstr_eq (((const TmRuleTrace *) g_ptr_array_index (result->trace, i))->condition, expected[i]);
  sample_clear (&sample);
}
END_TEST

SUITE_MAIN ("rule-index", tcase_add_loop_test (tc, known_literals, 0, G_N_ELEMENTS (literals));
            tcase_add_loop_test (tc, folding, 0, G_N_ELEMENTS (folds));
            tcase_add_test (tc, folding_is_that_of_pcre2);
            tcase_add_loop_test (tc, needles_find_what_strstr_finds, 0, 200);
            tcase_add_loop_test (tc, no_match_without_its_words, 0, 3);
            tcase_add_loop_test (tc, same_results_with_and_without, 0, 300);
            tcase_add_test (tc, idle_rules_run_no_pattern);
            tcase_add_test (tc, every_guard_must_hold);
            tcase_add_test (tc, the_trace_says_why);)
