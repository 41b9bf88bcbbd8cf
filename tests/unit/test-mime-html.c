/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/html.h"
#include "mime/mime.h"
#include "tests/support/suite.h"

#include <string.h>
#include <unistd.h>

static const char *const pages[][2] = {
  { "<p>one</p><p>two</p>", "one\n\ntwo" },
  { "a<br>b<br><br>c", "a\nb\n\nc" },
  { "<div>a</div><div><br></div><div>b</div>", "a\n\nb" },
  { "a  \n b&nbsp;&nbsp;c&amp;&uuml;&#8364;", "a b c&ü€" },
  { "<b>bo</b>ld", "bold" },
  { "<ul><li>a<li>b<ul><li>c</ul></ul>d", "- a\n- b\n  - c\n\nd" },
  { "<ol start=3><li><p>a</p><li>b</ol>", "3. a\n\n4. b" },
  { "<table><tr><td>Host<td>State<tr><td><p>c12</p><td><p>down</p></table>", "Host\tState\nc12\tdown" },
  { "see <a href='https://x.example/a?b=1&amp;c=2'>this page</a> now",
    "see this page <https://x.example/a?b=1&c=2> now" },
  { "<a href=https://x.example/>x.example</a>", "x.example" },
  { "<a href='mailto:a@b.example'>Joe</a>", "Joe <a@b.example>" },
  { "<a href='javascript:alert(1)'>Joe</a><a href='#top'>up</a>", "Joeup" },
  { "x<blockquote>q<br>r<p>s</blockquote>y", "x\n> q\n> r\n>\n> s\n\ny" },
  { "<blockquote style='margin:0; border: none'>indented</blockquote>", "indented" },
  { "<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>> b" },
  { "<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd" },
  { "<style>p {}</style><script>if (a < b) x('</p>')</script>text", "text" },
  { "<title>t</title><!-- c > --><!DOCTYPE x><?xml y?>text", "text" },
  { "<span style='DISPLAY : none'>preview <b>x</b></span>text", "text" },
  { "1 < 2 <3 and a<b>c</b>", "1 < 2 <3 and ac" },
  { "<script>never closed", "never closed" },
  { "<img src=x alt='Logo'><img src=y>", "Logo" },
  { "<meta charset=latin1>\303\274", "ü" },
  { "<p title=\"a > b\">text</p>", "text" },
  { "&bogus; &#xFFFFFF; &lt;b&gt;", "&bogus; <b>" },
  { "", "" },
};

START_TEST (page)
{
  bool cut;
  mime_init ();
  g_autofree char *text = html_to_text (pages[_i][0], 10000, &cut);
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  ck_assert_str_eq (stripped, pages[_i][1]);
  ck_assert (!cut);
}
END_TEST

/* Names of elements are cut, and not within a character: what reads the rest is told that it is UTF-8. */
START_TEST (names_are_cut)
{
  g_autofree char *start = html_reduce ("<name-of-23-bytes-in-al1\303\274x>ü");
  g_autofree char *end = html_reduce ("</name-of-23-bytes-in-al1\303\274x>ü");
  ck_assert_str_eq (start, "<name-of-23-bytes-in-al1>ü");
  ck_assert_str_eq (end, "</name-of-23-bytes-in-al1>ü");
}
END_TEST

static char *
repeat (const char *head, const char *unit, unsigned n, bool numbered)
{
  GString *out = g_string_new (head);
  for (unsigned i = 0; i < n; i++)
    {
      g_string_append (out, unit);
      if (numbered)
        g_string_append_printf (out, "%u ", i);
    }
  return g_string_free (out, FALSE);
}

/* What costs libxml2 the square of its length must not reach it. */
START_TEST (attributes_are_few)
{
  g_autofree char *many = repeat ("<a ", "x", 100000, true);
  g_autofree char *closed = g_strconcat (many, "href='https://x.example/' href=2 style=a>t</a>", NULL);
  g_autofree char *reduced = html_reduce (closed);
  ck_assert_str_eq (reduced, "<a href=\"https://x.example/\" style=\"a\">t</a>");
}
END_TEST

static const struct
{
  const char *head, *unit;
  unsigned n;
  bool cut;
} hostile[] = {
  { "", "<div>", 100000, true },  { "", "<!--", 200000, true },   { "", "<!", 200000, false },
  { "", "<script>", 100000, false }, { "", "</", 200000, true },  { "", "<a href=\"", 100000, false },
  { "", "&#", 200000, false },    { "", "<blockquote>x", 10000, true }, { "", "<table><tr><td>", 50000, true },
  { "", "<ul><li>", 50000, true }, { "", "word ", 200000, true },  { "<pre>", "\n", 500000, false },
};

START_TEST (hostile_page)
{
  enum { MAX = 100000 };
  bool cut;
  mime_init ();
  g_autofree char *html = repeat (hostile[_i].head, hostile[_i].unit, hostile[_i].n, false);
  g_autofree char *text = html_to_text (html, MAX, &cut);
  ck_assert_int_eq (cut, hostile[_i].cut);
  ck_assert_uint_le (strlen (text), 2 * MAX);
  ck_assert (g_utf8_validate (text, -1, NULL));
}
END_TEST

/* libxml2 likes to tell the terminal what it thinks of a page. */
START_TEST (nothing_printed)
{
  bool cut;
  char seen[16];
  int ends[2];
  mime_init ();
  ck_assert_int_eq (pipe (ends), 0);
  int saved = dup (STDERR_FILENO);
  dup2 (ends[1], STDERR_FILENO);
  close (ends[1]);
  g_autofree char *text = html_to_text ("</p><x><b></i>&bad;&#0;<a b='<c", 1000, &cut);
  ck_assert_ptr_nonnull (text);
  dup2 (saved, STDERR_FILENO);
  close (saved);
  ck_assert_int_eq (read (ends[0], seen, sizeof seen), 0);
  close (ends[0]);
}
END_TEST

SUITE_MAIN ("mime-html", tcase_add_loop_test (tc, page, 0, G_N_ELEMENTS (pages));
            tcase_add_test (tc, attributes_are_few);
            tcase_add_loop_test (tc, hostile_page, 0, G_N_ELEMENTS (hostile));
            tcase_add_test (tc, names_are_cut); tcase_add_test (tc, nothing_printed);)
