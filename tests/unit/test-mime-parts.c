/* SPDX-License-Identifier: BSD-2-Clause */
/* What mime_read() makes of bodies: text, attachments, reports. */
#include "base/digest.h"
#include "mime/attach.h"
#include "mime/mime.h"
#include "tests/support/suite.h"

#include <string.h>

static TmMail *
read_with (const char *text, const TmLimits *limits)
{
  g_autoptr (GBytes) raw = g_bytes_new_static (text, strlen (text));
  mime_init ();
  return mime_read (raw, limits);
}

static TmMail *
read_text (const char *text)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  return read_with (text, &limits);
}

#define MIXED "Content-Type: multipart/mixed; boundary=m\n\n"
#define ALTERNATIVE "Content-Type: multipart/alternative; boundary=a\n\n"
#define HTML "Content-Type: text/html\n\n"

static const struct
{
  const char *message;
  const char *text;
  bool is_html;
  unsigned n_attachments;
  unsigned flags;
} bodies[] = {
  { "Content-Type: text/plain; charset=utf-8\n\ngr\303\274n\n", "grün", false, 0, 0 },
  { "Content-Type: text/plain; charset=iso-8859-1\n\ngr\374n \200\n", "grün €", false, 0, 0 },
  { "Content-Type: text/plain; charset=utf-8\n\nder gr\374ne Baum", "der grüne Baum", false, 0, TM_FLAG_NOT_UTF8 },
  { "Content-Type: text/plain; charset=no-such\n\ngr\303\274n", "grün", false, 0, TM_FLAG_NOT_UTF8 },
  { "\ngr\374n", "grün", false, 0, TM_FLAG_NOT_UTF8 },
  { "Content-Type: text/plain; charset=/etc/passwd\n\nx\374", "xü", false, 0, TM_FLAG_NOT_UTF8 },
  { "Content-Type: text/plain; charset=us-ascii\n\nplain", "plain", false, 0, 0 },
  { "Content-Type: text/plain; charset=iso-2022-jp\n\n\033$B%F%9%H\033(B", "テスト", false, 0, 0 },
  { "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nZ3LDvG4", "grün", false, 0, 0 },
  { "Content-Transfer-Encoding: base64\n\n!!Z3J1Z***W4=\n", "gruen", false, 0, 0 },
  { "Content-Transfer-Encoding: quoted-printable\n\na=\nb =41=4 =ZZ=\n", "ab A=4 =ZZ", false, 0, 0 },
  { "\na\001\033[2Jb\tc\177", "a[2Jb\tc", false, 0, 0 },
  { "Content-Type: text/plain; format=flowed\n\none \ntwo\n> q \n> r\n>> s\n-- \nsig\n",
    "one two\n> q r\n>> s\n-- \nsig", false, 0, 0 },
  { "Content-Type: text/plain; format=flowed; delsp=yes\n\nfoo \nbar\n", "foobar", false, 0, 0 },
  { "Content-Type: text/plain; format=flowed\n\n From here\n", "From here", false, 0, 0 },
  { HTML "<p>a<p>b", "a\n\nb", true, 0, 0 },
  { "Content-Type: text/html\n\n<meta charset=\"koi8-r\"><p>\324\305\323\324", "тест", true, 0, 0 },
  { ALTERNATIVE "--a\n\nplain\n--a\n" HTML "<p>html\n--a--\n", "plain", false, 0, 0 },
  { ALTERNATIVE "--a\n\n \n--a\n" HTML "<p>html\n--a--\n", "html", true, 0, 0 },
  { ALTERNATIVE "--a\n" HTML "<p>html\n--a\n\nplain\n--a--\n", "plain", false, 0, 0 },
  { ALTERNATIVE "--a\n\nplain\n--a\nContent-Type: text/calendar\n\nBEGIN\n--a--\n", "plain", false, 1, 0 },
  { MIXED "--m\n\none\n--m\nContent-Type: image/png\n\nx\n--m\n\ntwo\n--m--\n", "one\ntwo", false, 1, 0 },
  { MIXED "--m\n" HTML "<p>one\n--m\n\nlist footer\n--m--\n", "one\nlist footer", true, 0, 0 },
  { MIXED "--m\n\none\n--m\nContent-Type: text/plain; name=a.txt\n\nfile\n--m--\n", "one", false, 1, 0 },
  { MIXED "--m\nContent-Disposition: attachment\n\nfile\n--m--\n", "", false, 1, 0 },
  { "Content-Type: text/plain; name=body.txt\n\nthe body\n", "the body", false, 0, 0 },
  { "Content-Type: multipart/mixed; boundary=other\n\nno boundary ever\n", "no boundary ever", false, 0, 0 },
  { "Content-Type: multipart/mixed\n\nnone declared\n", "none declared", false, 0, 0 },
  { "Content-Type: text/plain\nContent-Type: text/html\n\n<b>\n", "<b>", false, 0, TM_FLAG_MALFORMED },
  { "Content-Type: image/png\n\nx", "", false, 1, 0 },
  { "Content-Type: multipart/signed; boundary=s\n\n--s\n\nsaid\n--s\n"
    "Content-Type: application/pgp-signature\n\nx\n--s--\n",
    "said", false, 1, TM_FLAG_SIGNED },
  { "Content-Type: multipart/encrypted; boundary=s\n\n--s\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--s\n"
    "Content-Type: application/octet-stream\n\nx\n--s--\n",
    "[Encrypted (PGP/MIME): it can be read with its recipient's key only]", false, 2, TM_FLAG_ENCRYPTED },
  { "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx",
    "[Encrypted (S/MIME): it can be read with its recipient's key only]", false, 1, TM_FLAG_ENCRYPTED },
  { "Content-Type: application/x-pkcs7-mime; smime-type=signed-data\n\nx",
    "[Signed (S/MIME) in one piece that cannot be read]", false, 1, TM_FLAG_SIGNED },
  { "\nHi\n-----BEGIN PGP MESSAGE-----\nx\n", "Hi\n-----BEGIN PGP MESSAGE-----\nx", false, 0, TM_FLAG_ENCRYPTED },
  { MIXED "--m\n\nsee below\n--m\nContent-Type: message/rfc822\n\nSubject: inner\n\ninner text\n--m--\n", "see below",
    false, 1, 0 },
};

START_TEST (body)
{
  enum { JUDGED = ~(TM_FLAG_NO_FROM | TM_FLAG_NO_DATE | TM_FLAG_NO_MESSAGE_ID) };
  g_autoptr (TmMail) mail = read_text (bodies[_i].message);
  ck_assert_str_eq (mail->text, bodies[_i].text);
  ck_assert_int_eq (mail->text_is_html, bodies[_i].is_html);
  ck_assert_uint_eq (mail->attachments->len, bodies[_i].n_attachments);
  ck_assert_uint_eq (mail->flags & (unsigned) JUDGED, bodies[_i].flags);
}
END_TEST

#define ATTACHED(fields) MIXED "--m\n\nx\n--m\n" fields "\n\nhello\n--m--\n"
#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static const struct
{
  const char *message;
  const char *name, *type;
  bool is_inline;
} files[] = {
  { ATTACHED ("Content-Type: Text/CSV; name=a.csv"), "a.csv", "text/csv", false },
  { ATTACHED ("Content-Type: text/x-y\nContent-Disposition: INLINE; filename=b"), "b", "text/x-y", true },
  { ATTACHED ("Content-Type: a/b; name=n\nContent-Disposition: attachment; filename=f"), "f", "a/b", false },
  { ATTACHED ("Content-Disposition: attachment; filename*=utf-8''%C3%BC.txt"), "ü.txt", "text/plain", false },
  { ATTACHED ("Content-Disposition: attachment; filename*0=one; filename*1=two"), "onetwo", "text/plain", false },
  { ATTACHED ("Content-Disposition: attachment; filename=\"=?utf-8?b?w7w=?= =?utf-8?b?w7w=?=\""), "üü", "text/plain",
    false },
  { ATTACHED ("Content-Disposition: attachment; filename=\"gr\374n.txt\""), "grün.txt", "text/plain", false },
  { ATTACHED ("Content-Disposition: attachment; filename=\"../../etc/passwd\""), "passwd", "text/plain", false },
  { ATTACHED ("Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fx"), "x", "text/plain", false },
  { ATTACHED ("Content-Disposition: attachment; filename=\"C:\\\\dir\\\\a.exe\""), "a.exe", "text/plain", false },
  { ATTACHED ("Content-Disposition: attachment; filename=\"..\""), "", "text/plain", false },
  { ATTACHED ("Content-Disposition: attachment; filename*=utf-8''a%0D%0Ab%1B%00c"), NULL, "text/plain", false },
  { ATTACHED ("Content-Disposition: attachment; filename*=utf-8''x%E2%80%AEgpj.exe"), "xgpj.exe", "text/plain", false },
  { ATTACHED ("Content-Type: ; name=x"), NULL, NULL, false },
  { ATTACHED ("Content-Type: application/\033[2J; name=x"), NULL, NULL, false },
};

START_TEST (file)
{
  g_autoptr (TmMail) mail = read_text (files[_i].message);
  if (files[_i].type == NULL && mail->attachments->len == 0)
    return;
  ck_assert_uint_eq (mail->attachments->len, 1);
  const TmAttachment *attachment = g_ptr_array_index (mail->attachments, 0);
  if (files[_i].name != NULL)
    ck_assert_str_eq (attachment->name, files[_i].name);
  if (files[_i].type != NULL)
    ck_assert_str_eq (attachment->type, files[_i].type);
  for (const char *p = attachment->name; *p != '\0'; p++)
    ck_assert_int_ge ((unsigned char) *p, ' ');
  ck_assert_int_eq (attachment->is_inline, files[_i].is_inline);
  ck_assert_uint_eq (attachment->size, 5);
  ck_assert_str_eq (attachment->sha256, HELLO);
}
END_TEST

START_TEST (long_name)
{
  GString *name = g_string_new (NULL);
  for (int i = 0; i < 5000; i++)
    g_string_append (name, "ü");
  g_string_append (name, ".pdf");
  g_autofree char *clean = attachment_clean_name (name->str, name->len);
  ck_assert_uint_le (strlen (clean), 255);
  ck_assert (g_str_has_suffix (clean, "ü.pdf"));
  g_string_free (name, TRUE);
}
END_TEST

START_TEST (inline_by_reference)
{
  g_autoptr (TmMail) mail = read_text (
      "Content-Type: multipart/related; boundary=r\n\n--r\n" ALTERNATIVE "--a\n\nplain\n--a\n" HTML
      "<img src=\"cid:one@x\">\n--a--\n--r\nContent-Type: image/png\nContent-ID: <one@x>\n\nx\n"
      "--r\nContent-Type: image/png\nContent-ID: <two@x>\n\nx\n--r--\n");
  ck_assert_str_eq (mail->text, "plain");
  ck_assert_uint_eq (mail->attachments->len, 2);
  ck_assert (((TmAttachment *) g_ptr_array_index (mail->attachments, 0))->is_inline);
  ck_assert (!((TmAttachment *) g_ptr_array_index (mail->attachments, 1))->is_inline);
}
END_TEST

START_TEST (attached_message)
{
  static const char inner[] = "Subject: =?utf-8?q?in=2Fner?=\n\ninner text";
  g_autofree char *message
      = g_strconcat (MIXED "--m\n\nx\n--m\nContent-Type: message/rfc822\n\n", inner, "\n--m--\n", NULL);
  g_autoptr (TmMail) mail = read_text (message);
  guint8 digest[TM_DIGEST_LEN];
  digest_bytes (inner, strlen (inner), digest);
  g_autofree char *hex = digest_hex (digest, sizeof digest);
  const TmAttachment *attachment = g_ptr_array_index (mail->attachments, 0);
  ck_assert_str_eq (attachment->name, "in-ner.eml");
  ck_assert_str_eq (attachment->type, "message/rfc822");
  ck_assert_uint_eq (attachment->size, strlen (inner));
  ck_assert_str_eq (attachment->sha256, hex);
}
END_TEST

#define REPORT(type) "Content-Type: multipart/report; report-type=" type "; boundary=m\n\n--m\n\nSorry\n--m\n"
#define DSN "Content-Type: message/delivery-status\n\n"
/* The first attached message is what was forwarded, also one in another part; none of a report, none without From. */
static const struct
{
  const char *raw;
  const char *address; /* NULL: nothing was */
} forwards[] = {
#define FIRST "--m\nContent-Type: message/rfc822\n\nFrom: =?utf-8?q?J=C3=B6rg?= <Joe@ACME.example>\n" \
  "Date: Fri, 20 Nov 2026 16:00:00 +0100\nSubject: Site\n down\nMessage-ID: <a@acme.example>\n\nText\n"
#define SECOND "--m\nContent-Type: message/rfc822\n\nFrom: eve@acme.example\n\nText\n"
  { MIXED "--m\n\nFYI\n" FIRST SECOND "--m--\n", "joe@acme.example" },
  { MIXED FIRST "--m--\n", "joe@acme.example" },
  { MIXED "--m\nContent-Type: message/rfc822\n\nSubject: of nobody\n\n\n" FIRST "--m--\n", "joe@acme.example" },
  { MIXED "--m\nContent-Type: message/rfc822\n\nFrom: a@x.example\nFrom: b@x.example\n\n\n" FIRST "--m--\n",
    "joe@acme.example" },
  { MIXED "--m\n\nFYI\n--m--\n", NULL },
  { MIXED "--m\nContent-Type: text/plain; name=x\nContent-Disposition: attachment\n\nFrom: a@x.example\n\n--m--\n",
    NULL },
  { "Content-Type: multipart/report; report-type=delivery-status; boundary=m\n\n" FIRST "--m--\n", NULL },
};

START_TEST (forwarded_message)
{
  g_autoptr (TmMail) mail = read_text (forwards[_i].raw);
  ck_assert ((mail->forwarded != NULL) == (forwards[_i].address != NULL));
  if (mail->forwarded == NULL)
    return;
  ck_assert_str_eq (mail->forwarded->from->address, forwards[_i].address);
  ck_assert_str_eq (mail->forwarded->from->name, "J\xc3\xb6rg");
  ck_assert_str_eq (mail->forwarded->subject, "Site down");
  ck_assert_str_eq (mail->forwarded->message_id, "a@acme.example");
  ck_assert_int_eq (mail->forwarded->date_at, 1795186800);
}
END_TEST

#define ORIGINAL "\n--m\nContent-Type: message/rfc822\n\nMessage-ID: <orig@x>\n\nbody\n--m--\n"

static const struct
{
  const char *message;
  TmReportKind kind;
  const char *recipients; /* "address action status", joined by ";" */
  const char *original;
} reports[] = {
  { REPORT ("delivery-status") DSN "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; <Joe@B.Example>\nAction: Failed\n"
    "Status: 5.1.1 (no such user)\n" ORIGINAL, TM_REPORT_DSN, "joe@b.example failed 5.1.1", "orig@x" },
  { REPORT ("delivery-status") DSN "Reporting-MTA: dns; x\nFinal-Recipient: rfc822;a@b.example\n"
    "Action: failed\nStatus: 5.0.0\n"
    "Final-Recipient: rfc822;c@d.example\nAction: delayed\nStatus: 4.4.1\n" ORIGINAL,
    TM_REPORT_DSN, "a@b.example failed 5.0.0;c@d.example delayed 4.4.1", "orig@x" },
  { REPORT ("delivery-status") DSN "\n\n\nReporting-MTA: dns; x\n\n\nFinal-Recipient: rfc822;a@b.example\n\n"
    "Action: failed\n\n\nStatus: 5.2.2\n\n\nOriginal-Recipient: rfc822;c@d.example\n"
    "Final-Recipient: rfc822;e@f.example\nStatus: 5.1.10\n" ORIGINAL,
    TM_REPORT_DSN, "a@b.example failed 5.2.2;e@f.example  5.1.10 for c@d.example", "orig@x" },
  { REPORT ("delivery-status") "Content-Type: text/rfc822-headers\n\nMessage-ID: <orig@x>\n--m--\n", TM_REPORT_DSN,
    "", "orig@x" },
  { REPORT ("delivery-status") "\n--m\n\nText first\n\n --m\ncontent-type: message/delivery-status\n\n"
    "Action: failed\nFinal-Recipient: rfc822;a@b.example\n--m--\n", TM_REPORT_DSN, "a@b.example failed ", "" },
  { MIXED "--m\n\nSorry\n--m\n" DSN "Original-Recipient: rfc822;o@b.example\nFinal-Recipient: rfc822;a@b.example\n"
    "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <a@b.example>:\n  gone; \x1b[2J really\n"
    "Diagnostic-Code: x; again\n\nFinal-Recipient: rfc822;c@b.example\nDiagnostic-Code: no type\n--m--\n",
    TM_REPORT_DSN,
    "a@b.example failed 5.1.1 for o@b.example said 550 5.1.1 <a@b.example>: gone; [2J really;"
    "c@b.example   said no type",
    "" },
  { MIXED "--m\n\nSorry\n--m\n" DSN "Action: failed\nFinal-Recipient: rfc822;a@b.example\n"
    "Original-Recipient: rfc822;a@b.example\nDiagnostic-Code: smtp; no\nStatus: 5.2.2\n--m--\n",
    TM_REPORT_DSN, "a@b.example failed 5.2.2 said no", "" },
  { MIXED "--m\n\nSorry\n--m\n" DSN "Final-Recipient: x; not an address\nAction: failed\n--m--\n", TM_REPORT_DSN,
    " failed ", "" },
  { REPORT ("disposition-notification") "Content-Type: message/disposition-notification\n\n"
    "Final-Recipient: rfc822;a@b.example\nOriginal-Message-ID: <mine@x>\n"
    "Disposition: manual-action/MDN-sent-manually; displayed\n--m--\n",
    TM_REPORT_MDN, "a@b.example displayed ", "mine@x" },
  { REPORT ("feedback-report") "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n"
    "Original-Rcpt-To: <a@b.example>\n" ORIGINAL, TM_REPORT_ARF, "a@b.example abuse ", "orig@x" },
  { MIXED "--m\nContent-Type: message/rfc822\n\n" DSN "Final-Recipient: rfc822;a@b.example\n--m--\n", TM_REPORT_NONE,
    NULL, NULL },
};

START_TEST (report)
{
  g_autoptr (TmMail) mail = read_text (reports[_i].message);
  ck_assert_int_eq (mail->report != NULL, reports[_i].kind != TM_REPORT_NONE);
  if (mail->report == NULL)
    return;
  GString *recipients = g_string_new (NULL);
  for (guint i = 0; i < mail->report->recipients->len; i++)
    {
      const TmReportRecipient *recipient = g_ptr_array_index (mail->report->recipients, i);
      g_string_append_printf (recipients, "%s%s %s %s", i > 0 ? ";" : "", recipient->address, recipient->action,
                              recipient->status);
      if (*recipient->original != '\0' && strcmp (recipient->original, recipient->address) != 0)
        g_string_append_printf (recipients, " for %s", recipient->original);
      if (*recipient->diagnostic != '\0')
        g_string_append_printf (recipients, " said %s", recipient->diagnostic);
    }
  ck_assert_int_eq (mail->report->kind, reports[_i].kind);
  ck_assert_str_eq (recipients->str, reports[_i].recipients);
  ck_assert_str_eq (mail->report->original_message_id, reports[_i].original);
  g_string_free (recipients, TRUE);
}
END_TEST

START_TEST (too_large)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  limits.max_size = 20;
  g_autoptr (TmMail) mail = read_with (ATTACHED ("Content-Type: a/b"), &limits);
  ck_assert_uint_ne (mail->flags & TM_FLAG_TOO_LARGE, 0);
  ck_assert_uint_eq (mail->attachments->len, 0);
  ck_assert_str_eq (mail->text, "x");
}
END_TEST

START_TEST (truncated)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  limits.text = 5;
  limits.subject = 5;
  g_autoptr (TmMail) mail = read_with ("Subject: \303\274\303\274\303\274\n\n1234\303\274\n", &limits);
  ck_assert_str_eq (mail->subject, "üü");
  ck_assert_str_eq (mail->text, "1234");
  ck_assert_uint_ne (mail->flags & TM_FLAG_TRUNCATED, 0);
}
END_TEST

/* What many parts say costs no more to read than what one says. */
START_TEST (parts_share_bounds)
{
  GString *text = g_string_new ("From: joe@b.example\n"
                                "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n");
  for (unsigned i = 0; i < 4; i++)
    {
      g_string_append (text, "\n--b\nContent-Type: text/html\n\n");
      for (unsigned n = 0; n < 300000; n++)
        g_string_append (text, "<p>");
      g_string_append_printf (text, "html%u\n--b\nContent-Type: message/delivery-status\n\n%s\n\n", i,
                              i < 3 ? "X-A: b" : "Original-Message-ID: <late@b.example>");
      for (unsigned n = 0; n < 60000; n++)
        g_string_append (text, "x\n");
    }
  g_autofree char *message = g_string_free (text, FALSE);
  g_autoptr (TmMail) mail = read_text (message);
  ck_assert (g_str_has_prefix (mail->text, "html0\nhtml1\n") && strstr (mail->text, "html2") == NULL);
  ck_assert_str_eq (mail->report->original_message_id, "");
  ck_assert_uint_ne (mail->flags & TM_FLAG_TRUNCATED, 0);
}
END_TEST

SUITE_MAIN ("mime-parts", tcase_add_loop_test (tc, body, 0, G_N_ELEMENTS (bodies));
            tcase_add_loop_test (tc, file, 0, G_N_ELEMENTS (files));
            tcase_add_loop_test (tc, forwarded_message, 0, G_N_ELEMENTS (forwards));
            tcase_add_test (tc, long_name);
            tcase_add_test (tc, inline_by_reference);
            tcase_add_test (tc, attached_message);
            tcase_add_loop_test (tc, report, 0, G_N_ELEMENTS (reports));
            tcase_add_test (tc, too_large);
            tcase_add_test (tc, truncated);
            tcase_add_test (tc, parts_share_bounds);)
