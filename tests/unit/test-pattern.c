/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pattern.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { TEXT_LEN = 128 << 10 };

static TmPattern *
compile (const char *source, const char *flags)
{
  TmPattern *pattern = NULL;
  g_autoptr (GError) error = NULL;
  gsize offset = 0;
  ck_assert_msg (pattern_compile (source, flags, &pattern, &offset, &error), "%s: %s", source,
                 error != NULL ? error->message : "");
  return pattern;
}

static TmMatch
match_once (const TmPattern *pattern, const char *subject, const TmMatchLimits *limits, GHashTable *groups)
{
  g_auto (TmMatchBudget) budget = { 0 };
  return pattern_match (pattern, subject, strlen (subject), limits, &budget, groups);
}

static const struct
{
  const char *source, *flags;
  gsize offset;
  const char *says;
} bad[] = {
  { "(abc", "", 4, "missing closing parenthesis" },
  { "abc)", "", 3, "unmatched closing parenthesis" },
  { "ab[c", "", 4, "missing terminating ]" },
  { "a{2,1}", "", 5, "numbers out of order" },
  { "ab(?<x>c)(?<x>d)", "", 14, "two named subpatterns have the same name" },
  { "a\\Cb", "", 3, "\\C is disabled" },
  { "abc", "iq", 5, "unknown pattern flag `q`" },
  { "", "", 0, "matches the empty string" },
  { "a*", "", 0, "matches the empty string" },
  { "(a|b?)", "i", 0, "matches the empty string" },
  { "^$", "", 0, "matches the empty string" },
  { "(?!spam)", "", 0, "matches the empty string" },
};

START_TEST (refused)
{
  TmPattern *pattern = NULL;
  gsize offset = 999;
  g_autoptr (GError) error = NULL;
  ck_assert (!pattern_compile (bad[_i].source, bad[_i].flags, &pattern, &offset, &error));
  ck_assert_ptr_null (pattern);
  ck_assert (g_error_matches (error, TM_ERROR, TM_ERROR_CONFIG));
  ck_assert_msg (strstr (error->message, bad[_i].says) != NULL, "%s", error->message);
  ck_assert_uint_eq (offset, bad[_i].offset);
}
END_TEST

static const struct
{
  const char *source, *flags, *subject;
  TmMatch match;
} plain[] = {
  { "down", "", "it is down", TM_MATCH_YES },
  { "down", "", "it is DOWN", TM_MATCH_NO },
  { "down", "i", "it is DOWN", TM_MATCH_YES },
  { "^b", "", "a\nb", TM_MATCH_NO },
  { "^b", "m", "a\nb", TM_MATCH_YES },
  { "a.b", "", "a\nb", TM_MATCH_NO },
  { "a.b", "s", "a\nb", TM_MATCH_YES },
  { "a b # both", "x", "ab", TM_MATCH_YES },
  { "(?=.*two)(?=.*one)", "u", "one and two", TM_MATCH_YES },
  { "\\bÖl\\b", "", "das Öl ist aus", TM_MATCH_YES },
  { "störung", "iu", "STÖRUNG!", TM_MATCH_YES },
  { "^.$", "", "日", TM_MATCH_YES },
  { "(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)\\10", "", "abcdefghijj", TM_MATCH_YES },
};

START_TEST (matches)
{
  for (int interpret = 0; interpret < 2; interpret++)
    {
      TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
      limits.interpret = interpret != 0;
      g_autoptr (TmPattern) pattern = compile (plain[_i].source, plain[_i].flags);
      ck_assert_int_eq (match_once (pattern, plain[_i].subject, &limits, NULL), plain[_i].match);
    }
}
END_TEST

START_TEST (named_groups)
{
  TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (TmPattern) pattern = compile ("(\\w+) on (?<cluster>c\\d+)(?<never>zzz)?", "");
  ck_assert_str_eq (pattern_groups (pattern)[0], "cluster");
  ck_assert_str_eq (pattern_groups (pattern)[1], "never");
  ck_assert_ptr_null (pattern_groups (pattern)[2]);
  ck_assert_int_eq (match_once (pattern, "trouble on d12", &limits, groups), TM_MATCH_NO);
  ck_assert_uint_eq (g_hash_table_size (groups), 0);
  ck_assert_int_eq (match_once (pattern, "trouble on c12", &limits, groups), TM_MATCH_YES);
  ck_assert_uint_eq (g_hash_table_size (groups), 1);
  ck_assert_str_eq (g_hash_table_lookup (groups, "cluster"), "c12");
}
END_TEST

/* --- bounds --- */

/* Exponential ones, and those that stay under PCRE2's own match limit at each place but not in sum. */
static const char *const catastrophic[] = {
  "(a+)+$",        "(a|aa)+$",          "(a|a?)+-$",        "(\\w+\\s?)+$",  "^(\\w+\\.?)*@\\d",  "(?:a|b|ab)*@\\d",
  "\\w+\\s*\\d",   "\\w+\\w+\\w+@\\d",  "[\\w.+-]+@\\d",    "\\w*\\w*+-",    "a*a*a*a*@\\d",      ".*.*.*.*@\\d",
  "(.+)\\1\\1\\d", "(?=(\\w+))\\1-\\d", "(?<x>\\w+)-\\d$",  "\\w+?\\w+?\\d", "(\\w+)(?!\\1)-\\d", "((a(?2)?)|b)+-$",
};

static char *
hostile_text (void)
{
  char *text = g_malloc (TEXT_LEN + 1);
  memset (text, 'a', TEXT_LEN);
  memcpy (text + TEXT_LEN - 4, "!-@~", 4);
  text[TEXT_LEN] = '\0';
  return text;
}

START_TEST (one_pattern_is_bounded)
{
  g_autofree char *text = hostile_text ();
  g_autoptr (TmPattern) pattern = compile (catastrophic[_i], "");
  for (int interpret = 0; interpret < 2; interpret++)
    {
      TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
      limits.interpret = interpret != 0;
      g_auto (TmMatchBudget) budget = { 0 };
      ck_assert_int_eq (pattern_match (pattern, text, TEXT_LEN, &limits, &budget, NULL), TM_MATCH_LIMITED);
      ck_assert_uint_eq (budget.n_limited, 1);
      ck_assert_uint_gt (budget.steps, 0);
      ck_assert_uint_le (budget.steps, limits.steps);
    }
}
END_TEST

START_TEST (one_message_is_bounded)
{
  g_autofree char *text = hostile_text ();
  g_autoptr (TmPattern) pattern = compile ("\\w+\\s*\\d", "");
  g_autoptr (TmPattern) harmless = compile ("down", "");
  TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  limits.interpret = _i != 0;
  limits.message_steps = 2500000;
  g_auto (TmMatchBudget) budget = { 0 };
  static const guint64 spent[] = { 1000000, 2000000, 2500000, 2500000 };
  for (unsigned i = 0; i < G_N_ELEMENTS (spent); i++)
    {
      ck_assert_int_eq (pattern_match (pattern, text, TEXT_LEN, &limits, &budget, NULL), TM_MATCH_LIMITED);
      ck_assert_uint_eq (budget.steps, spent[i]);
      ck_assert_uint_eq (budget.n_limited, i + 1);
    }
  ck_assert_int_eq (pattern_match (harmless, "down", 4, &limits, &budget, NULL), TM_MATCH_LIMITED);
  ck_assert_uint_eq (budget.steps, limits.message_steps);
}
END_TEST

/* What people write costs a fraction of a step per byte: no rule of theirs is lost to the bounds. */
START_TEST (usual_patterns_are_cheap)
{
  static const char *const usual[] = { "\\b(down|outage)\\b", "\\bc\\d+\\b", "steps to reproduce", "^On .* wrote:$" };
  static const char words[] = "Dear support, our server does not answer since this morning; see the log.\n";
  g_autoptr (GString) text = g_string_new (NULL);
  while (text->len < TEXT_LEN)
    g_string_append (text, words);
  TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  g_autoptr (TmPattern) pattern = compile (usual[_i], "im");
  g_auto (TmMatchBudget) budget = { 0 };
  ck_assert_int_eq (pattern_match (pattern, text->str, text->len, &limits, &budget, NULL), TM_MATCH_NO);
  ck_assert_uint_le (budget.steps, TEXT_LEN / 2);
}
END_TEST

/* Text that is walked over without a choice costs too, but little. */
START_TEST (walking_counts)
{
  g_autofree char *text = hostile_text ();
  g_autoptr (TmPattern) pattern = compile ("^\\w*+-", "");
  TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  g_auto (TmMatchBudget) budget = { 0 };
  limits.interpret = _i != 0;
  ck_assert_int_eq (pattern_match (pattern, text, TEXT_LEN, &limits, &budget, NULL), TM_MATCH_NO);
  ck_assert_uint_ge (budget.steps, TEXT_LEN / 32 - 1);
  ck_assert_uint_le (budget.steps, TEXT_LEN / 16);
}
END_TEST

/* Deep but honest matches get the heap that the configuration grants, and not more. */
START_TEST (jit_stack_grows_to_the_heap_limit)
{
  g_autoptr (TmPattern) pattern = compile ("^(a|b)+c", "");
  if (!pattern_has_jit (pattern))
    return;
  g_autofree char *as = g_strnfill (20000, 'a');
  g_autofree char *text = g_strconcat (as, "c", NULL);
  TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  ck_assert_int_eq (match_once (pattern, text, &limits, NULL), TM_MATCH_YES);
  limits.heap = 32 << 10;
  ck_assert_int_eq (match_once (pattern, text, &limits, NULL), TM_MATCH_LIMITED);
}
END_TEST

START_TEST (interpreter_keeps_to_the_depth_limit)
{
  g_autoptr (TmPattern) pattern = compile ("^(a|b)+c", "");
  g_autofree char *as = g_strnfill (20000, 'a');
  g_autofree char *text = g_strconcat (as, "c", NULL);
  TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  limits.interpret = true;
  ck_assert_int_eq (match_once (pattern, text, &limits, NULL), TM_MATCH_LIMITED);
  limits.depth = 100000;
  ck_assert_int_eq (match_once (pattern, text, &limits, NULL), TM_MATCH_YES);
}
END_TEST

/* --- where memory may not be written and executed --- */

#define DENY_EXEC_OF(syscall)                                                                  \
  BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),                     \
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, syscall, 0, 3),                                       \
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, args[2])),              \
    BPF_JUMP (BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),                                    \
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES)

/* What systemd's MemoryDenyWriteExecute= does; Check has forked us, so it ends with the test. */
static bool
deny_executable_memory (void)
{
  struct sock_filter filter[] = {
    DENY_EXEC_OF (__NR_mmap),
    DENY_EXEC_OF (__NR_mprotect),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { .len = G_N_ELEMENTS (filter), .filter = filter };
  return SUITE_FORKS == CK_FORK && g_strcmp0 (g_getenv ("CK_FORK"), "no") != 0
         && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
         && prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

START_TEST (works_without_executable_memory)
{
  if (!deny_executable_memory ())
    return;
  TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  g_autoptr (TmPattern) pattern = compile ("\\b(down|outage)\\b", "i");
  ck_assert (!pattern_has_jit (pattern));
  ck_assert_int_eq (match_once (pattern, "total OUTAGE", &limits, NULL), TM_MATCH_YES);
}
END_TEST

/* --- threads --- */

static gpointer
match_many (gpointer data)
{
  const TmPattern *pattern = data;
  TmMatchLimits limits = TM_MATCH_LIMITS_DEFAULT;
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guint n = 0;
  for (int i = 0; i < 500; i++)
    {
      g_autofree char *subject = g_strdup_printf ("host c%d down", i);
      g_autofree char *want = g_strdup_printf ("c%d", i);
      limits.interpret = i % 2 == 0;
      if (match_once (pattern, subject, &limits, groups) == TM_MATCH_YES
          && g_strcmp0 (g_hash_table_lookup (groups, "cluster"), want) == 0)
        n++;
    }
  return GUINT_TO_POINTER (n);
}

START_TEST (threads_share_a_pattern)
{
  g_autoptr (TmPattern) pattern = compile ("(?<cluster>c\\d+) (up|down)", "");
  GThread *threads[4];
  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("match", match_many, pattern);
  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    ck_assert_uint_eq (GPOINTER_TO_UINT (g_thread_join (threads[i])), 500);
}
END_TEST

SUITE_MAIN ("pattern", tcase_add_loop_test (tc, refused, 0, G_N_ELEMENTS (bad));
            tcase_add_loop_test (tc, matches, 0, G_N_ELEMENTS (plain));
            tcase_add_test (tc, named_groups);
            tcase_add_loop_test (tc, one_pattern_is_bounded, 0, G_N_ELEMENTS (catastrophic));
            tcase_add_loop_test (tc, one_message_is_bounded, 0, 2);
            tcase_add_loop_test (tc, usual_patterns_are_cheap, 0, 4);
            tcase_add_loop_test (tc, walking_counts, 0, 2);
            tcase_add_test (tc, jit_stack_grows_to_the_heap_limit);
            tcase_add_test (tc, interpreter_keeps_to_the_depth_limit);
            tcase_add_test (tc, works_without_executable_memory);
            tcase_add_test (tc, threads_share_a_pattern);)
