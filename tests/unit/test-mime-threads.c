/* SPDX-License-Identifier: BSD-2-Clause */
/* Many sessions read mail at once. */
#include "mime/mime.h"
#include "tests/support/suite.h"

#include <pthread.h>
#include <string.h>

static void *
read_many (void *data)
{
  TmLimits limits = TM_LIMITS_DEFAULT;
  unsigned n_same = 0;
  for (unsigned i = 0; i < 200; i++)
    {
      g_autoptr (TmMail) mail = mime_read (data, &limits);
      n_same += strcmp (mail->text, "grün\nfett") == 0 && strcmp (mail->subject, "ä①") == 0
                && mail->attachments->len == 1;
    }
  return GUINT_TO_POINTER (n_same);
}

/* Many sessions read at once, on small stacks as MTAs' libraries make them. */
START_TEST (threads)
{
  static const char message[]
      = "Subject: =?utf-8?q?=C3=A4?= =?iso-2022-jp?b?GyRCLSEbKEI=?=\nFrom: \"=?utf-8?q?=C3=A4?=\" <a@b.example>\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=iso-8859-1\n\ngr\374n\n"
        "--b\nContent-Type: text/html\n\n<b>fett</b>\n--b\nContent-Type: message/rfc822\n\n"
        "To: x@y.example\n\nx\n--b--\n";
  g_autoptr (GBytes) raw = g_bytes_new_static (message, strlen (message));
  pthread_t readers[8];
  pthread_attr_t attributes;
  mime_init ();
  pthread_attr_init (&attributes);
  pthread_attr_setstacksize (&attributes, 512 * 1024);
  for (size_t i = 0; i < G_N_ELEMENTS (readers); i++)
    ck_assert_int_eq (pthread_create (&readers[i], &attributes, read_many, raw), 0);
  for (size_t i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      void *n_same;
      pthread_join (readers[i], &n_same);
      ck_assert_uint_eq (GPOINTER_TO_UINT (n_same), 200);
    }
  pthread_attr_destroy (&attributes);
}
END_TEST

SUITE_MAIN ("mime-threads", tcase_add_test (tc, threads);)
