/* SPDX-License-Identifier: BSD-2-Clause */
/* Without a file descriptor mail reads otherwise than it is, which is known; with one again it reads as ever. */
#define SUITE_NEEDS_PROCESSES
#include "mime/mime.h"
#include "mime/rewrite.h"
#include "mime/shortage.h"
#include "tests/support/suite.h"

#include <string.h>
#include <sys/resource.h>

static const struct
{
  const char *raw, *subject;
  bool needs; /* a descriptor */
} mails[] = {
  { "Subject: plain\n\nplain\n", "plain", false },
  { "Subject: =?utf-8?q?vi=C5=A1e?=\n\nvi\305\241e\n", "više", false },
  { "Subject: =?iso-8859-2?q?vi=B9e?=\n\n\n", "više", true },
  { "Subject: =?iso-8859-15?q?=A4?=\n\n\n", "€", true },
  { "Subject: =?gb18030?b?suLK1A==?=\n\n\n", "测试", true },
  { "Subject: =?iso-2022-jp?b?GyRCJUYlOSVIGyhC?=\n\n\n", "テスト", true },
  { "Subject: vi\271e\nContent-Type: text/plain; charset=iso-8859-2\n\n\n", "više", true },
  { "Subject: body\nContent-Type: text/plain; charset=iso-8859-2\n\nvi\271e\n", "body", true },
  { "Subject: guessed\n\n\360\322\311\327\305\324 \360\322\311\327\305\324\n", "guessed", true },
};

static const char unknown[] = "Subject: =?x-none?q?vi=C5=A1e?=\n\nx\n";

static void
limit_descriptors (rlim_t soft)
{
  struct rlimit limit;
  ck_assert_int_eq (getrlimit (RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = MIN (soft, limit.rlim_max);
  ck_assert_int_eq (setrlimit (RLIMIT_NOFILE, &limit), 0);
}

/* Whether nothing was lacking for it. */
static bool
read_one (const char *raw, TmMail **mail_out)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  g_autoptr (GBytes) bytes = g_bytes_new_static (raw, strlen (raw));
  g_autoptr (GError) error = NULL;
  shortage_begin ();
  *mail_out = mime_read (bytes, &limits);
  bool is_whole = shortage_check (&error);
  ck_assert (is_whole ? error == NULL : g_error_matches (error, TM_ERROR, TM_ERROR_TEMP));
  return is_whole;
}

START_TEST (no_descriptor)
{
  g_autoptr (TmMail) without = NULL;
  g_autoptr (TmMail) with = NULL;
  mime_init ();
  limit_descriptors (0);
  ck_assert_int_eq (read_one (mails[_i].raw, &without), !mails[_i].needs);
  limit_descriptors (1024);
  ck_assert (read_one (mails[_i].raw, &with));
  ck_assert_str_eq (with->subject, mails[_i].subject);
}
END_TEST

/* Nothing is lacking where nobody has a converter. */
START_TEST (unknown_charset)
{
  g_autoptr (TmMail) mail = NULL;
  mime_init ();
  ck_assert (read_one (unknown, &mail));
  ck_assert_str_eq (mail->subject, "više");
}
END_TEST

/* Neither "it cannot be rewritten" nor a charset that nobody has. */
START_TEST (no_descriptor_to_rewrite_with)
{
  static const char raw[] = "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n"
                            "IwBjAGwAbwBzAGUACgB4AAoA\n"; /* #close, x */
  TmLimits limits = TM_LIMITS_DEFAULT;
  g_autoptr (GBytes) bytes = g_bytes_new_static (raw, strlen (raw));
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  char line[] = "#close";
  g_ptr_array_add (lines, line);
  const TmRewriteOrder order = { .remove = lines, .footer = "Ticket 7" };
  mime_init ();
  for (unsigned i = 0; i < 2; i++)
    {
      g_autoptr (TmRewritten) rewritten = NULL;
      bool has_any = i == 1;
      limit_descriptors (has_any ? 1024 : 0);
      shortage_begin ();
      TmRewriteResult result = mime_rewrite (bytes, &order, &limits, &rewritten);
      ck_assert_int_eq (shortage_check (NULL), has_any);
      ck_assert_int_eq (result == TM_REWRITE_DONE, has_any);
    }
}
END_TEST

/* What is asked once of each name is asked again of the next message. */
START_TEST (unknown_for_one_message)
{
  g_autoptr (TmMail) without = NULL;
  g_autoptr (TmMail) with = NULL;
  static const char twice[] = "Subject: =?iso-8859-2?q?vi=B9e?= =?x-none?q?vi=C5=A1e?= =?iso-8859-2?q?_vi=B9e?=\n\n\n";
  mime_init ();
  limit_descriptors (0);
  ck_assert (!read_one (twice, &without));
  limit_descriptors (1024);
  ck_assert (read_one (twice, &with));
  ck_assert_str_eq (with->subject, "viševiše više");
}
END_TEST

SUITE_MAIN ("mime-shortage", tcase_add_loop_test (tc, no_descriptor, 0, (int) G_N_ELEMENTS (mails));
            tcase_add_test (tc, unknown_charset);
            tcase_add_test (tc, no_descriptor_to_rewrite_with);
            tcase_add_test (tc, unknown_for_one_message);)
