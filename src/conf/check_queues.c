/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold of queues and agents: addresses, where answers go, and what proves who somebody is.
 */
#include "conf/check.h"

#include "conf/keyring.h"
#include "core/address.h"

#include <string.h>

/* --- agents --- */

static bool
has_proof (const TmAgent *agent)
{
  bool has_session = (agent->proofs & TM_PROOF_SASL) != 0 && (agent->logins->len > 0 || agent->certs->len > 0);
  bool has_mail = (agent->proofs & TM_PROOF_DMARC) != 0 && agent->addresses->len > 0;
  return has_session || has_mail;
}

static bool
has_proven_agent (const TmSite *site, const TmQueue *queue)
{
  for (guint i = 0; i < site->agents->len; i++)
    {
      const TmAgent *agent = site->agents->pdata[i];
      if (has_proof (agent) && queue_has_agent (queue, agent))
        return true;
    }
  return false;
}

static void
warn_at (TmTableReader *reader, const TmAgent *agent, const char *key, const char *what)
{
  const TmPlace *place = reader_place (reader, agent);
  const TmNode *node = place != NULL ? node_get (place->node, key) : NULL;
  if (node == NULL)
    return;
  g_autofree char *path = g_strconcat (place->path, ".", key, NULL);
  findings_warning (reader->findings, &node->mark, path, "%s", what);
}

/* A certificate that is two agents' would make somebody either of them. */
static void
check_certs (TmTableReader *reader, const TmAgent *agent, GHashTable *owners)
{
  for (guint i = 0; i < agent->certs->len; i++)
    {
      const TmCert *cert = agent->certs->pdata[i];
      const TmPlace *place = reader_place (reader, cert);
      if (*cert->subject == '\0' || *cert->issuer == '\0')
        continue;
      g_autofree char *key = g_strconcat (cert->subject, "\n", cert->issuer, NULL);
      const TmAgent *owner = g_hash_table_lookup (owners, key);
      if (owner != NULL && place != NULL)
        findings_error (reader->findings, &place->node->mark, place->path, "this certificate is agent `%s`'s already",
                        owner->id);
      else
        g_hash_table_insert (owners, g_steal_pointer (&key), (gpointer) (gsize) agent);
    }
}

void
check_agents (TmTableReader *reader, const TmSite *site)
{
  g_autoptr (GHashTable) owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < site->agents->len; i++)
    {
      const TmAgent *agent = site->agents->pdata[i];
      check_certs (reader, agent, owners);
      if ((agent->proofs & TM_PROOF_DMARC) != 0 && site->authserv_ids[0] == NULL && !reader->findings->is_partial)
        warn_at (reader, agent, "proof",
                 "dmarc proves nothing without authserv_ids: name the filter whose results count");
      if ((agent->proofs & TM_PROOF_DMARC) != 0 && agent->addresses->len == 0 && !reader->findings->is_partial)
        warn_at (reader, agent, "proof", "dmarc proves an address, and this agent has none");
      if ((agent->proofs & TM_PROOF_SASL) != 0)
        continue;
      warn_at (reader, agent, "logins", "never used: `proof` has no sasl");
      warn_at (reader, agent, "certs", "never used: `proof` has no sasl");
    }
}

/* --- queues --- */

static void
check_addresses (TmTableReader *reader, const TmSite *site, const TmQueue *queue)
{
  for (guint i = 0; i < queue->addresses->len; i++)
    {
      const char *address = queue->addresses->pdata[i];
      const TmPlace *place = reader_place (reader, address);
      g_autofree char *base = NULL, *extension = NULL;
      address_split_extension (address, site->recipient_delimiter, &base, &extension);
      if (extension != NULL)
        findings_warning (reader->findings, &place->node->mark, place->path,
                          "holds the recipient_delimiter `%c`: signed addresses of this queue cannot be told from it",
                          site->recipient_delimiter);
    }
}

static bool
has_ascii_address (const TmQueue *queue)
{
  return queue->addresses->len == 0 || g_str_is_ascii (queue->addresses->pdata[0]);
}

/* The option of the queue, as it was written, that makes its mail to the agents carry tokens; NULL: none was. */
static const TmNode *
signing_option (const TmTableReader *reader, const TmQueue *queue, char **path_out)
{
  const char *key = queue->mailboxes == TM_MAILBOXES_REMOTE ? "mailboxes"
                    : queue->reply_to == TM_REPLY_TO_TOKEN  ? "reply_to"
                                                            : NULL;
  const TmPlace *place = key != NULL ? reader_place (reader, queue) : NULL;
  const TmNode *node = place != NULL ? node_get (place->node, key) : NULL;
  if (node != NULL)
    *path_out = g_strconcat (place->path, ".", key, NULL);
  return node;
}

/* Mail to the agents goes out with the queue's first address as its author, or asks for answers there. */
static void
check_answers (TmTableReader *reader, const TmSite *site, const TmQueue *queue)
{
  g_autofree char *path = NULL;
  const TmNode *node = signing_option (reader, queue, &path);
  if (node == NULL)
    return;
  if (!has_ascii_address (queue))
    findings_error (reader->findings, &node->mark, path,
                    "the queue's first address must be ASCII: it stands in From or Reply-To; put another one first");
  if (!has_proven_agent (site, queue))
    findings_warning (reader->findings, &node->mark, path,
                      "answers go to a signed address, and no agent of this queue has a login, a certificate or proof "
                      "dmarc: agents' answers will be refused or taken for a stranger's");
}

static void
check_channels (TmTableReader *reader, const TmSite *site, const TmQueue *queue)
{
  GHashTableIter iter;
  gpointer priority, channel;
  g_hash_table_iter_init (&iter, queue->channels);
  while (g_hash_table_iter_next (&iter, &priority, &channel))
    {
      const TmPlace *place = reader_place (reader, channel);
      if (site_priority_rank (site, priority) < 0)
        findings_error (reader->findings, &place->node->mark, place->path, "unknown priority `%s`",
                        (const char *) priority);
    }
}

void
check_queues (TmTableReader *reader, const TmSite *site)
{
  for (guint i = 0; i < site->queues->len; i++)
    {
      check_addresses (reader, site, site->queues->pdata[i]);
      check_answers (reader, site, site->queues->pdata[i]);
      if (!reader->findings->is_partial)
        check_channels (reader, site, site->queues->pdata[i]);
    }
}

/* --- reply_to --- */

static bool
names_reply_to (const TmTableReader *reader, const TmQueue *queue)
{
  const TmPlace *place = reader_place (reader, queue);
  return place != NULL && node_get (place->node, "reply_to") != NULL;
}

/* The queue named none, so the settings have the default of the table. */
static void
keep_reply_to (TmTableReader *reader, TmQueue *queue)
{
  g_autofree char *path = g_strconcat ("queues.", queue->id, ".reply_to", NULL);
  queue->reply_to = TM_REPLY_TO_KEEP;
  for (guint i = 0; i < reader->settings->len; i++)
    {
      TmSetting *setting = reader->settings->pdata[i];
      if (strcmp (setting->path, path) != 0)
        continue;
      g_free (setting->value);
      setting->value = g_strdup ("keep");
    }
}

void
settle_answers (TmTableReader *reader, TmSite *site)
{
  for (guint i = 0; i < site->queues->len; i++)
    {
      TmQueue *queue = site->queues->pdata[i];
      if (!names_reply_to (reader, queue) && !(has_proven_agent (site, queue) && has_ascii_address (queue)))
        keep_reply_to (reader, queue);
    }
}

void
check_signing (TmTableReader *reader, TmPolicy *policy)
{
  const GPtrArray *queues = policy->site->queues;
  for (guint i = 0; i < queues->len && !keyring_has_active (policy->site->keys); i++)
    {
      TmQueue *queue = queues->pdata[i];
      g_autofree char *path = NULL;
      if (!names_reply_to (reader, queue))
        keep_reply_to (reader, queue);
      const TmNode *node = signing_option (reader, queue, &path);
      if (node != NULL)
        findings_error (reader->findings, &node->mark, path,
                        "needs signed addresses, and no key signs them; run: ticketctl token rotate");
    }
}
