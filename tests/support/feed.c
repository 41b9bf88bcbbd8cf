/* SPDX-License-Identifier: BSD-2-Clause */
/* feed [-c CLIENT] [-l LOGIN] CONFIG SENDER RCPT FILE…: puts messages through the inbound line, without an MTA, as from
 * an SMTP client of that address, 192.0.2.1 when none is given, who is logged in.  A `%` in SENDER is the file's name,
 * without its end.  Prints what was done with each. */
#include "base/clock.h"
#include "base/text.h"
#include "desk/receive.h"
#include "mime/mime.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *
sender_of (const char *pattern, const char *file)
{
  g_autofree char *name = g_path_get_basename (file);
  g_auto (GStrv) parts = g_strsplit (pattern, "%", 2);
  name[strcspn (name, ".")] = '\0';
  return g_strjoinv (name, parts);
}

static bool
feed (TmStore *store, TmPolicy *policy, const char *const *words, const char *file, GError **error)
{
  g_autofree char *data = NULL;
  gsize len;
  g_autoptr (TmPlan) plan = NULL;
  if (!g_file_get_contents (file, &data, &len, error))
    return false;
  g_autoptr (GBytes) raw = g_bytes_new (data, len);
  TmEnvelope *envelope = envelope_new ();
  g_autofree char *sender = sender_of (words[0], file);
  envelope_set_sender (envelope, sender);
  envelope_add_recipient (envelope, policy->site, words[1]);
  envelope->client_address = g_strdup (words[2]);
  envelope->login = g_strdup (words[3]);
  if (!receive_message (store, policy, envelope, raw, NULL, clock_monotonic_us () + 60 * G_USEC_PER_SEC, NULL, &plan,
                        error))
    return false;
  printf ("%s %" G_GINT64_FORMAT "\n", action_name (plan->action), plan->ticket);
  return true;
}

static bool
feed_all (const char *client, const char *login, char **argv, GError **error)
{
  g_autoptr (TmPolicy) policy = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  TmStore *store = NULL;
  const char *const words[] = { argv[1], argv[2], client, login };
  bool ok = policy_load (argv[0], &policy, &findings, error);
  TmStoreOptions options = { .path = ok ? policy->daemon.database : NULL, .max_jobs = 10 };
  ok = ok && store_open (&options, &store, error);
  for (char **file = argv + 3; ok && *file != NULL; file++)
    ok = feed (store, policy, words, *file, error);
  store_close (store);
  return ok;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const char *client = "192.0.2.1", *login = NULL;
  for (int option; (option = getopt (argc, argv, "+c:l:")) != -1;)
    switch (option)
      {
      case 'c': client = optarg; break;
      case 'l': login = optarg; break;
      default: return 64;
      }
  if (argc < optind + 4)
    return 64;
  mime_init ();
  bool ok = feed_all (client, login, argv + optind, &error);
  mime_shutdown ();
  if (!ok)
    fprintf (stderr, "feed: %s\n", error->message);
  return error_exit_code (error);
}
