/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/arguments.h"
#include "tests/support/suite.h"

static const TmCliOption globals[] = {
  { "config", 'c', "FILE", "the file" },
  { "json", 0, NULL, "JSON" },
  { .name = NULL },
};
static const TmCliOption locals[] = {
  { "queue", 0, "QUEUE", "of a queue" },
  { "whole", 0, NULL, "all" },
  { .name = NULL },
};
static const TmCliOption *const both[] = { locals, globals, NULL };

static bool
read_line (TmArguments *arguments, TmArgumentsExtent extent, const char *line, int *position_io, GError **error)
{
  static char **argv;
  g_strfreev (argv);
  argv = g_strsplit (line, " ", -1);
  return arguments_read (arguments, both, extent, (int) g_strv_length (argv), argv, position_io, error);
}

/* What is read, as "name=value" and operands. */
static char *
describe (const TmArguments *arguments)
{
  static const char *const names[] = { "config", "json", "queue", "whole" };
  GString *out = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value;
      for (unsigned at = 0; (value = arguments_next (arguments, names[i], &at)) != NULL;)
        g_string_append_printf (out, "%s=%s ", names[i], value);
    }
  for (unsigned i = 0; i < arguments_n_operands (arguments); i++)
    g_string_append_printf (out, "%s ", arguments_operand (arguments, i));
  return g_string_free (out, FALSE);
}

static const char *const good[][2] = {
  { "x", "" },
  { "x a b", "a b " },
  { "x --queue support a", "queue=support a " },
  { "x a --queue=support", "queue=support a " },
  { "x --queue a --queue b", "queue=a queue=b " },
  { "x -c f --json --whole", "config=f json= whole= " },
  { "x -cf", "config=f " },
  { "x --config f -", "config=f - " },
  { "x -- --json", "--json " },
  { "x --queue=", "queue= " },
};

START_TEST (reads)
{
  g_autoptr (TmArguments) arguments = arguments_new ();
  g_autoptr (GError) error = NULL;
  int position = 1;
  ck_assert (read_line (arguments, TM_ARGUMENTS_ALL, good[_i][0], &position, &error));
  g_autofree char *out = describe (arguments);
  ck_assert_str_eq (out, good[_i][1]);
}
END_TEST

static const char *const bad[][2] = {
  { "x --quue a", "unknown option `--quue`: did you mean `--queue`?" },
  { "x --quue=a", "unknown option `--quue`: did you mean `--queue`?" },
  { "x --banana", "unknown option `--banana`: `--help` lists them" },
  { "x -z", "unknown option `-z`: `--help` lists them" },
  { "x -5", "unknown option `-5`: `--help` lists them" },
  { "x --queue", "option `--queue` has no value: give it as --queue QUEUE" },
  { "x -c", "option `--config` has no value: give it as --config FILE" },
  { "x --json=yes", "option `--json` takes no value: leave `=yes` out" },
};

START_TEST (refuses)
{
  g_autoptr (TmArguments) arguments = arguments_new ();
  g_autoptr (GError) error = NULL;
  int position = 1;
  ck_assert (!read_line (arguments, TM_ARGUMENTS_ALL, bad[_i][0], &position, &error));
  ck_assert_str_eq (error->message, bad[_i][1]);
  ck_assert_int_eq (error_exit_code (error), 64);
}
END_TEST

START_TEST (leading_stops_at_the_command)
{
  g_autoptr (TmArguments) arguments = arguments_new ();
  int position = 1;
  ck_assert (read_line (arguments, TM_ARGUMENTS_LEADING, "x --json show --banana", &position, NULL));
  ck_assert_int_eq (position, 2);
  ck_assert_uint_eq (arguments_n_operands (arguments), 0);
  ck_assert_str_eq (arguments_value (arguments, "json"), "");
  ck_assert_ptr_null (arguments_value (arguments, "whole"));
}
END_TEST

START_TEST (last_value_wins)
{
  g_autoptr (TmArguments) arguments = arguments_new ();
  int position = 1;
  ck_assert (read_line (arguments, TM_ARGUMENTS_ALL, "x -c a --config b", &position, NULL));
  ck_assert_str_eq (arguments_value (arguments, "config"), "b");
  ck_assert_ptr_null (arguments_operand (arguments, 0));
}
END_TEST

START_TEST (help)
{
  const TmTerminal terminal = { .width = 50 };
  g_autoptr (GString) out = g_string_new (NULL);
  options_add_help (out, &terminal, globals);
  ck_assert_str_eq (out->str, "  -c, --config FILE         the file\n"
                              "      --json                JSON\n");
}
END_TEST

SUITE_MAIN ("cli-arguments", tcase_add_loop_test (tc, reads, 0, G_N_ELEMENTS (good));
            tcase_add_loop_test (tc, refuses, 0, G_N_ELEMENTS (bad));
            tcase_add_test (tc, leading_stops_at_the_command);
            tcase_add_test (tc, last_value_wins);
            tcase_add_test (tc, help);)
