/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

/* An agent without rights on the queue is a sender like any other. */
static bool
has_right (const TmInbound *inbound, const TmTicketFacts *ticket)
{
  if (inbound->queue != NULL)
    return queue_has_agent (inbound->queue, inbound->agent);
  for (guint i = 0; i < ticket->queues->len; i++)
    {
      const TmQueue *queue = site_queue (inbound->site, g_ptr_array_index (ticket->queues, i));
      if (queue != NULL && queue_has_agent (queue, inbound->agent))
        return true;
    }
  return false;
}

/* To a ticket's reply address, or straight to somebody who receives the ticket. */
static bool
goes_out (const TmInbound *inbound, const TmTicketFacts *ticket)
{
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (recipient->has_token && recipient->token.purpose == 'r')
        return true;
      if (recipient->address != NULL && !recipient->is_ours && ticket_may_receive (ticket, recipient->address))
        return true;
    }
  return false;
}

TmDirection
draft_agents_direction (const TmInbound *inbound, const TmTicketMatch *match)
{
  if (inbound->agent == NULL || match->ticket == NULL || !match->is_verified
      || match->evidence == TM_EVIDENCE_CORRELATION || !has_right (inbound, match->ticket))
    return TM_DIRECTION_IN;
  return !inbound->automatic.is_auto && goes_out (inbound, match->ticket) ? TM_DIRECTION_OUT : TM_DIRECTION_NOTE;
}

TmStatus
draft_answered_status (const TmSite *site, const TmTicketFacts *ticket)
{
  const TmServicePlan *plan = site_service_plan (site, ticket->service_plan);
  switch (ticket->status)
    {
    case TM_STATUS_NEW:
    case TM_STATUS_OPEN:
    case TM_STATUS_WAITING:
    case TM_STATUS_PENDING:
    case TM_STATUS_UNSORTED:
      return plan != NULL && plan->on_reply == TM_REPLY_OPEN ? TM_STATUS_OPEN : TM_STATUS_WAITING;
    case TM_STATUS_RESOLVED:
    case TM_STATUS_CLOSED:
    case TM_STATUS_MERGED:
    case TM_STATUS_HELD:
    case TM_STATUS_SPAM:
      return ticket->status;
    }
  return ticket->status;
}
