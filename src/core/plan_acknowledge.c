/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "base/text.h"
#include "core/acknowledge.h"
#include "core/agents.h"
#include "core/change.h"
#include "core/language.h"
#include "core/notice.h"

#include <string.h>

static bool
write_notice (const TmDraft *draft, const TmAcknowledgement *ack, TmNoticeText *text_out)
{
  const TmInbound *inbound = draft->inbound;
  const TmPlan *plan = draft->plan;
  char language[TM_LANGUAGE_TAG], digits[TEXT_DIGITS];
  language_of_mail (inbound->mail, language);
  const TmNotice notice = { .site = inbound->site,
                            .number = plan->ticket > 0 ? text_number (plan->ticket, digits) : "NEW",
                            .queue = site_queue (inbound->site, plan->queue),
                            .customer = inbound->sender.customer,
                            .plan = inbound->service_plan,
                            .priority = plan->priority,
                            .type = plan->type,
                            .subject = ack->tells_subject ? inbound->mail->subject : NULL,
                            .missing = draft->class->missing,
                            .clocks = plan->clocks,
                            .is_paged = draft->is_paged,
                            .mail_language = language,
                            .now = draft->now };
  return notice_write (&notice, ack->asks ? "confirm" : "ack", NULL, text_out);
}

void
draft_acknowledge (TmDraft *draft)
{
  TmPlan *plan = draft->plan;
  g_auto (TmNoticeText) text = { 0 };
  plan->ack = acknowledge_decide (draft->inbound, draft->class, draft->facts, draft->now);
  TmAcknowledgement *ack = plan->ack;
  if (draft->inbound->site->after.acts && acknowledge_objects_for_good (draft->inbound, draft->class) != NULL)
    plan_add_step (plan, TM_STEP_QUIET, NULL, NULL, NULL, 0);
  if (ack == NULL)
    return;
  if (ack->to != NULL && !write_notice (draft, ack, &text))
    {
      g_clear_pointer (&ack->to, g_free);
      ack->why = "there is no template";
    }
  g_autofree char *detail = acknowledgement_detail (ack);
  plan_add_step (plan, TM_STEP_EVENT, "desk", ack->asks ? "confirmation" : "acknowledgement", detail, 0);
  if (ack->later_to != NULL)
    plan_add_step (plan, TM_STEP_SET, "desk", "ack_to", ack->later_to, 0);
  if (ack->to != NULL)
    plan_add_outgoing (plan, acknowledgement_mail (ack, &text, TM_OUTGOING_ADDED,
                                                   draft->now + draft->inbound->site->ack.delay_s));
}

/* --- what makes it needless --- */

static void
drop (TmPlan *plan, const TmSite *site, const char *actor, const char *why)
{
  if (site->ack.sends)
    plan_add_step (plan, TM_STEP_DROP_ACK, actor, NULL, why, 0);
}

void
draft_answered (TmDraft *draft)
{
  const TmInbound *inbound = draft->inbound;
  if (draft->plan->direction != TM_DIRECTION_OUT
      || !agents_answer (inbound, draft->match->ticket, draft->plan->agents))
    return;
  g_autofree char *actor = g_strconcat ("agent:", inbound->agent->id, NULL);
  drop (draft->plan, inbound->site, actor, "dropped: an agent answered");
}

/* Static; NULL: it goes on. */
static const char *
end_by_status (const TmPlan *plan)
{
  static const struct
  {
    TmStatus status;
    const char *why;
  } ends[] = {
    { TM_STATUS_SPAM, "dropped: it is spam" },
    { TM_STATUS_RESOLVED, "dropped: the ticket is resolved" },
    { TM_STATUS_CLOSED, "dropped: the ticket is closed" },
  };
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const TmStep *step = g_ptr_array_index (plan->steps, i);
      for (gsize k = 0; step->kind == TM_STEP_SET && strcmp (step->key, "status") == 0 && k < G_N_ELEMENTS (ends); k++)
        if (strcmp (step->value, status_name (ends[k].status)) == 0)
          return ends[k].why;
    }
  return NULL;
}

static const char *
end_by_change (const TmChange *change, const TmPlan *plan)
{
  switch (change->kind)
    {
    case TM_CHANGE_REPLY:
    case TM_CHANGE_ANSWERED:
      return "dropped: an agent answered";
    case TM_CHANGE_MERGE:
      return "dropped: the ticket is merged";
    case TM_CHANGE_RECORD:
      return strcmp (change->text, "quiet") == 0 ? "dropped: an agent asks for quiet" : NULL;
    case TM_CHANGE_SET:
    case TM_CHANGE_CLOSE:
      return end_by_status (plan);
    case TM_CHANGE_REOPEN:
    case TM_CHANGE_NOTE:
    case TM_CHANGE_SPLIT:
    case TM_CHANGE_JOIN:
    case TM_CHANGE_SHARE:
    case TM_CHANGE_UNSHARE:
    case TM_CHANGE_ACK:
      return NULL;
    }
  return NULL;
}

void
change_drop_acknowledgement (const TmChange *change, TmPlan *plan)
{
  const char *why = end_by_change (change, plan);
  if (why != NULL)
    drop (plan, change->site, change->actor, why);
}
