/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/json.h"
#include "cli/tickets.h"

static void
put_participants (JsonBuilder *builder, const GPtrArray *participants)
{
  json_open_array (builder, "participants");
  for (guint i = 0; i < participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (participants, i);
      json_builder_begin_object (builder);
      json_put_value (builder, "address", participant->address);
      json_put_value (builder, "by", participant->by);
      json_put_bool (builder, "receives", participant->receives);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_related (JsonBuilder *builder, const GArray *related)
{
  json_open_array (builder, "related");
  for (guint i = 0; i < related->len; i++)
    json_builder_add_int_value (builder, g_array_index (related, gint64, i));
  json_builder_end_array (builder);
}

/* The members that `list` and `show` have in common.  Customers, plans and clocks are not recorded: unset. */
static void
put_ticket (JsonBuilder *builder, const TmTicketRecord *ticket)
{
  const TmTicketFacts *facts = ticket->facts;
  json_put_number (builder, "id", facts->id);
  json_put_text (builder, "queue", facts->queues->len > 0 ? g_ptr_array_index (facts->queues, 0) : NULL);
  json_put_strings (builder, "queues", facts->queues);
  json_put_value (builder, "subject", ticket->subject);
  json_put_text (builder, "status", status_name (facts->status));
  json_put_text (builder, "type", facts->type);
  json_put_text (builder, "priority", facts->priority);
  json_put_text (builder, "priority_by", ticket->priority_by);
  json_put_null (builder, "customer");
  json_put_null (builder, "plan");
  json_put_value (builder, "requester", facts->requester);
  put_participants (builder, facts->participants);
  json_put_text (builder, "assignee", facts->assignee);
  json_put_tags (builder, "tags", ticket->tags);
  json_put_strings (builder, "missing", ticket->missing);
  put_related (builder, ticket->related);
  json_put_id (builder, "merged_into", ticket->merged_into);
  json_put_instant (builder, "created_at", ticket->created_at);
  json_put_instant (builder, "resolved_at", ticket->resolved_at);
  json_put_instant (builder, "closed_at", facts->closed_at);
  json_put_empty_array (builder, "clocks");
}

static void
put_attachments (JsonBuilder *builder, const GPtrArray *attachments)
{
  json_open_array (builder, "attachments");
  for (guint i = 0; i < attachments->len; i++)
    {
      const TmAttachment *attachment = g_ptr_array_index (attachments, i);
      json_builder_begin_object (builder);
      json_put_value (builder, "name", attachment->name);
      json_put_value (builder, "type", attachment->type);
      json_put_number (builder, "size", (gint64) attachment->size);
      json_put_value (builder, "sha256", attachment->sha256);
      json_put_bool (builder, "inline", attachment->is_inline);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_flags (JsonBuilder *builder, unsigned flags)
{
  g_autofree const char **names = mail_flag_names (flags);
  json_open_array (builder, "flags");
  for (const char **name = names; *name != NULL; name++)
    json_builder_add_string_value (builder, *name);
  json_builder_end_array (builder);
}

static void
put_message (JsonBuilder *builder, const TmMessageRecord *message)
{
  json_builder_begin_object (builder);
  json_put_number (builder, "id", message->id);
  json_put_text (builder, "direction", direction_name (message->direction));
  json_put_value (builder, "from", message->from);
  json_put_value (builder, "message_id", message->message_id);
  json_put_instant (builder, "date", message->date_at);
  json_put_instant (builder, "received_at", message->received_at);
  json_put_value (builder, "subject", message->subject);
  json_put_text (builder, "text", message->text);
  json_put_text (builder, "reply_text", message->reply_text);
  json_put_bool (builder, "auto", message->is_auto);
  json_put_bool (builder, "bounce", message->is_bounce);
  json_put_bool (builder, "verified", message->is_verified);
  put_flags (builder, message->flags);
  put_attachments (builder, message->attachments);
  json_builder_end_object (builder);
}

/* The store keeps details as JSON objects of its own making. */
static void
put_detail (JsonBuilder *builder, const char *detail)
{
  g_autoptr (JsonNode) node = detail == NULL ? NULL : json_from_string (detail, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      json_put_null (builder, "detail");
      return;
    }
  json_builder_set_member_name (builder, "detail");
  json_builder_add_value (builder, g_steal_pointer (&node));
}

static void
put_event (JsonBuilder *builder, const TmEventRecord *event)
{
  json_builder_begin_object (builder);
  json_put_instant (builder, "at", event->at);
  json_put_value (builder, "actor", event->actor);
  json_put_value (builder, "action", event->action);
  put_detail (builder, event->detail);
  json_builder_end_object (builder);
}

void
tickets_add_json (GString *out, const TmScreen *screen, const GPtrArray *tickets)
{
  g_autoptr (JsonBuilder) builder = json_begin ();
  json_open_array (builder, "tickets");
  for (guint i = 0; i < tickets->len; i++)
    {
      json_builder_begin_object (builder);
      put_ticket (builder, g_ptr_array_index (tickets, i));
      json_put_null (builder, "next_due_at");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_end (builder, screen->is_tty, out);
}

void
ticket_add_json (GString *out, const TmScreen *screen, const TmTicketRecord *ticket)
{
  g_autoptr (JsonBuilder) builder = json_begin ();
  json_builder_set_member_name (builder, "ticket");
  json_builder_begin_object (builder);
  put_ticket (builder, ticket);
  json_open_array (builder, "messages");
  for (guint i = 0; i < ticket->messages->len; i++)
    put_message (builder, g_ptr_array_index (ticket->messages, i));
  json_builder_end_array (builder);
  json_open_array (builder, "events");
  for (guint i = 0; i < ticket->events->len; i++)
    put_event (builder, g_ptr_array_index (ticket->events, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  json_end (builder, screen->is_tty, out);
}
