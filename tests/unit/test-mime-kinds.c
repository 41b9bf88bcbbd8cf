/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of parts that are neither text nor merely files, and what the ticket says of them. */
#include "mime/cms.h"
#include "mime/mime.h"
#include "tests/support/suite.h"

#include <string.h>

#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" /* SHA-256 of "hello" */
#define MIXED "Content-Type: multipart/mixed; boundary=m\n\n"
#define UU "begin 644 a.txt\n%:&5L;&\\\n`\nend\n" /* hello */
#define CALENDAR \
  "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Fire drill\n" \
  "DTSTART;TZID=Europe/Berlin:20261201T100000\nEND:VEVENT\nEND:VCALENDAR\n"
#define DRILL "[Invitation (REQUEST): Fire drill; 2026-12-01 10:00 Europe/Berlin]"

static const struct
{
  const char *message, *text, *reply; /* reply NULL: all of the text */
  unsigned n_attachments, flags;
} kinds[] = {
  { MIXED "--m\n\nSee.\n--m\n" CALENDAR "--m--\n", "See.\n\n" DRILL, "See.", 1, 0 },
  { CALENDAR, DRILL, NULL, 1, 0 },
  { "Content-Type: message/partial; id=\"a@b\"; number=2; total=5\n\nmore\n",
    "[Piece 2 of 5 of a longer message, as it came; they are not joined]", NULL, 1, TM_FLAG_PARTIAL },
  { MIXED "--m\n\nSee.\n\nOn 9 Nov 2026, at 8:59, Desk wrote:\n> old\n--m\n"
    "Content-Type: message/external-body; access-type=URL; url=\"http://a.example/x\"\n\n"
    "Content-Type: image/png\n\n\n--m--\n",
    "See.\n\nOn 9 Nov 2026, at 8:59, Desk wrote:\n> old\n\n"
    "[Content that is not in the message and was not fetched: access-type URL url http://a.example/x]",
    "See.", 1, TM_FLAG_EXTERNAL },
  { "Content-Type: multipart/encrypted; boundary=s\n\n--s\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--s\n"
    "Content-Type: application/octet-stream\n\nx\n--s--\n",
    "[Encrypted (PGP/MIME): it can be read with its recipient's key only]", NULL, 2, TM_FLAG_ENCRYPTED },
  { "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx",
    "[Encrypted (S/MIME): it can be read with its recipient's key only]", NULL, 1, TM_FLAG_ENCRYPTED },
  { "Content-Type: application/pkcs7-mime; smime-type=compressed-data\n\nx",
    "[Compressed (S/MIME): it was not unpacked]", NULL, 1, 0 },
  { "Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx",
    "[Signed (S/MIME) in one piece that cannot be read]", NULL, 1, TM_FLAG_SIGNED },

  { "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt burns.\n- -----\n- -- \nBob\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n",
    "It burns.\n-----\n-- \nBob", "It burns.", 0, TM_FLAG_SIGNED },
  { "\n-----BEGIN PGP SIGNED MESSAGE-----\n\nIt burns.\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n"
    "-----END PGP SIGNATURE-----\n\nSent later.\n", "It burns.\n\nSent later.", NULL, 0, TM_FLAG_SIGNED },
  { "\n-----BEGIN PGP SIGNED MESSAGE-----\n\ncut", "cut", NULL, 0, TM_FLAG_SIGNED },

  { "\nSee.\n\n" UU "\nBob\n", "See.\n\n\nBob", NULL, 1, 0 },
  { "\nSee.\n" UU "and\n" UU, "See.\nand", NULL, 2, 0 },
  { "\n" UU, "", NULL, 1, 0 },
  { "\nWe begin 644 a\nbegin here\nbegin 644 a.txt\nno uuencode at all\nend\n",
    "We begin 644 a\nbegin here\nbegin 644 a.txt\nno uuencode at all\nend", NULL, 0, 0 },
  { "\nbegin 644 a.txt\n%:&5L;&\\\n", "begin 644 a.txt\n%:&5L;&\\", NULL, 0, 0 },

  { MIXED "--m\nContent-Type: message/rfc822\n\nSubject: inner\n\n#close it\n--m--\n",
    "[Attached message]\n\n#close it", NULL, 1, 0 },
  { MIXED "--m\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=n\n\n--n\n\nouter\n--n\n"
    "Content-Type: message/rfc822\n\n\ninnermost\n--n--\n--m--\n", "[Attached message]\n\nouter", NULL, 1, 0 },
  { MIXED "--m\n\nSee.\n--m\nContent-Type: message/rfc822\n\n\ninner\n--m--\n", "See.", NULL, 1, 0 },
  { MIXED "--m\nContent-Type: text/plain; charset=utf-8\n\n\302\240\n--m\nContent-Type: message/rfc822\n\n\n"
    "inner\n--m--\n", "[Attached message]\n\ninner", NULL, 1, 0 },

  /* A version that shows nothing; the same bytes with much and with little ASCII around them. */
  { "Content-Type: multipart/alternative; boundary=m\n\n--m\nContent-Type: text/plain; charset=utf-8\n\n\342\200\213\n"
    "--m\nContent-Type: text/html\n\n<p>See.</p>\n--m--\n", "See.", NULL, 0, 0 },
  { "Content-Type: text/plain; charset=windows-1252\n\na\201\215\217\220\235.", "a.", NULL, 0, TM_FLAG_NOT_UTF8 },
  { "Content-Type: text/plain; charset=windows-1252\n\n"
    "a\201\215\217\220\235 as long as it takes to be more than ten times as much.",
    "a as long as it takes to be more than ten times as much.", NULL, 0, TM_FLAG_NOT_UTF8 },
  { "Content-Type: text/plain; charset=cp1140\n\n\310\205\223\223\226", "Hello", NULL, 0, 0 },

  { "Content-Type: text/plain; format=flowed; delsp=yes\n\n"
    "New \n one.\n>> older \n>> still\n> old\n>x \n>> y\n-- \nBob\n",
    "Newone.\n>> olderstill\n> old\n> x\n>> y\n-- \nBob", "Newone.", 0, 0 },
};

static TmMail *
read_text (const char *text)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  g_autoptr (GBytes) raw = g_bytes_new_static (text, strlen (text));
  mime_init ();
  return mime_read (raw, &limits);
}

static void
check_mail (const TmMail *mail, const char *text, const char *reply, unsigned flags)
{
  const unsigned unjudged = TM_FLAG_NO_FROM | TM_FLAG_NO_DATE | TM_FLAG_NO_MESSAGE_ID;
  g_autofree char *found = mail_reply_text (mail);
  ck_assert_str_eq (mail->text, text);
  ck_assert_str_eq (found, reply != NULL ? reply : text);
  ck_assert_uint_eq (mail->flags & ~unjudged, flags);
}

START_TEST (kind)
{
  g_autoptr (TmMail) mail = read_text (kinds[_i].message);
  check_mail (mail, kinds[_i].text, kinds[_i].reply, kinds[_i].flags);
  ck_assert_uint_eq (mail->attachments->len, kinds[_i].n_attachments);
}
END_TEST

START_TEST (uuencoded_file)
{
  GString *text = g_string_new ("\nSee.\nbegin 755 ../b.bin\n");
  for (unsigned i = 0; i < 20000; i++)
    g_string_append (text, "M0CHA0CHA0CHA0CHA0CHA0CHA0CHA0CHA0CHA0CHA0CHA0CHA0CHA0CHA0CHA\n");
  g_string_append (text, "`\nend\n" UU "Bye.\n");
  g_autofree char *message = g_string_free (text, FALSE);
  g_autoptr (TmMail) mail = read_text (message);
  check_mail (mail, "See.\nBye.", NULL, 0);
  ck_assert_uint_eq (mail->attachments->len, 2);
  const TmAttachment *large = g_ptr_array_index (mail->attachments, 0);
  const TmAttachment *small = g_ptr_array_index (mail->attachments, 1);
  ck_assert_str_eq (large->name, "b.bin");
  ck_assert_uint_eq (large->size, 20000 * 45);
  ck_assert_str_eq (small->sha256, HELLO);
}
END_TEST

/* --- CMS --- */

static GString *
value (unsigned char tag, const GString *content, bool is_indefinite)
{
  GString *out = g_string_new (NULL);
  g_string_append_c (out, (char) tag);
  if (is_indefinite)
    g_string_append_c (out, (char) 0x80);
  else
    {
      const char head[] = { (char) 0x82, (char) (content->len >> 8), (char) content->len };
      g_string_append_len (out, head, sizeof head);
    }
  g_string_append_len (out, content->str, (gssize) content->len);
  if (is_indefinite)
    g_string_append_len (out, "\0\0", 2);
  return out;
}

static GString *
wrap (unsigned char tag, GString *content, bool is_indefinite)
{
  GString *out = value (tag, content, is_indefinite);
  g_string_free (content, TRUE);
  return out;
}

static void
put_before (GString *out, const char *bytes, gsize len)
{
  g_string_insert_len (out, 0, bytes, (gssize) len);
}

#define ID_DATA "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define ID_SIGNED "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"

/* ContentInfo with SignedData as RFC 5652 has it, in DER or as programs write that do not know the length before. */
static GString *
make_signed (const char *entity, bool is_stream)
{
  GString *octets = g_string_new (NULL);
  for (const char *at = entity; is_stream && *at != '\0'; at += MIN (strlen (at), 20))
    {
      g_string_append_c (octets, 0x04);
      g_string_append_c (octets, (char) MIN (strlen (at), 20));
      g_string_append_len (octets, at, (gssize) MIN (strlen (at), 20));
    }
  if (!is_stream)
    g_string_append (octets, entity);
  GString *out = wrap (0xa0, wrap (is_stream ? 0x24 : 0x04, octets, is_stream), is_stream);
  put_before (out, ID_DATA, sizeof ID_DATA - 1);
  out = wrap (0x30, out, is_stream);
  put_before (out, "\x02\x01\x01\x31\x00", 5);
  g_string_append_len (out, "\x31\x00", 2);
  out = wrap (0xa0, wrap (0x30, out, is_stream), is_stream);
  put_before (out, ID_SIGNED, sizeof ID_SIGNED - 1);
  return wrap (0x30, out, is_stream);
}

static char *
as_message (const GString *cms)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) cms->str, cms->len);
  return g_strconcat ("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n",
                      base64, "\n", NULL);
}

#define ENTITY "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nIt burns.\r\n--m\r\n" \
               "Content-Disposition: attachment; filename=a.txt\r\n\r\nhello\r\n--m--\r\n"

START_TEST (signed_in_one_piece)
{
  GString *cms = make_signed (ENTITY, _i != 0);
  g_autofree char *message = as_message (cms);
  g_autoptr (TmMail) mail = read_text (message);
  check_mail (mail, "It burns.", NULL, TM_FLAG_SIGNED);
  ck_assert_uint_eq (mail->attachments->len, 2);
  const TmAttachment *file = g_ptr_array_index (mail->attachments, 1);
  ck_assert_str_eq (file->name, "a.txt");
  ck_assert_str_eq (file->sha256, HELLO);
  TmLimits limits = TM_LIMITS_DEFAULT;
  g_autoptr (GBytes) raw = g_bytes_new_static (message, strlen (message));
  g_autoptr (GPtrArray) texts = mime_texts (raw, &limits);
  ck_assert_uint_eq (texts->len, 2);
  g_string_free (cms, TRUE);
}
END_TEST

/* One in another, deeper than anybody looks. */
START_TEST (signed_again_and_again)
{
  g_autofree char *message = g_strdup ("Content-Type: text/plain\r\n\r\ndeep\r\n");
  for (unsigned i = 0; i < 6; i++)
    {
      GString *cms = make_signed (message, false);
      g_free (message);
      message = as_message (cms);
      g_string_free (cms, TRUE);
    }
  g_autoptr (TmMail) mail = read_text (message);
  check_mail (mail, "[Signed (S/MIME) in one piece that cannot be read]", NULL, TM_FLAG_SIGNED);
}
END_TEST

/* A message in what was signed is read while that is there. */
START_TEST (signed_message)
{
  GString *cms = make_signed ("Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nIt burns.\r\n", false);
  g_autofree char *message = as_message (cms);
  g_autoptr (TmMail) mail = read_text (message);
  check_mail (mail, "[Attached message]\n\nIt burns.", NULL, TM_FLAG_SIGNED);
  g_string_free (cms, TRUE);
}
END_TEST

/* Cut off or bent anywhere, what comes of it lies within. */
START_TEST (broken_cms)
{
  GString *cms = make_signed ("Content-Type: text/plain\r\n\r\nabcdefghijklmnopqrstuvwxyz\r\n", _i != 0);
  for (gsize at = 0; at < cms->len; at++)
    for (unsigned bent = 0; bent < 4; bent++)
      {
        static const char values[] = { 0, 0x24, (char) 0x80, (char) 0xff };
        g_autofree char *copy = g_memdup2 (cms->str, cms->len);
        g_autoptr (GBytes) content = NULL, cut = NULL;
        copy[at] = values[bent];
        (void) cms_read ((const guint8 *) copy, cms->len, &content);
        ck_assert (content == NULL || g_bytes_get_size (content) <= cms->len);
        g_autofree char *head = g_memdup2 (cms->str, at);
        (void) cms_read ((const guint8 *) head, at, &cut);
        ck_assert (cut == NULL || g_bytes_get_size (cut) <= at);
      }
  g_string_free (cms, TRUE);
}
END_TEST

SUITE_MAIN ("mime-kinds", tcase_add_loop_test (tc, kind, 0, G_N_ELEMENTS (kinds));
            tcase_add_test (tc, uuencoded_file);
            tcase_add_loop_test (tc, signed_in_one_piece, 0, 2);
            tcase_add_test (tc, signed_again_and_again);
            tcase_add_test (tc, signed_message);
            tcase_add_loop_test (tc, broken_cms, 0, 2);)
