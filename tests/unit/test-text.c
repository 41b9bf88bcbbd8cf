/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "tests/support/suite.h"

#include <string.h>

static const struct
{
  const char *in;
  size_t max;
  const char *out;
} lines[] = {
  { "plain", 0, "plain" },
  { "  a \t\r\n b  ", 0, "a b" },
  { "a\x01\x7f" "b", 0, "a b" },
  { "a\r\nBcc: evil@example.net", 0, "a Bcc: evil@example.net" },
  { "a\xe2\x80\xa8" "b", 0, "a b" },
  { "gpj.\xe2\x80\xae" "exe", 0, "gpj.exe" },
  { "\xc3\xa4\xc3\xb6\xc3\xbc", 5, "\xc3\xa4\xc3\xb6" },
  { "ab cd", 3, "ab" },
  { "", 0, "" },
};

START_TEST (one_line)
{
  g_autofree char *out = text_one_line (lines[_i].in, lines[_i].max);
  ck_assert_str_eq (out, lines[_i].out);
}
END_TEST

static const char *const many_lines_cases[][2] = {
  { "a\tb\n\n  c\n", "a\tb\n\n  c\n" },
  { "\x1b]0;title\x07", "\xef\xbf\xbd]0;title\xef\xbf\xbd" },
  { "a\r\n\x7f", "a\xef\xbf\xbd\n\xef\xbf\xbd" },
  { "\xc2\x9b" "31m\xe2\x80\xa9", "\xef\xbf\xbd" "31m\xef\xbf\xbd" },
  { "gpj.\xe2\x80\xae" "exe\xef\xbb\xbf", "gpj.exe" },
  { "broken \xff", "broken \xef\xbf\xbd" },
  { "\xc3\xa4\xc2\xa0\xe6\x97\xa5", "\xc3\xa4\xc2\xa0\xe6\x97\xa5" },
};

START_TEST (many_lines)
{
  g_autofree char *out = text_many_lines (many_lines_cases[_i][0]);
  ck_assert_str_eq (out, many_lines_cases[_i][1]);
}
END_TEST

START_TEST (make_valid)
{
  g_autofree char *out = text_make_valid ("a\xff\0b\xc3", 5);
  ck_assert_str_eq (out, "a\xef\xbf\xbd\xef\xbf\xbd" "b\xef\xbf\xbd");
}
END_TEST

static const char *const log_values[][2] = {
  { "plain", "plain" },
  { "", "\"\"" },
  { "two words", "\"two words\"" },
  { "a=b", "\"a=b\"" },
  { "say \"hi\"", "\"say \\\"hi\\\"\"" },
  { "x\nfrom=<y>", "\"x from=<y>\"" },
};

START_TEST (log_value)
{
  g_autofree char *out = text_log_value (log_values[_i][0]);
  ck_assert_str_eq (out, log_values[_i][1]);
}
END_TEST

START_TEST (nearest)
{
  static const char *const names[] = { "addresses", "agents", "name", "queue", NULL };
  ck_assert_str_eq (text_nearest ("adresses", names), "addresses");
  ck_assert_str_eq (text_nearest ("nmae", names), "name");
  ck_assert_ptr_null (text_nearest ("banana", names));
}
END_TEST

static const struct
{
  const char *text;
  bool ok;
} numbers[] = { { "1", true },   { "0", false },   { "01", false }, { "+1", false },
                { "1 ", false }, { "101", false }, { "", false } };

START_TEST (number)
{
  guint64 value;
  ck_assert_int_eq (text_parse_number (numbers[_i].text, 100, &value), numbers[_i].ok);
}
END_TEST

START_TEST (instants)
{
  g_autofree char *text = instant_format (1763654400);
  ck_assert_str_eq (text, "2025-11-20T16:00:00Z");
  gint64 at = 0;
  ck_assert (instant_parse ("2025-11-20T17:00:00+01:00", &at));
  ck_assert_int_eq (at, 1763654400);
  ck_assert (!instant_parse ("yesterday", &at));
  ck_assert_ptr_null (instant_format (TM_NEVER));
}
END_TEST

/* Every byte at every place of a text of every length around the eight bytes that are looked at together. */
START_TEST (runs)
{
  for (size_t len = 0; len < 26; len++)
    for (size_t at = 0; at < len; at++)
      for (int c = 0; c < 256; c++)
        {
          char text[26];
          bool is_printable = c >= 0x20 && c < 0x7f;
          memset (text, at % 2 == 0 ? '~' : ' ', sizeof text);
          text[at] = (char) c;
          ck_assert_uint_eq (text_printable_run (text, len), is_printable ? len : at);
          ck_assert (text_is_ascii (text, len) == (c < 0x80));
          memset (text + at, c, sizeof text - at);
          ck_assert_uint_eq (text_printable_run (text, len), is_printable ? len : at);
        }
}
END_TEST

/* A bound that is not reached changes nothing, but only without one there is a short way. */
START_TEST (one_line_ways)
{
  static const char pieces[] = "a \t\n\r\177~b";
  for (unsigned code = 0; code < 32768; code++)
    {
      char text[6] = { 0 };
      for (unsigned i = 0, rest = code; i < 5; i++, rest /= 8)
        text[i] = pieces[rest % 8];
      g_autofree char *bounded = text_one_line (text, 100), *unbounded = text_one_line (text, 0);
      ck_assert_str_eq (bounded, unbounded);
      ck_assert (text_is_one_line (text, strlen (text)) == (strcmp (text, unbounded) == 0));
    }
}
END_TEST

/* One blank, and two, at every place of a text of every length around the eight bytes that are looked at together. */
START_TEST (blanks)
{
  static const char around[] = { 'a', '!', '~', '\"' };
  for (size_t len = 1; len < 26; len++)
    for (size_t at = 0; at < len; at++)
      for (size_t c = 0; c < G_N_ELEMENTS (around); c++)
        {
          char text[26];
          memset (text, around[c], sizeof text);
          text[at] = ' ';
          ck_assert (text_is_one_line (text, len) == (at > 0 && at + 1 < len));
          text[(at + 1) % len] = ' ';
          ck_assert (!text_is_one_line (text, len));
        }
}
END_TEST

static const gint64 printed[] = { 0, 1, 9, 10, 42, 1763654400, -1, -10, G_MAXINT64, G_MININT64 };

START_TEST (digits)
{
  char out[TEXT_DIGITS];
  g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, printed[_i]);
  ck_assert_ptr_eq (text_number (printed[_i], out), out);
  ck_assert_str_eq (out, expected);
}
END_TEST

START_TEST (one_piece)
{
  static const char *const texts[] = { "a", NULL, "", "bcd" };
  char piece[8], *at = piece;
  size_t room = 0;
  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      room += text_room (texts[i]);
      char *copy = text_put (&at, texts[i], text_room (texts[i]));
      ck_assert_pstr_eq (copy, texts[i]);
      ck_assert_ptr_eq (at, piece + room);
    }
  ck_assert_mem_eq (piece, "a\0\0bcd", 7);
}
END_TEST

START_TEST (verdicts)
{
  for (int kind = 0; kind < TM_ERROR_N_KINDS; kind++)
    {
      g_autoptr (GError) error = g_error_new_literal (TM_ERROR, kind, "x");
      ck_assert_str_eq (error_smtp_reply ((TmErrorKind) kind)->code, "451");
      ck_assert_int_ge (error_exit_code (error), 64);
    }
}
END_TEST

SUITE_MAIN ("text", tcase_add_loop_test (tc, one_line, 0, G_N_ELEMENTS (lines));
            tcase_add_loop_test (tc, many_lines, 0, G_N_ELEMENTS (many_lines_cases));
            tcase_add_test (tc, make_valid);
            tcase_add_test (tc, runs);
            tcase_add_test (tc, one_line_ways);
            tcase_add_test (tc, blanks);
            tcase_add_loop_test (tc, digits, 0, G_N_ELEMENTS (printed));
            tcase_add_test (tc, one_piece);
            tcase_add_loop_test (tc, log_value, 0, G_N_ELEMENTS (log_values));
            tcase_add_test (tc, nearest);
            tcase_add_loop_test (tc, number, 0, G_N_ELEMENTS (numbers));
            tcase_add_test (tc, instants);
            tcase_add_test (tc, verdicts);)
