/* SPDX-License-Identifier: BSD-2-Clause */
/* Every text of a message, of whatever part, within bounds. */
#include "mime/mime.h"
#include "tests/support/suite.h"

#include <string.h>

#define MIXED "Content-Type: multipart/mixed; boundary=m\n\n"
#define ALTERNATIVE "Content-Type: multipart/alternative; boundary=a\n\n"
#define HTML "Content-Type: text/html\n\n"

static const struct
{
  const char *message;
  const char *texts; /* apart by `|` */
} cases[] = {
  { "Subject: x\n\nplain\n", "plain" },
  { "Content-Type: text/html\n\n<p>one <b>two</b>\n", "one two" },
  { ALTERNATIVE "--a\n\nplain\n--a\n" HTML "<p>html\n--a--\n", "plain|html" },
  { MIXED "--m\n\nbody\n--m\nContent-Type: text/csv\nContent-Disposition: attachment; filename=a.csv\n\na;b\n--m--\n",
    "body|a;b" },
  { MIXED "--m\n\nbody\n--m\nContent-Type: text/x-log; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n"
          "Content-Disposition: attachment\n\nZ3L8bg==\n--m--\n", "body|grün" },
  { MIXED "--m\n\nbody\n--m\nContent-Type: application/octet-stream\n\nno text\n--m--\n", "body" },
  { MIXED "--m\n" ALTERNATIVE "--a\n\nplain\n--a\n" HTML "<i>html</i>\n--a--\n--m\nContent-Type: message/rfc822\n\n"
          "Subject: inner\n\na note\n--m--\n", "plain|html|a note" },
  { MIXED "--m\n\n \n--m\n\nsecond\n--m--\n", "second" },
  { "Content-Type: image/png\n\nx\n", "" },
  { "", "" },
};

START_TEST (texts_of_parts)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  g_autoptr (GBytes) raw = g_bytes_new_static (cases[_i].message, strlen (cases[_i].message));
  mime_init ();
  g_autoptr (GPtrArray) texts = mime_texts (raw, &limits);
  g_autoptr (GString) all = g_string_new (NULL);
  for (guint i = 0; i < texts->len; i++)
    {
      g_autofree char *text = g_strstrip (g_strdup (g_ptr_array_index (texts, i)));
      g_string_append_printf (all, "%s%s", i > 0 ? "|" : "", text);
    }
  ck_assert_str_eq (all->str, cases[_i].texts);
}
END_TEST

/* What comes back, and the number of parts that are looked at, have bounds whatever comes in. */
START_TEST (bounds)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  limits.text = 1000;
  g_autoptr (GString) message = g_string_new (MIXED);
  g_autofree char *line = g_strnfill (900, 'x');
  for (int i = 0; i < 100; i++)
    g_string_append_printf (message, "--m\n%s\n%s\n", i % 2 == 0 ? "" : HTML, line);
  g_string_append (message, "--m--\n");
  g_autoptr (GBytes) raw = g_bytes_new (message->str, message->len);
  mime_init ();
  g_autoptr (GPtrArray) texts = mime_texts (raw, &limits);
  gsize n = 0;
  for (guint i = 0; i < texts->len; i++)
    n += strlen (g_ptr_array_index (texts, i));
  ck_assert_uint_ge (n, 4 * limits.text);
  ck_assert_uint_le (n, 10 * limits.text);
  limits.text = 1 << 20;
  limits.parts = 50;
  g_autoptr (GPtrArray) first = mime_texts (raw, &limits);
  ck_assert_uint_eq (first->len, 49); /* what holds them is one, too */
}
END_TEST

SUITE_MAIN ("mime texts", tcase_add_loop_test (tc, texts_of_parts, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, bounds);)
