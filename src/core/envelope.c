/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/envelope.h"

#include "core/address.h"

#include <string.h>

static const char no_queue_id[] = "NOQUEUE";

static void
recipient_free (TmRecipient *recipient)
{
  g_free (recipient->typed);
  g_free (recipient->address);
  g_free (recipient);
}

TmEnvelope *
envelope_new (void)
{
  TmEnvelope *envelope = g_new0 (TmEnvelope, 1);
  envelope->sender = g_strdup ("");
  envelope->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) recipient_free);
  envelope->queue_id = g_strdup (no_queue_id);
  envelope->mta_host = g_strdup ("");
  return envelope;
}

void
envelope_free (TmEnvelope *envelope)
{
  if (envelope == NULL)
    return;
  g_free (envelope->sender);
  g_ptr_array_unref (envelope->recipients);
  g_free (envelope->client_address);
  g_free (envelope->login);
  g_free (envelope->cert_subject);
  g_free (envelope->cert_issuer);
  g_free (envelope->queue_id);
  g_free (envelope->mta_host);
  g_free (envelope);
}

void
envelope_set_sender (TmEnvelope *envelope, const char *typed)
{
  g_free (envelope->sender);
  envelope->sender = address_normalize (typed);
  if (envelope->sender == NULL)
    envelope->sender = g_strdup ("");
}

const char *
envelope_queue_id (const TmEnvelope *envelope)
{
  return strcmp (envelope->queue_id, no_queue_id) != 0 ? envelope->queue_id : NULL;
}

static char *
without_brackets (const char *typed)
{
  size_t len = strlen (typed);
  if (len >= 2 && typed[0] == '<' && typed[len - 1] == '>')
    return g_strndup (typed + 1, len - 2);
  return g_strdup (typed);
}

/* What such a token allows, it allows one person. */
static bool
is_personal (char purpose)
{
  return purpose == 'c' || purpose == 'k';
}

static void
verify (TmRecipient *recipient, const TmSite *site, const char *person)
{
  g_autofree char *base = NULL, *extension = NULL;
  address_split_extension (recipient->address, site->recipient_delimiter, &base, &extension);
  if (extension == NULL)
    return;
  TmTokenResult result = token_verify (site->keys, extension, person, &recipient->token);
  recipient->has_token = result == TM_TOKEN_VALID && (person != NULL || !is_personal (recipient->token.purpose));
  recipient->has_bad_token = result != TM_TOKEN_NONE && !recipient->has_token;
  recipient->bad_purpose = recipient->has_bad_token ? token_purpose (extension) : '\0';
}

void
envelope_add_recipient (TmEnvelope *envelope, const TmSite *site, const char *typed)
{
  TmRecipient *recipient = g_new0 (TmRecipient, 1);
  g_ptr_array_add (envelope->recipients, recipient);
  recipient->typed = without_brackets (typed);
  recipient->address = address_normalize (typed);
  if (recipient->address == NULL)
    return;
  recipient->queue = site_queue_by_address (site, recipient->address);
  recipient->is_ours = recipient->queue != NULL || site_agent_by_address (site, recipient->address) != NULL;
  if (recipient->queue != NULL)
    verify (recipient, site, NULL);
}

bool
envelope_has_bad_token (const TmEnvelope *envelope, char purpose)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->has_bad_token && recipient->bad_purpose == purpose)
        return true;
    }
  return false;
}

void
envelope_verify_person (TmEnvelope *envelope, const TmSite *site, const char *person)
{
  const TmAgent *agent = person != NULL ? site_agent_by_address (site, person) : NULL;
  if (envelope->tokens_barred)
    return;
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->has_bad_token && is_personal (recipient->bad_purpose))
        verify (recipient, site, person);
      for (guint k = 0; agent != NULL && k < agent->addresses->len && recipient->bad_purpose == 'k'; k++)
        verify (recipient, site, g_ptr_array_index (agent->addresses, k));
    }
}

void
envelope_bar_tokens (TmEnvelope *envelope)
{
  envelope->tokens_barred = true;
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (!recipient->has_token)
        continue;
      recipient->has_token = false;
      recipient->has_bad_token = true;
      recipient->bad_purpose = recipient->token.purpose;
      recipient->token = (TmToken) { 0 };
    }
}

const TmAgent *
envelope_agent (const TmEnvelope *envelope, const TmSite *site)
{
  const TmAgent *agent = site_agent_by_login (site, envelope->login);
  if (agent == NULL)
    agent = site_agent_by_cert (site, envelope->cert_subject, envelope->cert_issuer);
  return agent != NULL && (agent->proofs & TM_PROOF_SASL) != 0 ? agent : NULL;
}

bool
envelope_has_queue (const TmEnvelope *envelope)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->queue != NULL)
        return true;
    }
  return false;
}

bool
envelope_has_token (const TmEnvelope *envelope, char purpose)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->has_token && recipient->token.purpose == purpose)
        return true;
    }
  return false;
}

bool
envelope_is_mixed (const TmEnvelope *envelope)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (!recipient->is_ours)
        return true;
    }
  return false;
}
