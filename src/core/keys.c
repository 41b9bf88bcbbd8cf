/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/keys.h"

#include "core/address.h"
#include "core/subject.h"

#include <string.h>

enum { MAX_OUTSIDE = 100, MAX_NUMBERS = 16 };

TmKeys *
keys_new (void)
{
  TmKeys *keys = g_new0 (TmKeys, 1);
  keys->token_tickets = g_array_new (FALSE, FALSE, sizeof (gint64));
  keys->message_ids = g_ptr_array_new_with_free_func (g_free);
  keys->own_id = g_strdup ("");
  keys->sender = g_strdup ("");
  return keys;
}

static void
agent_keys_free (TmAgentKeys *agent)
{
  if (agent == NULL)
    return;
  g_ptr_array_unref (agent->texts);
  g_free (agent->login);
  g_free (agent->address);
  g_ptr_array_unref (agent->outside);
  g_array_unref (agent->subject_tickets);
  g_free (agent);
}

void
keys_free (TmKeys *keys)
{
  if (keys == NULL)
    return;
  g_array_unref (keys->token_tickets);
  g_ptr_array_unref (keys->message_ids);
  g_free (keys->own_id);
  g_free (keys->correlate_key);
  g_free (keys->correlate_queue);
  g_free (keys->sender);
  g_free (keys->ack_to);
  g_free (keys->ack_owner);
  g_clear_pointer (&keys->failures, g_ptr_array_unref);
  g_free (keys->failed_id);
  agent_keys_free (keys->agent);
  g_free (keys);
}

static void
gather_tokens (TmKeys *keys, const TmEnvelope *envelope)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      const TmToken *token = &recipient->token;
      if (!recipient->has_token)
        continue;
      g_array_append_val (keys->token_tickets, recipient->token.ticket);
      keys->asks_status |= token->purpose == 's' || (token->purpose == 'r' && strcmp (token->command, "status") == 0);
      keys->is_feedback |= token->purpose == 'f';
    }
}

/* `seen` is made for the first one: most mail refers to none. */
static void
add_id (TmKeys *keys, GHashTable **seen, const char *id, unsigned max_ids)
{
  if (*id == '\0' || strcmp (id, keys->own_id) == 0 || keys->message_ids->len >= max_ids)
    return;
  if (*seen == NULL)
    *seen = g_hash_table_new (g_str_hash, g_str_equal);
  if (g_hash_table_contains (*seen, id))
    return;
  char *copy = g_strdup (id);
  g_ptr_array_add (keys->message_ids, copy);
  g_hash_table_add (*seen, copy);
}

TmKeys *
keys_gather (const TmSite *site, const TmMail *mail, const TmEnvelope *envelope, const guint8 body[TM_DIGEST_LEN],
             unsigned max_ids)
{
  TmKeys *keys = keys_new ();
  g_autoptr (GHashTable) seen = NULL;
  dedup_key (site, mail, envelope, body, &keys->dedup);
  g_free (keys->own_id);
  keys->own_id = g_strdup (mail->message_id);
  if (mail->from != NULL)
    keys_set_sender (keys, mail->from->address);
  gather_tokens (keys, envelope);
  keys->notice_most = MAX (site->ack.hour, site->ack.day);
  for (guint i = 0; i < mail->in_reply_to->len; i++)
    add_id (keys, &seen, g_ptr_array_index (mail->in_reply_to, i), max_ids);
  for (guint i = mail->references->len; i > 0; i--)
    add_id (keys, &seen, g_ptr_array_index (mail->references, i - 1), max_ids);
  if (mail->report != NULL)
    add_id (keys, &seen, mail->report->original_message_id, max_ids);
  if (mail->forwarded != NULL)
    add_id (keys, &seen, mail->forwarded->message_id, max_ids);

  keys->tag_ticket = subject_find_tag (mail->subject, site->instance);
  if (keys->tag_ticket == 0 && mail->in_reply_to->len == 0)
    keys->tag_ticket = subject_find_number (mail->subject);
  return keys;
}

void
keys_set_sender (TmKeys *keys, const char *address)
{
  g_free (keys->sender);
  keys->sender = g_strdup (address);
}

void
keys_set_agent (TmKeys *keys, const TmSite *site, const TmAgent *agent, const TmEnvelope *envelope,
                const guint8 body[TM_DIGEST_LEN])
{
  TmDedupAgent about = { .agent = agent->id,
                         .token_tickets = keys->token_tickets,
                         .tag_ticket = keys->tag_ticket,
                         .message_ids = keys->message_ids };
  dedup_agent_key (site, &about, envelope, body, &keys->dedup);
}

void
keys_set_correlation (TmKeys *keys, const char *key, const char *queue)
{
  g_free (keys->correlate_key);
  g_free (keys->correlate_queue);
  keys->correlate_key = g_strdup (key);
  keys->correlate_queue = g_strdup (queue);
}

void
keys_add_bounce (TmKeys *keys, const TmMail *mail, const TmEnvelope *envelope)
{
  for (guint i = 0; keys->failures == NULL && i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (!recipient->has_token || recipient->token.purpose != 'b')
        continue;
      keys->bounce_ticket = recipient->token.ticket;
      keys->failures = failures_read (mail);
      keys->failed_id = failures_read_id (mail);
    }
}

static TmAgentKeys *
agent_keys_new (char *text)
{
  TmAgentKeys *agent = g_new0 (TmAgentKeys, 1);
  agent->texts = g_ptr_array_new ();
  agent->outside = g_ptr_array_new_with_free_func (g_free);
  agent->subject_tickets = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (text != NULL)
    g_ptr_array_add (agent->texts, text);
  return agent;
}

static void
add_outside (TmAgentKeys *agent, const char *address)
{
  if (agent->outside->len < MAX_OUTSIDE
      && !g_ptr_array_find_with_equal_func (agent->outside, address, g_str_equal, NULL))
    g_ptr_array_add (agent->outside, g_strdup (address));
}

static void
add_number (GArray *numbers, gint64 number)
{
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, gint64, i) == number)
      return;
  if (number > 0 && numbers->len < MAX_NUMBERS)
    g_array_append_val (numbers, number);
}

static void
add_tags (TmAgentKeys *agent, const TmSite *site, const char *subject)
{
  for (gint64 number; (number = subject_next_tag (&subject, site->instance)) != 0;)
    add_number (agent->subject_tickets, number);
}

void
keys_add_agent (TmKeys *keys, const TmSite *site, const TmAgent *writer, const TmMail *mail,
                const TmEnvelope *envelope, const GPtrArray *texts, const GPtrArray *shared)
{
  agent_keys_free (keys->agent);
  TmAgentKeys *agent = keys->agent = agent_keys_new (mail->text);
  agent->login = g_strdup (envelope->login);
  if (site_agent_by_address (site, keys->sender) == writer)
    agent->address = g_strdup (keys->sender);
  for (guint i = 0; texts != NULL && i < texts->len; i++)
    g_ptr_array_add (agent->texts, g_ptr_array_index (texts, i));
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->address != NULL && !recipient->is_ours)
        add_outside (agent, recipient->address);
    }
  for (guint i = 0; shared != NULL && i < shared->len; i++)
    add_outside (agent, g_ptr_array_index (shared, i));
  add_tags (agent, site, mail->subject);
  if (mail->in_reply_to->len == 0)
    add_number (agent->subject_tickets, subject_find_number (mail->subject));
}

void
keys_add_text (TmKeys *keys, const TmSite *site, const TmAgent *writer, char *text, const char *subject,
               const GPtrArray *outside)
{
  agent_keys_free (keys->agent);
  TmAgentKeys *agent = keys->agent = agent_keys_new (text);
  const GPtrArray *logins = writer != NULL ? writer->logins : NULL;
  agent->login = logins != NULL && logins->len > 0 ? g_strdup (g_ptr_array_index (logins, 0)) : NULL;
  agent->address = writer != NULL ? g_strdup (keys->sender) : NULL;
  for (guint i = 0; i < outside->len; i++)
    add_outside (agent, g_ptr_array_index (outside, i));
  add_tags (agent, site, subject);
}

void
keys_set_acknowledged (TmKeys *keys, const TmSite *site, const char *address)
{
  g_free (keys->ack_to);
  g_free (keys->ack_owner);
  keys->ack_to = g_strdup (address);
  keys->ack_owner = address != NULL ? address_owner (address) : NULL;
  keys->ack_most = MAX (site->ack.hour, site->ack.day);
  keys->ack_minute = site->ack.minute;
  keys->ack_asks = site->unknown_policy == TM_UNKNOWN_HOLD;
}

bool
keys_name_ticket (const TmKeys *keys)
{
  return keys->token_tickets->len > 0 || keys->message_ids->len > 0 || keys->tag_ticket > 0;
}
