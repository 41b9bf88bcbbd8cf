/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/receivers.h"

#include "conf/secret.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 4096, KEY_MAX = 1024 };

/* --- what must be said --- */

/* Which options a kind has beside its own. */
static const struct
{
  bool may_have_key, needs_key, may_have_ca;
} kinds[] = {
  [TM_RECEIVER_MAIL] = { 0 },
  [TM_RECEIVER_EXEC] = { 0 },
  [TM_RECEIVER_PAGERDUTY] = { .may_have_key = true, .needs_key = true, .may_have_ca = true },
  [TM_RECEIVER_SLACK] = { .may_have_key = true, .may_have_ca = true },
  [TM_RECEIVER_GENERIC] = { .may_have_key = true, .needs_key = true, .may_have_ca = true },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == TM_RECEIVER_END);

static unsigned
find_kinds (const TmNode *map, TmReceiverKind *kind_out)
{
  unsigned n = 0;
  for (int kind = TM_RECEIVER_END - 1; kind >= 0; kind--)
    if (node_get (map, receiver_kind_name ((TmReceiverKind) kind)) != NULL)
      {
        *kind_out = (TmReceiverKind) kind;
        n++;
      }
  return n;
}

static void
refuse_option (TmTableReader *reader, const TmPlace *place, const char *key, const TmReceiver *receiver)
{
  const TmNode *node = node_get (place->node, key);
  g_autofree char *path = g_strconcat (place->path, ".", key, NULL);
  if (node != NULL)
    findings_error (reader->findings, &node->mark, path, "means nothing to a receiver of kind %s",
                    receiver_kind_name (receiver->kind));
}

static void
check_exec (TmTableReader *reader, const TmReceiver *receiver, const TmPlace *place)
{
  const TmNode *node = node_get (place->node, "exec");
  g_autofree char *path = g_strconcat (place->path, ".exec", NULL);
  if (receiver->argv == NULL || node->kind != TM_NODE_LIST)
    return;
  if (receiver->argv[0] == NULL)
    findings_error (reader->findings, &node->mark, path, "the list is empty: name the program, then its arguments");
  else if (!g_path_is_absolute (receiver->argv[0]))
    findings_error (reader->findings, &node->mark, path,
                    "`%s` is no absolute path: it is run without a shell, and without PATH", receiver->argv[0]);
}

static void
check_receiver (TmTableReader *reader, TmReceiver *receiver, const TmPlace *place)
{
  unsigned n = find_kinds (place->node, &receiver->kind);
  if (n != 1)
    {
      if (n > 1 || !reader->findings->is_partial)
        findings_error (reader->findings, &place->node->mark, place->path,
                        "is %s of mail, exec, pagerduty, slack and generic: give it exactly one",
                        n == 0 ? "none" : "more than one");
      return;
    }
  if (receiver->kind == TM_RECEIVER_EXEC)
    check_exec (reader, receiver, place);
  if (!kinds[receiver->kind].may_have_key)
    refuse_option (reader, place, "key_file", receiver);
  if (!kinds[receiver->kind].may_have_ca)
    refuse_option (reader, place, "ca_file", receiver);
  if (receiver->kind == TM_RECEIVER_MAIL)
    refuse_option (reader, place, "timeout", receiver);
  if (kinds[receiver->kind].needs_key && node_get (place->node, "key_file") == NULL && !reader->findings->is_partial)
    findings_error (reader->findings, &place->node->mark, place->path, "needs a `key_file`, %s",
                    receiver->kind == TM_RECEIVER_PAGERDUTY ? "with the integration's routing key"
                                                            : "with the key that signs what is sent");
}

void
check_receivers (TmTableReader *reader, TmSite *site)
{
  for (guint i = 0; i < site->receivers->len; i++)
    {
      const TmPlace *place = reader_place (reader, site->receivers->pdata[i]);
      if (place != NULL && place->node->kind == TM_NODE_MAP)
        check_receiver (reader, site->receivers->pdata[i], place);
    }
}

/* --- what must be there --- */

/* One line of visible ASCII: it stands in a header, a URL or JSON. */
static char *
parse_key (const TmSecretFile *secret)
{
  g_auto (TmSecretText) key = g_strchomp (g_strdup (secret->text));
  gsize len = strlen (key);
  if (len == 0 || len > KEY_MAX || memchr (secret->text, '\0', secret->len) != NULL)
    return NULL;
  for (const char *p = key; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return NULL;
  return g_steal_pointer (&key);
}

static void
load_key (TmTableReader *reader, TmReceiver *receiver)
{
  const TmPlace *place = reader_place (reader, receiver->key_file);
  g_auto (TmSecretFile) secret = { 0 };
  g_autoptr (GError) error = NULL;
  if (!secret_file_read (receiver->key_file, "key file", "get another key", KEY_FILE_MAX, &secret, &error))
    findings_error (reader->findings, &place->node->mark, place->path, "%s", error->message);
  else if ((receiver->key = parse_key (&secret)) == NULL)
    findings_error (reader->findings, &place->node->mark, place->path,
                    "%s must hold the key alone: one line without blanks, at most %d bytes", receiver->key_file,
                    KEY_MAX);
}

static void
try_ca (TmTableReader *reader, const TmReceiver *receiver)
{
  const TmPlace *place = reader_place (reader, receiver->ca_file);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  if (!g_file_get_contents (receiver->ca_file, &text, NULL, &error))
    findings_error (reader->findings, &place->node->mark, place->path, "%s", error->message);
  else if (strstr (text, "-----BEGIN CERTIFICATE-----") == NULL)
    findings_error (reader->findings, &place->node->mark, place->path, "%s holds no certificate in PEM form",
                    receiver->ca_file);
}

static void
try_program (TmTableReader *reader, const TmReceiver *receiver)
{
  const TmPlace *place = reader_place (reader, receiver);
  const TmNode *node = place != NULL ? node_get (place->node, "exec") : NULL;
  if (node != NULL && g_path_is_absolute (receiver->argv[0]) && access (receiver->argv[0], X_OK) != 0)
    {
      g_autofree char *path = g_strconcat (place->path, ".exec", NULL);
      findings_warning (reader->findings, &node->mark, path, "%s cannot be run: %s", receiver->argv[0],
                        g_strerror (errno));
    }
}

void
load_receivers (TmTableReader *reader, TmSite *site)
{
  for (guint i = 0; i < site->receivers->len; i++)
    {
      TmReceiver *receiver = site->receivers->pdata[i];
      if (receiver->key_file != NULL && kinds[receiver->kind].may_have_key)
        load_key (reader, receiver);
      if (receiver->ca_file != NULL && kinds[receiver->kind].may_have_ca)
        try_ca (reader, receiver);
      if (receiver->argv != NULL && receiver->argv[0] != NULL)
        try_program (reader, receiver);
    }
}
