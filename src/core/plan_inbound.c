/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/draft.h"

#include "base/text.h"
#include "core/agents.h"
#include "core/detail.h"
#include "core/plan_bounce.h"
#include "core/quote.h"
#include "core/refusal.h"
#include "core/sender.h"

#include <string.h>

enum { DEDUP_STRONG_S = 30 * 86400, PARTICIPANTS_MAX = 50 };

typedef TmDraft Draft;

/* --- what a ticket gets, new or not --- */

static const char *
actor_of (const Draft *draft, char **owned_out)
{
  *owned_out = NULL;
  bool is_agents = draft->plan->direction != TM_DIRECTION_IN || draft->plan->agents == TM_AGENTS_FORWARD;
  if (is_agents)
    return *owned_out = g_strconcat ("agent:", draft->inbound->agent->id, NULL);
  return "customer";
}

static void
add_event (Draft *draft, const char *actor, const char *action, char *detail)
{
  plan_add_step (draft->plan, TM_STEP_EVENT, actor, action, detail, 0);
  g_free (detail);
}

static void
add_tags_and_notes (Draft *draft)
{
  const TmClassification *class = draft->class;
  for (guint i = 0; i < class->tags->len; i++)
    {
      const TmTag *tag = g_ptr_array_index (class->tags, i);
      plan_add_step (draft->plan, TM_STEP_TAG, NULL, tag->key, tag->value, 0);
    }
  for (guint i = 0; i < class->notes->len; i++)
    add_event (draft, "desk", "note", detail_new ("text", g_ptr_array_index (class->notes, i), NULL));
  for (guint i = 0; i < class->told->len; i++)
    add_event (draft, "desk", "note", detail_new ("text", g_ptr_array_index (class->told, i), "to", "both", NULL));
}

static void
add_queue (Draft *draft, GHashTable *seen, const char *id)
{
  if (g_hash_table_add (seen, (gpointer) (gsize) id))
    plan_add_step (draft->plan, TM_STEP_QUEUE, NULL, NULL, id, 0);
}

/* The ticket's own queue first, then the one that a rule added and every queue that the message was sent to. */
static void
add_queues (Draft *draft, const GPtrArray *present)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; present != NULL && i < present->len; i++)
    g_hash_table_add (seen, g_ptr_array_index (present, i));
  add_queue (draft, seen, draft->plan->queue);
  if (draft->class->queue != NULL && draft->match->is_verified)
    add_queue (draft, seen, draft->class->queue);
  for (guint i = 0; i < draft->inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (draft->inbound->envelope->recipients, i);
      if (recipient->queue != NULL && !draft_moves (draft))
        add_queue (draft, seen, recipient->queue->id);
    }
}

static void
add_related (Draft *draft)
{
  for (guint i = 0; i < draft->match->related->len; i++)
    plan_add_step (draft->plan, TM_STEP_RELATE, NULL, NULL, NULL, g_array_index (draft->match->related, gint64, i));
}

/* Whom the authenticated requester puts in Cc receives. */
static void
add_participants (Draft *draft, const char *requester)
{
  const TmInbound *inbound = draft->inbound;
  if (!inbound->is_authenticated || *requester == '\0' || strcmp (sender_address (inbound), requester) != 0)
    return;
  for (guint i = 0; i < MIN (inbound->mail->cc->len, PARTICIPANTS_MAX); i++)
    {
      const TmMailbox *cc = g_ptr_array_index (inbound->mail->cc, i);
      if (strcmp (cc->address, requester) != 0 && site_queue_by_address (inbound->site, cc->address) == NULL
          && site_agent_by_address (inbound->site, cc->address) == NULL)
        plan_add_step (draft->plan, TM_STEP_PARTICIPANT, NULL, cc->address, "requester", 0);
    }
}

void
draft_add_message (Draft *draft)
{
  const TmInbound *inbound = draft->inbound;
  TmPlan *plan = draft->plan;
  plan->is_verified = draft->match->is_verified;
  plan->is_auto = draft_is_automatic (inbound, draft->class);
  plan->is_bounce = inbound->automatic.is_bounce;
  plan->flags = inbound->mail->flags | (draft->facts->own_id_known ? TM_FLAG_REPEATED_ID : 0);
  plan->dedup_expires_at
      = draft->now + (inbound->keys->dedup.is_weak ? inbound->site->dedup_weak_s : (gint64) DEDUP_STRONG_S);
  plan_add_step (plan, TM_STEP_MESSAGE, NULL, NULL, NULL, 0);
}

/* --- a new ticket --- */

/* The pair that ends the detail of its event: where the customer's statement stands. */
#define STATED_AT(class)                                                                                             \
  (class)->stated.priority_where != NULL ? "stated" : NULL, (class)->stated.priority_where

/* Where unknown senders are refused, one whom nobody could tell waits for somebody to look at him. */
static bool
is_held (const TmInbound *inbound)
{
  TmUnknownPolicy policy = inbound->site->unknown_policy;
  return inbound->is_unknown && (policy == TM_UNKNOWN_HOLD || policy == TM_UNKNOWN_REFUSE);
}

static TmStatus
status_of_new (const Draft *draft)
{
  return draft_first_status (draft, is_held (draft->inbound) ? TM_STATUS_HELD : TM_STATUS_NEW);
}

/* One that begins with an agent's message has been answered. */
static TmStatus
status_once_open (const Draft *draft)
{
  TmStatus status = status_of_new (draft);
  return draft->plan->direction == TM_DIRECTION_OUT
             ? draft_answered_status (draft->inbound->site, draft->plan->service_plan, status)
             : status;
}

/* The one for whom an agent opens it comes before what a rule for forms says. */
static const char *
requester_of (const Draft *draft)
{
  TmAgentsMail kind = draft->plan->agents;
  bool is_for_other = kind == TM_AGENTS_AS_DESK || kind == TM_AGENTS_FORWARD;
  return is_for_other                       ? draft->inbound->on_behalf
         : draft->class->requester != NULL ? draft->class->requester
                                            : sender_address (draft->inbound);
}

static void
fill_new (Draft *draft)
{
  const TmClassification *class = draft->class;
  const TmInbound *inbound = draft->inbound;
  TmPlan *plan = draft->plan;
  plan->ticket = draft->facts->next_ticket;
  plan->queue = g_strdup (class->queue != NULL ? class->queue : inbound->queue->id);
  plan->type = g_strdup (class->type);
  plan->priority = g_strdup (class->priority);
  plan->priority_by = class->priority != NULL ? g_strdup (class->priority_by) : NULL;
  plan->assignee = g_strdup (class->assignee);
  plan->requester = g_strdup (requester_of (draft));
  plan->customer = inbound->sender.customer != NULL ? g_strdup (inbound->sender.customer->id) : NULL;
  plan->service_plan = inbound->service_plan != NULL ? g_strdup (inbound->service_plan->id) : NULL;
  bool is_sender = strcmp (plan->requester, sender_address (inbound)) == 0;
  plan->answer_to = class->requester == NULL && is_sender ? g_strdup (sender_answer_address (inbound)) : NULL;
  plan->status = g_strdup (status_name (status_once_open (draft)));
}

static void
open_clocks (Draft *draft)
{
  TmPlan *plan = draft->plan;
  clockwork_init (draft->work, draft->inbound->site, plan->service_plan, plan->customer, plan->priority,
                  status_of_new (draft), draft->now, draft->now);
  clockwork_open (draft->work);
  if (plan->assignee != NULL)
    clockwork_touched (draft->work);
  if (plan->direction == TM_DIRECTION_OUT)
    {
      clockwork_answered (draft->work);
      clockwork_set_status (draft->work, status_once_open (draft), false);
    }
}

static void
plan_open (Draft *draft)
{
  const TmClassification *class = draft->class;
  TmPlan *plan = draft->plan;
  g_autofree char *owned = NULL;
  const char *actor = actor_of (draft, &owned);
  fill_new (draft);
  open_clocks (draft);
  plan_add_step (plan, TM_STEP_CREATE, NULL, NULL, plan->status, 0);
  add_queues (draft, NULL);
  if (class->correlate_key != NULL && !class->is_recovery)
    plan_add_step (plan, TM_STEP_CORRELATE, NULL, class->correlate_key, plan->queue, 0);
  for (guint i = 0; i < class->missing->len; i++)
    plan_add_step (plan, TM_STEP_MISSING, NULL, NULL, g_ptr_array_index (class->missing, i), 0);
  add_participants (draft, plan->requester);
  draft_add_message (draft);
  add_event (draft, actor, "open",
             detail_new ("status", plan->status, "type", plan->type, "type_by", class->type_by, "priority",
                         plan->priority, "priority_by", plan->priority_by, "why", plan->reason, STATED_AT (class),
                         NULL));
  draft_add_workaround (draft, class->workaround_from);
  draft_add_requester (draft);
  draft_add_page (draft);
  if (draft->pages)
    clockwork_paged (draft->work);
  add_tags_and_notes (draft);
  add_related (draft);
  plan_take_clocks (plan, draft->work, "desk", true);
  if (plan->direction != TM_DIRECTION_OUT)
    draft_redirect (draft);
  draft->missing = class->missing;
  draft_add_confirmation (draft);
  draft_add_marks (draft);
  if (!plan->confirms)
    draft_acknowledge (draft);
}

/* --- a message of an existing ticket --- */

/* A value of the ticket changes: the step, and the event that says from what
 * to what and why.  `*value` is the plan's copy of it. */
static void
change_value (Draft *draft, const char *field, char **value, const char *to, const char *by, const char *why)
{
  if (to == NULL || g_strcmp0 (*value, to) == 0)
    return;
  plan_add_step (draft->plan, TM_STEP_SET, by, field, to, 0);
  add_event (draft, by, field, detail_new ("from", *value, "to", to, "why", why, NULL));
  g_free (*value);
  *value = g_strdup (to);
}

static TmStatus
status_after (const Draft *draft, TmStatus before, bool reopens)
{
  const TmTicketFacts *ticket = draft->match->ticket;
  if (draft->plan->direction == TM_DIRECTION_OUT)
    return agents_answer (draft->inbound, ticket, draft->plan->agents)
             ? draft_answered_status (draft->inbound->site, ticket->service_plan, before)
             : before;
  if (!reopens)
    return before;
  switch (before)
    {
    case TM_STATUS_WAITING:
    case TM_STATUS_PENDING:
    case TM_STATUS_RESOLVED:
    case TM_STATUS_CLOSED:
      return TM_STATUS_OPEN;
    case TM_STATUS_UNSORTED:
      return draft->match->is_verified ? TM_STATUS_OPEN : before;
    case TM_STATUS_NEW:
    case TM_STATUS_OPEN:
    case TM_STATUS_MERGED:
    case TM_STATUS_HELD:
    case TM_STATUS_SPAM:
      return before;
    }
  return before;
}

static void
change_priority (Draft *draft, const char *to, const char *by, const char *why)
{
  TmPlan *plan = draft->plan;
  if (to == NULL || g_strcmp0 (plan->priority, to) == 0)
    return;
  plan_add_step (plan, TM_STEP_SET, by, "priority_by", by, 0);
  g_free (plan->priority_by);
  plan->priority_by = g_strdup (by);
  change_value (draft, "priority", &plan->priority, to, by, why);
}

/* An unverified message changes no right, priority or requester. */
static void
apply_rules (Draft *draft)
{
  const TmClassification *class = draft->class;
  TmPlan *plan = draft->plan;
  if (!draft->match->is_verified)
    return;
  if (draft_folds (draft))
    {
      add_tags_and_notes (draft);
      return;
    }
  const char *by = class->priority_by != NULL ? class->priority_by : class->type_by;
  const char *stated = draft_stated_priority (draft);
  change_value (draft, "type", &plan->type, class->type, class->type_by, "a rule for follow-ups");
  change_priority (draft, stated, "customer", class->stated.priority_where);
  draft->is_stated = stated != NULL;
  change_priority (draft, draft_priority (draft), by, "a rule for follow-ups");
  change_priority (draft, draft_workaround_priority (draft), class->workaround_by, "a workaround is known");
  change_value (draft, "assignee", &plan->assignee, class->assignee, "desk", "a rule for follow-ups");
  add_tags_and_notes (draft);
}

/* The requester's belongs to the ticket, another one's to his part in it; without Reply-To what he said before
 * holds. */
static void
note_answer_address (Draft *draft, const char *actor)
{
  const TmTicketFacts *ticket = draft->match->ticket;
  const char *from = sender_address (draft->inbound), *address = sender_answer_address (draft->inbound);
  if (address == NULL)
    return;
  const TmParticipant *participant = ticket_participant (ticket, from);
  if (strcmp (from, ticket->requester) == 0)
    change_value (draft, "answer_to", &draft->plan->answer_to, address, actor, "Reply-To");
  else if (participant != NULL && g_strcmp0 (participant->answer_to, address) != 0)
    plan_add_step (draft->plan, TM_STEP_ANSWER_TO, actor, from, address, 0);
}

void
draft_take_ticket (Draft *draft)
{
  const TmTicketFacts *ticket = draft->match->ticket;
  const TmInbound *inbound = draft->inbound;
  TmPlan *plan = draft->plan;
  plan->ticket = ticket->id;
  plan->queue = g_strdup (ticket->queues->len > 0   ? g_ptr_array_index (ticket->queues, 0)
                          : inbound->queue != NULL ? inbound->queue->id
                                                   : "");
  plan->type = g_strdup (ticket->type);
  plan->priority = g_strdup (ticket->priority);
  plan->assignee = g_strdup (ticket->assignee);
  plan->requester = g_strdup (ticket->requester);
  plan->status = g_strdup (status_name (ticket->status));
  plan->customer = g_strdup (ticket->customer);
  plan->service_plan = g_strdup (ticket->service_plan);
  plan->answer_to = g_strdup (ticket->answer_to);
}

static void
plan_append (Draft *draft, bool reopens)
{
  const TmTicketFacts *ticket = draft->match->ticket;
  const TmInbound *inbound = draft->inbound;
  TmPlan *plan = draft->plan;
  g_autofree char *owned = NULL;
  draft_take_ticket (draft);
  const char *actor = actor_of (draft, &owned);
  draft_add_message (draft);
  add_event (draft, actor, "message",
             detail_new ("evidence", evidence_name (plan->evidence), "verified", plan->is_verified ? "yes" : "no",
                         "why", plan->reason, NULL));
  plan_add_bounce (plan, inbound, draft->facts, ticket);
  TmStatus status = draft_alert_status (draft, status_after (draft, ticket->status, reopens));
  change_value (draft, "status", &plan->status, status_name (status),
                status == TM_STATUS_RESOLVED ? draft->class->correlate_by : actor, plan->reason);
  draft_answered (draft);
  apply_rules (draft);
  if (reopens)
    draft_add_page (draft);
  draft_add_acknowledged (draft);
  draft_run_clocks (draft, status, reopens);
  if (draft_moves (draft))
    {
      plan_add_step (plan, TM_STEP_LEAVE, NULL, NULL, NULL, 0);
      g_free (plan->queue);
      plan->queue = g_strdup (draft->class->queue);
    }
  add_queues (draft, draft_moves (draft) ? NULL : ticket->queues);
  if (plan->is_verified)
    {
      note_answer_address (draft, actor);
      if (plan->direction != TM_DIRECTION_OUT)
        draft_redirect (draft);
      add_participants (draft, ticket->requester);
    }
  g_autoptr (GPtrArray) missing = draft_find_missing (draft);
  draft->missing = missing;
  add_related (draft);
  draft_add_confirmation (draft);
  draft_add_marks (draft);
}

/* --- the decision --- */

/* An agent without rights on the queue is a sender like any other. */
static bool
is_agents_own (const TmInbound *inbound)
{
  return inbound->agent != NULL && queue_has_agent (inbound->queue, inbound->agent);
}

/* Whether a message of this kind wakes a ticket up: not a machine's, not a bare thanks. */
static bool
message_reopens (const TmInbound *inbound, const TmClassification *class)
{
  if (draft_is_automatic (inbound, class) || class->is_spam || inbound->keys->failures != NULL)
    return false;
  if (inbound->mail->attachments->len > 0 || inbound->as_followup == NULL)
    return true;
  g_autofree char *reply = mail_reply_text (inbound->mail);
  return !quote_is_bare_thanks (reply);
}

static TmPlan *
draw_up (const TmInbound *inbound, const TmFacts *facts, const TmClassification *class, const TmTicketMatch *match,
         bool reopens, gint64 now)
{
  TmAgentsMail kind = agents_kind (inbound, match);
  g_autoptr (GPtrArray) changes = NULL, hits = NULL;
  TmPlan *plan
      = inbound->agent != NULL ? draft_hold_up (inbound, facts, match, kind, now, &changes, &hits) : NULL;
  if (plan != NULL)
    return plan;
  plan = draft_begin (inbound, facts, class, match, kind);
  plan->changes = g_steal_pointer (&changes);
  g_autoptr (TmMarks) marks = marks_new (match->ticket != NULL ? match->ticket->id : facts->next_ticket);
  g_auto (TmClockwork) work = { .clocks = NULL };
  Draft draft = { inbound, facts, class, match, plan, marks, &work, now, NULL, false, false, false, false };
  if (match->ticket == NULL)
    plan_open (&draft);
  else
    {
      TmAsked asked = draft_asked (inbound, facts, match, class);
      bool is_customers = asked == TM_ASKED_NOTHING && !draft_only_confirms (inbound, facts, class, match->ticket);
      plan_append (&draft, reopens && plan->direction == TM_DIRECTION_IN && is_customers);
      draft_add_asked (&draft, asked);
      draft_add_feedback (&draft);
    }
  draft_add_agents_steps (&draft, hits);
  if (kind != TM_AGENTS_NONE)
    plan->unfinished = g_steal_pointer (&marks);
  return plan;
}

/* Mail to others is none of our business, unless an agent writes on a ticket with it. */
static TmPlan *
plan_without_queue (const TmInbound *inbound, const TmFacts *facts, gint64 now)
{
  g_auto (TmTicketMatch) match = { 0 };
  TmPlan *plan = NULL;
  const TmClassification *class = inbound->as_followup != NULL ? inbound->as_followup : inbound->as_new;
  if (inbound->agent != NULL && facts->earlier != NULL)
    plan = draft_duplicate_out (inbound, facts, now);
  else if (inbound->agent != NULL)
    {
      match_find (inbound, facts, now - inbound->site->grace_s, false, &match);
      plan = draft_hold_automatic (inbound, facts, class, &match);
    }
  if (plan == NULL && match.ticket != NULL && agents_kind (inbound, &match) != TM_AGENTS_NONE)
    plan = draw_up (inbound, facts, class, &match, false, now);
  if (plan != NULL)
    return plan;
  plan = plan_new (TM_ACTION_PASS);
  plan->reason = g_strdup ("no recipient is a queue");
  return plan;
}

TmPlan *
plan_inbound (const TmInbound *inbound, const TmFacts *facts, gint64 now)
{
  if (inbound->queue == NULL)
    return plan_without_queue (inbound, facts, now);
  TmPlan *plan = refusal_unconditional (inbound);
  if (plan != NULL)
    {
      refusal_note (plan, inbound, facts);
      return plan;
    }
  if (facts->earlier != NULL)
    return draft_duplicate (inbound, facts, now);
  plan = refusal_blocked (inbound, facts);
  if (plan != NULL)
    return plan;

  const TmClassification *followup = inbound->as_followup != NULL ? inbound->as_followup : inbound->as_new;
  bool reopens = !envelope_has_token (inbound->envelope, 'k') && message_reopens (inbound, followup)
                 && !draft_is_feedback (inbound, followup);
  g_auto (TmTicketMatch) match = { 0 };
  match_find (inbound, facts, now - inbound->site->grace_s, reopens && !is_agents_own (inbound), &match);
  bool folds = match.evidence == TM_EVIDENCE_CORRELATION;
  const TmClassification *class = match.ticket != NULL && !folds ? followup : inbound->as_new;
  if (folds)
    reopens = message_reopens (inbound, class);
  plan = draft_hold_automatic (inbound, facts, class, &match);
  if (plan == NULL && draft_answers_page (inbound, facts, &match) && agents_kind (inbound, &match) == TM_AGENTS_NONE)
    return draft_page_answer (inbound, facts, followup, &match, now);
  if (plan == NULL)
    plan = refusal_by_rule (inbound, class);
  if (plan == NULL && match.ticket == NULL)
    plan = refusal_unknown_sender (inbound);
  return plan != NULL ? plan : draw_up (inbound, facts, class, &match, reopens, now);
}
