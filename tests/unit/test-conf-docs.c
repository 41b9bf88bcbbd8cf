/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What people read about the configuration against the tables: each option has its line in ticketmilter.yaml(5), with
 * type, default and bounds, and no other; the example is accepted.
 */
#include "conf/table.h"
#include "tests/support/suite.h"
#include "tests/unit/conf-folder.h"

#include <string.h>

#define PAGE TM_TOP_SRCDIR "/docs/man/ticketmilter.yaml.5"
#define EXAMPLE TM_TOP_SRCDIR "/contrib/policies/example.yaml"

/* `.It Ic limits.jobs Pq Ar number , Li 1000 , 1 to 1000000` */
static char *
head_line (const char *path, const TmOption *option)
{
  g_autofree char *type = option_type_name (option);
  g_autofree char *bounds = option_bounds (option);
  GString *line = g_string_new (NULL);
  g_string_append_printf (line, ".It Ic %s Pq Ar %s", path, type);
  if (option->is_required)
    g_string_append (line, " , No required");
  if (option->by_default != NULL)
    g_string_append_printf (line, " , Li %s", option->by_default);
  if (bounds != NULL)
    g_string_append_printf (line, " , No %s", bounds);
  return g_string_free (line, FALSE);
}

static void
add_line (const char *path, const TmOption *option, gpointer data)
{
  ck_assert_msg (option->help != NULL && *option->help != '\0', "%s has no help", path);
  g_hash_table_add (data, head_line (path, option));
}

static GHashTable *
expected_lines (void)
{
  GHashTable *lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  table_walk (options_root (), add_line, lines);
  return lines;
}

START_TEST (man_page)
{
  g_autofree char *text = NULL;
  g_autoptr (GHashTable) expected = expected_lines ();
  g_autoptr (GString) wrong = g_string_new (NULL);
  ck_assert (g_file_get_contents (PAGE, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (GStrv line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, ".It Ic ") && !g_hash_table_remove (expected, *line))
      g_string_append_printf (wrong, "not in the tables, or twice: %s\n", *line);
  GHashTableIter iter;
  gpointer missing;
  g_hash_table_iter_init (&iter, expected);
  while (g_hash_table_iter_next (&iter, &missing, NULL))
    g_string_append_printf (wrong, "not in the man page: %s\n", (const char *) missing);
  ck_assert_str_eq (wrong->str, "");
}
END_TEST

/* Only that the host has no key ring may be remarked. */
START_TEST (example_policy)
{
  TmPolicy *loaded = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  bool ok = policy_load (EXAMPLE, &loaded, &findings, &error);
  g_autoptr (TmPolicy) policy = loaded;
  ck_assert_msg (ok, "%s", error != NULL ? error->message : "");
  ck_assert_uint_eq (policy->site->queues->len, 2);
  ck_assert_uint_eq (policy->site->priorities->len, 4);
  for (guint i = 0; i < findings->len; i++)
    ck_assert_str_eq (((const TmFinding *) findings->pdata[i])->path, "keys");
}
END_TEST

/* Whoever starts from an example of the man page starts with a configuration that is right. */
START_TEST (man_page_examples)
{
  g_auto (TmFolder) folder = { NULL };
  g_autofree char *text = NULL;
  guint n_examples = 0;
  folder_init (&folder);
  ck_assert (g_file_get_contents (PAGE, &text, NULL, NULL));
  g_auto (GStrv) blocks = g_strsplit (text, ".Bd -literal -offset indent\n", -1);
  for (GStrv block = blocks + 1; *block != NULL; block++, n_examples++)
    {
      g_autoptr (GString) config = g_string_new_len (*block, strstr (*block, ".Ed\n") - *block);
      g_string_replace (config, "\\e", "\\", 0);
      g_string_append (config, "keys: keys\n");
      folder_write (&folder, "main.yaml", config->str);
      g_autofree char *findings = folder_load (&folder, "main.yaml", NULL);
      ck_assert_str_eq (findings, "");
    }
  ck_assert_uint_eq (n_examples, 4);
}
END_TEST

SUITE_MAIN ("conf-docs", tcase_add_test (tc, man_page); tcase_add_test (tc, man_page_examples);
            tcase_add_test (tc, example_policy);)
