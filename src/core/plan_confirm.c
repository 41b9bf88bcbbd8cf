/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "base/clock.h"
#include "core/acknowledge.h"
#include "core/detail.h"
#include "core/sender.h"

#include <string.h>

bool
draft_confirms (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class)
{
  bool is_confirmed = facts->contact != NULL && facts->contact->confirmed_at != TM_NEVER;
  return !is_confirmed && acknowledge_is_confirmation (inbound, class);
}

bool
draft_only_confirms (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class,
                     const TmTicketFacts *ticket)
{
  return ticket != NULL && ticket->status == TM_STATUS_HELD && draft_confirms (inbound, facts, class);
}

void
draft_add_confirmation (TmDraft *draft)
{
  TmPlan *plan = draft->plan;
  const char *from = sender_address (draft->inbound);
  if (!draft_confirms (draft->inbound, draft->facts, draft->class))
    return;
  g_autofree char *detail
      = detail_new ("address", from, "why", "he answered the desk's question from there", NULL);
  plan->confirms = true;
  plan_add_step (plan, TM_STEP_EVENT, "customer", "confirmed", detail, 0);
  plan_add_step (plan, TM_STEP_CONFIRM, "customer", from, NULL, 0);
  if (strcmp (plan->requester, from) != 0 || strcmp (plan->status, status_name (TM_STATUS_HELD)) != 0)
    return;
  g_free (plan->status);
  plan->status = g_strdup (status_name (TM_STATUS_NEW));
}
