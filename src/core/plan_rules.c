/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "core/detail.h"

#include <string.h>

bool
draft_is_automatic (const TmInbound *inbound, const TmClassification *class)
{
  return class->machine || (inbound->automatic.is_auto && !class->human);
}

/* --- alerts --- */

bool
draft_folds (const TmDraft *draft)
{
  return draft->match->evidence == TM_EVIDENCE_CORRELATION;
}

/* Machines write alerts, and somebody has to see them all the same; the end of a trouble that nobody knew of is nothing
 * to do. */
TmStatus
draft_first_status (const TmDraft *draft, TmStatus usual)
{
  const TmClassification *class = draft->class;
  if (class->is_spam)
    return TM_STATUS_SPAM;
  if (class->correlate_key != NULL)
    return class->is_recovery ? TM_STATUS_UNSORTED : usual;
  return draft_is_automatic (draft->inbound, class) ? TM_STATUS_UNSORTED : usual;
}

TmStatus
draft_alert_status (const TmDraft *draft, TmStatus usual)
{
  const TmTicketMatch *match = draft->match;
  bool is_over = draft->class->is_recovery && match->is_verified && ticket_is_open (match->ticket);
  return is_over ? TM_STATUS_RESOLVED : usual;
}

/* --- priority --- */

static const char *
moved_priority (const TmDraft *draft, const char *priority)
{
  const GPtrArray *priorities = draft->inbound->site->priorities;
  const GArray *moves = draft->class->priority_moves;
  int rank = site_priority_rank (draft->inbound->site, priority);
  if (rank < 0 || moves->len == 0)
    return NULL;
  for (guint i = 0; i < moves->len; i++)
    rank = classify_moved_rank (&g_array_index (moves, TmPriorityMove, i), rank);
  const TmPriority *moved = g_ptr_array_index (priorities, rank);
  return moved->code;
}

const char *
draft_priority (const TmDraft *draft)
{
  const TmClassification *class = draft->class;
  const TmPlan *plan = draft->plan;
  bool is_set = class->priority != NULL && !draft->is_stated;
  const char *priority = is_set ? class->priority : moved_priority (draft, plan->priority);
  const TmType *type = site_type (draft->inbound->site, class->type != NULL ? class->type : plan->type);
  if (priority == NULL && class->type != NULL)
    priority = plan->priority;
  if (priority == NULL || type == NULL)
    return priority;
  return classify_allowed_priority (draft->inbound->site, type, priority);
}

/* --- queues --- */

/* NULL: no rule names one, or nobody could be reached there. */
static const TmQueue *
rules_queue (const TmDraft *draft)
{
  const TmQueue *queue = site_queue (draft->inbound->site, draft->class->queue);
  return queue != NULL && queue->addresses->len > 0 && draft->match->is_verified ? queue : NULL;
}

bool
draft_moves (const TmDraft *draft)
{
  return draft->class->moves_queue && rules_queue (draft) != NULL;
}

void
draft_redirect (TmDraft *draft)
{
  const TmQueue *queue = rules_queue (draft);
  if (queue == NULL)
    return;
  const GPtrArray *recipients = draft->inbound->envelope->recipients;
  bool is_there = false;
  for (guint i = 0; i < recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (recipients, i);
      if (recipient->queue == queue)
        is_there = true;
      else if (recipient->queue != NULL && draft->class->moves_queue)
        g_ptr_array_add (draft->marks->dropped, g_strdup (recipient->address));
    }
  if (!is_there)
    g_ptr_array_add (draft->marks->recipients, g_strdup (g_ptr_array_index (queue->addresses, 0)));
}

/* --- people --- */

void
draft_add_requester (TmDraft *draft)
{
  const TmClassification *class = draft->class;
  if (class->requester == NULL)
    return;
  const TmMailbox *from = draft->inbound->mail->from;
  g_autofree char *detail
    = detail_new ("from", from != NULL ? from->address : NULL, "to", class->requester, "why", "a rule for forms", NULL);
  plan_add_step (draft->plan, TM_STEP_EVENT, class->requester_by, "requester", detail, 0);
}
