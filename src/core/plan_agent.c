/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "base/clock.h"
#include "core/agents.h"
#include "core/command.h"
#include "core/detail.h"
#include "core/reply_readers.h"
#include "core/sender.h"
#include "core/subject.h"

#include <string.h>

enum { PARTICIPANTS_MAX = 50 };

TmStatus
draft_answered_status (const TmSite *site, const char *service_plan, TmStatus before)
{
  const TmServicePlan *plan = site_service_plan (site, service_plan);
  switch (before)
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
      return before;
    }
  return before;
}

bool
draft_is_commands_only (const TmInbound *inbound, TmAgentsMail kind)
{
  const TmCommands *commands = inbound->commands;
  bool is_on_ticket = kind == TM_AGENTS_NOTE || kind == TM_AGENTS_REPLY || kind == TM_AGENTS_STRAIGHT;
  return is_on_ticket && commands != NULL && commands->commands->len > 0 && commands->is_all
         && inbound->mail->attachments->len == 0;
}

/* --- the plan --- */

static char *
limited_rules (const TmClassification *class)
{
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < class->trace->len; i++)
    {
      const TmRuleTrace *trace = g_ptr_array_index (class->trace, i);
      if (trace->limited)
        g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", trace->rule);
    }
  return names->len > 0 ? g_strdup (names->str) : NULL;
}

static TmDirection
direction_of (const TmInbound *inbound, TmAgentsMail kind)
{
  if (kind == TM_AGENTS_NOTE || draft_is_commands_only (inbound, kind))
    return TM_DIRECTION_NOTE;
  return agents_go_out (kind) ? TM_DIRECTION_OUT : TM_DIRECTION_IN;
}

TmPlan *
draft_begin (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class,
             const TmTicketMatch *match, TmAgentsMail kind)
{
  TmPlan *plan = plan_new (TM_ACTION_OPEN);
  plan->agents = kind;
  plan->direction = direction_of (inbound, kind);
  plan->is_commands_only = draft_is_commands_only (inbound, kind);
  plan->is_trial = facts->next_ticket == 0;
  if (match->ticket != NULL)
    plan->action = plan->direction == TM_DIRECTION_NOTE ? TM_ACTION_NOTE : TM_ACTION_APPEND;
  plan->evidence = match->evidence;
  plan->reason = g_strdup (match->reason);
  plan->rule = g_strdup (class->last_rule);
  plan->limited = limited_rules (class);
  return plan;
}

/* --- steps --- */

typedef struct
{
  TmDraft *draft;
  unsigned n;
} Adding;

static void
add_typed (const TmMailbox *mailbox, gpointer data)
{
  Adding *adding = data;
  const TmDraft *draft = adding->draft;
  const TmTicketFacts *ticket = draft->match->ticket;
  if (adding->n >= PARTICIPANTS_MAX || strcmp (mailbox->address, draft->plan->requester) == 0
      || (ticket != NULL && ticket_may_receive (ticket, mailbox->address)))
    return;
  adding->n++;
  plan_add_step (draft->plan, TM_STEP_PARTICIPANT, NULL, mailbox->address, draft->inbound->agent->id, 0);
}

static void
add_event (TmPlan *plan, const char *actor, const char *action, char *detail)
{
  plan_add_step (plan, TM_STEP_EVENT, actor, action, detail, 0);
  g_free (detail);
}

/* He is not the one who wrote first, and when that was. */
static void
add_forwarded (TmDraft *draft, const char *actor)
{
  const TmForwarded *forwarded = draft->inbound->mail->forwarded;
  g_autofree char *date = instant_format (forwarded->date_at);
  add_event (draft->plan, actor, "forwarded",
             detail_new ("from", forwarded->from->address, "date", date, "subject", forwarded->subject, "message_id",
                         forwarded->message_id, NULL));
}

/* His own, if he writes from there, else the first one. */
static const char *
agents_address (const TmInbound *inbound)
{
  const char *from = sender_address (inbound);
  const GPtrArray *addresses = inbound->agent->addresses;
  if (site_agent_by_address (inbound->site, from) == inbound->agent)
    return from;
  return addresses->len > 0 ? g_ptr_array_index (addresses, 0) : NULL;
}

/* All of them were carried out, or this is never sent: one that cannot be refuses them all. */
static void
tell_result (TmDraft *draft, const char *actor)
{
  const TmPlan *plan = draft->plan;
  const TmCommands *commands = draft->inbound->commands;
  const char *address = agents_address (draft->inbound);
  g_autofree char *subject
      = subject_with_tag (draft->inbound->mail->subject, draft->inbound->site->instance, plan->ticket);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < commands->commands->len; i++)
    g_string_append_printf (text, "Done: %s\n", ((const TmCommand *) g_ptr_array_index (commands->commands, i))->line);
  if (plan->is_commands_only)
    g_string_append (text, "\nThere was nothing else in your mail, so it went to nobody.\n");
  if (commands->asks_help)
    g_string_append_printf (text, "\n%s", commands_help ());
  TmOutgoing *outgoing = outgoing_new (TM_OUTGOING_RESULT, actor, subject, text->str);
  if (address != NULL)
    outgoing_add_recipient (outgoing, address);
  outgoing->message = TM_OUTGOING_ADDED;
  outgoing->reply_purpose = 'n';
  plan_add_outgoing (draft->plan, outgoing);
}

/* It came from outside, so it goes to nobody as it is. */
static void
send_by_outbox (TmDraft *draft, const char *actor)
{
  const TmInbound *inbound = draft->inbound;
  g_autofree char *subject = subject_with_tag (inbound->mail->subject, inbound->site->instance, draft->plan->ticket);
  TmOutgoing *outgoing = outgoing_new (TM_OUTGOING_REPLY, actor, subject, "");
  g_autoptr (GPtrArray) readers = readers_find (inbound->site, draft->match->ticket);
  for (guint i = 0; i < readers->len; i++)
    outgoing_add_recipient (outgoing, g_ptr_array_index (readers, i));
  outgoing->message = TM_OUTGOING_ADDED;
  outgoing->sender_purpose = 'b';
  outgoing->reply_purpose = 'r';
  outgoing->may_repeat = true;
  plan_add_outgoing (draft->plan, outgoing);
}

void
draft_add_agents_steps (TmDraft *draft, const GPtrArray *hits)
{
  TmPlan *plan = draft->plan;
  const TmCommands *commands = draft->inbound->commands;
  if (draft->inbound->agent == NULL)
    return;
  g_autofree char *actor = g_strconcat ("agent:", draft->inbound->agent->id, NULL);
  guards_add_events (draft->inbound->site, hits, &guard_words_mail, actor, plan);
  if (plan->agents == TM_AGENTS_NONE)
    return;
  Adding adding = { draft, 0 };
  if (plan->direction == TM_DIRECTION_OUT)
    agents_for_typed (draft->inbound, add_typed, &adding);
  if (plan->agents == TM_AGENTS_FORWARD)
    add_forwarded (draft, actor);
  if (commands != NULL && (plan->is_commands_only || commands->asks_help))
    tell_result (draft, actor);
  if (draft->inbound->is_proven_by_dmarc && plan->direction == TM_DIRECTION_OUT)
    send_by_outbox (draft, actor);
}
