/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "core/agents.h"
#include "core/change.h"
#include "core/command.h"
#include "core/detail.h"
#include "core/refusal.h"
#include "core/reply.h"
#include "core/sender.h"

#include <string.h>

#define NOT_SENT "; your mail was NOT sent"

/* --- addresses --- */

/* Where he is an agent: elsewhere he is a sender like any other. */
static bool
is_his_queue (const TmInbound *inbound, const TmRecipient *recipient)
{
  return recipient->queue != NULL && queue_has_agent (recipient->queue, inbound->agent);
}

/* Without a refusal it would become a note, or a ticket of his own, while he believes that the customer got it. */
static TmPlan *
refuse_bad_token (const TmInbound *inbound, const TmFacts *facts)
{
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      bool is_bad = recipient->has_bad_token && (recipient->bad_purpose == 'r' || recipient->bad_purpose == 'n');
      bool is_gone
          = recipient_is_agents_token (recipient) && facts_ticket (facts, recipient->token.ticket) == NULL;
      if (!is_his_queue (inbound, recipient))
        continue;
      if (is_bad)
        return refusal_of_agent (inbound, "5.1.1",
                                 "This reply address is not one of ours, or not any more" NOT_SENT
                                 ". Answer a newer message of the ticket",
                                 "an agent wrote to a token that no key verifies");
      if (is_gone)
        return refusal_of_agent (inbound, "5.1.1", "The ticket of this reply address does not exist" NOT_SENT,
                                 "an agent wrote to the token of a ticket that does not exist");
    }
  return NULL;
}

static TmPlan *
refuse_two_tickets (const TmInbound *inbound, const TmFacts *facts)
{
  gint64 first = 0;
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      const TmTicketFacts *ticket
          = recipient_is_agents_token (recipient) ? facts_ticket (facts, recipient->token.ticket) : NULL;
      if (ticket == NULL || ticket->id == first)
        continue;
      if (first != 0)
        {
          g_autofree char *text = g_strdup_printf ("Reply addresses of two tickets, %" G_GINT64_FORMAT
                                                   " and %" G_GINT64_FORMAT NOT_SENT ". Write to one of them",
                                                   first, ticket->id);
          return refusal_of_agent (inbound, "5.7.1", text, "an agent wrote to the tokens of two tickets");
        }
      first = ticket->id;
    }
  return NULL;
}

/* --- commands --- */

/* Nothing is done when one is wrong, or could not be kept from those who get the mail. */
static TmPlan *
hold_commands (const TmInbound *inbound, const TmTicketMatch *match, TmAgentsMail kind)
{
  const TmCommands *commands = inbound->commands;
  if (commands->error != NULL)
    return refusal_of_agent (inbound, "5.7.1", commands->error, "a command in an agent's mail is wrong");
  bool is_commands_only = draft_is_commands_only (inbound, kind);
  if (inbound->stuck != NULL && !is_commands_only)
    {
      g_autofree char *text
          = g_strdup_printf ("The commands cannot be taken out of your mail: %s" NOT_SENT
                             ", and nothing was done. Send them in a mail of their own", inbound->stuck);
      return refusal_of_agent (inbound, "5.7.1", text, "commands that cannot be removed");
    }
  bool is_all = commands->commands->len > 0 && commands->is_all && inbound->mail->attachments->len == 0;
  if (match->ticket == NULL && (commands->is_note || (is_all && kind == TM_AGENTS_OWN)))
    return refusal_of_agent (inbound, "5.7.1",
                             "Your commands name no ticket" NOT_SENT
                             ", and nothing was done. Answer a message of the ticket, or write its number as #1042 in "
                             "the Subject",
                             "commands without a ticket");
  return NULL;
}

static TmPlan *
read_changes (const TmInbound *inbound, const TmFacts *facts, const TmTicketMatch *match, gint64 now,
              GPtrArray **changes_out)
{
  g_autofree char *why = NULL;
  gint64 ticket = match->ticket != NULL ? match->ticket->id : facts->next_ticket;
  *changes_out = commands_changes (inbound->commands, inbound->site, inbound->agent, ticket, now, &why);
  if (*changes_out != NULL)
    return NULL;
  return refusal_of_agent (inbound, "5.7.1", why, "a command in an agent's mail cannot be carried out");
}

/* --- guards --- */

static void
add_once (GPtrArray *addresses, const char *address)
{
  if (address != NULL && *address != '\0'
      && !g_ptr_array_find_with_equal_func (addresses, address, g_str_equal, NULL))
    g_ptr_array_add (addresses, (gpointer) (gsize) address);
}

/* Everybody outside who gets it, or what comes after it. */
static GPtrArray *
find_outside (const TmInbound *inbound, const TmTicketMatch *match, TmAgentsMail kind, const GPtrArray *shared)
{
  GPtrArray *outside = g_ptr_array_new ();
  for (guint i = 0; agents_go_out (kind) && i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (recipient_is_outside (recipient))
        add_once (outside, recipient->address);
    }
  if (kind == TM_AGENTS_REPLY)
    add_once (outside, match->ticket->requester);
  for (guint i = 0; kind == TM_AGENTS_REPLY && i < match->ticket->participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (match->ticket->participants, i);
      if (participant->receives)
        add_once (outside, participant->address);
    }
  for (guint i = 0; i < shared->len; i++)
    add_once (outside, g_ptr_array_index (shared, i));
  return outside;
}

/* Of a note only who is let into the ticket by it, and what is no matter of readers. */
enum { OF_NOTES = 1 << TM_GUARD_OTHER_CUSTOMER | 1 << TM_GUARD_COMMAND | 1 << TM_GUARD_RIGHTS };

/* What of his commands the guard `next` goes by; `changes` NULL: there are none. */
static void
follow_changes (const GPtrArray *changes, TmGuarded *guarded)
{
  for (guint i = 0; changes != NULL && i < changes->len; i++)
    {
      const TmChange *change = g_ptr_array_index (changes, i);
      const char *priority = change_setting (change, "priority"), *status = change_setting (change, "status");
      const char *promised = change_setting (change, "promise");
      if (priority != NULL && guarded->priority != NULL)
        guarded->priority = priority;
      guarded->says_next = guarded->says_next || (promised != NULL && strcmp (promised, "none") != 0)
                           || change->kind == TM_CHANGE_CLOSE
                           || (status != NULL && strcmp (status, status_name (TM_STATUS_RESOLVED)) == 0);
    }
}

static TmPlan *
ask_guards (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket, TmAgentsMail kind,
            const GPtrArray *outside, const GPtrArray *changes, GPtrArray **hits_out)
{
  const TmCommands *commands = inbound->commands;
  TmGuarded guarded;
  guarded_init_mail (inbound, &guarded);
  guarded.facts = facts;
  guarded.ticket = ticket;
  guarded.customer = inbound->sender.customer != NULL ? inbound->sender.customer->id : NULL;
  guarded.outside = outside;
  guarded.asked = agents_go_out (kind) ? TM_GUARDS_ALL : OF_NOTES;
  guarded.priority = agents_go_out (kind) && ticket != NULL && !draft_is_commands_only (inbound, kind)
                         ? ticket->priority
                         : NULL;
  follow_changes (changes, &guarded);
  g_autoptr (GPtrArray) hits = guards_check (&guarded);
  const TmGuardHit *hit
      = guards_refuse (inbound->site, hits, commands != NULL && commands->sends && guarded.gives_way);
  guarded_clear (&guarded);
  if (hit == NULL)
    {
      *hits_out = g_steal_pointer (&hits);
      return NULL;
    }
  g_autofree char *reason = g_strconcat ("guard ", guard_name (hit->guard), NULL);
  return refusal_of_agent (inbound, "5.7.1", hit->sentence, reason);
}

/* He uses the token of a ticket to which he has no right. */
static const TmTicketFacts *
find_without_right (const TmInbound *inbound, const TmFacts *facts, const TmTicketMatch *match)
{
  if (match->ticket != NULL && match->is_verified)
    return NULL;
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      const TmTicketFacts *ticket
          = recipient_is_agents_token (recipient) ? facts_ticket (facts, recipient->token.ticket) : NULL;
      if (ticket != NULL && !agents_have_right (inbound, ticket))
        return ticket;
    }
  return NULL;
}

TmPlan *
draft_hold_up (const TmInbound *inbound, const TmFacts *facts, const TmTicketMatch *match, TmAgentsMail kind,
               gint64 now, GPtrArray **changes_out, GPtrArray **hits_out)
{
  *changes_out = *hits_out = NULL;
  g_autoptr (GPtrArray) outside = NULL;
  TmPlan *plan = refuse_bad_token (inbound, facts);
  if (plan == NULL)
    plan = refuse_two_tickets (inbound, facts);
  if (plan != NULL)
    return plan;
  if (kind == TM_AGENTS_NONE)
    {
      const TmTicketFacts *ticket = find_without_right (inbound, facts, match);
      outside = g_ptr_array_new ();
      return ticket != NULL ? ask_guards (inbound, facts, ticket, kind, outside, NULL, hits_out) : NULL;
    }
  if (inbound->commands != NULL)
    plan = hold_commands (inbound, match, kind);
  if (plan == NULL && inbound->commands != NULL && inbound->commands->commands->len > 0)
    plan = read_changes (inbound, facts, match, now, changes_out);
  g_autoptr (GPtrArray) shared = reply_find_shared (*changes_out);
  outside = find_outside (inbound, match, kind, shared);
  if (plan == NULL)
    plan = ask_guards (inbound, facts, match->ticket, kind, outside, *changes_out, hits_out);
  if (plan != NULL)
    g_clear_pointer (changes_out, g_ptr_array_unref);
  return plan;
}

/* --- machines --- */

static const TmTicketFacts *
find_disturbed (const TmInbound *inbound, const TmFacts *facts, const TmTicketMatch *match)
{
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (recipient->has_token && recipient->token.purpose == 'r')
        return facts_ticket (facts, recipient->token.ticket);
      if (match->ticket != NULL && recipient_is_outside (recipient) && recipient->address != NULL
          && ticket_may_receive (match->ticket, recipient->address))
        return match->ticket;
    }
  return NULL;
}

TmPlan *
draft_hold_automatic (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class,
                      const TmTicketMatch *match)
{
  bool is_agents
      = inbound->agent != NULL || site_agent_by_address (inbound->site, sender_address (inbound)) != NULL;
  if (!is_agents || !draft_is_automatic (inbound, class) || inbound->automatic.is_bounce)
    return NULL;
  const TmTicketFacts *ticket = find_disturbed (inbound, facts, match);
  if (ticket == NULL)
    return NULL;
  TmPlan *plan = refusal_discard (inbound, "", "an agent's mail that a machine wrote goes to no customer");
  if (inbound->agent != NULL)
    plan->is_discarded = true;
  plan->ticket = ticket->id;
  g_autofree char *detail = detail_new ("from", sender_address (inbound), "why",
                                        "a machine wrote it in an agent's name: kept in quarantine, it went to nobody",
                                        NULL);
  plan_add_step (plan, TM_STEP_EVENT, "desk", "discarded", detail, 0);
  return plan;
}
