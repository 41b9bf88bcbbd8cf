/* SPDX-License-Identifier: BSD-2-Clause */
/* What mime_read() makes of top-level header fields. */
#include "base/clock.h"
#include "mime/mime.h"
#include "tests/support/suite.h"

#include <string.h>

static TmMail *
read_text (const char *text)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  g_autoptr (GBytes) raw = g_bytes_new_static (text, strlen (text));
  mime_init ();
  return mime_read (raw, &limits);
}

static const char *const subjects[][2] = {
  { "Subject: plain\n\n", "plain" },
  { "Subject: a\r\n b\r\n\tc\r\n\r\n", "a b c" },
  { "Subject: first\nSubject: second\n\n", "first" },
  { "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\n", "Grüße" },
  { "Subject: =?utf-8?b?w7w=?= =?utf-8?b?w7w=?=\n\n", "üü" },
  { "Subject: =?utf-8?q?=C3?= =?utf-8?q?=BC?=\n\n", "ü" },
  { "Subject: =?utf-8?q?a?= x =?utf-8?q?b?=\n\n", "a x b" },
  { "Subject: =?iso-8859-1*de?q?=FC?=\n\n", "ü" },
  { "Subject: =?nonsense?q?=FC?=\n\n", "ü" },
  { "Subject: =?iso-2022-jp?b?GyRCLSEbKEI=?=\n\n", "①" },
  { "Subject: =?utf-8?q?open\n\n", "=?utf-8?q?open" },
  { "Subject: a=?utf-8?q?=0D=0ABcc:_x?=\n\n", "a Bcc: x" },
  { "Subject: =?utf-8?q?x=00=1B[2Jy?=\n\n", "x\357\277\275 [2Jy" },
  { "Subject: =?utf-8?b?4oCuZXhl?=\n\n", "exe" },
  { "Subject: gr\374n\n\n", "grün" },
  { "Subject: gr\303\274n\n\n", "grün" },
  { "Content-Type: text/plain; charset=koi8-r\nSubject: \324\305\323\324\n\n", "тест" },
  { "Subject: \327\252\267\242\243\272\325\373\314\345\314\341\311\375\n\n", "转发：整体提升" },
  { "Subject: \033$B%W%j%s%?\033(B is off\n\n", "プリンタ is off" },
  { "Subject: \033$@%W%j%s%?\n\n", "プリンタ" },
  { "Subject: a\rb\n\n", "ab" },
  { "Subject:\n\n", "" },
  { "From: a@b.example\n\n", "" },
  { "From joe Mon Jan  1 00:00:00 2024\nSubject: in a mailbox\n\n", "in a mailbox" },
  { "Subject : blank before the colon\n\n", "blank before the colon" },
  { "Subject: a\rSubject: b\r\r", "a" },
};

START_TEST (subject)
{
  g_autoptr (TmMail) mail = read_text (subjects[_i][0]);
  ck_assert_str_eq (mail->subject, subjects[_i][1]);
}
END_TEST

static const struct
{
  const char *fields;
  const char *address; /* NULL: nobody */
  const char *name;
  unsigned flags;
} authors[] = {
  { "From: joe@b.example\n", "joe@b.example", "", 0 },
  { "From: Joe <Joe@B.Example>\n", "joe@b.example", "Joe", 0 },
  { "From: \"Doe, Joe\" <joe@b.example>\n", "joe@b.example", "Doe, Joe", 0 },
  { "From: joe@b.example (Joe Doe)\n", "joe@b.example", "Joe Doe", 0 },
  { "From: =?utf-8?b?w4Q=?= =?utf-8?b?w5Y=?= <joe@b.example>\n", "joe@b.example", "ÄÖ", 0 },
  { "From: =?utf-8?q?x=0D=0A_y?= <joe@b.example>\n", "joe@b.example", "x y", 0 },
  { "From: J\366rg <joe@b.example>\n", "joe@b.example", "Jörg", 0 },
  { "From: joe@b\303\274.example\n", "joe@xn--b-eha.example", "", 0 },
  /* of no grammar, but there is one address in it */
  { "From: [Acme] Joe <joe@b.example>\n", "joe@b.example", "[Acme] Joe", 0 },
  { "From: \"Joe\" [\\Doe] <joe@b.example>\n", "joe@b.example", "Joe [Doe]", 0 },
  { "From: Joe Doe joe@b.example\n", "joe@b.example", "Joe Doe", 0 },
  { "From: Joe <mailto:joe@b.example>\n", "joe@b.example", "Joe", 0 },
  { "From: =?utf-8?q?Joe_=3Cjoe=40b=2Eexample=3E?=\n", "joe@b.example", "Joe", 0 },
  { "From: [Acme] <joe> <b@c.example>\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: [Acme] Joe@\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: @ [Joe] <b>\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "X: y\n", NULL, NULL, TM_FLAG_NO_FROM },
  { "From:\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: joe\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: <j\302\205oe@b.example>\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: <j\342\200\256oe@b.example>\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: Joe <>\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: a@b.example, c@d.example\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: a@b.example\nFrom: a@b.example\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: a@b.example\nFROM: nobody\n", NULL, NULL, TM_FLAG_MALFORMED },
  { "From: a@b.example\nTo: x@y.example\nto: x@y.example\n", "a@b.example", "", TM_FLAG_MALFORMED },
  { "From: a@b.example\nContent-Type: text/plain\nContent-Type: text/html\n", "a@b.example", "", TM_FLAG_MALFORMED },
};

START_TEST (author)
{
  enum { JUDGED = TM_FLAG_MALFORMED | TM_FLAG_NO_FROM };
  g_autofree char *text = g_strconcat (authors[_i].fields, "\nbody\n", NULL);
  g_autoptr (TmMail) mail = read_text (text);
  ck_assert_uint_eq (mail->flags & JUDGED, authors[_i].flags);
  ck_assert_int_eq (mail->from != NULL, authors[_i].address != NULL);
  if (mail->from == NULL)
    return;
  ck_assert_str_eq (mail->from->address, authors[_i].address);
  ck_assert_str_eq (mail->from->name, authors[_i].name);
}
END_TEST

START_TEST (recipients)
{
  g_autoptr (TmMail) mail
      = read_text ("To: Friends: a@b.example, \"C: D\" <c@d.example>;, e@f.example\nCc: undisclosed-recipients:;\n"
                   "Reply-To: \"<x@y>\" (c) <G@H.example>, no address\n\n");
  ck_assert_uint_eq (mail->to->len, 3);
  ck_assert_str_eq (((TmMailbox *) g_ptr_array_index (mail->to, 1))->address, "c@d.example");
  ck_assert_uint_eq (mail->cc->len, 0);
  ck_assert_uint_eq (mail->reply_to->len, 1);
  ck_assert_str_eq (((TmMailbox *) g_ptr_array_index (mail->reply_to, 0))->address, "g@h.example");
}
END_TEST

/* One after the other they nest no deeper than one. */
START_TEST (many_groups)
{
  g_autoptr (GString) text = g_string_new ("To: a@b.example");
  for (int i = 0; i < 20; i++)
    g_string_append_printf (text, ",\n Team %d: t%d@b.example;", i, i);
  g_string_append (text, "\n\n");
  g_autoptr (TmMail) mail = read_text (text->str);
  ck_assert_uint_eq (mail->to->len, 21);
  ck_assert_uint_eq (mail->flags & TM_FLAG_UNREADABLE, 0);
}
END_TEST

static const struct
{
  const char *value;
  const char *ids; /* joined by a blank */
} references[] = {
  { "<a@b> <c@d>", "a@b c@d" },
  { "<a@b>\n <c@d>", "a@b c@d" },
  { "<a@b>,<c@d>", "a@b c@d" },
  { "<a@\n b>", "a@b" },
  { "<broken <a@b>", "a@b" },
  { "a@b c@d", "a@b c@d" },
  { "Joe's message of \"Monday\" <a@b>", "a@b" },
  { "<a\001@b> <c@d>", "c@d" },
  { "<> <  > nothing", "" },
  { "<a@b\302\205x> <c@d>", "c@d" },
};

START_TEST (reference_ids)
{
  g_autofree char *text = g_strconcat ("References: ", references[_i].value, "\n\n", NULL);
  g_autoptr (TmMail) mail = read_text (text);
  g_ptr_array_add (mail->references, NULL);
  g_autofree char *ids = g_strjoinv (" ", (char **) mail->references->pdata);
  ck_assert_str_eq (ids, references[_i].ids);
}
END_TEST

static const struct
{
  const char *fields;
  const char *id;
  gint64 date_at;
  unsigned flags;
} marks[] = {
  { "Message-ID: <a@b>\nDate: Thu, 20 Nov 2025 17:00:00 +0100\n", "a@b", 1763654400, 0 },
  { "Message-ID: a@b\nDate: Thu, 20 Nov 2025 16:00:00 GMT\n", "a@b", 1763654400, 0 },
  { "Message-ID: <a b@c>\nDate: 1 Foo 2\n", "ab@c", TM_NEVER, 0 },
  { "X: y\n", "", TM_NEVER, TM_FLAG_NO_DATE | TM_FLAG_NO_MESSAGE_ID },
  { "Message-ID: <a@b>\nMessage-ID: <c@d>\nDate: Thu, 20 Nov 2025 16:00:00 +0000\n", "a@b", 1763654400,
    TM_FLAG_MALFORMED },
  { "Message-ID: <>\nDate: Thu, 20 Nov 2025 16:00:00 +0000\n", "", 1763654400, TM_FLAG_NO_MESSAGE_ID },
};

START_TEST (id_and_date)
{
  g_autofree char *text = g_strconcat (marks[_i].fields, "From: a@b.example\n\n", NULL);
  g_autoptr (TmMail) mail = read_text (text);
  ck_assert_str_eq (mail->message_id, marks[_i].id);
  ck_assert_int_eq (mail->date_at, marks[_i].date_at);
  ck_assert_uint_eq (mail->flags, marks[_i].flags);
}
END_TEST

START_TEST (headers_in_order)
{
  g_autoptr (TmMail) mail = read_text ("X-A: 1\nX-B: =?utf-8?q?=C3=BC?=\n  more\nx-a: 2\n\nX-C: in the body\n");
  ck_assert_uint_eq (mail->headers->len, 3);
  ck_assert_str_eq (mail_header (mail, "x-a", 1), "2");
  ck_assert_str_eq (mail_header (mail, "X-B", 0), "ü more");
  const TmHeader *header = g_ptr_array_index (mail->headers, 1);
  ck_assert_str_eq (header->raw, "=?utf-8?q?=C3=BC?= more");
  ck_assert_ptr_null (((TmHeader *) g_ptr_array_index (mail->headers, 0))->raw);
  ck_assert_ptr_null (mail_header (mail, "X-C", 0));
}
END_TEST

static const struct
{
  const char *message;
  const char *text;
} layouts[] = {
  { "Subject: x\nno field here\nnor here\n", "no field here\nnor here" },
  { "Subject: x\nlost fold\nFrom: a@b.example\n\nbody\n", "body" },
  { "Subject: x", "" },
  { "", "" },
  { "\n\nonly a body\n", "only a body" },
  { "just text", "just text" },
  { "Subject: x\r\n\r\na\r\nb\rc\nd\r\n", "a\nb\nc\nd" },
};

START_TEST (layout)
{
  g_autoptr (TmMail) mail = read_text (layouts[_i].message);
  ck_assert_str_eq (mail->text, layouts[_i].text);
  ck_assert_uint_eq (mail->flags & TM_FLAG_UNREADABLE, 0);
  ck_assert_uint_eq (mail->size, strlen (layouts[_i].message));
}
END_TEST

SUITE_MAIN ("mime", tcase_add_loop_test (tc, subject, 0, G_N_ELEMENTS (subjects));
            tcase_add_loop_test (tc, author, 0, G_N_ELEMENTS (authors));
            tcase_add_test (tc, recipients); tcase_add_test (tc, many_groups);
            tcase_add_loop_test (tc, reference_ids, 0, G_N_ELEMENTS (references));
            tcase_add_loop_test (tc, id_and_date, 0, G_N_ELEMENTS (marks));
            tcase_add_test (tc, headers_in_order);
            tcase_add_loop_test (tc, layout, 0, G_N_ELEMENTS (layouts));)
