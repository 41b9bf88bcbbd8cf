/* SPDX-License-Identifier: BSD-2-Clause */
/* Mail of the desk's own as bytes: it reads back as it was meant, and nothing in it can become a field. */
#include "core/edit_apply.h"
#include "mime/compose.h"
#include "mime/mime.h"
#include "tests/support/suite.h"

#include <string.h>

static TmLetter *
letter_usual (void)
{
  TmLetter *letter = letter_new ();
  letter->from = g_strdup ("\"Anna via Example Support\" <support@example.com>");
  g_ptr_array_add (letter->to, g_strdup ("eve@acme.example"));
  letter->reply_to = g_strdup ("support+1-rabcdefghijklmnop@example.com");
  letter->subject = g_strdup ("Re: [example#1] Printer");
  letter->date_at = 1795829611;
  letter->message_id = g_strdup ("outbox-1-1795829611@example.tickets.example.com");
  letter->text = g_strdup ("Hello,\n\nit works again.\n");
  return letter;
}

static TmMail *
read_back (GBytes *bytes)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  return mime_read (bytes, &limits);
}

static void
check_lines (GBytes *bytes)
{
  gsize len, start = 0;
  const char *data = g_bytes_get_data (bytes, &len);
  for (gsize i = 0; i < len; i++)
    {
      if (data[i] != '\n')
        continue;
      ck_assert (i > 0 && data[i - 1] == '\r');
      ck_assert_uint_le (i - start, 999);
      start = i + 1;
    }
  ck_assert_uint_eq (start, len);
}

START_TEST (reads_back)
{
  static const char *const texts[] = {
    "Hello,\n\nit works again.\n",
    "Füße weg. €\n.\nFrom here\n-- \nAnna\n",
    "no end",
    "",
    "trailing blanks   \nand =3D and a\ttab\n",
  };
  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (TmLetter) letter = letter_usual ();
      g_free (letter->text);
      letter->text = g_strdup (texts[i]);
      g_autoptr (GBytes) bytes = mime_compose (letter), again = mime_compose (letter);
      ck_assert (g_bytes_equal (bytes, again));
      check_lines (bytes);
      g_autoptr (TmMail) mail = read_back (bytes);
      g_autofree char *wanted = g_strchomp (g_strdup (texts[i])), *got = g_strchomp (g_strdup (mail->text));
      ck_assert_str_eq (got, wanted);
      ck_assert_str_eq (mail->from->address, "support@example.com");
      ck_assert_str_eq (mail->subject, letter->subject);
      ck_assert_str_eq (mail->message_id, letter->message_id);
      ck_assert_int_eq (mail->date_at, letter->date_at);
      ck_assert_uint_eq (mail->flags, 0);
    }
}
END_TEST

/* Line breaks and controls of subjects, ids and values make no field; what is not ASCII survives. */
START_TEST (stays_clean)
{
  g_autoptr (TmLetter) letter = letter_usual ();
  g_free (letter->subject);
  letter->subject = g_strdup ("Grüße\r\nBcc: victim@acme.example\n\x01 and more and more and more and more and more"
                              " and more");
  letter->in_reply_to = g_strdup ("a@b\r\nX-Evil: 1");
  for (int i = 0; i < 300; i++)
    g_ptr_array_add (letter->references, g_strdup_printf ("%d.a-long-id-of-a-mail-program@acme.example", i));
  g_ptr_array_add (letter->fields, header_new ("X-Ticket-ID", "1\nX-Evil: 2", NULL));
  g_autoptr (GBytes) bytes = mime_compose (letter);
  g_autoptr (TmMail) mail = read_back (bytes);
  check_lines (bytes);
  ck_assert_ptr_null (mail_header (mail, "Bcc", 0));
  ck_assert_ptr_null (mail_header (mail, "X-Evil", 0));
  ck_assert (g_str_has_prefix (mail->subject, "Grüße Bcc: victim@acme.example and more"));
  const char *references = mail_header (mail, "References", 0);
  ck_assert_uint_le (strlen (references), 4100);
  ck_assert_ptr_nonnull (strstr (references, "<299."));
}
END_TEST

START_TEST (carries_a_message)
{
  static const struct
  {
    const char *raw;
    const char *type;
  } cases[] = {
    { "Subject: inner\r\n\r\nHello\r\n", "message/rfc822" },
    { "Subject: inner\n\nHello\n", "message/rfc822" },
    { "Subject: inner\r\n\r\nF\xc3\xbc\xc3\x9f" "e\r\n", "message/rfc822" },
    { "Subject: inner\r\n\r\na\rb\r\n", "application/octet-stream" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TmLetter) letter = letter_usual ();
      letter->attached = g_bytes_new_static (cases[i].raw, strlen (cases[i].raw));
      g_autoptr (GBytes) bytes = mime_compose (letter);
      g_autoptr (TmMail) mail = read_back (bytes);
      check_lines (bytes);
      ck_assert_uint_eq (mail->attachments->len, 1);
      const TmAttachment *attachment = g_ptr_array_index (mail->attachments, 0);
      ck_assert_str_eq (attachment->type, cases[i].type);
      ck_assert (g_str_has_prefix (mail->text, "Hello,"));
    }
}
END_TEST

/* The first part of that type: what stands between its own header and the boundary; the caller frees. */
static char *
part_of (const char *bytes, const char *type)
{
  g_autofree char *start = g_strconcat ("\r\nContent-Type: ", type, ";", NULL);
  const char *at = strstr (bytes, start), *body = at != NULL ? strstr (at, "\r\n\r\n") : NULL;
  const char *end = body != NULL ? strstr (body, "\r\n--") : NULL;
  ck_assert_msg (end != NULL, "no %s in %s", type, bytes);
  return g_strndup (body + 4, (gsize) (end - body - 4));
}

/* RFC 2046 §5.1.4: the plain one first, each decodes by its own header; with a message they are one part beside it. */
START_TEST (text_and_page)
{
  static const struct
  {
    const char *text, *html;
    const char *plain_is, *html_is; /* as they stand there */
    const char *attached;
  } cases[] = {
    { "Hello\n", "<p>Hello</p>\n", "Hello\r\n", "<p>Hello</p>\r\n", NULL },
    { "Hello\n", "<p>Gr\303\274\303\237e</p>\n", "Hello\r\n", "<p>Gr=C3=BC=C3=9Fe</p>\r\n", NULL },
    { "Gr\303\274\303\237e", "<p a=\"b\">x</p>", "Gr=C3=BC=C3=9Fe\r\n", "<p a=\"b\">x</p>\r\n", NULL },
    { "Hello\n", "<p>Hello</p>\n", "Hello\r\n", "<p>Hello</p>\r\n", "Subject: inner\r\n\r\nHello\r\n" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TmLetter) letter = letter_usual ();
      g_free (letter->text);
      letter->text = g_strdup (cases[i].text);
      letter->html = g_strdup (cases[i].html);
      letter->attached = cases[i].attached != NULL
                             ? g_bytes_new_static (cases[i].attached, strlen (cases[i].attached))
                             : NULL;
      g_autoptr (GBytes) bytes = mime_compose (letter);
      check_lines (bytes);
      g_autoptr (TmMail) mail = read_back (bytes);
      ck_assert_str_eq (mail->content_type, letter->attached != NULL ? "multipart/mixed" : "multipart/alternative");
      ck_assert_uint_eq (mail->attachments->len, letter->attached != NULL);
      ck_assert (!mail->text_is_html);
      g_autofree char *wanted = g_strchomp (g_strdup (cases[i].text)), *got = g_strchomp (g_strdup (mail->text));
      ck_assert_str_eq (got, wanted);
      g_autofree char *all = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_autofree char *plain = part_of (all, "text/plain"), *html = part_of (all, "text/html");
      ck_assert (g_str_has_prefix (cases[i].plain_is, plain));
      ck_assert (g_str_has_prefix (cases[i].html_is, html));
      ck_assert (strstr (all, "text/plain;") < strstr (all, "text/html;"));
    }
}
END_TEST

START_TEST (edits_are_applied)
{
  static const char raw[] = "Received: from a\n\tby b\nFrom: anna@example.com\nX-A: 1\nX-A: 2\nReceived: from c\n"
                            "X-Google-Thing: x\nSubject: s\n\nbody\n";
  static const char wanted[] = "from: \"D\"\r\n <d@example.com>\r\nX-A: 1\r\nSubject: s\r\nX-New: n\r\n\r\nbody\r\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (raw, strlen (raw));
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) edit_free);
  edits_drop_trace (edits, bytes);
  g_ptr_array_add (edits, edit_new (TM_EDIT_CHANGE, "from", 1, "\"D\"\n <d@example.com>"));
  g_ptr_array_add (edits, edit_new (TM_EDIT_DELETE, "x-a", 2, NULL));
  g_ptr_array_add (edits, edit_new (TM_EDIT_DELETE, "x-a", 2, NULL));
  g_ptr_array_add (edits, edit_new (TM_EDIT_ADD, "X-New", 0, "n"));
  g_ptr_array_add (edits, edit_new (TM_EDIT_ADD_RCPT, NULL, 0, "x@y.example"));
  g_autoptr (GBytes) done = edits_apply (bytes, edits);
  ck_assert_uint_eq (g_bytes_get_size (done), strlen (wanted));
  ck_assert_mem_eq (g_bytes_get_data (done, NULL), wanted, strlen (wanted));
  g_autoptr (GBytes) body = g_bytes_new_static ("new\r\n", 5);
  g_ptr_array_add (edits, edit_new_body (body));
  g_autoptr (GBytes) rewritten = edits_apply (bytes, edits);
  ck_assert_ptr_nonnull (g_strstr_len (g_bytes_get_data (rewritten, NULL), (gssize) g_bytes_get_size (rewritten),
                                       "X-New: n\r\n\r\nnew\r\n"));
}
END_TEST

SUITE_MAIN ("compose", mime_init (); tcase_add_test (tc, reads_back); tcase_add_test (tc, stays_clean);
            tcase_add_test (tc, carries_a_message);
            tcase_add_test (tc, text_and_page); tcase_add_test (tc, edits_are_applied);)
