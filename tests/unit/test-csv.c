/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CSV by RFC 4180: every form of a row, every way to be wrong with its place, and any bytes without a crash.
 */
#include "conf/csv.h"
#include "tests/support/suite.h"

#include <string.h>

#define TEXT(s) s, sizeof s - 1

/* What comes out: cells in brackets, a row a line with its first cell's place; `!line:column what` for a bad one. */
static const struct
{
  const char *bytes;
  gsize len;
  const char *rows;
} cases[] = {
  { TEXT (""), "" },
  { TEXT ("a,b\n1,2\n"), "1:1 [a][b]\n2:1 [1][2]\n" },
  { TEXT ("a,b\r\n1,2"), "1:1 [a][b]\n2:1 [1][2]\n" },
  { TEXT ("\n\r\na\n\n\nb\n"), "3:1 [a]\n6:1 [b]\n" },
  { TEXT ("a,,\n,\n"), "1:1 [a][][]\n2:1 [][]\n" },
  { TEXT ("\"a\",\"b,c\"\n"), "1:1 [a][b,c]\n" },
  { TEXT ("\"a \"\"b\"\"\",\"\"\n"), "1:1 [a \"b\"][]\n" },
  { TEXT ("\"a\nb\r\nc\",d\ne\n"), "1:1 [a\nb\r\nc][d]\n4:1 [e]\n" },
  { TEXT (" a , b \n"), "1:1 [ a ][ b ]\n" },
  { TEXT ("\xef\xbb\xbf" "a\n"), "1:1 [a]\n" },
  { TEXT ("b\xc3\xbc\n"), "1:1 [b\xc3\xbc]\n" },
  { TEXT ("a\"b\nc\n"),
    "!1:2 a quote stands within a value; quote the whole value and write this one twice\n2:1 [c]\n" },
  { TEXT ("x,\"a\"b\nc\n"), "!1:6 text stands behind a closing quote\n2:1 [c]\n" },
  { TEXT ("x\ny,\"a\nb,c\nd\n"), "1:1 [x]\n!2:3 a quote is not closed\n3:1 [b][c]\n4:1 [d]\n" },
  { TEXT ("\""), "!1:1 a quote is not closed\n" },
  { TEXT ("\"\"\""), "!1:1 a quote is not closed\n" },
  { TEXT ("a\rb\nc\n"), "!1:2 there is a CR without LF\n2:1 [c]\n" },
  { TEXT ("a\r"), "!1:2 there is a CR without LF\n" },
  { TEXT ("a\0b\nc\n"), "!1:2 there is a NUL byte\n2:1 [c]\n" },
  { TEXT ("\"a\0b\"\nc\n"), "!1:3 there is a NUL byte\n2:1 [c]\n" },
  { TEXT ("a,\xff\nc\n"), "!1:3 the value is not UTF-8\n2:1 [c]\n" },
  { TEXT ("\"a\nb\"c\nd\n"), "!2:3 text stands behind a closing quote\n"
                            "!2:2 a quote stands within a value; quote the whole value and write this one twice\n"
                            "3:1 [d]\n" },
};

static char *
read_all (const char *bytes, gsize len)
{
  g_auto (TmCsv) csv = { 0 };
  GString *out = g_string_new (NULL);
  csv_init (&csv, bytes, len);
  for (TmCsvResult result; (result = csv_next (&csv)) != TM_CSV_END;)
    {
      const TmCsvCell *cells = &g_array_index (csv.cells, TmCsvCell, 0);
      if (result == TM_CSV_BAD)
        g_string_append_printf (out, "!%u:%u %s", csv.wrong_line, csv.wrong_column, csv.wrong);
      else
        g_string_append_printf (out, "%u:%u ", cells->line, cells->column);
      for (guint i = 0; result == TM_CSV_ROW && i < csv.cells->len; i++)
        g_string_append_printf (out, "[%s]", cells[i].text);
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

START_TEST (rows)
{
  g_autofree char *found = read_all (cases[_i].bytes, cases[_i].len);
  ck_assert_str_eq (found, cases[_i].rows);
}
END_TEST

START_TEST (long_row)
{
  g_autoptr (GString) text = g_string_new ("a,\"");
  for (unsigned i = 0; i < TM_CSV_ROW_MAX; i++)
    g_string_append_c (text, 'x');
  gsize head = text->len;
  g_string_append (text, "\"\nb\n");
  g_autofree char *quoted = read_all (text->str, text->len);
  ck_assert_str_eq (quoted, "!1:3 a quote is not closed\n2:1 [b]\n");
  text->str[2] = 'x';
  text->str[head] = 'x';
  g_autofree char *plain = read_all (text->str, text->len);
  ck_assert_str_eq (plain, "!1:65537 the row is longer than 64 kB\n2:1 [b]\n");
}
END_TEST

/* Any mixture of what matters is read to its end, and never more rows than lines. */
START_TEST (any_bytes)
{
  static const char letters[] = "a,\"\n\r\"\n,\xc3\xbc\xff";
  guint32 state = 4711;
  for (unsigned n = 0; n < 20000; n++)
    {
      char bytes[24];
      unsigned n_lines = 1, n_rows = 0;
      gsize len = n % sizeof bytes;
      for (gsize i = 0; i < len; i++)
        {
          state = state * 1664525u + 1013904223u;
          bytes[i] = letters[(state >> 16) % sizeof letters];
          n_lines += bytes[i] == '\n';
        }
      g_auto (TmCsv) csv = { 0 };
      csv_init (&csv, bytes, len);
      while (csv_next (&csv) != TM_CSV_END)
        n_rows++;
      ck_assert_uint_le (n_rows, n_lines);
      ck_assert_ptr_eq (csv.at, bytes + len);
    }
}
END_TEST

SUITE_MAIN ("csv", tcase_add_loop_test (tc, rows, 0, G_N_ELEMENTS (cases)); tcase_add_test (tc, long_row);
            tcase_add_test (tc, any_bytes);)
