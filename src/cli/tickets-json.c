/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "cli/clocks.h"
#include "cli/contacts.h"
#include "cli/jsondoc.h"
#include "cli/tickets.h"
#include "core/feedback.h"

static void
put_participants (JsonBuilder *builder, const GPtrArray *participants)
{
  jsondoc_open_array (builder, "participants");
  for (guint i = 0; i < participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (participants, i);
      json_builder_begin_object (builder);
      jsondoc_put_value (builder, "address", participant->address);
      jsondoc_put_value (builder, "by", participant->by);
      jsondoc_put_bool (builder, "receives", participant->receives);
      jsondoc_put_text (builder, "answer_to", participant->answer_to);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_related (JsonBuilder *builder, const GArray *related)
{
  jsondoc_open_array (builder, "related");
  for (guint i = 0; i < related->len; i++)
    json_builder_add_int_value (builder, g_array_index (related, gint64, i));
  json_builder_end_array (builder);
}

/* The members that `list` and `show` have in common. */
static void
put_satisfaction (JsonBuilder *builder, const TmTicketRecord *ticket)
{
  if (ticket->feedback == TM_FEEDBACK_NONE)
    {
      jsondoc_put_null (builder, "satisfaction");
      return;
    }
  json_builder_set_member_name (builder, "satisfaction");
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "value", feedback_name (ticket->feedback));
  jsondoc_put_value (builder, "by", ticket->feedback_by);
  jsondoc_put_instant (builder, "at", ticket->feedback_at);
  jsondoc_put_text (builder, "text", ticket->feedback_text);
  json_builder_end_object (builder);
}

static void
put_ticket (JsonBuilder *builder, const TmTicketRecord *ticket)
{
  const TmTicketFacts *facts = ticket->facts;
  jsondoc_put_number (builder, "id", facts->id);
  jsondoc_put_text (builder, "queue", facts->queues->len > 0 ? g_ptr_array_index (facts->queues, 0) : NULL);
  jsondoc_put_strings (builder, "queues", facts->queues);
  jsondoc_put_value (builder, "subject", ticket->subject);
  jsondoc_put_text (builder, "status", status_name (facts->status));
  jsondoc_put_text (builder, "type", facts->type);
  jsondoc_put_text (builder, "priority", facts->priority);
  jsondoc_put_text (builder, "priority_by", ticket->priority_by);
  jsondoc_put_bool (builder, "workaround", facts->workaround != NULL);
  jsondoc_put_text (builder, "customer", facts->customer);
  jsondoc_put_text (builder, "plan", facts->service_plan);
  jsondoc_put_value (builder, "requester", facts->requester);
  jsondoc_put_text (builder, "answer_to", facts->answer_to);
  put_participants (builder, facts->participants);
  jsondoc_put_text (builder, "assignee", facts->assignee);
  jsondoc_put_tags (builder, "tags", ticket->tags);
  jsondoc_put_strings (builder, "missing", ticket->missing);
  put_related (builder, ticket->related);
  jsondoc_put_id (builder, "merged_into", ticket->merged_into);
  jsondoc_put_instant (builder, "created_at", ticket->created_at);
  jsondoc_put_instant (builder, "resolved_at", ticket->resolved_at);
  jsondoc_put_instant (builder, "closed_at", facts->closed_at);
  put_satisfaction (builder, ticket);
  clocks_put (builder, facts->clocks, clock_now ());
}

static void
put_attachments (JsonBuilder *builder, const GPtrArray *attachments)
{
  jsondoc_open_array (builder, "attachments");
  for (guint i = 0; i < attachments->len; i++)
    {
      const TmAttachment *attachment = g_ptr_array_index (attachments, i);
      json_builder_begin_object (builder);
      jsondoc_put_value (builder, "name", attachment->name);
      jsondoc_put_value (builder, "type", attachment->type);
      jsondoc_put_number (builder, "size", (gint64) attachment->size);
      jsondoc_put_value (builder, "sha256", attachment->sha256);
      jsondoc_put_bool (builder, "inline", attachment->is_inline);
      jsondoc_put_bool (builder, "repeated", attachment->is_repeated);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_flags (JsonBuilder *builder, unsigned flags)
{
  g_autofree const char **names = mail_flag_names (flags);
  jsondoc_open_array (builder, "flags");
  for (const char **name = names; *name != NULL; name++)
    json_builder_add_string_value (builder, *name);
  json_builder_end_array (builder);
}

static void
put_failures (JsonBuilder *builder, const GPtrArray *failures)
{
  jsondoc_open_array (builder, "failures");
  for (guint i = 0; i < failures->len; i++)
    {
      const TmFailureRecord *failure = g_ptr_array_index (failures, i);
      json_builder_begin_object (builder);
      jsondoc_put_value (builder, "recipient", failure->recipient);
      jsondoc_put_value (builder, "status", failure->status);
      jsondoc_put_value (builder, "action", failure->action);
      jsondoc_put_bool (builder, "final", failure->is_final);
      jsondoc_put_instant (builder, "at", failure->at);
      jsondoc_put_value (builder, "diagnostic", failure->diagnostic);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_message (JsonBuilder *builder, const TmMessageRecord *message)
{
  json_builder_begin_object (builder);
  jsondoc_put_number (builder, "id", message->id);
  jsondoc_put_text (builder, "direction", direction_name (message->direction));
  jsondoc_put_value (builder, "from", message->from);
  jsondoc_put_value (builder, "message_id", message->message_id);
  jsondoc_put_instant (builder, "date", message->date_at);
  jsondoc_put_instant (builder, "received_at", message->received_at);
  jsondoc_put_value (builder, "subject", message->subject);
  jsondoc_put_text (builder, "text", message->text);
  jsondoc_put_text (builder, "reply_text", message->reply_text);
  jsondoc_put_bool (builder, "auto", message->is_auto);
  jsondoc_put_bool (builder, "bounce", message->is_bounce);
  jsondoc_put_bool (builder, "verified", message->is_verified);
  put_flags (builder, message->flags);
  put_attachments (builder, message->attachments);
  put_failures (builder, message->failures);
  json_builder_end_object (builder);
}

/* The store keeps details as JSON objects of its own making. */
static void
put_detail (JsonBuilder *builder, const char *detail)
{
  g_autoptr (JsonNode) node = detail == NULL ? NULL : json_from_string (detail, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      jsondoc_put_null (builder, "detail");
      return;
    }
  json_builder_set_member_name (builder, "detail");
  json_builder_add_value (builder, g_steal_pointer (&node));
}

static void
put_event (JsonBuilder *builder, const TmEventRecord *event)
{
  json_builder_begin_object (builder);
  jsondoc_put_instant (builder, "at", event->at);
  jsondoc_put_value (builder, "actor", event->actor);
  jsondoc_put_value (builder, "action", event->action);
  put_detail (builder, event->detail);
  json_builder_end_object (builder);
}

void
tickets_add_json (GString *out, const TmTerminal *terminal, const GPtrArray *tickets)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_open_array (builder, "tickets");
  for (guint i = 0; i < tickets->len; i++)
    {
      json_builder_begin_object (builder);
      const TmTicketRecord *ticket = g_ptr_array_index (tickets, i);
      put_ticket (builder, ticket);
      clocks_put_next_due (builder, ticket->facts->clocks);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_end (builder, terminal->is_tty, out);
}

void
found_add_json (GString *out, const TmTerminal *terminal, const GPtrArray *found)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_open_array (builder, "tickets");
  for (guint i = 0; i < found->len; i++)
    {
      const TmFound *one = g_ptr_array_index (found, i);
      json_builder_begin_object (builder);
      put_ticket (builder, one->ticket);
      clocks_put_next_due (builder, one->ticket->facts->clocks);
      json_builder_set_member_name (builder, "match");
      json_builder_begin_object (builder);
      jsondoc_put_number (builder, "message", one->message);
      jsondoc_put_value (builder, "from", one->from);
      jsondoc_put_instant (builder, "received_at", one->received_at);
      jsondoc_put_text (builder, "snippet", one->snippet);
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  jsondoc_end (builder, terminal->is_tty, out);
}

void
ticket_add_json (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket)
{
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  json_builder_set_member_name (builder, "ticket");
  json_builder_begin_object (builder);
  put_ticket (builder, ticket);
  contact_put_silenced (builder, ticket->silenced);
  jsondoc_open_array (builder, "messages");
  for (guint i = 0; i < ticket->messages->len; i++)
    put_message (builder, g_ptr_array_index (ticket->messages, i));
  json_builder_end_array (builder);
  jsondoc_open_array (builder, "events");
  for (guint i = 0; i < ticket->events->len; i++)
    put_event (builder, g_ptr_array_index (ticket->events, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  jsondoc_end (builder, terminal->is_tty, out);
}
