/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "base/text.h"
#include "core/author.h"

bool
draft_writes_marks (const TmInbound *inbound)
{
  return inbound->site->edit_mixed || !envelope_is_mixed (inbound->envelope);
}

/* The sender did not hear that it arrived, or its MTA did not keep it: it may come to nothing once more. */
static void
wait_again (const TmInbound *inbound, const TmEarlier *earlier, gint64 now, TmPlan *plan)
{
  char digits[TEXT_DIGITS];
  if (inbound->site->ack.sends && inbound->agent == NULL)
    plan_add_step (plan, TM_STEP_DELAY_ACK, NULL, NULL, text_number (earlier->message, digits),
                   now + inbound->site->ack.delay_s);
}

TmPlan *
draft_duplicate (const TmInbound *inbound, const TmFacts *facts, gint64 now)
{
  const TmEarlier *earlier = facts->earlier;
  TmPlan *plan = plan_new (TM_ACTION_DUPLICATE);
  g_autoptr (TmMarks) marks = marks_parse (earlier->marks);
  plan->ticket = earlier->ticket;
  plan->reason = g_strdup ("this message is recorded already: the same marks, nothing new");
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (recipient->queue == NULL || (marks != NULL && marks_drop (marks, recipient))
          || g_ptr_array_find_with_equal_func (earlier->queues, recipient->queue->id, g_str_equal, NULL))
        continue;
      plan_add_step (plan, TM_STEP_QUEUE, "desk", NULL, recipient->queue->id, 0);
      g_ptr_array_add (earlier->queues, g_strdup (recipient->queue->id));
    }
  wait_again (inbound, earlier, now, plan);
  if (marks == NULL)
    return plan;
  if (!marks->is_out && (inbound->agent == NULL || marks_write_anything (marks))) /* else it went out as it was */
    author_mark (inbound, plan, facts->next_ticket == 0, marks);
  draft_replay (plan, inbound, marks);
  return plan;
}

/* Others get what is written on it, too. */
static bool
reaches_others (const TmInbound *inbound, const TmMarks *marks)
{
  for (guint i = 0; i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (!recipient->is_ours && !marks_drop (marks, recipient))
        return true;
    }
  return false;
}

void
draft_replay (TmPlan *plan, const TmInbound *inbound, const TmMarks *marks)
{
  plan->footer = g_strdup (marks->footer);
  plan->removes_commands = marks->removes_commands;
  plan->is_discarded = marks->is_discarded;
  if (marks->is_discarded)
    return;
  bool writes = marks->is_out || inbound->site->edit_mixed || !reaches_others (inbound, marks);
  edits_add_marks (plan->edits, inbound->raw, inbound->mail->subject, marks, writes);
  edits_drop_recipients (plan->edits, inbound->envelope, marks);
}

TmPlan *
draft_duplicate_out (const TmInbound *inbound, const TmFacts *facts, gint64 now)
{
  g_autoptr (TmMarks) marks = marks_parse (facts->earlier->marks);
  return marks != NULL && (marks->is_out || marks->is_discarded) ? draft_duplicate (inbound, facts, now) : NULL;
}
