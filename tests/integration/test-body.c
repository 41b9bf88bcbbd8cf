/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a new body reaches the MTA whole: a filter with the real libmilter, in a process of its own, replaces the
 * body of each message by as many bytes as the envelope sender says.
 */
#include "milter/apply.h"
#include "tests/support/milter-client.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_S = 30, PATIENCE_MS = 10000, STEP_MS = 10 };

static GBytes *
make_body (gsize len)
{
  guint8 *bytes = g_malloc (len + 1);
  for (gsize i = 0; i < len; i++)
    bytes[i] = (guint8) (i * 31 + i / 251);
  return g_bytes_new_take (bytes, len);
}

/* --- the filter --- */

static sfsistat
on_mail (SMFICTX *ctx, char **args)
{
  smfi_setpriv (ctx, GSIZE_TO_POINTER (g_ascii_strtoull (args[0] + 1, NULL, 10)));
  return SMFIS_CONTINUE;
}

static sfsistat
on_eom (SMFICTX *ctx)
{
  g_autoptr (GBytes) body = make_body (GPOINTER_TO_SIZE (smfi_getpriv (ctx)));
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) edit_free);
  g_ptr_array_add (edits, edit_new (TM_EDIT_ADD, "X-Ticket-ID", 0, "1042"));
  g_ptr_array_add (edits, edit_new_body (body));
  smfi_setpriv (ctx, NULL);
  return apply_edits (ctx, "QUEUEID", edits, false) ? SMFIS_CONTINUE : SMFIS_TEMPFAIL;
}

static void
run_filter (char *where)
{
  static char name[] = "body";
  const struct smfiDesc description = { .xxfi_name = name, .xxfi_version = SMFI_VERSION,
                                        .xxfi_flags = SMFIF_ADDHDRS | SMFIF_CHGBODY,
                                        .xxfi_envfrom = on_mail, .xxfi_eom = on_eom };
  _exit (smfi_setconn (where) == MI_SUCCESS && smfi_register (description) == MI_SUCCESS && smfi_main () == MI_SUCCESS
         ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* --- the MTA --- */

static MilterClient *
connect_to (const char *where)
{
  MilterClient *client = NULL;
  for (unsigned waited = 0; client == NULL && waited < PATIENCE_MS; waited += STEP_MS)
    if (!milter_client_open (where, WAIT_S, &client, NULL))
      g_usleep (STEP_MS * 1000);
  ck_assert_msg (client != NULL, "no filter at %s", where);
  return client;
}

static const gsize sizes[] = { 0, 1, 65534, 65535, 65536, 131070, 1 << 20 };

START_TEST (whole)
{
  g_autofree char *dir = g_dir_make_tmp ("tm-body-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "s", NULL), *where = g_strconcat ("unix:", path, NULL);
  pid_t filter = fork ();
  if (filter == 0)
    run_filter (where);
  g_autoptr (MilterClient) client = connect_to (where);
  g_autofree char *sender = g_strdup_printf ("<%" G_GSIZE_FORMAT ">", sizes[_i]);
  static const char raw[] = "Subject: x\n\nold\r\n";
  GError *error = NULL;
  bool ok = milter_client_negotiate (client, MILTER_CLIENT_ACTIONS, MILTER_CLIENT_PROTOCOL, &error)
            && milter_client_message (client, NULL, sender, (const char *const[]){ "<a@example.com>", NULL }, raw,
                                      strlen (raw), &error);
  kill (filter, SIGKILL);
  waitpid (filter, NULL, 0);
  g_unlink (path);
  g_rmdir (dir);
  ck_assert_msg (ok, "%s", error != NULL ? error->message : "");
  ck_assert_int_eq (client->reply.kind, SMFIR_CONTINUE);
  ck_assert_str_eq (milter_client_edited (client, "X-Ticket-ID"), "1042");
  g_autoptr (GBytes) wanted = make_body (sizes[_i]), body = milter_client_new_body (client);
  ck_assert_ptr_nonnull (body);
  ck_assert_uint_eq (g_bytes_get_size (body), sizes[_i]);
  ck_assert (g_bytes_equal (body, wanted));
  gsize n_chunks = MAX ((sizes[_i] + MILTER_CHUNK_SIZE - 1) / MILTER_CHUNK_SIZE, 1);
  ck_assert_uint_eq (client->reply.edits->len, 1 + n_chunks);
}
END_TEST

SUITE_MAIN ("body", tcase_add_loop_test (tc, whole, 0, G_N_ELEMENTS (sizes));)
