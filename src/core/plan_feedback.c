/* SPDX-License-Identifier: BSD-2-Clause */
/* What a mail to a feedback address does: the customer says whether he is satisfied. */
#include "core/draft.h"

#include "core/detail.h"
#include "core/feedback.h"
#include "core/sender.h"
#include "core/subject.h"

#include <string.h>

/* To the one whose ticket it is; the queue has the customer's mail itself. */
static const char *
owner_address (const TmDraft *draft)
{
  const TmSite *site = draft->inbound->site;
  const TmAgent *agent = draft->plan->assignee != NULL ? site_agent (site, draft->plan->assignee) : NULL;
  return agent != NULL && agent->addresses->len > 0 ? g_ptr_array_index (agent->addresses, 0) : NULL;
}

/* He reads it in his mail program; what he answers is a note. */
static bool
tell_owner (TmDraft *draft)
{
  const TmInbound *inbound = draft->inbound;
  const char *address = owner_address (draft);
  if (address == NULL || draft->facts->is_feedback_told)
    return false;
  g_autofree char *own = mail_reply_text (inbound->mail);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, draft->plan->ticket);
  g_autofree char *text = g_strconcat (sender_address (inbound), " is not satisfied with how ticket ", number,
                                       " was resolved.\n\n", own, "\n", NULL);
  g_autofree char *subject
      = subject_with_tag ("Not satisfied with the resolution", inbound->site->instance, draft->plan->ticket);
  TmOutgoing *outgoing = outgoing_new (TM_OUTGOING_ALERT, "desk", subject, text);
  outgoing_add_recipient (outgoing, address);
  outgoing->message = TM_OUTGOING_ADDED;
  outgoing->reply_purpose = 'n';
  outgoing->may_repeat = true;
  plan_add_outgoing (draft->plan, outgoing);
  return true;
}

bool
draft_is_feedback (const TmInbound *inbound, const TmClassification *class)
{
  return inbound->agent == NULL && feedback_is_only (inbound->envelope) && !draft_is_automatic (inbound, class);
}

void
draft_add_feedback (TmDraft *draft)
{
  const TmInbound *inbound = draft->inbound;
  TmPlan *plan = draft->plan;
  TmFeedback value;
  const char *from = sender_address (inbound);
  if (inbound->agent != NULL || draft_is_automatic (inbound, draft->class) || draft->class->is_spam || *from == '\0'
      || !feedback_of_mail (inbound, draft->facts, draft->match->ticket, &value))
    return;
  plan->flags |= TM_FLAG_FEEDBACK;
  g_autofree char *detail = detail_new ("value", feedback_name (value), "address", from, NULL);
  plan_add_step (plan, TM_STEP_EVENT, "customer", "feedback", detail, 0);
  if (value == TM_FEEDBACK_NONE)
    return;
  bool is_told = value == TM_FEEDBACK_BAD && tell_owner (draft);
  plan_add_step (plan, TM_STEP_FEEDBACK, NULL, from, feedback_name (value), is_told);
}
