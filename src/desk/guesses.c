/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/guesses.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/network.h"

#include <string.h>

/* RFC 1122 §3.2.1.3, RFC 1918, RFC 3927, RFC 4193, RFC 4291. */
static const char *const near_networks[] = {
  "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1", "fc00::/7", "fe80::/10",
};

void
guesses_init (TmGuesses *guesses)
{
  pthread_mutex_init (&guesses->mutex, NULL);
}

static bool
is_near (const char *address)
{
  for (guint i = 0; i < G_N_ELEMENTS (near_networks); i++)
    {
      TmNetwork network;
      if (network_parse (near_networks[i], &network) && network_has (&network, address))
        return true;
    }
  return false;
}

/* Whose guesses are counted, and as what; false: nobody's. */
static bool
find_network (const TmEnvelope *envelope, const TmSite *site, guint8 out[16])
{
  TmNetwork client;
  if (envelope->client_address == NULL || envelope->login != NULL || envelope_agent (envelope, site) != NULL
      || !network_parse (envelope->client_address, &client) || is_near (envelope->client_address))
    return false;
  memcpy (out, client.bytes, sizeof client.bytes);
  if (!client.is_ipv4)
    memset (out + 8, 0, 8);
  return true;
}

static TmGuesser *
find_client (TmGuesses *guesses, const guint8 network[16])
{
  for (unsigned i = 0; i < guesses->n_clients; i++)
    if (memcmp (guesses->clients[i].network, network, sizeof guesses->clients[i].network) == 0)
      return &guesses->clients[i];
  return NULL;
}

static TmGuesser *
add_client (TmGuesses *guesses, const guint8 network[16], gint64 now_us)
{
  TmGuesser *place = &guesses->clients[0];
  if (guesses->n_clients < TM_GUESSES_CLIENTS)
    place = &guesses->clients[guesses->n_clients++];
  else
    for (unsigned i = 1; i < guesses->n_clients; i++)
      if (MAX (guesses->clients[i].since_us, guesses->clients[i].barred_until_us)
          < MAX (place->since_us, place->barred_until_us))
        place = &guesses->clients[i];
  *place = (TmGuesser) { .since_us = now_us };
  memcpy (place->network, network, sizeof place->network);
  return place;
}

static unsigned
n_bad_tokens (const TmEnvelope *envelope)
{
  unsigned n = 0;
  for (guint i = 0; i < envelope->recipients->len; i++)
    n += ((const TmRecipient *) g_ptr_array_index (envelope->recipients, i))->has_bad_token;
  return n;
}

static bool
names_token (const TmEnvelope *envelope)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->has_token || recipient->has_bad_token)
        return true;
    }
  return false;
}

void
guesses_bar (TmGuesses *guesses, TmEnvelope *envelope, const TmSite *site, unsigned most, gint64 now_us)
{
  guint8 network[16];
  if (most == 0 || !names_token (envelope) || !find_network (envelope, site, network))
    return;
  pthread_mutex_lock (&guesses->mutex);
  const TmGuesser *client = find_client (guesses, network);
  bool is_barred = client != NULL && now_us < client->barred_until_us;
  pthread_mutex_unlock (&guesses->mutex);
  if (is_barred)
    envelope_bar_tokens (envelope);
}

/* Whether these are the ones that bar the client. */
static bool
add_guesses (TmGuesser *client, unsigned n, unsigned most, gint64 now_us)
{
  const gint64 window_us = TM_GUESSES_WINDOW_S * G_USEC_PER_SEC;
  if (now_us < client->barred_until_us)
    return false; /* by another session, meanwhile */
  if (client->barred_until_us != 0 || now_us - client->since_us >= window_us)
    {
      client->since_us = now_us;
      client->barred_until_us = 0;
      client->n = 0;
    }
  client->n += n;
  if (client->n < most)
    return false;
  client->barred_until_us = now_us + window_us;
  return true;
}

void
guesses_count (TmGuesses *guesses, const TmEnvelope *envelope, const TmSite *site, unsigned most, gint64 now_us)
{
  guint8 network[16];
  unsigned n = envelope->tokens_barred ? 0 : n_bad_tokens (envelope);
  for (unsigned i = 0; i < n; i++)
    metrics_count (TM_COUNT_BAD_TOKENS);
  if (most == 0 || n == 0 || !find_network (envelope, site, network))
    return;
  pthread_mutex_lock (&guesses->mutex);
  TmGuesser *client = find_client (guesses, network);
  if (client == NULL)
    client = add_client (guesses, network, now_us);
  bool is_barred = add_guesses (client, n, most, now_us);
  pthread_mutex_unlock (&guesses->mutex);
  if (!is_barred)
    return;
  metrics_count (TM_COUNT_CLIENTS_BARRED);
  log_warning ("tokens: client=%s sent mail to %u that do not hold: none of its is looked at for %d minutes",
               envelope->client_address, most, TM_GUESSES_WINDOW_S / 60);
}
