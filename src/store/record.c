/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "store/lookup.h"
#include "store/reader.h"
#include "store/silence.h"

#include <string.h>

/* --- values --- */

void
event_record_free (TmEventRecord *event)
{
  if (event == NULL)
    return;
  g_free (event->actor);
  g_free (event->action);
  g_free (event->detail);
  g_free (event);
}

void
failure_record_free (TmFailureRecord *failure)
{
  if (failure == NULL)
    return;
  g_free (failure->recipient);
  g_free (failure->status);
  g_free (failure->action);
  g_free (failure->diagnostic);
  g_free (failure);
}

void
message_record_free (TmMessageRecord *message)
{
  if (message == NULL)
    return;
  g_free (message->from);
  g_free (message->message_id);
  g_free (message->subject);
  g_free (message->text);
  g_free (message->reply_text);
  g_clear_pointer (&message->attachments, g_ptr_array_unref);
  g_clear_pointer (&message->failures, g_ptr_array_unref);
  g_free (message);
}

TmTicketRecord *
ticket_record_new (gint64 id)
{
  TmTicketRecord *ticket = g_new0 (TmTicketRecord, 1);
  ticket->facts = ticket_facts_new (id);
  ticket->resolved_at = TM_NEVER;
  ticket->tags = g_ptr_array_new_with_free_func ((GDestroyNotify) tag_free);
  ticket->missing = g_ptr_array_new_with_free_func (g_free);
  ticket->related = g_array_new (FALSE, FALSE, sizeof (gint64));
  ticket->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) message_record_free);
  ticket->events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_record_free);
  ticket->silenced = g_ptr_array_new_with_free_func ((GDestroyNotify) silenced_record_free);
  return ticket;
}

void
ticket_record_free (TmTicketRecord *ticket)
{
  if (ticket == NULL)
    return;
  ticket_facts_free (ticket->facts);
  g_free (ticket->subject);
  g_free (ticket->priority_by);
  g_free (ticket->feedback_by);
  g_free (ticket->feedback_text);
  g_clear_pointer (&ticket->tags, g_ptr_array_unref);
  g_clear_pointer (&ticket->missing, g_ptr_array_unref);
  g_clear_pointer (&ticket->related, g_array_unref);
  g_clear_pointer (&ticket->messages, g_ptr_array_unref);
  g_clear_pointer (&ticket->events, g_ptr_array_unref);
  g_clear_pointer (&ticket->silenced, g_ptr_array_unref);
  g_free (ticket);
}

/* --- the ticket --- */

static bool
read_columns (TmDb *db, TmTicketRecord *ticket, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_TICKET_RECORD, DB_VALUES (value_int (ticket->facts->id)));
  if (db_next (rows))
    {
      ticket->subject = column_text (rows, 0);
      ticket->priority_by = column_text (rows, 1);
      ticket->created_at = sqlite3_column_int64 (rows, 2);
      ticket->resolved_at = column_instant (rows, 3);
      ticket->merged_into = sqlite3_column_int64 (rows, 4);
    }
  return db_finish (db, rows, error);
}

bool
record_read_tags (TmDb *db, gint64 number, GPtrArray *tags, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_TAGS, DB_VALUES (value_int (number)));
  while (db_next (rows))
    g_ptr_array_add (tags, tag_new ((const char *) sqlite3_column_text (rows, 0),
                                    (const char *) sqlite3_column_text (rows, 1)));
  return db_finish (db, rows, error);
}

static bool
read_missing (TmDb *db, TmTicketRecord *ticket, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_MISSING, DB_VALUES (value_int (ticket->facts->id)));
  while (db_next (rows))
    g_ptr_array_add (ticket->missing, column_text (rows, 0));
  return db_finish (db, rows, error);
}

static bool
read_related (TmDb *db, TmTicketRecord *ticket, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_RELATED, DB_VALUES (value_int (ticket->facts->id)));
  while (db_next (rows))
    {
      gint64 other = sqlite3_column_int64 (rows, 0);
      g_array_append_val (ticket->related, other);
    }
  return db_finish (db, rows, error);
}

static char *cut_reply (const char *text, gint64 start, gint64 len);

static bool
read_satisfaction (TmDb *db, TmTicketRecord *ticket, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_SATISFACTION, DB_VALUES (value_int (ticket->facts->id)));
  if (db_next (rows))
    {
      const char *text = (const char *) sqlite3_column_text (rows, 3);
      g_autofree char *reply = cut_reply (text != NULL ? text : "", sqlite3_column_int64 (rows, 4),
                                          sqlite3_column_int64 (rows, 5));
      ticket->feedback = (TmFeedback) sqlite3_column_int (rows, 0);
      ticket->feedback_by = column_text (rows, 1);
      ticket->feedback_at = sqlite3_column_int64 (rows, 2);
      ticket->feedback_text = g_strdup (g_strstrip (reply));
    }
  return db_finish (db, rows, error);
}

bool
record_read_ticket (TmDb *db, gint64 number, TmTicketRecord **ticket_out, GError **error)
{
  *ticket_out = NULL;
  TmTicketFacts *facts = NULL;
  gint64 merged_into;
  if (!lookup_ticket (db, number, &facts, &merged_into, error))
    return false;
  if (facts == NULL)
    return true;
  g_autoptr (TmTicketRecord) ticket = ticket_record_new (number);
  ticket_facts_free (ticket->facts);
  ticket->facts = facts;
  if (!read_columns (db, ticket, error) || !record_read_tags (db, number, ticket->tags, error)
      || !read_missing (db, ticket, error) || !read_related (db, ticket, error)
      || !read_satisfaction (db, ticket, error))
    return false;
  *ticket_out = g_steal_pointer (&ticket);
  return true;
}

/* --- its messages and events --- */

static char *
cut_reply (const char *text, gint64 start, gint64 len)
{
  gsize size = strlen (text);
  if (start < 0 || len < 0 || (guint64) start > size || (guint64) len > size - (guint64) start)
    return g_strdup (text);
  return g_strndup (text + start, (gsize) len);
}

static TmMessageRecord *
message_from_row (sqlite3_stmt *rows)
{
  TmMessageRecord *message = g_new0 (TmMessageRecord, 1);
  message->id = sqlite3_column_int64 (rows, 0);
  message->direction = (TmDirection) sqlite3_column_int (rows, 1);
  message->from = column_text (rows, 2);
  message->message_id = column_text (rows, 3);
  message->date_at = column_instant (rows, 4);
  message->received_at = sqlite3_column_int64 (rows, 5);
  message->subject = column_text (rows, 6);
  message->text = column_text (rows, 7);
  message->reply_text = cut_reply (message->text, sqlite3_column_int64 (rows, 8), sqlite3_column_int64 (rows, 9));
  message->is_auto = sqlite3_column_int (rows, 10) != 0;
  message->is_bounce = sqlite3_column_int (rows, 11) != 0;
  message->is_verified = sqlite3_column_int (rows, 12) != 0;
  message->flags = (unsigned) sqlite3_column_int64 (rows, 13);
  message->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) attachment_free);
  message->failures = g_ptr_array_new_with_free_func ((GDestroyNotify) failure_record_free);
  return message;
}

static bool
read_attachments (TmDb *db, TmMessageRecord *message, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_ATTACHMENTS, DB_VALUES (value_int (message->id)));
  while (db_next (rows))
    {
      TmAttachment *attachment = g_new0 (TmAttachment, 1);
      attachment->name = column_text (rows, 0);
      attachment->type = column_text (rows, 1);
      attachment->size = (guint64) sqlite3_column_int64 (rows, 2);
      attachment->sha256 = column_text (rows, 3);
      attachment->is_inline = sqlite3_column_int (rows, 4) != 0;
      g_ptr_array_add (message->attachments, attachment);
    }
  return db_finish (db, rows, error);
}

static bool
read_failures (TmDb *db, TmMessageRecord *message, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_FAILURES, DB_VALUES (value_int (message->id)));
  while (db_next (rows))
    {
      TmFailureRecord *failure = g_new0 (TmFailureRecord, 1);
      failure->recipient = column_text (rows, 0);
      failure->status = column_text (rows, 1);
      failure->action = column_text (rows, 2);
      failure->is_final = sqlite3_column_int (rows, 3) != 0;
      failure->at = sqlite3_column_int64 (rows, 4);
      failure->diagnostic = column_text (rows, 5);
      g_ptr_array_add (message->failures, failure);
    }
  return db_finish (db, rows, error);
}

/* Messages are in the order in which they came; within one, each counts by itself. */
static void
mark_repeated (const GPtrArray *messages)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < messages->len; i++)
    {
      const GPtrArray *attachments = ((const TmMessageRecord *) g_ptr_array_index (messages, i))->attachments;
      for (guint k = 0; k < attachments->len; k++)
        {
          TmAttachment *attachment = g_ptr_array_index (attachments, k);
          attachment->is_repeated = attachment->size > 0 && g_hash_table_contains (seen, attachment->sha256);
        }
      for (guint k = 0; k < attachments->len; k++)
        g_hash_table_add (seen, ((TmAttachment *) g_ptr_array_index (attachments, k))->sha256);
    }
}

static bool
read_messages (TmDb *db, TmTicketRecord *ticket, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_MESSAGES, DB_VALUES (value_int (ticket->facts->id)));
  while (db_next (rows))
    g_ptr_array_add (ticket->messages, message_from_row (rows));
  if (!db_finish (db, rows, error))
    return false;
  for (guint i = 0; i < ticket->messages->len; i++)
    if (!read_attachments (db, g_ptr_array_index (ticket->messages, i), error)
        || !read_failures (db, g_ptr_array_index (ticket->messages, i), error))
      return false;
  mark_repeated (ticket->messages);
  return true;
}

static bool
read_events (TmDb *db, TmTicketRecord *ticket, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_EVENTS, DB_VALUES (value_int (ticket->facts->id)));
  while (db_next (rows))
    {
      TmEventRecord *event = g_new0 (TmEventRecord, 1);
      event->at = sqlite3_column_int64 (rows, 0);
      event->actor = column_text (rows, 1);
      event->action = column_text (rows, 2);
      event->detail = column_text (rows, 3);
      g_ptr_array_add (ticket->events, event);
    }
  return db_finish (db, rows, error);
}

/* --- what is asked for --- */

enum
{
  FIRST_STATUS = TM_STATUS_NEW,
  LAST_STATUS = TM_STATUS_SPAM,
  HIDDEN_STATUSES = 1 << TM_STATUS_CLOSED | 1 << TM_STATUS_MERGED | 1 << TM_STATUS_UNSORTED | 1 << TM_STATUS_SPAM
};

static bool
find_numbers (TmDb *db, const TmTicketFilter *filter, GArray *numbers, GError **error)
{
  enum { N_STATUSES = LAST_STATUS - FIRST_STATUS + 1, N_BEFORE = 3 };
  unsigned statuses = filter->statuses != 0 ? filter->statuses : ~(unsigned) HIDDEN_STATUSES;
  TmDbValue values[N_BEFORE + N_STATUSES + 1] = {
    value_text (filter->queue),
    value_text (filter->requester),
    value_int (filter->limit != 0 ? filter->limit : G_MAXINT64),
  };
  for (unsigned i = 0; i < N_STATUSES; i++)
    values[N_BEFORE + i] = value_int ((statuses & 1u << (FIRST_STATUS + i)) != 0 ? (gint64) (FIRST_STATUS + i) : -1);
  sqlite3_stmt *rows = db_select (db, SQL_LIST, values);
  while (db_next (rows))
    {
      gint64 number = sqlite3_column_int64 (rows, 0);
      g_array_append_val (numbers, number);
    }
  return db_finish (db, rows, error);
}

static bool
list_tickets (TmDb *db, const TmTicketFilter *filter, GPtrArray **tickets_out, GError **error)
{
  g_autoptr (GPtrArray) tickets = g_ptr_array_new_with_free_func ((GDestroyNotify) ticket_record_free);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!find_numbers (db, filter, numbers, error))
    return false;
  for (guint i = 0; i < numbers->len; i++)
    {
      TmTicketRecord *ticket;
      if (!record_read_ticket (db, g_array_index (numbers, gint64, i), &ticket, error))
        return false;
      g_ptr_array_add (tickets, ticket);
    }
  *tickets_out = g_steal_pointer (&tickets);
  return true;
}

bool
reader_list (TmReader *reader, const TmTicketFilter *filter, GPtrArray **tickets_out, GError **error)
{
  if (!db_run (reader->db, SQL_BEGIN_READ, NULL, error))
    return false;
  bool ok = list_tickets (reader->db, filter, tickets_out, error);
  db_end_read (reader->db);
  return ok;
}

static bool
get_ticket (TmDb *db, gint64 number, TmTicketRecord **ticket_out, GError **error)
{
  g_autoptr (TmTicketRecord) ticket = NULL;
  if (!record_read_ticket (db, number, &ticket, error))
    return false;
  if (ticket == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no ticket %" G_GINT64_FORMAT, number);
      return false;
    }
  if (!read_messages (db, ticket, error) || !read_events (db, ticket, error) || !silence_of_ticket (db, ticket, error))
    return false;
  *ticket_out = g_steal_pointer (&ticket);
  return true;
}

bool
reader_get (TmReader *reader, gint64 number, TmTicketRecord **ticket_out, GError **error)
{
  if (!db_run (reader->db, SQL_BEGIN_READ, NULL, error))
    return false;
  bool ok = get_ticket (reader->db, number, ticket_out, error);
  db_end_read (reader->db);
  return ok;
}
