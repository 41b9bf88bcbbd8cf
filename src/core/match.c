/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/match.h"

#include "core/agents.h"
#include "core/forward.h"
#include "core/sender.h"

#include <string.h>

void
match_clear (TmTicketMatch *match)
{
  g_clear_pointer (&match->related, g_array_unref);
}

/* Authenticated, and of the ticket's customer or one of those from elsewhere who write for him. */
static bool
customer_may_write (const TmInbound *inbound, const TmTicketFacts *ticket)
{
  const TmCustomer *customer = customers_by_id (inbound->site->customers, ticket->customer);
  return customer != NULL && inbound->is_authenticated && inbound->on_behalf == NULL
         && (inbound->sender.customer == customer || customer_has_writer (customer, sender_address (inbound)));
}

/* Whether the From address has the right, or another address of the same person. */
static bool
person_has (bool (*has_right) (const TmTicketFacts *ticket, const char *address), const TmInbound *inbound,
            const TmFacts *facts, const TmTicketFacts *ticket)
{
  if (has_right (ticket, sender_address (inbound)))
    return true;
  /* The contact of a mail that an agent writes for somebody is that one's. */
  for (guint i = 0; facts->contact != NULL && inbound->on_behalf == NULL && i < facts->contact->addresses->len; i++)
    if (has_right (ticket, g_ptr_array_index (facts->contact->addresses, i)))
      return true;
  return false;
}

static bool
may_write (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket)
{
  return person_has (ticket_may_write, inbound, facts, ticket) || customer_may_write (inbound, ticket)
         || agents_have_right (inbound, ticket);
}

static bool
may_receive (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket)
{
  return person_has (ticket_may_receive, inbound, facts, ticket) || agents_have_right (inbound, ticket);
}

static void
relate (TmTicketMatch *match, gint64 ticket)
{
  for (guint i = 0; i < match->related->len; i++)
    if (g_array_index (match->related, gint64, i) == ticket)
      return;
  g_array_append_val (match->related, ticket);
}

static void
choose (TmTicketMatch *match, const TmTicketFacts *ticket, TmEvidence evidence, bool is_verified, const char *reason)
{
  match->ticket = ticket;
  match->evidence = evidence;
  match->is_verified = is_verified;
  match->reason = reason;
}

/* Purposes other than reply name a ticket for their own use only: a bounce for b, an agent's note for n, a receiver's
 * question for s, whether somebody is satisfied for f; else the mail is classed like any other.  A malformed mail has
 * no token powers. */
static bool
token_counts (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket, const TmToken *token)
{
  if ((inbound->mail->flags & TM_FLAG_MALFORMED) != 0)
    return false;
  switch (token->purpose)
    {
    case 'r':
      return true;
    case 'b':
      return inbound->automatic.is_bounce;
    case 'n':
      return inbound->agent != NULL;
    case 'c': /* they hold for the address that they were made for alone */
    case 'k':
      return true;
    case 's':
      return may_receive (inbound, facts, ticket);
    case 'f': /* what a machine answers there belongs to the ticket as well, and reopens nothing */
      return inbound->agent == NULL;
    }
  return false;
}

static void
match_token (TmTicketMatch *match, const TmInbound *inbound, const TmFacts *facts)
{
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      const TmTicketFacts *ticket = recipient->has_token ? facts_ticket (facts, recipient->token.ticket) : NULL;
      if (ticket == NULL)
        continue;
      relate (match, ticket->id);
      if (match->ticket != NULL || !token_counts (inbound, facts, ticket, &recipient->token))
        continue;
      if (recipient->token.purpose == 'k')
        choose (match, ticket, TM_EVIDENCE_TOKEN, true, "signed token of a page, from whom that was sent to");
      else if (may_write (inbound, facts, ticket))
        choose (match, ticket, TM_EVIDENCE_TOKEN, true, "signed token, from somebody who may write");
      else if (inbound->automatic.is_bounce)
        choose (match, ticket, TM_EVIDENCE_TOKEN, false, "signed token, in a bounce");
      else
        choose (match, ticket, TM_EVIDENCE_TOKEN, false, "signed token, from a stranger's address: unverified");
    }
}

/* Had before referred-to, then the ticket that the Subject shows, open before closed; among equals the order of the
 * keys.  Anybody can send a mail with the Message-ID of somebody else's: an agent's answer to it must not go to that
 * one's ticket. */
static int
link_weight (const TmIdLink *link, const TmTicketFacts *ticket, const TmTicketFacts *shown)
{
  bool is_open = ticket->status != TM_STATUS_CLOSED && ticket->status != TM_STATUS_RESOLVED;
  return (link->had ? 4 : 0) + (ticket == shown ? 2 : 0) + (is_open ? 1 : 0);
}

static void
match_references (TmTicketMatch *match, const TmInbound *inbound, const TmFacts *facts)
{
  const TmTicketFacts *best = NULL, *shown = facts_ticket (facts, inbound->keys->tag_ticket);
  int best_weight = -1;
  for (guint i = 0; i < facts->links->len; i++)
    {
      const TmIdLink *link = g_ptr_array_index (facts->links, i);
      const TmTicketFacts *ticket = facts_ticket (facts, link->ticket);
      if (ticket == NULL)
        continue;
      relate (match, ticket->id);
      if (!may_write (inbound, facts, ticket) || link_weight (link, ticket, shown) <= best_weight)
        continue;
      best = ticket;
      best_weight = link_weight (link, ticket, shown);
    }
  if (match->ticket == NULL && best != NULL)
    choose (match, best, TM_EVIDENCE_REFERENCES, true, "answers a message of the ticket, from somebody who may write");
}

static void
match_subject (TmTicketMatch *match, const TmInbound *inbound, const TmFacts *facts)
{
  const TmTicketFacts *ticket = facts_ticket (facts, inbound->keys->tag_ticket);
  if (inbound->keys->tag_ticket == 0 || ticket == NULL)
    return;
  relate (match, ticket->id);
  if (match->ticket == NULL && may_receive (inbound, facts, ticket))
    choose (match, ticket, TM_EVIDENCE_SUBJECT, true, "number in the Subject, from somebody who receives the ticket");
}

static void
drop_closed (TmTicketMatch *match, gint64 grace_from)
{
  if (match->ticket == NULL || match->ticket->status != TM_STATUS_CLOSED || match->ticket->closed_at >= grace_from)
    return;
  relate (match, match->ticket->id);
  choose (match, NULL, TM_EVIDENCE_NONE, true, "the ticket it names was closed too long ago: a new one, linked to it");
}

/* Whose tickets had the id of the links from `*first_io` on, NULL when nobody's or not clearly one customer's; leaves
 * the place of the next id. */
static const char *
customer_of_id (const TmFacts *facts, guint *first_io)
{
  const char *id = ((const TmIdLink *) g_ptr_array_index (facts->links, *first_io))->message_id;
  const char *customer = NULL;
  bool is_clear = true;
  for (; *first_io < facts->links->len; (*first_io)++)
    {
      const TmIdLink *link = g_ptr_array_index (facts->links, *first_io);
      if (strcmp (link->message_id, id) != 0)
        break;
      const TmTicketFacts *ticket = link->had ? facts_ticket (facts, link->ticket) : NULL;
      if (ticket == NULL)
        continue;
      is_clear = is_clear && ticket->customer != NULL && (customer == NULL || strcmp (customer, ticket->customer) == 0);
      customer = ticket->customer;
    }
  return is_clear ? customer : NULL;
}

/* Messages of two customers' tickets are named: what is said about the one is nothing for the other's eyes.  An id that
 * tickets of both had says nothing: anybody can send a mail with somebody else's. */
static bool
names_two_customers (const TmFacts *facts)
{
  const char *first = NULL;
  for (guint i = 0; i < facts->links->len;)
    {
      const char *customer = customer_of_id (facts, &i);
      if (first != NULL && customer != NULL && strcmp (first, customer) != 0)
        return true;
      first = first != NULL ? first : customer;
    }
  return false;
}

static void
drop_ambiguous (TmTicketMatch *match, const TmFacts *facts)
{
  if (match->ticket != NULL && match->evidence != TM_EVIDENCE_TOKEN && names_two_customers (facts))
    choose (match, NULL, TM_EVIDENCE_NONE, true, "answers messages of two customers: a new ticket, linked to both");
}

static bool
is_at_its_queues (const TmInbound *inbound, const TmTicketFacts *ticket)
{
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (recipient->queue != NULL
          && g_ptr_array_find_with_equal_func (ticket->queues, recipient->queue->id, g_str_equal, NULL))
        return true;
    }
  return false;
}

/* Who passes a ticket's mail on to another queue wants something of that one.  A token says which ticket is meant. */
static void
drop_forward (TmTicketMatch *match, const TmInbound *inbound)
{
  if (match->ticket == NULL || match->evidence == TM_EVIDENCE_TOKEN || is_at_its_queues (inbound, match->ticket)
      || !mail_is_forward (inbound->mail))
    return;
  choose (match, NULL, TM_EVIDENCE_NONE, true, "forwarded to another queue: a new ticket, linked to the one it names");
}

/* The weakest evidence: only what nothing else names, and only by the rules for new tickets.  Who may send alerts is
 * the rule's business. */
static void
match_correlation (TmTicketMatch *match, const TmInbound *inbound, const TmFacts *facts)
{
  const TmTicketFacts *ticket = facts_ticket (facts, facts->correlated);
  if (match->ticket != NULL || facts->correlated == 0 || ticket == NULL
      || g_strcmp0 (inbound->keys->correlate_key, inbound->as_new->correlate_key) != 0)
    return;
  relate (match, ticket->id);
  if (!ticket_is_open (ticket))
    match->reason = "the last ticket of this alert is not open: a new one, linked to it";
  else
    choose (match, ticket, TM_EVIDENCE_CORRELATION, true,
            inbound->as_new->is_recovery ? "the trouble of this open ticket is over"
                                         : "the same alert as this open ticket's");
}

static void
forget_chosen (TmTicketMatch *match)
{
  for (guint i = 0; match->ticket != NULL && i < match->related->len; i++)
    if (g_array_index (match->related, gint64, i) == match->ticket->id)
      {
        g_array_remove_index (match->related, i);
        return;
      }
}

void
match_find (const TmInbound *inbound, const TmFacts *facts, gint64 grace_from, bool reopens,
            TmTicketMatch *match_out)
{
  *match_out = (TmTicketMatch){ .is_verified = true, .related = g_array_new (FALSE, FALSE, sizeof (gint64)) };
  match_token (match_out, inbound, facts);
  match_references (match_out, inbound, facts);
  match_subject (match_out, inbound, facts);
  drop_ambiguous (match_out, facts);
  drop_forward (match_out, inbound);
  if (reopens)
    drop_closed (match_out, grace_from);
  match_correlation (match_out, inbound, facts);
  forget_chosen (match_out);
  if (match_out->ticket == NULL && match_out->reason == NULL)
    match_out->reason = match_out->related->len > 0 ? "what it names is not enough for its sender: a new ticket"
                                                    : "nothing names an existing ticket";
}
