/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/refusal.h"

#include "base/text.h"
#include "core/detail.h"
#include "core/draft.h"

enum { FOREIGN_MARKS_MAX = 1000, REPLY_TEXT_MAX = 400 };

/* An MTA looks for each field to delete from the first one on: thousands keep it busy for minutes, then it gives up. */
static bool
has_too_many_marks (const TmInbound *inbound)
{
  return edits_count_foreign (inbound->raw) > FOREIGN_MARKS_MAX;
}

/* Kept in quarantine for rule `rule`, "" none. */
static TmPlan *
keep (const TmInbound *inbound, const char *rule, const char *reason)
{
  TmPlan *plan = plan_new (TM_ACTION_DISCARD);
  plan->reason = g_strdup (reason);
  plan_add_step (plan, TM_STEP_QUARANTINE, NULL, rule, reason, 0);
  plan->is_discarded = inbound->envelope->is_fed || !envelope_is_mixed (inbound->envelope);
  return plan;
}

/* Without an SMTP client nobody could take the 5xx but a bounce.  What passes us goes on, what was fed to us would be
 * lost. */
static TmPlan *
let_be (const TmInbound *inbound, const char *rule, const char *reason)
{
  bool is_fed = inbound->envelope->is_fed;
  g_autofree char *why = g_strconcat (reason, is_fed ? "; kept in quarantine" : "; passed all the same",
                                      ": no SMTP client to refuse it to", NULL);
  TmPlan *plan = is_fed ? keep (inbound, rule, why) : plan_new (TM_ACTION_IGNORE);
  if (!is_fed)
    plan->reason = g_steal_pointer (&why);
  return plan;
}

/* `rule` is the one that refuses it, "" none. */
static TmPlan *
refuse (const TmInbound *inbound, const char *rule, const char *enhanced, const char *text, const char *reason)
{
  const TmEnvelope *envelope = inbound->envelope;
  bool is_mixed = !envelope->is_fed && envelope_is_mixed (envelope);
  bool can_be_told = envelope->client_address != NULL || envelope->is_released;
  TmPlan *plan;
  if (!is_mixed && !can_be_told)
    plan = let_be (inbound, rule, reason);
  else
    {
      plan = plan_new (TM_ACTION_REFUSE);
      plan->reason = g_strdup (reason);
    }
  if ((is_mixed || !can_be_told) && !has_too_many_marks (inbound))
    edits_clean (plan->edits, inbound->raw);
  if (is_mixed)
    edits_remove_ours (plan->edits, envelope);
  else if (can_be_told)
    {
      plan->reply_code = g_strdup ("550");
      plan->reply_enhanced = g_strdup (enhanced);
      plan->reply_text = g_strdup (text);
    }
  return plan;
}

TmPlan *
refusal_of_agent (const TmInbound *inbound, const char *enhanced, const char *text, const char *reason)
{
  if (inbound->envelope->client_address == NULL && !inbound->envelope->is_released)
    {
      TmPlan *plan = keep (inbound, "", text);
      plan->is_discarded = true;
      return plan;
    }
  TmPlan *plan = plan_new (TM_ACTION_REFUSE);
  plan->reason = g_strdup (reason);
  plan->reply_code = g_strdup ("550");
  plan->reply_enhanced = g_strdup (enhanced);
  plan->reply_text = g_strdup (text);
  return plan;
}

/* An agent who is not logged in must not believe that his answer went out. */
static bool
is_unproven_agent_reply (const TmInbound *inbound)
{
  const TmMailbox *from = inbound->mail->from;
  bool is_proven = inbound->agent != NULL || envelope_agent (inbound->envelope, inbound->site) != NULL;
  /* A machine's is no answer, and nobody reads its refusal: draft_hold_automatic(). */
  if (is_proven || draft_is_automatic (inbound, inbound->as_new) || from == NULL
      || site_agent_by_address (inbound->site, from->address) == NULL)
    return false;
  return envelope_has_token (inbound->envelope, 'r')
         || (inbound->envelope->tokens_barred && envelope_has_bad_token (inbound->envelope, 'r'));
}

/* A null sender at something like a bounce address that we never made: backscatter of mail that somebody sent in our
 * name, or an answer to a token that was revoked.  What has no SMTP client cannot be told so, and is taken; and of a
 * barred one's nobody looked whether we made it. */
static bool
is_bad_bounce (const TmInbound *inbound)
{
  const TmEnvelope *envelope = inbound->envelope;
  if (*envelope->sender != '\0' || (envelope->client_address == NULL && !envelope_is_mixed (envelope))
      || envelope->tokens_barred || envelope_has_token (envelope, 'b'))
    return false;
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->has_bad_token && recipient->bad_purpose == 'b')
        return true;
    }
  return false;
}

TmPlan *
refusal_unconditional (const TmInbound *inbound)
{
  if (has_too_many_marks (inbound) && !inbound->envelope->is_released)
    return refuse (inbound, "", "5.7.1", "Too many X-Ticket fields", "thousands of foreign X-Ticket fields");
  if (is_unproven_agent_reply (inbound))
    return refuse (inbound, "", "5.7.1",
                   "You are not logged in; your answer was NOT sent. Send it again after logging in",
                   "an agent's address without login wrote to a reply token");
  if (is_bad_bounce (inbound))
    return refuse (inbound, "", "5.1.1", "No such bounce address",
                   "a null sender at a bounce address that is not ours");
  return NULL;
}

/* Nobody learns of it, so it works without an SMTP client too; others' recipients get what is theirs. */
TmPlan *
refusal_discard (const TmInbound *inbound, const char *rule, const char *reason)
{
  TmPlan *plan = keep (inbound, rule, reason);
  if (plan->is_discarded)
    return plan;
  edits_clean (plan->edits, inbound->raw);
  edits_remove_ours (plan->edits, inbound->envelope);
  return plan;
}

void
refusal_note (TmPlan *plan, const TmInbound *inbound, const TmFacts *facts)
{
  if (plan->reply_code != NULL || !is_unproven_agent_reply (inbound))
    return;
  for (guint i = 0; i < inbound->envelope->recipients->len && plan->ticket == 0; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      const TmTicketFacts *ticket = recipient->has_token ? facts_ticket (facts, recipient->token.ticket) : NULL;
      if (ticket == NULL || recipient->token.purpose != 'r')
        continue;
      static const char why[]
        = "an agent's address without login: the answer was NOT recorded and went to nobody by this ticket";
      g_autofree char *detail = detail_new ("from", inbound->mail->from->address, "why", why, NULL);
      plan->ticket = ticket->id;
      plan_add_step (plan, TM_STEP_EVENT, "desk", "refused", detail, 0);
    }
}

TmPlan *
refusal_blocked (const TmInbound *inbound, const TmFacts *facts)
{
  if (facts->contact == NULL || !facts->contact->is_blocked || inbound->agent != NULL
      || inbound->envelope->is_released)
    return NULL;
  return refuse (inbound, "", "5.7.1", "We take no mail from this address", "the sender is blocked");
}

TmPlan *
refusal_unknown_sender (const TmInbound *inbound)
{
  const TmEnvelope *envelope = inbound->envelope;
  if (inbound->site->unknown_policy != TM_UNKNOWN_REFUSE || !inbound->is_unknown || inbound->automatic.is_bounce
      || *envelope->sender == '\0' || envelope->client_address == NULL)
    return NULL;
  return refuse (inbound, "", "5.7.1",
                 "We do not know your address; write from the one that your organisation has registered with us",
                 "unknown_sender: nobody knows the sender, and such are refused");
}

TmPlan *
refusal_by_change (const TmInbound *inbound, const char *sentence)
{
  g_autofree char *line = text_one_line (sentence, REPLY_TEXT_MAX);
  g_autofree char *text = g_strconcat ("Nothing was changed, your mail was NOT sent: ", line, NULL);
  g_autofree char *reason = g_strdup_printf ("a command cannot be carried out: %s", sentence);
  return refusal_of_agent (inbound, "5.7.1", text, reason);
}

TmPlan *
refusal_by_rule (const TmInbound *inbound, const TmClassification *class)
{
  if (class->verdict == TM_RULE_PASS || inbound->envelope->is_released)
    return NULL;
  g_autofree char *reason = g_strdup_printf ("rule %s", class->verdict_rule != NULL ? class->verdict_rule : "?");
  TmPlan *plan = NULL;
  switch (class->verdict)
    {
    case TM_RULE_PASS:
      break;
    case TM_RULE_IGNORE:
      plan = plan_new (TM_ACTION_IGNORE);
      plan->reason = g_steal_pointer (&reason);
      edits_clean (plan->edits, inbound->raw);
      break;
    case TM_RULE_DISCARD:
      plan = refusal_discard (inbound, class->verdict_rule, reason);
      break;
    case TM_RULE_REJECT:
      plan = refuse (inbound, class->verdict_rule, "5.7.1", class->verdict_text, reason);
      break;
    }
  if (plan != NULL)
    plan->rule = g_strdup (class->verdict_rule);
  return plan;
}
