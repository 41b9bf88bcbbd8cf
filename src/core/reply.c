/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/reply.h"

#include "base/text.h"
#include "core/address.h"
#include "core/author.h"
#include "core/change.h"
#include "core/command.h"
#include "core/draft.h"
#include "core/footer.h"
#include "core/reply_edits.h"
#include "core/reply_readers.h"

#include <string.h>

/* --- what goes out --- */

/* A field of which nobody knows what it is for, with one of his addresses in it. */
static bool
tells_address (const TmAgent *agent, const char *value)
{
  g_autofree char *lower = g_ascii_strdown (value, -1);
  for (guint i = 0; i < agent->addresses->len; i++)
    if (strstr (lower, g_ptr_array_index (agent->addresses, i)) != NULL)
      return true;
  return false;
}

static bool
is_well_known (const char *name)
{
  static const char *const names[] = { "From",       "Sender",       "Reply-To",   "To",         "Cc",
                                       "Bcc",        "Subject",      "Date",       "Message-ID", "In-Reply-To",
                                       "References", "MIME-Version", "Received",   "DKIM-Signature" };
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return true;
  return g_ascii_strncasecmp (name, "Content-", strlen ("Content-")) == 0
         || g_ascii_strncasecmp (name, "X-Ticket-", strlen ("X-Ticket-")) == 0;
}

static void
hide_addresses (const TmFinish *finish)
{
  const GPtrArray *headers = finish->inbound->mail->headers;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < headers->len; i++)
    {
      const TmHeader *header = g_ptr_array_index (headers, i);
      if (is_well_known (header->name) || reply_field_is_private (header->name, strlen (header->name))
          || !tells_address (finish->inbound->agent, header->value))
        continue;
      if (g_hash_table_add (seen, g_ascii_strdown (header->name, -1)))
        marks_set_field (finish->marks, header->name, "");
    }
}

static void
write_author (const TmFinish *finish)
{
  const TmInbound *inbound = finish->inbound;
  const TmQueue *queue = finish->queue;
  TmMarks *marks = finish->marks;
  gint64 ticket = finish->ticket->id;
  bool is_trial = finish->plan->is_trial;
  if (queue == NULL || queue_address (queue) == NULL)
    return;
  marks->from_name
      = author_by_form (queue->from != NULL ? queue->from : TM_AUTHOR_FORM, inbound->agent->name, queue->name);
  marks->from_address = g_strdup (queue_address (queue));
  marks->reply_to = author_token_address (inbound->site, queue, ticket, 'r', is_trial);
  /* A bounce of mail that has no sender would go round for ever. */
  if (*inbound->envelope->sender != '\0')
    marks->sender = author_token_address (inbound->site, queue, ticket, 'b', is_trial);
}

static const char *
number_of (const TmFinish *finish, char digits[TEXT_DIGITS])
{
  return finish->ticket->id > 0 ? text_number (finish->ticket->id, digits) : "NEW";
}

static void
write_footer (const TmFinish *finish)
{
  char digits[TEXT_DIGITS];
  finish->marks->footer = footer_of_queue (finish->inbound->site, finish->queue, number_of (finish, digits),
                                           finish->ticket, finish->now, finish->plan->is_trial);
}

static void
finish_out (const TmFinish *finish)
{
  TmMarks *marks = finish->marks;
  char digits[TEXT_DIGITS];
  marks->is_out = true;
  marks->subject_tag = g_strdup (finish->inbound->site->instance);
  if (finish->plan->agents == TM_AGENTS_REPLY)
    readers_of_reply (finish);
  else
    readers_as_typed (finish);
  write_author (finish);
  hide_addresses (finish);
  marks_add_field (marks, "X-Ticket-ID", number_of (finish, digits));
  draft_mark_due (finish->ticket->clocks, finish->inbound->site, true, marks);
  write_footer (finish);
  marks->is_discarded = finish->inbound->is_proven_by_dmarc;
}

/* --- what stays here --- */

static void
put (char **value, const char *now)
{
  if (g_strcmp0 (*value, now) == 0)
    return;
  g_free (*value);
  *value = g_strdup (now);
}

/* The plan said how the ticket would be without the commands. */
static void
take_ticket (TmPlan *plan, const TmTicketFacts *ticket)
{
  if (ticket->queues->len > 0)
    put (&plan->queue, g_ptr_array_index (ticket->queues, 0));
  put (&plan->type, ticket->type);
  put (&plan->priority, ticket->priority);
  put (&plan->assignee, ticket->assignee);
  put (&plan->status, status_name (ticket->status));
  if (ticket->clocks != NULL)
    plan->next_due_at = clocks_next_due (ticket->clocks);
}

/* What the draft knew comes behind what the ticket is now. */
static void
mark_inside (const TmFinish *finish)
{
  TmMarks *marks = finish->marks;
  TmPlan *plan = finish->plan;
  g_autoptr (GPtrArray) drafted = marks->fields;
  char digits[TEXT_DIGITS];
  marks->fields = g_ptr_array_new_with_free_func ((GDestroyNotify) header_free);
  draft_mark_ticket (plan, number_of (finish, digits), finish->ticket->clocks, finish->inbound->site, marks);
  g_ptr_array_set_free_func (drafted, NULL);
  for (guint i = 0; i < drafted->len; i++)
    g_ptr_array_add (marks->fields, g_ptr_array_index (drafted, i));
}

static void
finish_inside (const TmFinish *finish)
{
  if (finish->plan->direction == TM_DIRECTION_NOTE)
    readers_of_note (finish);
  mark_inside (finish);
  author_mark (finish->inbound, finish->plan, finish->plan->is_trial, finish->marks);
}

/* Also `##` at their place, which loses one `#`. */
static bool
has_written_commands (const TmInbound *inbound)
{
  const TmCommands *commands = inbound->commands;
  g_autofree char *own = commands != NULL ? mail_reply_text (inbound->mail) : NULL;
  if (own != NULL && commands->end <= strlen (own) && g_str_has_prefix (own + commands->end, "##"))
    return true;
  for (guint i = 0; commands != NULL && i < commands->commands->len; i++)
    if (((const TmCommand *) g_ptr_array_index (commands->commands, i))->is_written)
      return true;
  return false;
}

void
reply_finish (const TmInbound *inbound, const TmTicketFacts *ticket, gint64 now, TmPlan *plan)
{
  g_autoptr (TmMarks) marks = g_steal_pointer (&plan->unfinished);
  const char *own_queue = ticket->queues->len > 0 ? g_ptr_array_index (ticket->queues, 0) : plan->queue;
  TmFinish finish = { inbound, ticket, plan, marks, site_queue (inbound->site, own_queue), now };
  marks->ticket = ticket->id;
  take_ticket (plan, ticket);
  if (plan->is_commands_only)
    marks->is_discarded = true;
  else if (plan->direction == TM_DIRECTION_OUT)
    finish_out (&finish);
  else
    finish_inside (&finish);
  marks->removes_commands = !plan->is_commands_only && has_written_commands (inbound);
  plan->marks = marks_format (marks);
  draft_replay (plan, inbound, marks);
}

/* --- without a database --- */

GPtrArray *
reply_find_shared (const GPtrArray *changes)
{
  GPtrArray *shared = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; changes != NULL && i < changes->len; i++)
    {
      const TmChange *change = g_ptr_array_index (changes, i);
      for (guint j = 0; change->kind == TM_CHANGE_SHARE && j < change->addresses->len; j++)
        {
          char *address = address_normalize (g_ptr_array_index (change->addresses, j));
          if (address != NULL)
            g_ptr_array_add (shared, address);
        }
    }
  return shared;
}

static void
add_participant (TmTicketFacts *ticket, const char *address, const char *by)
{
  if (ticket_participant (ticket, address) == NULL)
    g_ptr_array_add (ticket->participants, participant_new (address, by, true));
}

static void
drop_participant (TmTicketFacts *ticket, const char *typed)
{
  g_autofree char *address = address_normalize (typed);
  for (guint i = 0; address != NULL && i < ticket->participants->len; i++)
    {
      TmParticipant *participant = g_ptr_array_index (ticket->participants, i);
      if (strcmp (participant->address, address) == 0)
        participant->receives = false;
    }
}

static void
foresee_people (const GPtrArray *changes, const char *by, TmTicketFacts *ticket)
{
  g_autoptr (GPtrArray) shared = reply_find_shared (changes);
  for (guint i = 0; changes != NULL && i < changes->len; i++)
    {
      const TmChange *change = g_ptr_array_index (changes, i);
      for (guint j = 0; change->kind == TM_CHANGE_UNSHARE && j < change->addresses->len; j++)
        drop_participant (ticket, g_ptr_array_index (change->addresses, j));
    }
  for (guint i = 0; i < shared->len; i++)
    add_participant (ticket, g_ptr_array_index (shared, i), by);
}

static TmTicketFacts *
foresee (const TmFacts *facts, const TmPlan *plan)
{
  const TmTicketFacts *before = facts_ticket (facts, plan->ticket);
  TmTicketFacts *ticket = ticket_facts_new (plan->ticket);
  (void) status_parse (plan->status, &ticket->status);
  put (&ticket->requester, plan->requester);
  ticket->answer_to = g_strdup (plan->answer_to);
  ticket->type = g_strdup (plan->type);
  ticket->priority = g_strdup (plan->priority);
  ticket->assignee = g_strdup (plan->assignee);
  ticket->customer = g_strdup (plan->customer);
  ticket->clocks = plan->clocks != NULL ? g_ptr_array_ref (plan->clocks) : NULL;
  g_ptr_array_add (ticket->queues, g_strdup (plan->queue));
  for (guint i = 0; before != NULL && i < before->participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (before->participants, i);
      TmParticipant *copy = participant_new (participant->address, participant->by, participant->receives);
      copy->answer_to = g_strdup (participant->answer_to);
      g_ptr_array_add (ticket->participants, copy);
    }
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const TmStep *step = g_ptr_array_index (plan->steps, i);
      if (step->kind == TM_STEP_PARTICIPANT)
        add_participant (ticket, step->key, step->value);
    }
  foresee_people (plan->changes, "agent", ticket);
  return ticket;
}

void
reply_finish_foreseen (const TmInbound *inbound, const TmFacts *facts, gint64 now, TmPlan *plan)
{
  if (plan->unfinished == NULL)
    return;
  g_autoptr (TmTicketFacts) ticket = foresee (facts, plan);
  reply_finish (inbound, ticket, now, plan);
}
