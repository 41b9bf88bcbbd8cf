/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/agents.h"

#include "core/address.h"
#include "core/command.h"
#include "core/guard.h"
#include "core/sender.h"

#include <string.h>

bool
recipient_is_agents_token (const TmRecipient *recipient)
{
  return recipient->has_token && (recipient->token.purpose == 'r' || recipient->token.purpose == 'n');
}

bool
recipient_is_outside (const TmRecipient *recipient)
{
  return !recipient->is_ours;
}

const TmRecipient *
agents_find_recipient (const TmInbound *inbound, const char *address)
{
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (recipient->address != NULL && strcmp (recipient->address, address) == 0)
        return recipient;
    }
  return NULL;
}

bool
agents_answer (const TmInbound *inbound, const TmTicketFacts *ticket, TmAgentsMail kind)
{
  if (kind != TM_AGENTS_STRAIGHT)
    return agents_go_out (kind);
  return agents_find_recipient (inbound, ticket->requester) != NULL
         || (ticket->answer_to != NULL && agents_find_recipient (inbound, ticket->answer_to) != NULL);
}

static bool
envelope_has (const TmInbound *inbound, bool (*is_wanted) (const TmRecipient *recipient))
{
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    if (is_wanted (g_ptr_array_index (inbound->envelope->recipients, i)))
      return true;
  return false;
}

void
agents_for_typed (const TmInbound *inbound, void (*f) (const TmMailbox *mailbox, gpointer data), gpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const GPtrArray *to = inbound->mail->to, *cc = inbound->mail->cc;
  for (guint i = 0; i < to->len + cc->len; i++)
    {
      const TmMailbox *mailbox = i < to->len ? to->pdata[i] : cc->pdata[i - to->len];
      const TmRecipient *recipient = agents_find_recipient (inbound, mailbox->address);
      if (recipient != NULL && recipient_is_outside (recipient)
          && g_hash_table_add (seen, (gpointer) (gsize) mailbox->address))
        f (mailbox, data);
    }
}

bool
agents_have_right (const TmInbound *inbound, const TmTicketFacts *ticket)
{
  return inbound->agent != NULL && guard_has_right (inbound->site, ticket, inbound->agent);
}

bool
agents_go_out (TmAgentsMail kind)
{
  switch (kind)
    {
    case TM_AGENTS_REPLY:
    case TM_AGENTS_STRAIGHT:
    case TM_AGENTS_AS_DESK:
      return true;
    case TM_AGENTS_NONE:
    case TM_AGENTS_NOTE:
    case TM_AGENTS_FORWARD:
    case TM_AGENTS_OWN:
      return false;
    }
  return false;
}

/* --- for whom he opens a ticket --- */

static void
keep_first (const TmMailbox *mailbox, gpointer first)
{
  if (*(const char **) first == NULL)
    *(const char **) first = mailbox->address;
}

/* The first one outside in To, then in Cc, else whoever is in the envelope. */
static const char *
first_outside (const TmInbound *inbound)
{
  const char *first = NULL;
  agents_for_typed (inbound, keep_first, &first);
  for (guint i = 0; first == NULL && i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (recipient_is_outside (recipient))
        first = recipient->address;
    }
  return first;
}

static bool
is_ours (const TmSite *site, const char *address)
{
  return site_queue_by_address (site, address) != NULL || site_agent_by_address (site, address) != NULL;
}

void
agents_resolve (TmInbound *inbound)
{
  const TmSite *site = inbound->site;
  inbound->on_behalf = NULL;
  if (inbound->agent == NULL || inbound->automatic.is_auto || inbound->is_proven_by_dmarc)
    return;
  bool writes_out = envelope_has (inbound, recipient_is_outside);
  const TmQueue *as = site_queue_by_address (site, sender_address (inbound));
  if (inbound->queue == NULL && writes_out && as != NULL && queue_has_agent (as, inbound->agent))
    inbound->queue = as;
  if (inbound->queue == NULL || envelope_has (inbound, recipient_is_agents_token)
      || !queue_has_agent (inbound->queue, inbound->agent))
    return;
  const TmForwarded *forwarded = inbound->mail->forwarded;
  if (writes_out)
    inbound->on_behalf = first_outside (inbound);
  else if (forwarded != NULL && !is_ours (site, forwarded->from->address))
    inbound->on_behalf = forwarded->from->address;
}

/* --- the kind --- */

typedef struct
{
  bool has_note, has_reply, has_queue, has_outside, has_receiver;
} Shape;

static Shape
shape_of (const TmInbound *inbound, const TmTicketFacts *ticket)
{
  Shape shape = { 0 };
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      shape.has_note |= recipient->has_token && (recipient->token.purpose == 'n' || recipient->token.purpose == 'k');
      shape.has_reply |= recipient->has_token && recipient->token.purpose == 'r';
      shape.has_queue |= recipient->queue != NULL;
      shape.has_outside |= recipient_is_outside (recipient);
      shape.has_receiver |= recipient_is_outside (recipient) && recipient->address != NULL && ticket != NULL
                            && ticket_may_receive (ticket, recipient->address);
    }
  return shape;
}

static bool
has_token_in (const TmInbound *inbound, const GPtrArray *mailboxes)
{
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const TmRecipient *recipient
          = agents_find_recipient (inbound, ((const TmMailbox *) g_ptr_array_index (mailboxes, i))->address);
      if (recipient != NULL && recipient_is_agents_token (recipient))
        return true;
    }
  return false;
}

/* The token only says which ticket it is: he wrote to people, and put the desk in Cc. */
static bool
is_token_aside (const TmInbound *inbound)
{
  return has_token_in (inbound, inbound->mail->cc) && !has_token_in (inbound, inbound->mail->to);
}

static bool
has_commands (const TmInbound *inbound)
{
  return inbound->commands != NULL && (inbound->commands->commands->len > 0 || inbound->commands->error != NULL);
}

/* His own request, and he does not act as an agent there. */
static bool
is_his_own (const TmInbound *inbound, const TmTicketFacts *ticket)
{
  const TmAgent *requester = site_agent_by_address (inbound->site, ticket->requester);
  return requester == inbound->agent && !has_commands (inbound);
}

static TmAgentsMail
kind_on_ticket (const TmInbound *inbound, const TmTicketFacts *ticket)
{
  Shape shape = shape_of (inbound, ticket);
  if (shape.has_note || (inbound->commands != NULL && inbound->commands->is_note))
    return TM_AGENTS_NOTE;
  if (shape.has_receiver && (!shape.has_reply || is_token_aside (inbound)))
    return TM_AGENTS_STRAIGHT;
  if (is_his_own (inbound, ticket))
    return TM_AGENTS_NONE;
  if (shape.has_reply)
    return TM_AGENTS_REPLY;
  return shape.has_queue ? TM_AGENTS_NOTE : TM_AGENTS_NONE;
}

static TmAgentsMail
kind_of_new (const TmInbound *inbound)
{
  if (inbound->queue == NULL || inbound->automatic.is_auto || !queue_has_agent (inbound->queue, inbound->agent))
    return TM_AGENTS_NONE;
  if (envelope_has (inbound, recipient_is_outside))
    return inbound->on_behalf != NULL ? TM_AGENTS_AS_DESK : TM_AGENTS_NONE;
  return inbound->on_behalf != NULL ? TM_AGENTS_FORWARD : TM_AGENTS_OWN;
}

TmAgentsMail
agents_kind (const TmInbound *inbound, const TmTicketMatch *match)
{
  if (inbound->agent == NULL || match->evidence == TM_EVIDENCE_CORRELATION)
    return TM_AGENTS_NONE;
  if (match->ticket == NULL)
    return kind_of_new (inbound);
  return match->is_verified && agents_have_right (inbound, match->ticket) ? kind_on_ticket (inbound, match->ticket)
                                                                          : TM_AGENTS_NONE;
}
