/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/clocks.h"
#include "cli/jsondoc.h"
#include "cli/tickets.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/feedback.h"

#include <string.h>

/* --- list: a table --- */

static char *
cell_number (const TmTicketRecord *ticket)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, ticket->facts->id);
}

static char *
cell_status (const TmTicketRecord *ticket)
{
  return g_strdup (status_name (ticket->facts->status));
}

static char *
cell_priority (const TmTicketRecord *ticket)
{
  return g_strdup (ticket->facts->priority);
}

static char *
cell_type (const TmTicketRecord *ticket)
{
  return g_strdup (ticket->facts->type);
}

static char *
cell_queue (const TmTicketRecord *ticket)
{
  return ticket->facts->queues->len == 0 ? NULL : g_strdup (g_ptr_array_index (ticket->facts->queues, 0));
}

static char *
cell_requester (const TmTicketRecord *ticket)
{
  return g_strdup (ticket->facts->requester);
}

/* What is due next, to the minute, and `!` before what is overdue. */
static char *
cell_due (const TmTicketRecord *ticket)
{
  gint64 due_at = clocks_next_due (ticket->facts->clocks);
  g_autofree char *due = instant_format (due_at);
  const char *mark = due_at < clock_now () ? "!" : " ";
  return due != NULL ? g_strdup_printf ("%s%.*sZ", mark, (int) strlen ("2026-11-23T07:00"), due) : NULL;
}

static char *
cell_created (const TmTicketRecord *ticket)
{
  return instant_format (ticket->created_at);
}

static char *
cell_subject (const TmTicketRecord *ticket)
{
  return g_strdup (ticket->subject);
}

enum { GAP = 2 };

/* The subject comes last and takes what is left. */
static const struct
{
  const char *title;
  char *(*cell) (const TmTicketRecord *ticket);
  unsigned max_columns;
  unsigned min_width; /* the column is left out on a narrower one */
} columns[] = {
  { "TICKET", cell_number, 12, 0 },     { "STATUS", cell_status, 8, 0 },        { "PRIO", cell_priority, 8, 0 },
  { "TYPE", cell_type, 12, 120 },       { "QUEUE", cell_queue, 12, 60 },
  { "REQUESTER", cell_requester, 32, 100 },
  { "DUE", cell_due, 18, 60 },
  { "CREATED", cell_created, 20, 130 }, { "SUBJECT", cell_subject, G_MAXUINT, 0 },
};

enum { N_COLUMNS = G_N_ELEMENTS (columns) };

/* The title and the cell of each ticket in one column; unset is "-". */
static GPtrArray *
column_cells (guint column, const GPtrArray *tickets)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (cells, g_strdup (columns[column].title));
  for (guint i = 0; i < tickets->len; i++)
    {
      char *cell = columns[column].cell (g_ptr_array_index (tickets, i));
      if (cell == NULL || *cell == '\0')
        {
          g_free (cell);
          cell = g_strdup ("-");
        }
      g_ptr_array_add (cells, cell);
    }
  return cells;
}

static unsigned
column_width (const GPtrArray *cells, unsigned max)
{
  unsigned width = 0;
  for (guint i = 0; i < cells->len; i++)
    width = MAX (width, terminal_columns (g_ptr_array_index (cells, i)));
  return MIN (width, max);
}

void
tickets_add_text (GString *out, const TmTerminal *terminal, const GPtrArray *tickets)
{
  if (tickets->len == 0)
    {
      g_string_append (out, "no tickets\n");
      return;
    }
  GPtrArray *cells[N_COLUMNS] = { NULL };
  unsigned widths[N_COLUMNS] = { 0 };
  unsigned left = terminal->width;
  for (guint c = 0; c < N_COLUMNS; c++)
    if (terminal->width >= columns[c].min_width)
      {
        bool is_last = c + 1 == N_COLUMNS;
        cells[c] = column_cells (c, tickets);
        widths[c] = is_last ? left : column_width (cells[c], MIN (columns[c].max_columns, terminal->width / 4));
        left -= is_last ? left : widths[c] + GAP;
      }
  for (guint row = 0; row <= tickets->len; row++)
    for (guint c = 0; c < N_COLUMNS; c++)
      if (cells[c] != NULL)
        {
          bool is_last = c + 1 == N_COLUMNS;
          TmStyle style = row == 0 ? TM_STYLE_BOLD : TM_STYLE_PLAIN;
          terminal_add_cell (out, terminal, style, g_ptr_array_index (cells[c], row), widths[c], !is_last);
          g_string_append (out, is_last ? "\n" : "  ");
        }
  for (guint c = 0; c < N_COLUMNS; c++)
    g_clear_pointer (&cells[c], g_ptr_array_unref);
}

/* --- show --- */

enum { LABEL = 15, TEXT_INDENT = 4 };

static void
add_field (GString *out, const TmTerminal *terminal, const char *name, const char *value)
{
  g_autofree char *label = g_strconcat ("  ", name, NULL);
  terminal_add_field (out, terminal, TM_STYLE_DIM, label, LABEL, value);
}

/* For what is mostly unset. */
static void
add_field_if (GString *out, const TmTerminal *terminal, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    add_field (out, terminal, name, value);
}

static void
add_instant (GString *out, const TmTerminal *terminal, const char *name, gint64 at)
{
  g_autofree char *text = instant_format (at);
  add_field_if (out, terminal, name, text);
}

static void
append_item (GString *list, const char *item)
{
  g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", item);
}

static void
add_names (GString *out, const TmTerminal *terminal, const char *name, const GPtrArray *names)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < names->len; i++)
    append_item (list, g_ptr_array_index (names, i));
  add_field_if (out, terminal, name, list->str);
}

static void
add_tags (GString *out, const TmTerminal *terminal, const GPtrArray *tags)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < tags->len; i++)
    {
      const TmTag *tag = g_ptr_array_index (tags, i);
      g_autofree char *item = g_strconcat (tag->key, "=", tag->value, NULL);
      append_item (list, item);
    }
  add_field_if (out, terminal, "tags", list->str);
}

static void
add_related (GString *out, const TmTerminal *terminal, const GArray *related)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < related->len; i++)
    {
      g_autofree char *item = g_strdup_printf ("#%" G_GINT64_FORMAT, g_array_index (related, gint64, i));
      append_item (list, item);
    }
  add_field_if (out, terminal, "related", list->str);
}

static void
add_participants (GString *out, const TmTerminal *terminal, const GPtrArray *participants)
{
  for (guint i = 0; i < participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (participants, i);
      g_autofree char *value = g_strdup_printf ("%s (by %s, %s)", participant->address, participant->by,
                                                participant->receives ? "receives" : "may write");
      add_field (out, terminal, i == 0 ? "participants" : "", value);
    }
}

static void
add_silenced (GString *out, const TmTerminal *terminal, const GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++)
    {
      const TmSilencedRecord *silenced = g_ptr_array_index (list, i);
      g_autofree char *since = instant_format (silenced->since);
      g_autofree char *value = g_strdup_printf ("%s (since %s: %s)", silenced->address, since, silenced->why);
      add_field (out, terminal, i == 0 ? "silenced" : "", value);
    }
}

static void
add_satisfaction (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket)
{
  if (ticket->feedback == TM_FEEDBACK_NONE)
    return;
  g_autofree char *at = instant_format (ticket->feedback_at);
  g_autofree char *said = g_strdup_printf ("%s, by %s on %s%s%s", feedback_name (ticket->feedback), ticket->feedback_by,
                                           at, *ticket->feedback_text != '\0' ? ": " : "", ticket->feedback_text);
  g_autofree char *line = text_one_line (said, 0);
  add_field (out, terminal, "satisfaction", line);
}

static void
add_header (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket)
{
  const TmTicketFacts *facts = ticket->facts;
  g_autofree char *heading = g_strdup_printf ("#%" G_GINT64_FORMAT " %s", facts->id, ticket->subject);
  const char *by = ticket->priority_by == NULL ? NULL : " (by ";
  g_autofree char *priority
      = g_strconcat (facts->priority == NULL ? "" : facts->priority, by, ticket->priority_by, ")", NULL);
  terminal_add_heading (out, terminal, heading);
  add_field (out, terminal, "status", status_name (facts->status));
  if (ticket->merged_into != 0)
    {
      g_autofree char *target = g_strdup_printf ("#%" G_GINT64_FORMAT, ticket->merged_into);
      add_field (out, terminal, "merged into", target);
    }
  add_names (out, terminal, facts->queues->len > 1 ? "queues" : "queue", facts->queues);
  add_field (out, terminal, "type", facts->type);
  add_field (out, terminal, "priority", priority);
  add_field_if (out, terminal, "workaround", facts->workaround != NULL ? "known" : NULL);
  add_field_if (out, terminal, "customer", facts->customer);
  add_field_if (out, terminal, "plan", facts->service_plan);
  add_field (out, terminal, "requester", facts->requester);
  add_field_if (out, terminal, "answers to", facts->answer_to);
  add_field (out, terminal, "assignee", facts->assignee);
  add_instant (out, terminal, "created", ticket->created_at);
  add_instant (out, terminal, "resolved", ticket->resolved_at);
  add_instant (out, terminal, "closed", facts->closed_at);
  add_satisfaction (out, terminal, ticket);
  add_participants (out, terminal, facts->participants);
  add_silenced (out, terminal, ticket->silenced);
  add_tags (out, terminal, ticket->tags);
  add_names (out, terminal, "missing", ticket->missing);
  add_related (out, terminal, ticket->related);
}

static char *
message_marks (const TmMessageRecord *message)
{
  g_autofree const char **names = mail_flag_names (message->flags);
  GString *list = g_string_new (NULL);
  if (message->is_auto)
    append_item (list, "automatic");
  if (message->is_bounce)
    append_item (list, "bounce");
  if (!message->is_verified)
    append_item (list, "unverified");
  for (const char **name = names; *name != NULL; name++)
    append_item (list, *name);
  return g_string_free (list, FALSE);
}

static void
add_attachment (GString *out, const TmTerminal *terminal, const char *name, const TmAttachment *attachment)
{
  g_autofree char *size = g_format_size (attachment->size);
  g_autofree char *value = g_strdup_printf ("%s (%s, %s%s%s)", *attachment->name == '\0' ? "unnamed" : attachment->name,
                                            attachment->type, size, attachment->is_inline ? ", inline" : "",
                                            attachment->is_repeated ? ", repeated" : "");
  add_field (out, terminal, name, value);
}

static void
add_failure (GString *out, const TmTerminal *terminal, const char *name, const TmFailureRecord *failure)
{
  g_autofree char *at = instant_format (failure->at);
  g_autofree char *value = g_strdup_printf ("%s %s %s (%s)%s%s", failure->recipient, failure->status,
                                            failure->is_final ? "failed" : "delayed", at,
                                            *failure->diagnostic == '\0' ? "" : ": ", failure->diagnostic);
  add_field (out, terminal, name, value);
}

static unsigned
count_lines (const char *text)
{
  unsigned n_lines = 0;
  for (const char *p = text; *p != '\0'; p++)
    n_lines += *p == '\n' || p[1] == '\0';
  return n_lines;
}

static void
add_message_text (GString *out, const TmTerminal *terminal, const TmMessageRecord *message, bool whole)
{
  bool is_all = whole || strcmp (message->reply_text, message->text) == 0;
  terminal_add_block (out, terminal, TEXT_INDENT, is_all ? message->text : message->reply_text);
  if (is_all)
    return;
  g_autofree char *note = g_strdup_printf ("(%u lines in all, with quotes and signature: --whole shows them)",
                                           count_lines (message->text));
  g_string_append_printf (out, "%*s", TEXT_INDENT, "");
  terminal_add_cell (out, terminal, TM_STYLE_DIM, note, terminal->width - TEXT_INDENT, false);
  g_string_append_c (out, '\n');
}

static void
add_message (GString *out, const TmTerminal *terminal, const TmMessageRecord *message, bool whole)
{
  g_autofree char *received = instant_format (message->received_at);
  g_autofree char *marks = message_marks (message);
  g_autofree char *heading = g_strdup_printf ("message %" G_GINT64_FORMAT " %s %s %s", message->id,
                                              direction_name (message->direction), received == NULL ? "-" : received,
                                              *message->from == '\0' ? "unknown sender" : message->from);
  g_string_append_c (out, '\n');
  terminal_add_heading (out, terminal, heading);
  add_field_if (out, terminal, "subject", message->subject);
  add_field_if (out, terminal, "marks", marks);
  for (guint i = 0; i < message->attachments->len; i++)
    add_attachment (out, terminal, i == 0 ? "attachments" : "", g_ptr_array_index (message->attachments, i));
  for (guint i = 0; i < message->failures->len; i++)
    add_failure (out, terminal, i == 0 ? "undelivered" : "", g_ptr_array_index (message->failures, i));
  add_message_text (out, terminal, message, whole);
}

static char *
detail_text (const char *detail)
{
  g_autoptr (JsonNode) node = detail == NULL ? NULL : json_from_string (detail, NULL);
  GString *text = g_string_new (NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return g_string_free (text, FALSE);
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GList) members = json_object_get_members (object);
  for (GList *member = members; member != NULL; member = member->next)
    {
      JsonNode *value = json_object_get_member (object, member->data);
      const char *string = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_string (value) : NULL;
      g_autofree char *other = string == NULL ? json_to_string (value, FALSE) : NULL;
      g_string_append_printf (text, " %s=%s", (const char *) member->data, string == NULL ? other : string);
    }
  return g_string_free (text, FALSE);
}

static void
add_events (GString *out, const TmTerminal *terminal, const GPtrArray *events)
{
  if (events->len == 0)
    return;
  g_string_append_c (out, '\n');
  terminal_add_heading (out, terminal, "events");
  for (guint i = 0; i < events->len; i++)
    {
      const TmEventRecord *event = g_ptr_array_index (events, i);
      g_autofree char *at = instant_format (event->at);
      g_autofree char *label = g_strconcat ("  ", at == NULL ? "-" : at, NULL);
      g_autofree char *detail = detail_text (event->detail);
      g_autofree char *value = g_strdup_printf ("%s: %s%s", event->actor, event->action, detail);
      terminal_add_field (out, terminal, TM_STYLE_DIM, label, 24, value);
    }
}

void
ticket_add_text (GString *out, const TmTerminal *terminal, const TmTicketRecord *ticket, bool whole)
{
  add_header (out, terminal, ticket);
  clocks_add_text (out, terminal, ticket->facts->clocks, clock_now ());
  for (guint i = 0; i < ticket->messages->len; i++)
    add_message (out, terminal, g_ptr_array_index (ticket->messages, i), whole);
  add_events (out, terminal, ticket->events);
}
