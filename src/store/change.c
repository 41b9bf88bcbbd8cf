/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/change.h"

#include "core/handover.h"
#include "store/apply.h"
#include "store/lookup.h"
#include "store/lookup_agent.h"

static bool
read_subject (TmDb *db, const TmTicketFacts *ticket, char **subject_io, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_TICKET_RECORD, DB_VALUES (value_int (ticket->id)));
  if (db_next (rows))
    {
      g_free (*subject_io);
      *subject_io = column_text (rows, 0);
    }
  return db_finish (db, rows, error);
}

/* What its new owner is told. */
static bool
read_for_handover (TmDb *db, const TmChange *change, TmChangeFacts *facts, GError **error)
{
  if (!change_may_hand_over (change))
    return true;
  gint64 into = facts->into != NULL ? facts->into->id : facts->ticket->id;
  return (facts->into == NULL || read_subject (db, facts->into, &facts->into_subject, error))
         && db_get_int (db, SQL_NEWEST_FROM_OUTSIDE,
                        DB_VALUES (value_int (facts->ticket->id), value_int (into), value_int (TM_DIRECTION_IN)), 0,
                        &facts->last_message, error);
}

static bool
read_tags (TmDb *db, TmChangeFacts *facts, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_TAGS, DB_VALUES (value_int (facts->ticket->id)));
  while (db_next (rows))
    g_ptr_array_add (facts->tags, tag_new ((const char *) sqlite3_column_text (rows, 0),
                                           (const char *) sqlite3_column_text (rows, 1)));
  return db_finish (db, rows, error);
}

static bool
read_related (TmDb *db, TmChangeFacts *facts, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_RELATED, DB_VALUES (value_int (facts->ticket->id)));
  while (db_next (rows))
    {
      gint64 other = sqlite3_column_int64 (rows, 0);
      g_array_append_val (facts->related, other);
    }
  return db_finish (db, rows, error);
}

static bool
read_message (TmDb *db, gint64 id, TmChangeFacts *facts, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_MESSAGE_FACTS, DB_VALUES (value_int (id)));
  if (db_next (rows))
    {
      TmMessageFacts *message = message_facts_new (id);
      message->ticket = sqlite3_column_int64 (rows, 0);
      message->direction = (TmDirection) sqlite3_column_int (rows, 1);
      message->from = column_text (rows, 2);
      message->subject = column_text (rows, 3);
      message->received_at = sqlite3_column_int64 (rows, 4);
      message->is_verified = sqlite3_column_int (rows, 5) != 0;
      g_ptr_array_add (facts->messages, message);
    }
  return db_finish (db, rows, error);
}

static bool
is_named (const TmChange *change, gint64 id)
{
  for (guint i = 0; i < change->messages->len; i++)
    if (g_array_index (change->messages, gint64, i) == id)
      return true;
  return false;
}

/* The oldest message of people since `since_at` that is none of those the change names. */
static bool
find_unanswered (TmDb *db, const TmChange *change, gint64 since_at, TmChangeFacts *facts, GError **error)
{
  sqlite3_stmt *rows
      = db_select (db, SQL_PEOPLES_MESSAGES,
                   DB_VALUES (value_int (facts->ticket->id), value_int (TM_DIRECTION_IN), value_int (since_at)));
  while (facts->unanswered_at == TM_NEVER && db_next (rows))
    if (!is_named (change, sqlite3_column_int64 (rows, 0)))
      facts->unanswered_at = sqlite3_column_int64 (rows, 1);
  return db_finish (db, rows, error);
}

static bool
is_waited_for (const TmClock *clock)
{
  return (clock->metric == TM_METRIC_NEXT_RESPONSE || clock->metric == TM_METRIC_FIRST_RESPONSE)
         && clock_is_running (clock);
}

/* What the ticket still waits with: when the named messages are taken out, or behind a call that is recorded later. */
static bool
read_unanswered (TmDb *db, const TmChange *change, TmChangeFacts *facts, GError **error)
{
  const TmTicketFacts *ticket = facts->ticket;
  bool is_call = change->kind == TM_CHANGE_ANSWERED && change->at != TM_NEVER;
  for (guint i = 0; ticket->clocks != NULL && i < ticket->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (ticket->clocks, i);
      if (is_call && is_waited_for (clock))
        return find_unanswered (db, change, change->at + 1, facts, error);
      if (change->kind == TM_CHANGE_SPLIT && clock->metric == TM_METRIC_NEXT_RESPONSE && clock_is_running (clock))
        return find_unanswered (db, change, clock->started_at, facts, error);
    }
  return true;
}

/* The one that a join which names none is about. */
static bool
read_newest_unverified (TmDb *db, const TmChange *change, TmChangeFacts *facts, GError **error)
{
  gint64 id;
  if (change->kind != TM_CHANGE_JOIN || change->messages->len > 0)
    return true;
  return db_get_int (db, SQL_NEWEST_UNVERIFIED,
                     DB_VALUES (value_int (facts->ticket->id), value_int (TM_DIRECTION_IN)), 0, &id, error)
         && (id == 0 || read_message (db, id, facts, error));
}

static bool
read_messages (TmDb *db, const TmChange *change, TmChangeFacts *facts, GError **error)
{
  for (guint i = 0; i < change->messages->len; i++)
    if (!read_message (db, g_array_index (change->messages, gint64, i), facts, error))
      return false;
  return read_newest_unverified (db, change, facts, error)
         && db_get_int (db, SQL_N_MESSAGES, DB_VALUES (value_int (facts->ticket->id)), 0, &facts->n_messages,
                        error);
}

/* The ticket once more: what guards ask about it is read into that. */
static bool
read_for_guards (TmDb *db, const TmChange *change, TmChangeFacts *facts, GError **error)
{
  g_autoptr (TmKeys) keys = change_guard_keys (change, facts);
  TmTicketFacts *ticket = NULL;
  if (keys == NULL)
    return true;
  if (!lookup_followed (db, facts->ticket->id, &ticket, error))
    return false;
  g_ptr_array_add (facts->guarded->tickets, ticket);
  return lookup_for_agent (db, keys, facts->guarded, error);
}

static bool
read_facts (TmDb *db, const TmChange *change, TmChangeFacts *facts, GError **error)
{
  if (!lookup_followed (db, change->ticket, &facts->ticket, error)
      || (change->into != 0 && !lookup_followed (db, change->into, &facts->into, error))
      || !lookup_next_ticket (db, &facts->next_ticket, error))
    return false;
  return facts->ticket == NULL
         || (read_subject (db, facts->ticket, &facts->subject, error) && read_for_handover (db, change, facts, error)
             && read_tags (db, facts, error) && read_related (db, facts, error)
             && read_messages (db, change, facts, error) && read_unanswered (db, change, facts, error)
             && read_for_guards (db, change, facts, error));
}

bool
change_run (TmDb *db, const TmChange *change, gint64 now, TmPlan **plan_out, GError **refusal_out, GError **error)
{
  g_autoptr (TmChangeFacts) facts = change_facts_new ();
  g_autoptr (TmPlan) plan = NULL;
  if (!read_facts (db, change, facts, error))
    return false;
  if (!change_plan (change, facts, now, &plan, refusal_out))
    return true;
  if (!apply_plan (db, NULL, NULL, plan, now, NULL, error))
    return false;
  *plan_out = g_steal_pointer (&plan);
  return true;
}
