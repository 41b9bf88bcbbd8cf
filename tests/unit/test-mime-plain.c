/* SPDX-License-Identifier: BSD-2-Clause */
/* The short ways of mime_read() give what GMime gives. */
#include "mime/date-plain.h"
#include "mime/mailboxes-plain.h"
#include "mime/fields.h"
#include "mime/mime.h"
#include "mime/plain.h"
#include "tests/support/mail-difference.h"
#include "tests/support/suite.h"

#include <string.h>

typedef enum { SHORT, LONG } Way;

static void
assert_same (const char *data, size_t len, const TmLimits *limits)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, len);
  g_autoptr (TmMail) mail = mime_read (raw, limits);
  g_autoptr (TmMail) by_gmime = mime_read_by_gmime (raw, limits);
  const char *member = mail_difference (mail, by_gmime);
  if (member != NULL)
    ck_abort_msg ("%s of %.*s: text %s, by GMime %s", member, (int) len, data, mail->text, by_gmime->text);
}

/* --- bodies --- */

/* Every one with every body below.  `way`: of bodies that are ASCII. */
static const struct
{
  const char *fields;
  Way way;
} heads[] = {
  { "", SHORT },
  { "Content-Type: text/plain\n", SHORT },
  { "Content-type: TEXT/PLAIN; Charset=UTF-8\n", SHORT },
  { "Content-Type: text/plain;charset=\"utf-8\"\n", SHORT },
  { "Content-Type: text/plain;\r\n\tcharset=us-ascii\r\n", SHORT },
  { "Content-Type: text/plain; charset=iso-8859-1\n", SHORT },
  { "Content-Type: text/plain; charset=windows-1252; format=fixed\n", SHORT },
  { "Content-Type: text/plain; charset=UTF-8; format=flowed\n", SHORT },
  { "Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n", SHORT },
  { "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no\nContent-Transfer-Encoding: 8bit\n", SHORT },
  { "Content-Transfer-Encoding: 7BIT\n", SHORT },
  { "Content-Transfer-Encoding:  binary \n", SHORT },
  { "Content-Type: text/plain\nContent-Type: text/html\n", SHORT },
  { "Content-Type: text/plain; charset=\n", LONG },
  { "Content-Type: text/plain; charset=utf-16\n", LONG },
  { "Content-Type: text/plain; charset=iso-2022-jp\n", LONG },
  { "Content-Type: text/plain; charset=koi8-r\n", LONG },
  { "Content-Type: text/plain; charset=utf-8; charset=koi8-r\n", LONG },
  { "Content-Type: text/plain; charset=\"utf-8\n", LONG },
  { "Content-Type: text/plain; charset=utf-8;\n", LONG },
  { "Content-Type: text/plain; charset*=us-ascii''utf-8\n", LONG },
  { "Content-Type: text/plain; name=a.txt\n", LONG },
  { "Content-Type: text/plain (that is all)\n", LONG },
  { "Content-Type: text/plain charset=utf-8\n", LONG },
  { "Content-Type: text/plainer\n", LONG },
  { "Content-Type: text\n", LONG },
  { "Content-Type: text/html\n", LONG },
  { "Content-Type: multipart/mixed; boundary=b\n", LONG },
  { "Content-Type: application/pdf\n", LONG },
  { "Content-Transfer-Encoding: quoted-printable\n", LONG },
  { "Content-Transfer-Encoding: base64\n", LONG },
  { "Content-Transfer-Encoding: x-uuencode\n", LONG },
  { "Content-Disposition: attachment; filename=a.txt\n", LONG },
  { "Content-Disposition: inline\n", LONG },
  { "Content-ID: <a@b>\n", LONG },
};

static const struct
{
  const char *text;
  bool is_ascii;
} bodies[] = {
  { "one line", true },
  { "one\ntwo\n", true },
  { "one\r\ntwo\r\n", true },
  { "\n \n\t\n  indented\n\n \n", true },
  { " \n", true },
  { "\r\n", true },
  { "a\rb\r\r\nc\r", true },
  { "tab\there, \001\033[2J\177 controls\f\n", true },
  { "> quoted \n> text \n>> deeper\nhello \nworld \n-- \nname \n", true },
  { ">>>\n>\n>>>> \n>x\n", true },
  { "--b\n\npart\n--b--\n", true },
  { "From here on\n>From there\n.\n..\n", true },
  { "begin 644 a.txt\n#0V%T\n`\nend\n", false }, /* a file in it: the long way */
  { "YWJj=\n=41=\n", true },
  { "-----BEGIN PGP MESSAGE-----\n\nxyz\n-----END PGP MESSAGE-----\n", true },
  { "x\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n", true },
  { "Subject: no field\n\nOn 1 May 2024 at 11:12, Bob wrote:\n> a\n", true },
  { "<p>no <b>markup</b>", true },
  { "Gr\303\274\303\237e, \342\202\254 5\n", false },
  { "\357\273\277mark\n", false },
  { "\001\357\273\277mark\n", false },
  { "\302\205 next line, \302\240\n\302\240", false },
  { "gr\374n\n", false },
  { "cut \303", false },
};

static Way
way_of (const char *message)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  TmFieldBlock block;
  size_t len = strlen (message);
  fields_read (message, len, &limits, &block);
  TmMail *mail = mail_new ();
  bool taken = plain_body_read (mail, message + block.body, len - block.body, &block, &limits);
  mail_free (mail);
  fields_clear (&block);
  return taken ? SHORT : LONG;
}

START_TEST (body)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  mime_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *message = g_strconcat ("Subject: x\n", heads[_i].fields, "\n", bodies[i].text, NULL);
      assert_same (message, strlen (message), &limits);
      if (bodies[i].is_ascii)
        ck_assert_msg (way_of (message) == heads[_i].way, "%s: the other way", message);
    }
}
END_TEST

START_TEST (body_of_bytes)
{
  static const char nul[] = "Content-Type: text/plain; charset=utf-8\n\na\0b\n", empty[] = "Subject: x\n\n";
  TmLimits limits = TM_LIMITS_DEFAULT;
  mime_init ();
  assert_same (nul, sizeof nul - 1, &limits);
  assert_same (empty, sizeof empty - 1, &limits);
  assert_same ("Subject: x", 10, &limits);
  assert_same ("", 0, &limits);
}
END_TEST

START_TEST (body_at_limits)
{
  static const char head[] = "Content-Type: text/plain; charset=utf-8; format=flowed\nSubject: 123\n\n";
  TmLimits limits = TM_LIMITS_DEFAULT;
  mime_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    for (limits.text = 0; limits.text <= strlen (bodies[i].text) + 4; limits.text++)
      {
        g_autofree char *message = g_strconcat (head, bodies[i].text, NULL);
        assert_same (message, strlen (message), &limits);
      }
  for (limits.headers = 0; limits.headers < 4; limits.headers++)
    assert_same (head, sizeof head - 1, &limits);
  limits.parts = 0;
  assert_same (head, sizeof head - 1, &limits);
}
END_TEST

/* --- addresses --- */

static const struct
{
  const char *value;
  Way way;
} lists[] = {
  { "joe@b.example", SHORT },
  { "<Joe@B.Example>", SHORT },
  { "Joe <joe@b.example>", SHORT },
  { "Joe van-der_Berg 2 <joe.van+x=y@sub.b-c.example>", SHORT },
  { "\"Meier, Joe Q. \" <joe@b.example>", LONG },
  { "\"Meier, Joe Q.\" <joe@b.example>", SHORT },
  { "\"Joe\" <joe@b.example>", SHORT },
  { "a@b.example, B <b@b.example>,\"C, D\" <c@b.example>", SHORT },
  { "1234@b.example", SHORT },
  { "-_-@b.example", SHORT },
  { "a@localhost", SHORT },
  { "-@-", SHORT },
  { "A <a@b.example> , b@b.example", LONG },
  { "a@b.example,", LONG },
  { ", a@b.example", LONG },
  { "a@b.example b@b.example", LONG },
  { "Joe Q. Meier <joe@b.example>", LONG },
  { "Joe  Meier <joe@b.example>", LONG },
  { "Joe\tMeier <joe@b.example>", LONG },
  { "Joe<joe@b.example>", LONG },
  { "\"Joe \\\"J\\\" Meier\" <joe@b.example>", LONG },
  { "\"=?utf-8?q?J=C3=BC?=\" <joe@b.example>", LONG },
  { "=?utf-8?q?J=C3=BC?= <joe@b.example>", LONG },
  { "J\303\274 <joe@b.example>", LONG },
  { "'Joe' <joe@b.example>", LONG },
  { "joe@b.example (Joe)", LONG },
  { "Joe <joe@b.example> (work)", LONG },
  { "team: a@b.example, c@d.example;", LONG },
  { "undisclosed-recipients:;", LONG },
  { "<@relay.example:joe@b.example>", LONG },
  { "<joe@[192.0.2.1]>", LONG },
  { "joe@xn--bcher-kva.example", LONG },
  { "joe@b--c.example", LONG },
  { "joe@b_c.example", LONG },
  { "joe@b.example.", LONG },
  { "joe.@b.example", LONG },
  { ".joe@b.example", LONG },
  { "joe..x@b.example", LONG },
  { "joe@b@c.example", LONG },
  { "joe@", LONG },
  { "@b.example", LONG },
  { "Joe <joe@b.example", LONG },
  { "Joe <>", LONG },
  { "<<joe@b.example>>", LONG },
  { "< joe@b.example >", LONG },
  { "joe", LONG },
  { "Joe Meier", LONG },
  { "joe at b.example", LONG },
  { "\"joe\"@b.example", LONG },
  { "mailto:joe@b.example", LONG },
  { "", LONG },
};

START_TEST (list)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  const char *value = lists[_i].value;
  mime_init ();
  for (limits.addresses = 0; limits.addresses < 4; limits.addresses++)
    {
      g_autofree char *message = g_strdup_printf ("From: %s\nTo: %s\nTo: %s\nCc: z@z.example, %s\nReply-To: %s\n\n",
                                                  value, value, value, value, value);
      assert_same (message, strlen (message), &limits);
    }
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) mailbox_free);
  ck_assert_msg (mailboxes_collect_plain (value, 100, found) == (lists[_i].way == SHORT), "%s: the other way", value);
  ck_assert_uint_eq (found->len > 0, lists[_i].way == SHORT);
}
END_TEST

/* All short strings of what the grammar is made of. */
START_TEST (list_of_any_pieces)
{
  static const char *const pieces[] = { "joe", "B.c", "@", "<", ">", "\"", ",", " ", ".", "-" };
  enum { N = G_N_ELEMENTS (pieces), LENGTH = 5 };
  TmLimits limits = TM_LIMITS_DEFAULT;
  mime_init ();
  for (unsigned code = 0; code < N * N * N * N * N; code++)
    {
      g_autoptr (GString) message = g_string_new ("To: x ");
      unsigned rest = code;
      if (code % 2 == 0)
        g_string_truncate (message, 4);
      for (unsigned i = 0; i < LENGTH; i++, rest /= N)
        g_string_append (message, pieces[rest % N]);
      g_string_append (message, code % 3 == 0 ? "a@b>\n\n" : code % 3 == 1 ? " <a@b>\n\n" : "\n\n");
      assert_same (message->str, message->len, &limits);
    }
}
END_TEST

/* --- dates --- */

static const struct
{
  const char *value;
  Way way;
} dates[] = {
  { "Fri, 20 Nov 2026 16:00:00 +0000", SHORT },
  { "Mon, 20 Nov 2026 16:00:00 +0100", SHORT },
  { "20 Nov 2026 16:00:00 -0330", SHORT },
  { "Thu, 1 Jan 1970 00:00:00 +0000", SHORT },
  { "Thu, 1 Jan 1970 00:00:00 +1400", SHORT },
  { "Thu, 31 Dec 2099 23:59:59 -1200", SHORT },
  { "Tue, 29 Feb 2000 12:00:00 -0000", SHORT },
  { "Sat, 29 Feb 2020 12:00:00 +0545", SHORT },
  { "Sun, 01 Mar 2020 12:00:00 +0000", SHORT },
  { "Tue, 29 Feb 2022 12:00:00 +0000", LONG },
  { "Fri, 31 Apr 2026 12:00:00 +0000", LONG },
  { "Fri, 0 Apr 2026 12:00:00 +0000", LONG },
  { "Fri, 20 Nov 2100 16:00:00 +0000", LONG },
  { "Fri, 20 Nov 1969 16:00:00 +0000", LONG },
  { "Fri, 20 Nov 26 16:00:00 +0000", LONG },
  { "Fri, 20 Nov 2026 24:00:00 +0000", LONG },
  { "Fri, 20 Nov 2026 16:60:00 +0000", LONG },
  { "Fri, 20 Nov 2026 23:59:60 +0000", LONG },
  { "Fri, 20 Nov 2026 16:00 +0000", LONG },
  { "Fri, 20 Nov 2026 6:00:00 +0000", LONG },
  { "Fri, 20 Nov 2026 16:00:00 +1500", LONG },
  { "Fri, 20 Nov 2026 16:00:00 +0060", LONG },
  { "Fri, 20 Nov 2026 16:00:00 +100", LONG },
  { "Fri, 20 Nov 2026 16:00:00 +0100 (CET)", LONG },
  { "Fri, 20 Nov 2026 16:00:00 GMT", LONG },
  { "Fri, 20 Nov 2026 16:00:00", LONG },
  { "Fri,20 Nov 2026 16:00:00 +0000", LONG },
  { "Fri, 20-Nov-2026 16:00:00 +0000", LONG },
  { "fri, 20 nov 2026 16:00:00 +0000", LONG },
  { "Nov 20 2026 16:00:00 +0000", LONG },
  { "2026-11-20T16:00:00Z", LONG },
  { "Fri, 20 Nov", LONG },
  { "Fri", LONG },
  { "tomorrow", LONG },
  { "", LONG },
};

static void
assert_same_date (const char *value)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  g_autofree char *message = g_strdup_printf ("Date: %s\n\n", value);
  assert_same (message, strlen (message), &limits);
}

START_TEST (date)
{
  gint64 at;
  mime_init ();
  assert_same_date (dates[_i].value);
  ck_assert_msg (date_read_plain (dates[_i].value, &at) == (dates[_i].way == SHORT), "%s: the other way",
                 dates[_i].value);
}
END_TEST

/* Every day on which a month of these years begins or may end. */
START_TEST (date_of_any_month)
{
  static const char *const months[]
      = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  static const int days[] = { 1, 28, 29, 30, 31, 32 };
  mime_init ();
  for (int year = 1968; year < 2102; year++)
    for (gsize month = 0; month < G_N_ELEMENTS (months); month++)
      for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
        {
          g_autofree char *value = g_strdup_printf ("Wed, %d %s %d %02d:30:15 %+05d", days[i], months[month], year,
                                                    (year + days[i]) % 25, year * 30 % 1600 - 700);
          assert_same_date (value);
        }
}
END_TEST

SUITE_MAIN ("mime-plain", tcase_add_loop_test (tc, body, 0, G_N_ELEMENTS (heads)); tcase_add_test (tc, body_of_bytes);
            tcase_add_test (tc, body_at_limits); tcase_add_loop_test (tc, list, 0, G_N_ELEMENTS (lists));
            tcase_add_test (tc, list_of_any_pieces); tcase_add_loop_test (tc, date, 0, G_N_ELEMENTS (dates));
            tcase_add_test (tc, date_of_any_month);)
