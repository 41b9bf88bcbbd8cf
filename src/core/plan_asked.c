/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "core/acknowledge.h"
#include "core/address.h"
#include "core/command.h"
#include "core/detail.h"
#include "core/sender.h"
#include "core/subject.h"

#include <string.h>

/* The status address of the ticket, whatever else the mail was sent to. */
static bool
is_status_address (const TmRecipient *recipient, gint64 ticket, const TmFacts *facts)
{
  const TmToken *token = &recipient->token;
  bool asks = recipient->has_token
              && (token->purpose == 's' || (token->purpose == 'r' && strcmp (token->command, "status") == 0));
  const TmTicketFacts *named = asks ? facts_ticket (facts, token->ticket) : NULL;
  return named != NULL && named->id == ticket;
}

static bool
asks_status (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket)
{
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    if (is_status_address (g_ptr_array_index (inbound->envelope->recipients, i), ticket->id, facts))
      return ticket_may_receive (ticket, sender_address (inbound));
  return false;
}

/* The requester cannot: he would hear nothing of what he wants from us. */
static bool
unsubscribes (const TmInbound *inbound, const TmTicketMatch *match)
{
  const TmTicketFacts *ticket = match->ticket;
  const char *from = sender_address (inbound);
  const TmParticipant *participant = ticket_participant (ticket, from);
  if (match->evidence != TM_EVIDENCE_TOKEN || participant == NULL || !participant->receives
      || strcmp (ticket->requester, from) == 0)
    return false;
  g_autofree char *own = mail_reply_text (inbound->mail);
  return commands_is_unsubscribe (own);
}

TmAsked
draft_asked (const TmInbound *inbound, const TmFacts *facts, const TmTicketMatch *match, const TmClassification *class)
{
  bool is_doubtful = class->is_spam || (inbound->has_failed_auth && !inbound->is_authenticated);
  if (match->ticket == NULL || !match->is_verified || inbound->agent != NULL || draft_is_automatic (inbound, class)
      || is_doubtful)
    return TM_ASKED_NOTHING;
  if (asks_status (inbound, facts, match->ticket))
    return TM_ASKED_STATUS;
  return unsubscribes (inbound, match) ? TM_ASKED_END : TM_ASKED_NOTHING;
}

void
draft_add_asked (TmDraft *draft, TmAsked asked)
{
  TmPlan *plan = draft->plan;
  const char *from = sender_address (draft->inbound);
  if (asked == TM_ASKED_NOTHING)
    return;
  g_autofree char *detail
      = detail_new ("address", from, asked == TM_ASKED_END ? "why" : NULL, "he wrote so to the reply address", NULL);
  if (asked == TM_ASKED_END)
    {
      plan_add_step (plan, TM_STEP_UNSHARE, NULL, from, NULL, 0);
      plan_add_step (plan, TM_STEP_EVENT, "customer", "unshare", detail, 0);
      return;
    }
  const char *why = draft->facts->noticed != NULL
                        ? acknowledge_objects_to_notice (draft->inbound->site, from, draft->facts->noticed, draft->now)
                        : NULL;
  g_autofree char *unanswered = why != NULL ? detail_new ("address", from, "not_told", why, NULL) : NULL;
  plan_add_step (plan, TM_STEP_EVENT, "customer", "status_asked", why != NULL ? unanswered : detail, 0);
  if (why != NULL)
    return;
  /* From alone proves nothing: what he wrote there could be meant for whom he names. */
  const char *own = draft->inbound->is_authenticated ? draft->inbound->mail->subject : "Status";
  g_autofree char *subject = subject_with_tag (own, draft->inbound->site->instance, plan->ticket);
  TmOutgoing *outgoing = outgoing_new (TM_OUTGOING_STATUS, "desk", subject, "");
  outgoing_add_recipient (outgoing, from);
  outgoing->message = TM_OUTGOING_ADDED;
  outgoing->reply_purpose = 'r';
  outgoing->rate_key = address_owner (from);
  plan_add_outgoing (plan, outgoing);
}
