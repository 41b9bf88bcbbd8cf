/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/sender.h"

#include "base/clock.h"
#include "core/address.h"
#include "core/authres.h"

#include <string.h>

const char *
sender_address (const TmInbound *inbound)
{
  return inbound->mail->from != NULL ? inbound->mail->from->address : "";
}

/* Whose customer and plan a new ticket gets. */
static const char *
writer_address (const TmInbound *inbound)
{
  return inbound->on_behalf != NULL ? inbound->on_behalf : sender_address (inbound);
}

static TmAuthresTrust
trust_of (const TmInbound *inbound)
{
  return (TmAuthresTrust){ .authserv_ids = (const char *const *) inbound->site->authserv_ids,
                           .needs_queue_id = inbound->site->authserv_queue_id,
                           .queue_id = envelope_queue_id (inbound->envelope) };
}

/* The mail needs a token: dmarc says who wrote, not that he is at work. */
static bool
has_token_of (const TmEnvelope *envelope, const TmAgent *agent)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->has_token && (recipient->token.purpose == 'r' || recipient->token.purpose == 'n')
          && queue_has_agent (recipient->queue, agent))
        return true;
    }
  return false;
}

static const TmAgent *
agent_by_dmarc (const TmInbound *inbound)
{
  const TmAgent *agent = site_agent_by_address (inbound->site, sender_address (inbound));
  if (agent == NULL || (agent->proofs & TM_PROOF_DMARC) == 0 || !has_token_of (inbound->envelope, agent))
    return NULL;
  TmAuthresTrust trust = trust_of (inbound);
  return authres_proves_author (inbound->mail, &trust) ? agent : NULL;
}

/* The session is that of whose address From is, or a trusted Authentication-Results field says so. */
static void
authenticate_from (TmInbound *inbound)
{
  const char *address = sender_address (inbound), *method;
  if (*address == '\0')
    return;
  if (site_login_has_address (inbound->site, inbound->envelope->login, address)
      || (inbound->agent != NULL && site_agent_by_address (inbound->site, address) == inbound->agent))
    {
      inbound->is_authenticated = inbound->vouches_from = true;
      return;
    }
  TmAuthresTrust trust = trust_of (inbound);
  TmAuth auth = authres_judge (inbound->mail, &trust, &method);
  inbound->is_authenticated = auth == TM_AUTH_PASS;
  inbound->vouches_from = inbound->is_authenticated && strcmp (method, "spf") != 0;
  inbound->has_failed_auth = auth == TM_AUTH_FAIL;
}

void
sender_authenticate (TmInbound *inbound)
{
  inbound->agent = NULL;
  inbound->is_proven_by_dmarc = inbound->is_authenticated = false;
  inbound->vouches_from = inbound->has_failed_auth = false;
  if ((inbound->mail->flags & TM_FLAG_MALFORMED) != 0) /* who speaks in such a mail is anybody's guess */
    return;
  if (*sender_address (inbound) != '\0')
    envelope_verify_person (inbound->envelope, inbound->site, sender_address (inbound));
  inbound->agent = envelope_agent (inbound->envelope, inbound->site);
  if (inbound->agent == NULL)
    {
      inbound->agent = agent_by_dmarc (inbound);
      inbound->is_proven_by_dmarc = inbound->agent != NULL;
    }
  authenticate_from (inbound);
}

/* The customer's own plan, else one for those whom nobody knows, else the queue's. */
static const TmServicePlan *
choose_plan (const TmInbound *inbound)
{
  const TmSite *site = inbound->site;
  const TmCustomer *customer = inbound->sender.customer;
  if (customer != NULL && customer->service_plan != NULL)
    return customer->service_plan;
  if (inbound->is_unknown && site->unknown_policy == TM_UNKNOWN_PLAN)
    return site->unknown_service_plan;
  return inbound->queue != NULL ? inbound->queue->service_plan : NULL;
}

void
sender_resolve (TmInbound *inbound)
{
  customers_find (inbound->site->customers, writer_address (inbound), &inbound->sender);
  inbound->is_unknown = inbound->sender.customer == NULL && inbound->agent == NULL;
  inbound->service_plan = choose_plan (inbound);
}

void
sender_find_customer (const TmSite *site, const char *address, const char *by_hand, TmCustomerMatch *match_out)
{
  customers_find (site->customers, address, match_out);
  const TmCustomer *customer = customers_by_id (site->customers, by_hand);
  if (customer == NULL)
    return;
  match_out->customer = customer;
  match_out->by = TM_CUSTOMER_BY_CONTACT;
  match_out->matched = address;
}

/* Whether that makes them ask for another alert, or another one's acknowledgements. */
static bool
classify_anew (TmInbound *inbound)
{
  const TmKeys *keys = inbound->keys;
  g_autofree char *key = g_strdup (keys->correlate_key);
  g_autofree char *queue = g_strdup (keys->correlate_queue);
  g_autofree char *owner = g_strdup (keys->ack_owner);
  inbound_classify (inbound);
  return g_strcmp0 (key, keys->correlate_key) != 0 || g_strcmp0 (queue, keys->correlate_queue) != 0
         || g_strcmp0 (owner, keys->ack_owner) != 0;
}

bool
sender_settle (TmInbound *inbound, const TmFacts *facts)
{
  const TmContactFacts *contact = facts->contact;
  if (contact == NULL || facts->earlier != NULL)
    return false;
  const TmCustomer *before = inbound->sender.customer;
  const TmServicePlan *plan_before = inbound->service_plan;
  sender_find_customer (inbound->site, writer_address (inbound), contact->customer, &inbound->sender);
  inbound->is_unknown
      = inbound->sender.customer == NULL && inbound->agent == NULL && contact->confirmed_at == TM_NEVER;
  inbound->service_plan = choose_plan (inbound);
  bool is_other = inbound->sender.customer != before || inbound->service_plan != plan_before;
  return is_other && classify_anew (inbound);
}

/* One is the other or below it: siblings of an organisation would take a list of public suffixes. */
static bool
is_same_organisation (const char *a, const char *b)
{
  gsize len_a = strlen (a), len_b = strlen (b);
  const char *longer = len_a >= len_b ? a : b, *shorter = len_a >= len_b ? b : a;
  gsize more = MAX (len_a, len_b) - MIN (len_a, len_b);
  if (more == 0)
    return strcmp (a, b) == 0;
  return strchr (shorter, '.') != NULL && longer[more - 1] == '.' && strcmp (longer + more, shorter) == 0;
}

const char *
sender_answer_address (const TmInbound *inbound)
{
  const TmSite *site = inbound->site;
  const GPtrArray *reply_to = inbound->mail->reply_to;
  if (reply_to->len != 1 || inbound->mail->from == NULL || (inbound->mail->flags & TM_FLAG_MALFORMED) != 0)
    return NULL;
  const char *address = ((const TmMailbox *) g_ptr_array_index (reply_to, 0))->address;
  const char *from = sender_address (inbound), *domain = address_domain (from);
  if (strcmp (address, from) == 0 || site_queue_by_address (site, address) != NULL
      || site_agent_by_address (site, address) != NULL)
    return NULL;
  bool is_his = inbound->is_authenticated
                || (is_same_organisation (address_domain (address), domain)
                    && !customers_is_public (site->customers, domain));
  return is_his ? address : NULL;
}
