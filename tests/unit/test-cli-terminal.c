/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/terminal.h"
#include "tests/support/suite.h"

#include <string.h>
#include <unistd.h>

static const TmTerminal narrow = { .width = 40 };

static const struct
{
  const char *text;
  unsigned columns;
  bool pad;
  const char *out;
} cells[] = {
  { "short", 8, true, "short   " },
  { "short", 8, false, "short" },
  { "exactly8", 8, true, "exactly8" },
  { "one too many", 8, true, "one too…" },
  { "two\nlines\x1b[31m", 20, false, "two lines [31m" },
  { "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 5, true, "\xe6\x97\xa5\xe6\x9c\xac\xe2\x80\xa6" },
  { "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4, true, "\xe6\x97\xa5\xe2\x80\xa6 " },
  { "e\xcc\x81te\xcc\x81", 4, true, "e\xcc\x81te\xcc\x81 " },
  { "broken \xff", 20, false, "broken \xef\xbf\xbd" },
  { "", 3, true, "   " },
  { "cut", 0, true, "" },
};

START_TEST (cell)
{
  g_autoptr (GString) out = g_string_new (NULL);
  terminal_add_cell (out, &narrow, TM_STYLE_PLAIN, cells[_i].text, cells[_i].columns, cells[_i].pad);
  ck_assert_str_eq (out->str, cells[_i].out);
}
END_TEST

static const struct
{
  const char *value;
  const char *out;
} fields[] = {
  { "short", "  label   short\n" },
  { NULL, "  label   -\n" },
  { "", "  label   -\n" },
  { "words that are wrapped under themselves here",
    "  label   words that are wrapped under\n          themselves here\n" },
  { "a_word_without_any_blank_that_is_longer_than_a_line",
    "  label   a_word_without_any_blank_that_\n          is_longer_than_a_line\n" },
  { "line\r\nbreak", "  label   line break\n" },
};

START_TEST (field)
{
  g_autoptr (GString) out = g_string_new (NULL);
  terminal_add_field (out, &narrow, TM_STYLE_PLAIN, "  label", 10, fields[_i].value);
  ck_assert_str_eq (out->str, fields[_i].out);
}
END_TEST

static const char *const blocks[][2] = {
  { "one\n\n two\n\n\n", "    one\n\n     two\n" },
  { "a\tb", "    a       b\n" },
  { "", "" },
  { "\n\n", "" },
  { "a\x1b[2J\xe2\x80\xaex\r\n", "    a\xef\xbf\xbd[2Jx\xef\xbf\xbd\n" },
  { "123456789 123456789 123456789 1234567890", "    123456789 123456789 123456789\n    1234567890\n" },
  { "     indented code that is far too long for one line",
    "         indented code that is far too\n    long for one line\n" },
};

START_TEST (block)
{
  g_autoptr (GString) out = g_string_new (NULL);
  terminal_add_block (out, &narrow, 4, blocks[_i][0]);
  ck_assert_str_eq (out->str, blocks[_i][1]);
}
END_TEST

START_TEST (no_line_is_too_wide)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (unsigned i = 1; i < 300; i++)
    g_string_append_printf (text, "%.*s%s", (int) (i % 60),
                            "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh",
                            i % 7 == 0 ? "\t\n" : " \xe6\x97\xa5");
  g_autoptr (GString) out = g_string_new (NULL);
  terminal_add_block (out, &narrow, 4, text->str);
  g_auto (GStrv) lines = g_strsplit (out->str, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    ck_assert_uint_le (terminal_columns (*line), 40);
}
END_TEST

START_TEST (colors)
{
  const TmTerminal colored = { .width = 40, .is_tty = true, .colors = true };
  g_autoptr (GString) out = g_string_new (NULL);
  terminal_add_cell (out, &colored, TM_STYLE_BAD, "ab\x1b[0m", 8, true);
  ck_assert_str_eq (out->str, "\x1b[31mab [0m\x1b[0m  ");
}
END_TEST

static const struct
{
  const char *columns;
  unsigned width;
} widths[] = {
  { NULL, 80 }, { "100", 100 }, { "3", 40 }, { "", 80 }, { "wide", 80 }, { "-5", 80 }, { "99999999", 80 },
};

START_TEST (detect)
{
  if (widths[_i].columns == NULL)
    g_unsetenv ("COLUMNS");
  else
    g_setenv ("COLUMNS", widths[_i].columns, TRUE);
  g_setenv ("TERM", "xterm", TRUE);
  int ends[2];
  ck_assert_int_eq (pipe (ends), 0);
  TmTerminal terminal = terminal_detect (ends[1]);
  close (ends[0]);
  close (ends[1]);
  ck_assert_uint_eq (terminal.width, widths[_i].width);
  ck_assert (!terminal.is_tty && !terminal.colors);
}
END_TEST

SUITE_MAIN ("cli-terminal", tcase_add_loop_test (tc, cell, 0, G_N_ELEMENTS (cells));
            tcase_add_loop_test (tc, field, 0, G_N_ELEMENTS (fields));
            tcase_add_loop_test (tc, block, 0, G_N_ELEMENTS (blocks));
            tcase_add_test (tc, no_line_is_too_wide);
            tcase_add_test (tc, colors);
            tcase_add_loop_test (tc, detect, 0, G_N_ELEMENTS (widths));)
