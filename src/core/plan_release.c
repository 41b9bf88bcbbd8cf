/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/release.h"

#include "base/text.h"
#include "core/acknowledge.h"
#include "core/detail.h"
#include "core/language.h"
#include "core/notice.h"

static bool
write_notice (const TmRelease *release, const TmPlan *plan, const TmAcknowledgement *ack, TmNoticeText *text_out)
{
  const TmSite *site = release->site;
  const TmTicketFacts *ticket = release->ticket;
  char digits[TEXT_DIGITS];
  const TmNotice notice
      = { .site = site,
          .number = text_number (ticket->id, digits),
          .queue = ticket->queues->len > 0 ? site_queue (site, g_ptr_array_index (ticket->queues, 0)) : NULL,
          .customer = customers_by_id (site->customers, ticket->customer),
          .plan = site_service_plan (site, ticket->service_plan),
          .priority = ticket->priority,
          .type = ticket->type,
          .subject = ack->tells_subject ? release->subject : NULL,
          .missing = ticket->missing,
          .clocks = plan->clocks,
          .mail_language = language_guess (release->text, release->len),
          .now = release->now };
  return notice_write (&notice, "ack", NULL, text_out);
}

static void
acknowledge (const TmRelease *release, TmPlan *plan)
{
  g_auto (TmNoticeText) text = { 0 };
  TmAcknowledgement *ack = plan->ack = acknowledge_released (release);
  if (ack == NULL)
    return;
  if (ack->to != NULL && !write_notice (release, plan, ack, &text))
    {
      g_clear_pointer (&ack->to, g_free);
      ack->why = "there is no template";
    }
  g_autofree char *detail = acknowledgement_detail (ack);
  plan_add_step (plan, TM_STEP_EVENT, "desk", "acknowledgement", detail, 0);
  if (ack->to != NULL)
    plan_add_outgoing (plan,
                       acknowledgement_mail (ack, &text, release->message, release->now + release->site->ack.delay_s));
}

TmPlan *
plan_release (const TmRelease *release)
{
  TmPlan *plan = plan_new (TM_ACTION_CHANGE);
  g_auto (TmClockwork) work = { .clocks = NULL };
  g_autofree char *detail = detail_new ("from", status_name (TM_STATUS_HELD), "to", status_name (TM_STATUS_NEW), "why",
                                        "the sender is confirmed", NULL);
  plan->ticket = release->ticket->id;
  clockwork_init_ticket (&work, release->site, release->ticket, release->now);
  clockwork_set_status (&work, TM_STATUS_NEW, true);
  clockwork_renew (&work);
  plan_take_clocks (plan, &work, "desk", false);
  plan_add_step (plan, TM_STEP_SET, release->actor, "status", status_name (TM_STATUS_NEW), 0);
  plan_add_step (plan, TM_STEP_EVENT, release->actor, "status", detail, 0);
  if (release->ack_to != NULL)
    plan_add_step (plan, TM_STEP_SET, "desk", "ack_to", NULL, 0);
  acknowledge (release, plan);
  return plan;
}
