/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/change.h"

#include "base/clock.h"
#include "core/detail.h"
#include "core/escalation.h"
#include "core/handover.h"
#include "core/sender.h"

#include <string.h>

#define NUMBER G_GINT64_FORMAT

static bool
deny (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static bool
deny (GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, TM_ERROR, TM_ERROR_DENIED, what);
  return false;
}

static char *
number_text (gint64 number)
{
  return g_strdup_printf ("%" NUMBER, number);
}

void
change_add_event (const TmChange *change, TmPlan *plan, const char *action, char *detail)
{
  plan_add_step (plan, TM_STEP_EVENT, change->actor, action, detail, 0);
  g_free (detail);
}

/* The steps that follow are about another ticket. */
static void
turn_to (TmPlan *plan, gint64 ticket)
{
  plan_add_step (plan, TM_STEP_TICKET, NULL, NULL, NULL, ticket);
}

/* --- set, close, reopen, note --- */

static bool
plan_set (const TmChange *change, const TmChangeFacts *facts, gint64 now G_GNUC_UNUSED, TmPlan *plan, GError **error)
{
  if (!change_plan_settings (change, facts, plan, error))
    return false;
  GString *reason = g_string_new ("set");
  for (guint i = 0; i < change->settings->len; i++)
    g_string_append_printf (reason, " %s", (const char *) g_ptr_array_index (change->settings, i));
  plan->reason = g_string_free (reason, FALSE);
  return true;
}

static bool
plan_close (const TmChange *change, const TmChangeFacts *facts, gint64 now G_GNUC_UNUSED,
            TmPlan *plan, GError **error G_GNUC_UNUSED)
{
  change_add_status (change, facts, TM_STATUS_CLOSED, plan);
  plan->reason = g_strdup ("closed");
  return true;
}

static bool
plan_reopen (const TmChange *change, const TmChangeFacts *facts, gint64 now G_GNUC_UNUSED,
             TmPlan *plan, GError **error G_GNUC_UNUSED)
{
  if (facts->ticket->status != TM_STATUS_NEW)
    change_add_status (change, facts, TM_STATUS_OPEN, plan);
  plan->reason = g_strdup ("open again");
  return true;
}

static bool
plan_note (const TmChange *change, const TmChangeFacts *facts G_GNUC_UNUSED, gint64 now G_GNUC_UNUSED,
           TmPlan *plan, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (change->text));
  if (*text == '\0')
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "the note is empty: give its text on standard input or with -m");
      return false;
    }
  plan_add_step (plan, TM_STEP_NOTE, NULL, change->address, text, 0);
  change_add_event (change, plan, "message", detail_new ("direction", "note", CHANGE_REASONS (change)));
  plan->reason = g_strdup ("noted");
  return true;
}

/* --- answered --- */

static bool
plan_answered (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan, GError **error)
{
  const TmTicketFacts *ticket = facts->ticket;
  gint64 at = change->at != TM_NEVER ? change->at : now;
  g_autofree char *text = instant_format (at);
  if (at > now || at < ticket->created_at)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "nobody was called at %s: give a time since the ticket was opened",
                   text != NULL ? text : "that time");
      return false;
    }
  if (ticket->status == TM_STATUS_NEW)
    change_add_status (change, facts, TM_STATUS_OPEN, plan);
  change_add_event (change, plan, "answered", detail_new ("by", change->channel, "at", text, CHANGE_REASONS (change)));
  plan->reason = g_strdup_printf ("answered by %s", change->channel);
  return true;
}

/* --- merge --- */

static void
add_person (TmPlan *plan, TmStepKind kind, const char *address, const char *by, const char *answer_to)
{
  plan_add_step (plan, kind, NULL, address, by, 0);
  if (answer_to != NULL)
    plan_add_step (plan, TM_STEP_ANSWER_TO, NULL, address, answer_to, 0);
}

/* Who may take part in the one ticket may take part in the other. */
static bool
are_of_two_customers (const TmTicketFacts *from, const TmTicketFacts *into)
{
  return from->customer != NULL && into->customer != NULL && strcmp (from->customer, into->customer) != 0;
}

/* Who is of another customer would read the other's addresses, and they his: he may write, and receives what an agent
 * shares with him by name. */
static void
merge_people (const TmChange *change, const TmTicketFacts *from, const TmTicketFacts *into, TmPlan *plan)
{
  TmStepKind receiver = are_of_two_customers (from, into) ? TM_STEP_WRITER : TM_STEP_PARTICIPANT;
  if (*from->requester != '\0' && strcmp (from->requester, into->requester) != 0)
    add_person (plan, receiver, from->requester, change->actor, from->answer_to);
  for (guint i = 0; i < from->participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (from->participants, i);
      if (strcmp (participant->address, into->requester) != 0)
        add_person (plan, participant->receives ? receiver : TM_STEP_WRITER, participant->address,
                    participant->by, participant->answer_to);
    }
}

static void
merge_rest (const TmChangeFacts *facts, TmPlan *plan)
{
  const GPtrArray *queues = facts->ticket->queues;
  for (guint i = 0; i < queues->len; i++)
    if (!g_ptr_array_find_with_equal_func (facts->into->queues, g_ptr_array_index (queues, i), g_str_equal, NULL))
      plan_add_step (plan, TM_STEP_QUEUE, NULL, NULL, g_ptr_array_index (queues, i), 0);
  for (guint i = 0; i < facts->tags->len; i++)
    {
      const TmTag *tag = g_ptr_array_index (facts->tags, i);
      plan_add_step (plan, TM_STEP_TAG, NULL, tag->key, tag->value, 0);
    }
  for (guint i = 0; i < facts->related->len; i++)
    if (g_array_index (facts->related, gint64, i) != facts->into->id)
      plan_add_step (plan, TM_STEP_RELATE, NULL, NULL, NULL, g_array_index (facts->related, gint64, i));
}

static void
turn_to_merged (const TmChange *change G_GNUC_UNUSED, const TmChangeFacts *facts, TmPlan *plan)
{
  turn_to (plan, facts->ticket->id);
}

/* The ticket that stays is done, so nothing in it asks for the answer. */
static bool
leaves_unanswered (const TmTicketFacts *from, const TmTicketFacts *into)
{
  for (guint i = 0; !ticket_is_open (into) && from->clocks != NULL && i < from->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (from->clocks, i);
      if ((clock->metric == TM_METRIC_FIRST_RESPONSE || clock->metric == TM_METRIC_NEXT_RESPONSE)
          && clock_is_running (clock))
        return true;
    }
  return false;
}

static char *
merge_reason (const TmTicketFacts *from, const TmTicketFacts *into)
{
  if (are_of_two_customers (from, into))
    return g_strdup_printf ("ticket %" NUMBER " is a part of it now; it was of another customer, %s, whose people are "
                            "sent nothing of it: `ticketctl share %" NUMBER "` if they are to be", from->id,
                            from->customer, into->id);
  if (!leaves_unanswered (from, into))
    return g_strdup_printf ("ticket %" NUMBER " is a part of it now", from->id);
  return g_strdup_printf ("ticket %" NUMBER " is a part of it now; this one is %s, and its customer waits for an "
                          "answer: `ticketctl reopen %" NUMBER "`",
                          from->id, status_name (into->status), into->id);
}

static bool
plan_merge (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan, GError **error)
{
  const TmTicketFacts *from = facts->ticket, *into = facts->into;
  if (change->ticket == change->into)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "ticket %" NUMBER " cannot be merged into itself", change->ticket);
      return false;
    }
  if (into == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no ticket %" NUMBER, change->into);
      return false;
    }
  if (from->id == into->id)
    return deny (error, "tickets %" NUMBER " and %" NUMBER " are merged already: both are ticket %" NUMBER,
                 change->ticket, change->into, into->id);
  if (from->id != change->ticket)
    return deny (error, "ticket %" NUMBER " was merged into %" NUMBER " already: merge that one if it is meant",
                 change->ticket, from->id);
  g_autofree char *from_text = number_text (from->id);
  g_autofree char *into_text = number_text (into->id);
  plan->ticket = into->id;
  merge_people (change, from, into, plan);
  merge_rest (facts, plan);
  change_add_event (change, plan, "merge", detail_new ("from", from_text, CHANGE_REASONS (change)));
  change_merge_clocks (change, facts, now, plan, turn_to_merged);
  plan_add_step (plan, TM_STEP_MERGE, NULL, NULL, NULL, into->id);
  change_add_event (change, plan, "merge", detail_new ("into", into_text, CHANGE_REASONS (change)));
  plan->reason = merge_reason (from, into);
  return true;
}

/* --- messages of a ticket --- */

static const TmMessageFacts *
find_message (const TmChangeFacts *facts, gint64 id)
{
  for (guint i = 0; i < facts->messages->len; i++)
    {
      const TmMessageFacts *message = g_ptr_array_index (facts->messages, i);
      if (message->id == id && message->ticket == facts->ticket->id)
        return message;
    }
  return NULL;
}

/* The messages that are named, each once; NULL when one is not the ticket's. */
static GPtrArray *
named_messages (const TmChange *change, const TmChangeFacts *facts, GError **error)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new ();
  for (guint i = 0; i < change->messages->len; i++)
    {
      gint64 id = g_array_index (change->messages, gint64, i);
      const TmMessageFacts *message = find_message (facts, id);
      if (message == NULL)
        {
          g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND,
                       "ticket %" NUMBER " has no message %" NUMBER ": `ticketctl show %" NUMBER "` lists them",
                       facts->ticket->id, id, facts->ticket->id);
          return NULL;
        }
      if (!g_ptr_array_find (messages, message, NULL))
        g_ptr_array_add (messages, (gpointer) (gsize) message);
    }
  return g_steal_pointer (&messages);
}

static char *
list_numbers (const GPtrArray *messages)
{
  GString *list = g_string_new (NULL);
  for (guint i = 0; i < messages->len; i++)
    g_string_append_printf (list, "%s%" NUMBER, i > 0 ? ", " : "",
                            ((const TmMessageFacts *) g_ptr_array_index (messages, i))->id);
  return g_string_free (list, FALSE);
}

/* --- split --- */

/* Whose the new ticket is: the old one's customer's, or if somebody else asks for it, that one's. */
static void
split_customer (const TmChange *change, const TmTicketFacts *old, TmPlan *plan)
{
  if (strcmp (plan->requester, old->requester) == 0)
    {
      plan->customer = g_strdup (old->customer);
      plan->service_plan = g_strdup (old->service_plan);
      plan->answer_to = g_strdup (old->answer_to);
      return;
    }
  TmCustomerMatch match;
  sender_find_customer (change->site, plan->requester, NULL, &match);
  if (match.customer != NULL)
    {
      plan->customer = g_strdup (match.customer->id);
      plan->service_plan = g_strdup (match.customer->plan);
    }
}

/* As if its first message had opened it: from whom it came, and when. */
static void
split_open (const TmChange *change, const TmChangeFacts *facts, const GPtrArray *messages, TmPlan *plan)
{
  const TmTicketFacts *old = facts->ticket;
  const TmMessageFacts *first = g_ptr_array_index (messages, 0);
  bool is_in = first->direction == TM_DIRECTION_IN && *first->from != '\0';
  plan->status = g_strdup (status_name (TM_STATUS_OPEN));
  /* The old one's requester, who gets mail with the subject, is told nothing that stands in a note. */
  bool is_shown = first->direction != TM_DIRECTION_NOTE && *first->subject != '\0';
  plan->subject = g_strdup (is_shown ? first->subject : facts->subject);
  plan->requester = g_strdup (is_in ? first->from : old->requester);
  split_customer (change, old, plan);
  plan->type = g_strdup (old->type);
  plan->priority = g_strdup (old->priority);
  plan->priority_by = old->priority != NULL ? g_strdup (change->actor) : NULL;
  plan->assignee = g_strdup (old->assignee);
  plan_add_step (plan, TM_STEP_CREATE, NULL, NULL, plan->status, first->received_at);
  for (guint i = 0; i < old->queues->len; i++)
    plan_add_step (plan, TM_STEP_QUEUE, NULL, NULL, g_ptr_array_index (old->queues, i), 0);
}

static void
split_messages (const TmChange *change, const GPtrArray *messages, TmPlan *plan)
{
  for (guint i = 0; i < messages->len; i++)
    {
      const TmMessageFacts *message = g_ptr_array_index (messages, i);
      plan_add_step (plan, TM_STEP_MOVE, NULL, NULL, NULL, message->id);
      if (message->direction == TM_DIRECTION_IN && message->is_verified && *message->from != '\0'
          && strcmp (message->from, plan->requester) != 0)
        plan_add_step (plan, TM_STEP_WRITER, NULL, message->from, change->actor, 0);
    }
}

static bool
plan_split (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan, GError **error)
{
  g_autoptr (GPtrArray) messages = named_messages (change, facts, error);
  if (messages == NULL)
    return false;
  if ((gint64) messages->len >= facts->n_messages)
    return deny (error, "nothing would be left in ticket %" NUMBER ": name some of its messages, not all",
                 facts->ticket->id);
  g_autofree char *list = list_numbers (messages);
  g_autofree char *old = number_text (facts->ticket->id);
  g_autofree char *new = number_text (facts->next_ticket);
  plan->ticket = facts->next_ticket;
  split_open (change, facts, messages, plan);
  split_messages (change, messages, plan);
  plan_add_step (plan, TM_STEP_RELATE, NULL, NULL, NULL, facts->ticket->id);
  change_add_event (change, plan, "split", detail_new ("from", old, "messages", list, CHANGE_REASONS (change)));
  const TmMessageFacts *first = g_ptr_array_index (messages, 0);
  change_split_clocks (change, first->received_at, now, plan);
  turn_to (plan, facts->ticket->id);
  change_add_event (change, plan, "split", detail_new ("to", new, "messages", list, CHANGE_REASONS (change)));
  change_split_off_clocks (change, facts, now, plan);
  plan->reason = g_strdup_printf ("a new ticket with message%s %s of ticket %s", messages->len > 1 ? "s" : "", list,
                                  old);
  return true;
}

/* --- join --- */

/* Whether the sender is to be known as the requester from now on; DENIED when there is no telling who is who. */
static bool
join_contact (const TmChange *change, const TmTicketFacts *ticket, const char *from, TmPlan *plan, GError **error)
{
  if (!change->always || (*from != '\0' && strcmp (from, ticket->requester) == 0))
    return true;
  if (*from == '\0' || *ticket->requester == '\0')
    return deny (error, "ticket %" NUMBER " or the message names nobody: join it without --always", ticket->id);
  plan_add_step (plan, TM_STEP_CONTACT, NULL, from, ticket->requester, 0);
  return true;
}

static const TmMessageFacts *
joined_message (const TmChange *change, const TmChangeFacts *facts, GError **error)
{
  g_autoptr (GPtrArray) messages = change->messages->len > 0 ? named_messages (change, facts, error) : NULL;
  if (change->messages->len > 0)
    return messages != NULL ? g_ptr_array_index (messages, 0) : NULL;
  if (facts->messages->len > 0)
    return g_ptr_array_index (facts->messages, 0);
  deny (error, "ticket %" NUMBER " has no message that is not verified", facts->ticket->id);
  return NULL;
}

static bool
plan_join (const TmChange *change, const TmChangeFacts *facts, gint64 now G_GNUC_UNUSED, TmPlan *plan, GError **error)
{
  const TmMessageFacts *message = joined_message (change, facts, error);
  if (message == NULL)
    return false;
  g_autofree char *id = number_text (message->id);
  if (!join_contact (change, facts->ticket, message->from, plan, error))
    return false;
  plan->reason = g_strdup_printf ("message %s is verified, %s may write%s", id,
                                  *message->from != '\0' ? message->from : "nobody",
                                  plan->steps->len > 0 ? " and is the requester" : "");
  if (message->is_verified && plan->steps->len == 0)
    return true;
  if (!message->is_verified)
    plan_add_step (plan, TM_STEP_VERIFY, NULL, NULL, NULL, message->id);
  if (*message->from != '\0' && !ticket_may_write (facts->ticket, message->from))
    plan_add_step (plan, TM_STEP_WRITER, NULL, message->from, change->actor, 0);
  change_add_event (change, plan, "join",
                    detail_new ("message", id, "address", message->from, "always", change->always ? "yes" : "no",
                                CHANGE_REASONS (change)));
  return true;
}

/* --- ack --- */

static bool
plan_ack (const TmChange *change, const TmChangeFacts *facts, gint64 now G_GNUC_UNUSED, TmPlan *plan,
          GError **error G_GNUC_UNUSED)
{
  const TmEscalationFacts escalation = escalation_facts (change->site, facts->ticket);
  if (!escalation_is_paged (&escalation))
    {
      plan->reason = g_strdup ("no page waits to be acknowledged");
      return true;
    }
  plan_add_step (plan, TM_STEP_ACKNOWLEDGED, change->actor, NULL, NULL, 0);
  change_add_event (change, plan, "ack", detail_new (CHANGE_REASONS (change)));
  plan->reason = g_strdup ("the page is acknowledged");
  return true;
}

/* --- record --- */

static bool
plan_record (const TmChange *change, const TmChangeFacts *facts, gint64 now G_GNUC_UNUSED, TmPlan *plan,
             GError **error G_GNUC_UNUSED)
{
  if (strcmp (change->text, "quiet") == 0 && !facts->ticket->is_quiet)
    plan_add_step (plan, TM_STEP_QUIET, change->actor, NULL, NULL, 0);
  change_add_event (change, plan, change->text, detail_new (CHANGE_REASONS (change)));
  plan->reason = g_strdup_printf ("recorded: %s", change->text);
  return true;
}

/* --- all of them --- */

static bool (*const planners[]) (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan *plan,
                                 GError **error) = {
  [TM_CHANGE_SET] = plan_set,     [TM_CHANGE_CLOSE] = plan_close, [TM_CHANGE_REOPEN] = plan_reopen,
  [TM_CHANGE_NOTE] = plan_note,   [TM_CHANGE_MERGE] = plan_merge, [TM_CHANGE_SPLIT] = plan_split,
  [TM_CHANGE_JOIN] = plan_join,   [TM_CHANGE_ANSWERED] = plan_answered,
  [TM_CHANGE_SHARE] = change_plan_share, [TM_CHANGE_UNSHARE] = change_plan_unshare,
  [TM_CHANGE_RECORD] = plan_record, [TM_CHANGE_REPLY] = change_plan_reply,
  [TM_CHANGE_ACK] = plan_ack,
};

bool
change_plan (const TmChange *change, const TmChangeFacts *facts, gint64 now, TmPlan **plan_out, GError **error)
{
  if (facts->ticket == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no ticket %" NUMBER, change->ticket);
      return false;
    }
  g_autoptr (TmPlan) plan = plan_new (TM_ACTION_CHANGE);
  plan->ticket = facts->ticket->id;
  if (!planners[change->kind](change, facts, now, plan, error)
      || !change_plan_clocks (change, facts, now, plan, error))
    return false;
  change_drop_acknowledgement (change, plan);
  handover_add (change, facts, plan);
  *plan_out = g_steal_pointer (&plan);
  return true;
}
