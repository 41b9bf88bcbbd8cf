/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading of replies and of HTML is linear, in counts and not in time: core/quote and mime/html are built once more so
 * that each of their basic blocks, and each byte that they have a library look at, is counted (count-calls.h).
 */
#include "core/quote.h"
#include "mime/html.h"
#include "mime/mime.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

/* WORK_MB=10 in the environment: ten times as much; SHOW_WORK=1: what was counted. */
enum { SIZE = 1 << 20, SHORT = 8 /* parts of it: what one byte costs must be the same */ };

guint64 work_count;

/* What gcc and clang call in each basic block. */
void __sanitizer_cov_trace_pc (void);
void
__sanitizer_cov_trace_pc (void)
{
  work_count++;
}

typedef struct
{
  const char *name, *head, *unit, *tail; /* the unit is repeated */
  unsigned per_byte;                     /* of work, at most */
} Adverse;

static char *
make (const Adverse *adverse, gsize size)
{
  GString *out = g_string_sized_new (size + 1024);
  g_string_append (out, adverse->head);
  while (out->len < size)
    g_string_append (out, adverse->unit);
  return g_string_free (g_string_append (out, adverse->tail), FALSE);
}

static double
cost_of (const Adverse *adverse, gsize size, bool is_html)
{
  gsize start, len;
  bool cut;
  g_autofree char *text = make (adverse, size);
  work_count = 0;
  if (is_html)
    g_free (html_to_text (text, 2 * size, &cut));
  else
    quote_find_reply (text, &start, &len);
  return (double) work_count / (double) strlen (text);
}

static void
check (const Adverse *adverse, bool is_html)
{
  const char *given = g_getenv ("WORK_MB");
  gsize size = given != NULL ? g_ascii_strtoull (given, NULL, 10) * SIZE : SIZE;
  double small = cost_of (adverse, size / SHORT, is_html), large = cost_of (adverse, size, is_html);
  if (g_getenv ("SHOW_WORK") != NULL)
    printf ("%-40s %8.1f %8.1f\n", adverse->name, small, large);
  ck_assert_msg (large > 0, "%s: nothing is counted", adverse->name);
  ck_assert_msg (large <= adverse->per_byte, "%s: %.1f a byte, more than %u", adverse->name, large, adverse->per_byte);
  ck_assert_msg (large <= small * 1.1 + 1, "%s: %.1f a byte of %d times as many, %.1f before",
                 adverse->name, large, SHORT, small);
}

#define BLOCK "From: a@b.example\nTo: b\nDate: 1\nSubject: c\n"

static const Adverse texts[] = {
  { "quote marks in one line", "", ">", "", 10 },
  { "a quote mark a line", "", ">\n", "", 60 },
  { "no line end", "x", "y", "", 10 },
  { "no line end, blanks", "x", " ", "", 10 },
  { "carriage returns", "x", "\r", "", 10 },
  { "blank lines", "x", "\n", "", 60 },
  { "On On On", "", "On ", "", 10 },
  { "On, a line", "", "On\n", "", 500 },
  { "wrote:", "", "wrote:\n", "", 500 },
  { "wrote: in long lines", "", "On 1 wrote On 1 wrote On 1 wrote On 1 wrote On 1 wrote On 1 wrote On 1 wrote On 1 "
    "wrote On 1 wrote On 1 wrote On 1 wrote On 1 wrote On 1 wrote On 1 wrote On 1 wrote On 1 wrote On 1 wrote:\n", "",
    500 },
  { "introductions", "", "On 9 Nov 2026, at 8:59, a@b.example wrote:\n", "", 500 },
  { "introductions and quotes", "", "On 9 Nov 2026, at 8:59, a@b.example wrote:\n> x\n", "", 500 },
  { "header blocks", "", BLOCK "\n", "", 500 },
  { "header blocks in each other", "", "From: From: From: a@b.example\n", "", 500 },
  { "From:", "", "From:\n", "", 500 },
  { "To: without From:", "", "To: x\n\n", "", 500 },
  { "labels of others", "", "件名：x\n", "", 500 },
  { "separators", "", "-----Original Message-----\n", "", 500 },
  { "rules", "", "--------------------\n", "", 500 },
  { "signatures", "", "-- \n", "", 500 },
  { "signatures after text", "", "x\n-- \n", "", 500 },
  { "rules of footers", "", "____________________\nunsubscribe\n", "", 500 },
  { "names", "x\n", "\n-Anna Meier\n", "", 500 },
  { "one long name", "x\n\n-", "A", "", 10 },
  { "phones", "", "Sent from my iPhone\n\n", "", 500 },
  { "phones of others", "", "я\n\n", "", 500 },
  { "wrapped quotes", "", "> a line that a program has wrapped although it stood in a quotation of\nseventy\n", "",
    500 },
};

static const Adverse pages[] = {
  { "block quotes", "", "<blockquote>", "x", 500 },
  { "block quotes with text", "", "<blockquote>x", "", 500 },
  { "block quotes, closed", "", "<blockquote>x</blockquote>", "", 500 },
  { "block quotes never opened", "x", "</blockquote>", "x", 500 },
  { "divisions", "", "<div>", "x", 500 },
  { "rows", "<table>", "<tr><td>x", "", 500 },
  { "less than", "", "<", "", 500 },
  { "comments that do not end", "", "<!--", "", 500 },
  { "quoted values that do not end", "", "<a href=\"", "", 500 },
  { "breaks", "", "<br>", "x", 500 },
};

START_TEST (text)
{
  check (&texts[_i], false);
}
END_TEST

START_TEST (page)
{
  mime_init ();
  check (&pages[_i], true);
}
END_TEST

SUITE_MAIN ("quote-work", tcase_add_loop_test (tc, text, 0, G_N_ELEMENTS (texts));
            tcase_add_loop_test (tc, page, 0, G_N_ELEMENTS (pages));)
