/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages made to hurt: each comes back bounded, flagged, valid, and with the
 * header fields that could be read. */
#include "mime/mime.h"
#include "tests/support/suite.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

#define START "From: joe@b.example\nSubject: torture\n"

static void
repeat (GString *out, const char *unit, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    g_string_append (out, unit);
}

static void
nested_groups (GString *out)
{
  g_string_append (out, START "To: ");
  repeat (out, "g:", 30000);
  g_string_append (out, "\n\nbody\n");
}

static void
nested_groups_in_quotes (GString *out)
{
  g_string_append (out, START "To: \"");
  repeat (out, "g:", 30000);
  g_string_append (out, "\n\nbody\n");
}

static void
some_groups_in_quotes (GString *out)
{
  g_string_append (out, START "To: \"");
  repeat (out, "g:", 490);
  g_string_append (out, "\n\nbody\n");
}

static void
nested_groups_in_attachment (GString *out)
{
  g_string_append (out, START "Content-Type: message/rfc822\n\nTo: ");
  repeat (out, "g:", 30000);
  g_string_append (out, "\n\nbody\n");
}

static void
nested_comments (GString *out)
{
  g_string_append (out, START "To: ");
  repeat (out, "(", 100000);
  g_string_append (out, "\n\nbody\n");
}

static void
boundary_lines (GString *out)
{
  g_string_append (out, START "Content-Type: multipart/mixed; boundary=b\n\n");
  repeat (out, "--b\n", 10 * 1024 * 1024 / 4);
}

static void
empty_boundary_lines (GString *out)
{
  g_string_append (out, START "Content-Type: multipart/mixed; boundary=\"\"\n\n");
  repeat (out, "--\n", 100000);
}

static void
undeclared_boundary_lines (GString *out)
{
  g_string_append (out, START "\n");
  repeat (out, "-- comment\n", 5000);
}

static void
many_headers (GString *out)
{
  g_string_append (out, START);
  for (unsigned i = 0; i < 20000; i++)
    g_string_append_printf (out, "X-%u: y\n", i);
  g_string_append (out, "\nbody\n");
}

static void
many_headers_in_part (GString *out)
{
  g_string_append (out, START "Content-Type: multipart/mixed; boundary=b\n\n--b\n");
  repeat (out, "X: y\n", 20000);
  g_string_append (out, "\nbody\n--b--\n");
}

static void
many_headers_in_parts (GString *out)
{
  g_string_append (out, START "Content-Type: multipart/mixed; boundary=b\n\n");
  for (unsigned i = 0; i < 400; i++)
    {
      g_string_append (out, "--b\n");
      repeat (out, "X: y\n", 500);
      g_string_append (out, "\nbody\n");
    }
}

static void
many_references (GString *out)
{
  g_string_append (out, START "References:");
  for (unsigned i = 0; i < 100000; i++)
    g_string_append_printf (out, " <%u@x>\n", i);
  g_string_append (out, "\nbody\n");
}

static void
some_references (GString *out)
{
  g_string_append (out, START "References:");
  for (unsigned i = 0; i < 10000; i++)
    g_string_append_printf (out, "\n <%u@x>", i);
  g_string_append (out, "\n\nbody\n");
}

static void
many_recipients (GString *out)
{
  g_string_append (out, START "To: ");
  for (unsigned i = 0; i < 10000; i++)
    g_string_append_printf (out, "a%u@b.example,\n ", i);
  g_string_append (out, "z@b.example\n\nbody\n");
}

static void
nul_bytes (GString *out)
{
  g_string_append (out, START "X-A: a");
  g_string_append_c (out, '\0');
  g_string_append (out, "b\n\nte");
  g_string_append_c (out, '\0');
  g_string_append (out, "xt\n");
}

static void
overlong_line (GString *out)
{
  g_string_append (out, START "X-Long: ");
  repeat (out, "word ", 50000);
  g_string_append (out, "\n\n");
  repeat (out, "x", 3 * 1024 * 1024);
}

static void
broken_base64 (GString *out)
{
  g_string_append (out, START "Content-Transfer-Encoding: base64\n\n");
  repeat (out, "\377=A?=Zg\001", 20000);
}

static void
deep_multiparts (GString *out)
{
  g_string_append (out, START);
  for (unsigned i = 0; i < 10000; i++)
    g_string_append_printf (out, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
  g_string_append (out, "\nbody\n");
}

static void
rather_deep_multiparts (GString *out)
{
  g_string_append (out, START);
  for (unsigned i = 0; i < 100; i++)
    g_string_append_printf (out, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
  g_string_append (out, "\nbody\n");
}

static void
deepest_multiparts (GString *out)
{
  g_string_append (out, START);
  for (unsigned i = 0; i < 499; i++)
    g_string_append_printf (out, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
  g_string_append (out, "\nbody\n");
}

static void
deepest_messages (GString *out)
{
  g_string_append (out, START);
  repeat (out, "Content-Type: message/rfc822\n\n", 499);
  g_string_append (out, "\nbody\n");
}

static void
deep_messages (GString *out)
{
  g_string_append (out, START);
  repeat (out, "Content-Type: message/rfc822\n\n", 10000);
}

static void
deep_digests (GString *out)
{
  g_string_append (out, START);
  for (unsigned i = 0; i < 5000; i++)
    g_string_append_printf (out, "Content-Type: multipart/digest; boundary=b%u\n\n--b%u\n\n", i, i);
}

static void
many_parts (GString *out)
{
  g_string_append (out, START "Content-Type: multipart/mixed; boundary=b\n\n");
  repeat (out, "--b\nContent-Type: a/b\n\nx\n", 1500);
}

static void
many_parameters (GString *out)
{
  g_string_append (out, START "Content-Type: a/b");
  for (unsigned i = 0; i < 10000; i++)
    g_string_append_printf (out, "; name*%u*=%%00x", i);
  g_string_append (out, "\n\nbody\n");
}

static void
many_encoded_words (GString *out)
{
  g_string_append (out, START "X-A: ");
  repeat (out, "=?utf-8?q?a?= =?iso-8859-1?b?=?", 4000);
  repeat (out, "=?", 40000);
  g_string_append (out, "\n\nbody\n");
}

/* GMime would look for the end of each of them as far as the value goes. */
#define OPEN_WORD "=?utf-8?q?a"

static void
open_words (GString *out)
{
  g_string_append (out, START "To: ");
  repeat (out, OPEN_WORD, 20000);
  g_string_append (out, "\n\nbody\n");
}

static void
open_words_in_type (GString *out)
{
  g_string_append (out, START "Content-Type: text/plain; name=");
  repeat (out, OPEN_WORD, 20000);
  g_string_append (out, "\n\nbody\n");
}

static void
open_words_in_disposition (GString *out)
{
  g_string_append (out, START "Content-Disposition: inline; filename=\"");
  repeat (out, OPEN_WORD " ", 20000);
  g_string_append (out, "\n\nbody\n");
}

static void
open_words_in_parts (GString *out)
{
  g_string_append (out, START "Content-Type: multipart/mixed; boundary=b\n\n");
  for (unsigned i = 0; i < 9; i++)
    {
      g_string_append (out, "--b\nX-A: ");
      repeat (out, OPEN_WORD, 20000);
      g_string_append (out, "\n\nbody\n");
    }
}

static void
addresses_in_attachments (GString *out)
{
  g_string_append (out, START "Content-Type: multipart/mixed; boundary=b\n\n");
  for (unsigned i = 0; i < 9; i++)
    {
      g_string_append (out, "--b\nContent-Type: message/rfc822\n\nTo: ");
      repeat (out, "a@b,", 60000);
      g_string_append (out, "\n\nbody\n");
    }
}

/* Each of the lines is compared with every boundary that is open. */
static void
dashes_in_multiparts (GString *out)
{
  g_string_append (out, START "Content-Type: multipart/mixed; boundary=b0\n\n");
  for (unsigned i = 0; i < 28; i++)
    g_string_append_printf (out, "--b%u\nContent-Type: multipart/mixed; boundary=b%u\n\n", i, i + 1);
  repeat (out, "--\n", 1000000);
}

static void
deep_html (GString *out)
{
  g_string_append (out, START "Content-Type: text/html\n\n");
  repeat (out, "<div><b>x", 200000);
}

static void
header_only (GString *out)
{
  g_string_append (out, START);
}

static void
wild_bytes (GString *out)
{
  g_string_append (out, START "To: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n");
  for (unsigned i = 0; i < 300000; i++)
    g_string_append_c (out, (char) ((i * 2654435761u) >> 13));
  g_string_append (out, "\n--b\nContent-Type: text/html\n\n");
  for (unsigned i = 0; i < 300000; i++)
    g_string_append_c (out, "<>&;\"'=/ -!a\n\300\001"[((i * 2654435761u) >> 11) % 15]);
}

static const struct
{
  const char *name;
  void (*make) (GString *out);
  bool unreadable;
} cases[] = {
  { "groups", nested_groups, true },
  { "groups in quotes", nested_groups_in_quotes, true },
  { "some groups in quotes", some_groups_in_quotes, false },
  { "groups in an attachment", nested_groups_in_attachment, true },
  { "comments", nested_comments, false },
  { "boundary lines", boundary_lines, true },
  { "empty boundary", empty_boundary_lines, true },
  { "undeclared boundary lines", undeclared_boundary_lines, false },
  { "headers", many_headers, true },
  { "headers in a part", many_headers_in_part, true },
  { "headers in parts", many_headers_in_parts, true },
  { "references", many_references, true },
  { "some references", some_references, false },
  { "recipients", many_recipients, false },
  { "NUL", nul_bytes, false },
  { "long line", overlong_line, false },
  { "base64", broken_base64, false },
  { "multiparts", deep_multiparts, true },
  { "100 multiparts", rather_deep_multiparts, true },
  { "499 multiparts", deepest_multiparts, true },
  { "messages", deep_messages, true },
  { "499 messages", deepest_messages, false },
  { "digests", deep_digests, true },
  { "parts", many_parts, true },
  { "parameters", many_parameters, false },
  { "encoded words", many_encoded_words, false },
  { "open words", open_words, true },
  { "open words in Content-Type", open_words_in_type, true },
  { "open words in Content-Disposition", open_words_in_disposition, true },
  { "open words in parts", open_words_in_parts, true },
  { "addresses in attachments", addresses_in_attachments, true },
  { "dashes in multiparts", dashes_in_multiparts, true },
  { "HTML", deep_html, false },
  { "header only", header_only, false },
  { "wild bytes", wild_bytes, false },
};

static bool
is_clean_line (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((unsigned char) *p < 0x20 || *p == 0x7f)
      return false;
  return g_utf8_validate (text, -1, NULL);
}

static void
check_bounds (const TmMail *mail, const TmLimits *limits)
{
  ck_assert_uint_le (mail->headers->len, limits->headers);
  ck_assert_uint_le (mail->to->len, limits->addresses);
  ck_assert_uint_le (mail->references->len, limits->references);
  ck_assert_uint_le (mail->attachments->len, limits->parts);
  ck_assert_uint_le (strlen (mail->text), limits->text);
  ck_assert (g_utf8_validate (mail->text, -1, NULL));
  ck_assert_uint_eq (mail->reply_start + mail->reply_len, strlen (mail->text));
  for (guint i = 0; i < mail->headers->len; i++)
    {
      const TmHeader *header = g_ptr_array_index (mail->headers, i);
      ck_assert (is_clean_line (header->name) && is_clean_line (header->value));
      ck_assert (header->raw == NULL || is_clean_line (header->raw));
    }
  for (guint i = 0; i < mail->attachments->len; i++)
    {
      const TmAttachment *attachment = g_ptr_array_index (mail->attachments, i);
      ck_assert (is_clean_line (attachment->name) && strlen (attachment->name) <= 255);
    }
}

static void *
read_one (void *raw)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  return mime_read (raw, &limits);
}

/* The parser calls itself: a thread of a library has less stack than a program. */
static TmMail *
read_on_small_stack (GBytes *raw)
{
  pthread_t reader;
  pthread_attr_t attributes;
  void *mail;
  pthread_attr_init (&attributes);
  pthread_attr_setstacksize (&attributes, 512 * 1024);
  ck_assert_int_eq (pthread_create (&reader, &attributes, read_one, raw), 0);
  pthread_join (reader, &mail);
  pthread_attr_destroy (&attributes);
  return mail;
}

START_TEST (fault_15_survives)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  struct rusage before, after;
  GString *text = g_string_new (NULL);
  cases[_i].make (text);
  g_autoptr (GBytes) raw = g_bytes_new_take (text->str, text->len);
  g_string_free (text, FALSE);
  mime_init ();
  getrusage (RUSAGE_SELF, &before);
  g_autoptr (TmMail) mail = read_on_small_stack (raw);
  getrusage (RUSAGE_SELF, &after);
  check_bounds (mail, &limits);
  ck_assert_str_eq (mail->subject, "torture");
  ck_assert_str_eq (mail->from->address, "joe@b.example");
  ck_assert_msg (((mail->flags & TM_FLAG_UNREADABLE) != 0) == cases[_i].unreadable, "%s", cases[_i].name);
  /* kB; the sanitizers keep freed memory. */
#if !defined __SANITIZE_ADDRESS__
  ck_assert_int_le (after.ru_maxrss - before.ru_maxrss, 64 * 1024);
#endif
}
END_TEST

START_TEST (fault_15_references_kept)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  GString *text = g_string_new (NULL);
  some_references (text);
  g_autoptr (GBytes) raw = g_bytes_new_take (text->str, text->len);
  g_string_free (text, FALSE);
  mime_init ();
  g_autoptr (TmMail) mail = mime_read (raw, &limits);
  ck_assert_uint_eq (mail->references->len, limits.references);
  ck_assert_str_eq (g_ptr_array_index (mail->references, 0), "0@x");
  ck_assert_str_eq (g_ptr_array_index (mail->references, limits.references - 1), "9999@x");
}
END_TEST

SUITE_MAIN ("mime-torture", tcase_add_loop_test (tc, fault_15_survives, 0, G_N_ELEMENTS (cases));
            tcase_add_test (tc, fault_15_references_kept);)
