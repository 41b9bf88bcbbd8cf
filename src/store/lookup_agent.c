/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/lookup_agent.h"

#include "core/plan.h"
#include "store/lookup.h"
#include "store/shingle.h"
#include "store/thread.h"

#include <string.h>

/* The newest of a ticket: who looks for another agent among more has answered twenty times himself. */
enum { MAX_ANSWERS = 20 };

/* --- answers --- */

/* The message of the ticket that the mail answers: the strongest of its ids that one had; 0: none. */
static bool
find_answered (TmDb *db, const TmFacts *facts, const TmTicketFacts *ticket, gint64 *message_out, GError **error)
{
  *message_out = 0;
  for (guint i = 0; *message_out == 0 && i < facts->links->len; i++)
    {
      const TmIdLink *link = g_ptr_array_index (facts->links, i);
      if (link->had && link->ticket == ticket->id
          && !db_get_int (db, SQL_MESSAGE_OF_ID, DB_VALUES (value_int (ticket->id), value_text (link->message_id)), 0,
                          message_out, error))
        return false;
    }
  return true;
}

static bool
read_answers (TmDb *db, TmTicketFacts *ticket, gint64 since, GError **error)
{
  g_clear_pointer (&ticket->answers, g_ptr_array_unref);
  ticket->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) answer_free);
  sqlite3_stmt *rows = db_select (db, SQL_ANSWERS,
                                  DB_VALUES (value_int (ticket->id), value_int (since), value_int (TM_DIRECTION_OUT),
                                             value_int (MAX_ANSWERS)));
  while (db_next (rows))
    {
      TmAnswer *answer = g_new0 (TmAnswer, 1);
      answer->login = column_text (rows, 0);
      answer->from = column_text (rows, 1);
      answer->at = sqlite3_column_int64 (rows, 2);
      answer->agent = column_text (rows, 3);
      g_ptr_array_add (ticket->answers, answer);
    }
  return db_finish (db, rows, error);
}

static bool
find_answers (TmDb *db, const TmKeys *keys, const TmFacts *facts, TmTicketFacts *ticket, GError **error)
{
  gint64 since;
  if (!find_answered (db, facts, ticket, &since, error))
    return false;
  if (since == 0
      && !db_get_int (db, SQL_LAST_SEEN,
                      DB_VALUES (value_int (ticket->id), value_int (TM_DIRECTION_IN), value_text (keys->agent->login),
                                 value_text (keys->agent->address)),
                      0, &since, error))
    return false;
  return read_answers (db, ticket, since, error);
}

/* --- other customers --- */

static bool
find_contacts (TmDb *db, const TmKeys *keys, TmFacts *facts, GError **error)
{
  bool is_asked;
  const GPtrArray *outside = keys->agent->outside;
  if (outside->len == 0)
    return true;
  if (!lookup_has_contacts (db, &is_asked, error))
    return false;
  for (guint i = 0; is_asked && i < outside->len; i++)
    {
      const char *address = g_ptr_array_index (outside, i);
      g_autoptr (TmContactFacts) contact = NULL;
      if (!lookup_contact (db, address, &contact, error))
        return false;
      if (contact == NULL || contact->customer == NULL)
        continue;
      if (facts->contacts == NULL)
        facts->contacts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (facts->contacts, g_strdup (address), g_strdup (contact->customer));
    }
  return true;
}

static void
add_subject_ticket (gint64 number, const TmTicketFacts *ticket, TmFacts *facts)
{
  TmSubjectTicket *named = g_new0 (TmSubjectTicket, 1);
  named->number = number;
  named->ticket = ticket->id;
  named->customer = g_strdup (ticket->customer);
  if (facts->subject_tickets == NULL)
    facts->subject_tickets = g_ptr_array_new_with_free_func ((GDestroyNotify) subject_ticket_free);
  g_ptr_array_add (facts->subject_tickets, named);
}

/* What became a part of another customer's ticket is still not for his eyes: neither its subject nor what is quoted. */
static bool
find_subject_ticket (TmDb *db, gint64 number, TmFacts *facts, GError **error)
{
  g_autoptr (TmTicketFacts) own = NULL, target = NULL;
  const TmTicketFacts *known = facts_ticket (facts, number);
  gint64 merged_into = 0;
  if (known != NULL && known->id != number)
    known = NULL;
  if (known == NULL
      && (!lookup_ticket (db, number, &own, &merged_into, error)
          || (merged_into != 0 && !lookup_followed (db, merged_into, &target, error))))
    return false;
  if (known == NULL)
    known = target != NULL && (own->customer == NULL || target->customer == NULL
                               || strcmp (own->customer, target->customer) == 0) ? target : own;
  if (known != NULL)
    add_subject_ticket (number, known, facts);
  return true;
}

bool
lookup_for_agent (TmDb *db, const TmKeys *keys, TmFacts *facts, GError **error)
{
  if (keys->agent == NULL || facts->earlier != NULL)
    return true;
  for (guint i = 0; i < facts->tickets->len; i++)
    {
      TmTicketFacts *ticket = g_ptr_array_index (facts->tickets, i);
      if (!thread_find_hidden (db, keys, ticket, facts, error) || !shingle_find_leaked (db, keys, ticket, error)
          || !find_answers (db, keys, facts, ticket, error))
        return false;
    }
  for (guint i = 0; i < keys->agent->subject_tickets->len; i++)
    if (!find_subject_ticket (db, g_array_index (keys->agent->subject_tickets, gint64, i), facts, error))
      return false;
  return find_contacts (db, keys, facts, error);
}
