/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/lookup.h"

#include "base/clock.h"
#include "core/acknowledge.h"
#include "core/address.h"
#include "core/escalation.h"
#include "store/clock.h"
#include "store/lookup_agent.h"

#include <string.h>

/* Somebody may refer to all of two hundred ids in each mail; no honest one names more tickets than this. */
enum { MAX_TICKETS = 64 };
/* Chains have no circle (core/plan_change.c); a damaged database may. */
enum { MAX_MERGES = 10000 };

void
lookup_hash_id (const char *message_id, guint8 out[LOOKUP_ID_LEN])
{
  guint8 digest[TM_DIGEST_LEN];
  digest_bytes (message_id, strlen (message_id), digest);
  memcpy (out, digest, LOOKUP_ID_LEN);
}

bool
lookup_next_ticket (TmDb *db, gint64 *number_out, GError **error)
{
  return db_get_int (db, SQL_NEXT_TICKET, NULL, 1, number_out, error);
}

/* --- one ticket --- */

static bool
read_queues (TmDb *db, gint64 ticket, GPtrArray *queues, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_QUEUES, DB_VALUES (value_int (ticket)));
  while (db_next (rows))
    g_ptr_array_add (queues, column_text (rows, 0));
  return db_finish (db, rows, error);
}

static bool
read_participants (TmDb *db, gint64 ticket, GPtrArray *participants, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_PARTICIPANTS, DB_VALUES (value_int (ticket)));
  while (db_next (rows))
    {
      TmParticipant *participant
          = participant_new ((const char *) sqlite3_column_text (rows, 0), (const char *) sqlite3_column_text (rows, 1),
                             sqlite3_column_int (rows, 2) != 0);
      participant->answer_to = column_text (rows, 3);
      g_ptr_array_add (participants, participant);
    }
  return db_finish (db, rows, error);
}

/* Names of needs have no blanks. */
static void
take_missing (TmTicketFacts *ticket, const char *names)
{
  g_auto (GStrv) list = g_strsplit (names != NULL ? names : "", " ", -1);
  for (char **name = list; *name != NULL; name++)
    g_ptr_array_add (ticket->missing, g_strdup (*name));
}

/* NULL when there is no such row. */
static bool
read_ticket_row (TmDb *db, gint64 number, TmTicketFacts **ticket_out, gint64 *merged_into_out, GError **error)
{
  TmTicketFacts *ticket = NULL;
  sqlite3_stmt *rows = db_select (db, SQL_TICKET_FACTS, DB_VALUES (value_int (number), value_text (TM_POSTMORTEM_TAG)));
  if (db_next (rows))
    {
      ticket = ticket_facts_new (number);
      ticket->status = (TmStatus) sqlite3_column_int (rows, 0);
      ticket->closed_at = column_instant (rows, 1);
      g_free (ticket->requester);
      ticket->requester = column_text (rows, 2);
      ticket->type = column_text (rows, 3);
      ticket->priority = column_text (rows, 4);
      ticket->assignee = column_text (rows, 5);
      *merged_into_out = sqlite3_column_int64 (rows, 6);
      ticket->customer = column_text (rows, 7);
      ticket->service_plan = column_text (rows, 8);
      ticket->answer_to = column_text (rows, 9);
      ticket->priority_by = column_text (rows, 10);
      take_missing (ticket, (const char *) sqlite3_column_text (rows, 11));
      ticket->workaround = column_text (rows, 12);
      ticket->created_at = sqlite3_column_int64 (rows, 13);
      ticket->resolved_at = column_instant (rows, 14);
      ticket->wants_postmortem = sqlite3_column_int (rows, 15) != 0;
      ticket->notify_at = column_instant (rows, 16);
      ticket->after = (TmAfterState) { column_instant (rows, 17), column_instant (rows, 18),
                                       (guint) sqlite3_column_int64 (rows, 19), column_instant (rows, 20) };
      ticket->is_quiet = sqlite3_column_int (rows, 21) != 0;
      if (sqlite3_column_type (rows, 16) != SQLITE_NULL)
        ticket->notified = g_ptr_array_new_with_free_func ((GDestroyNotify) notified_free);
    }
  *ticket_out = ticket;
  return db_finish (db, rows, error);
}

/* Nothing is looked for where nobody ever was to be told. */
static bool
read_notified (TmDb *db, TmTicketFacts *ticket, GError **error)
{
  if (ticket->notified == NULL)
    return true;
  sqlite3_stmt *rows = db_select (db, SQL_NOTIFIED, DB_VALUES (value_int (ticket->id)));
  while (db_next (rows))
    {
      TmNotified *one = g_new0 (TmNotified, 1);
      one->metric = (TmMetric) sqlite3_column_int (rows, 0);
      one->cycle = (guint) sqlite3_column_int64 (rows, 1);
      one->kind = (TmNotificationKind) sqlite3_column_int (rows, 2);
      one->level = (guint) sqlite3_column_int (rows, 3);
      one->number = (guint) sqlite3_column_int (rows, 4);
      one->fired_at = sqlite3_column_int64 (rows, 5);
      one->told = column_text (rows, 6);
      one->acked_by = column_text (rows, 7);
      one->is_ack_told = sqlite3_column_int (rows, 8) != 0;
      g_ptr_array_add (ticket->notified, one);
    }
  return db_finish (db, rows, error);
}

/* What stands in other tables. */
static bool
read_rest (TmDb *db, TmTicketFacts *ticket, GError **error)
{
  return read_queues (db, ticket->id, ticket->queues, error)
         && read_participants (db, ticket->id, ticket->participants, error) && clock_read (db, ticket, error)
         && read_notified (db, ticket, error);
}

bool
lookup_ticket (TmDb *db, gint64 number, TmTicketFacts **ticket_out, gint64 *merged_into_out, GError **error)
{
  g_autoptr (TmTicketFacts) ticket = NULL;
  *merged_into_out = 0;
  if (!read_ticket_row (db, number, &ticket, merged_into_out, error))
    return false;
  if (ticket != NULL && !read_rest (db, ticket, error))
    return false;
  *ticket_out = g_steal_pointer (&ticket);
  return true;
}

/* A merge leads on without a look at the merged ticket's queues and people. */
bool
lookup_followed (TmDb *db, gint64 number, TmTicketFacts **ticket_out, GError **error)
{
  *ticket_out = NULL;
  for (int i = 0; i < MAX_MERGES; i++)
    {
      g_autoptr (TmTicketFacts) ticket = NULL;
      gint64 merged_into = 0;
      if (!read_ticket_row (db, number, &ticket, &merged_into, error))
        return false;
      if (ticket == NULL)
        return true;
      if (merged_into == 0)
        {
          if (!read_rest (db, ticket, error))
            return false;
          *ticket_out = g_steal_pointer (&ticket);
          return true;
        }
      number = merged_into;
    }
  return true;
}

/* --- the tickets that keys name --- */

/* Gives the ticket that `number` leads to and adds it to the facts; 0 when it leads nowhere: no such
 * ticket, a circle, or too many tickets already. */
static bool
name_ticket (TmDb *db, TmFacts *facts, gint64 number, gint64 *final_out, GError **error)
{
  const TmTicketFacts *known = facts_ticket (facts, number);
  *final_out = known != NULL ? known->id : 0;
  if (known != NULL || facts->tickets->len >= MAX_TICKETS)
    return true;
  g_autoptr (TmTicketFacts) ticket = NULL;
  if (!lookup_followed (db, number, &ticket, error))
    return false;
  if (ticket == NULL)
    return true;
  *final_out = ticket->id;
  if (ticket->id != number)
    facts_add_merged (facts, number, ticket->id);
  if (facts_ticket (facts, ticket->id) == NULL)
    g_ptr_array_add (facts->tickets, g_steal_pointer (&ticket));
  return true;
}

/* Rows that know the id `had` first, so that after merges the stronger link of a ticket stays. */
static bool
add_link (TmDb *db, TmFacts *facts, guint first, const char *message_id, gint64 number, bool had, GError **error)
{
  gint64 ticket;
  if (!name_ticket (db, facts, number, &ticket, error))
    return false;
  if (ticket == 0)
    return true;
  for (guint i = first; i < facts->links->len; i++)
    if (((const TmIdLink *) g_ptr_array_index (facts->links, i))->ticket == ticket)
      return true;
  g_ptr_array_add (facts->links, id_link_new (message_id, ticket, had));
  return true;
}

static bool
find_links (TmDb *db, const char *message_id, TmFacts *facts, GError **error)
{
  guint8 id[LOOKUP_ID_LEN];
  lookup_hash_id (message_id, id);
  guint first = facts->links->len;
  bool ok = true;
  sqlite3_stmt *rows = db_select (db, SQL_LINKS, DB_VALUES (value_blob (id, sizeof id)));
  while (ok && db_next (rows))
    ok = add_link (db, facts, first, message_id, sqlite3_column_int64 (rows, 0), sqlite3_column_int (rows, 1) != 0,
                   error);
  return db_finish (db, rows, ok ? error : NULL) && ok;
}

static bool
find_named (TmDb *db, const TmKeys *keys, TmFacts *facts, GError **error)
{
  gint64 ignored;
  for (guint i = 0; i < keys->token_tickets->len; i++)
    if (!name_ticket (db, facts, g_array_index (keys->token_tickets, gint64, i), &ignored, error))
      return false;
  if (keys->tag_ticket != 0 && !name_ticket (db, facts, keys->tag_ticket, &ignored, error))
    return false;
  for (guint i = 0; i < keys->message_ids->len; i++)
    if (!find_links (db, g_ptr_array_index (keys->message_ids, i), facts, error))
      return false;
  return true;
}

/* --- the message itself --- */

static bool
find_own_id (TmDb *db, const TmKeys *keys, TmFacts *facts, GError **error)
{
  if (*keys->own_id == '\0')
    return true;
  guint8 id[LOOKUP_ID_LEN];
  lookup_hash_id (keys->own_id, id);
  gint64 known;
  if (!db_get_int (db, SQL_ID_HAD, DB_VALUES (value_blob (id, sizeof id)), 0, &known, error))
    return false;
  facts->own_id_known = known != 0;
  return true;
}

static bool
find_earlier (TmDb *db, const TmKeys *keys, gint64 now, TmFacts *facts, GError **error)
{
  sqlite3_stmt *rows = db_select (db, SQL_EARLIER,
                                  DB_VALUES (value_blob (keys->dedup.key, TM_DIGEST_LEN), value_int (now)));
  if (db_next (rows))
    facts->earlier = earlier_new (sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1),
                                  (const char *) sqlite3_column_text (rows, 2));
  if (!db_finish (db, rows, error))
    return false;
  if (facts->earlier == NULL)
    return true;
  gint64 ticket;
  if (!name_ticket (db, facts, facts->earlier->ticket, &ticket, error))
    return false;
  if (ticket != 0)
    facts->earlier->ticket = ticket;
  return read_queues (db, facts->earlier->ticket, facts->earlier->queues, error);
}

/* --- alerts --- */

static bool
find_correlated (TmDb *db, const TmKeys *keys, TmFacts *facts, GError **error)
{
  if (keys->correlate_key == NULL)
    return true;
  gint64 ticket;
  if (!db_get_int (db, SQL_CORRELATED, DB_VALUES (value_text (keys->correlate_queue), value_text (keys->correlate_key)),
                   0, &ticket, error))
    return false;
  return ticket == 0 || name_ticket (db, facts, ticket, &facts->correlated, error);
}

/* --- who wrote --- */

bool
lookup_has_contacts (TmDb *db, bool *has_out, GError **error)
{
  gint64 any;
  *has_out = db->has_contacts != DB_UNKNOWN ? db->has_contacts == DB_YES : false;
  if (db->has_contacts != DB_UNKNOWN)
    return true;
  if (!db_get_int (db, SQL_ANY_CONTACT, NULL, 0, &any, error))
    return false;
  *has_out = any != 0;
  db->has_contacts = *has_out ? DB_YES : DB_NO;
  return true;
}

bool
lookup_contact (TmDb *db, const char *address, TmContactFacts **contact_out, GError **error)
{
  g_autoptr (TmContactFacts) contact = NULL;
  sqlite3_stmt *rows = db_select (db, SQL_CONTACT_BY_ADDRESS, DB_VALUES (value_text (address)));
  if (db_next (rows))
    {
      contact = contact_facts_new (sqlite3_column_int64 (rows, 0));
      contact->customer = column_text (rows, 1);
      contact->confirmed_at = column_instant (rows, 2);
      contact->is_blocked = column_instant (rows, 3) != TM_NEVER;
    }
  if (!db_finish (db, rows, error))
    return false;
  if (contact != NULL)
    {
      rows = db_select (db, SQL_CONTACT_ADDRESSES, DB_VALUES (value_int (contact->id)));
      while (db_next (rows))
        g_ptr_array_add (contact->addresses, column_text (rows, 0));
      if (!db_finish (db, rows, error))
        return false;
    }
  *contact_out = g_steal_pointer (&contact);
  return true;
}

static bool
find_writer (TmDb *db, const TmKeys *keys, TmFacts *facts, GError **error)
{
  bool is_asked;
  if (*keys->sender == '\0')
    return true;
  return lookup_has_contacts (db, &is_asked, error)
         && (!is_asked || lookup_contact (db, keys->sender, &facts->contact, error));
}

/* --- a bounce --- */

static bool
find_address (TmDb *db, const char *address, gint64 now, TmFacts *facts, GError **error)
{
  gint64 failed;
  TmAddressFacts found = { false, false };
  if (*address == '\0' || g_hash_table_contains (facts->addresses, address))
    return true;
  if (!db_get_int (db, SQL_FAILED_LATELY,
                   DB_VALUES (value_text (address), value_int (now - TM_SILENCE_WINDOW_S),
                              value_int (facts->failed_message)),
                   0, &failed, error))
    return false;
  found.failed_lately = failed != 0;
  sqlite3_stmt *rows = db_select (db, SQL_SILENCED, DB_VALUES (value_text (address)));
  found.is_silenced = db_next (rows);
  g_hash_table_insert (facts->addresses, g_strdup (address), g_memdup2 (&found, sizeof found));
  return db_finish (db, rows, error);
}

static bool
find_failed (TmDb *db, const TmKeys *keys, gint64 now, TmFacts *facts, GError **error)
{
  if (keys->failures == NULL)
    return true;
  const TmTicketFacts *ticket = facts_ticket (facts, keys->bounce_ticket);
  gint64 merged = ticket != NULL ? ticket->id : keys->bounce_ticket;
  if (*keys->failed_id != '\0'
      && !db_get_int (db, SQL_FAILED_MESSAGE,
                      DB_VALUES (value_int (keys->bounce_ticket), value_int (merged), value_text (keys->failed_id)), 0,
                      &facts->failed_message, error))
    return false;
  facts->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < keys->failures->len; i++)
    {
      const TmFailure *failure = g_ptr_array_index (keys->failures, i);
      if (!find_address (db, failure->recipient, now, facts, error)
          || !find_address (db, failure->original, now, facts, error))
        return false;
    }
  return true;
}

static bool
find_acknowledged (TmDb *db, const TmKeys *keys, gint64 now, TmFacts *facts, GError **error)
{
  return keys->ack_to == NULL || facts->earlier != NULL || lookup_acknowledged (db, keys, now, &facts->ack, error);
}

static bool
find_pages (TmDb *db, const TmKeys *keys, gint64 now, TmFacts *facts, GError **error)
{
  enum { WINDOW_S = 3600 };
  if (!keys->asks_pages)
    return true;
  facts->pages = g_ptr_array_new_with_free_func (g_free);
  facts->others_pages = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *rows = db_select (db, SQL_PAGED, DB_VALUES (value_int (now - WINDOW_S)));
  while (db_next (rows))
    g_ptr_array_add (sqlite3_column_int (rows, 1) != 0 ? facts->others_pages : facts->pages, column_text (rows, 0));
  return db_finish (db, rows, error);
}

/* --- what who receives a ticket asks or says by the address --- */

static bool
find_asked_or_said (TmDb *db, const TmKeys *keys, gint64 now, TmFacts *facts, GError **error)
{
  if (keys->asks_status && *keys->sender != '\0'
      && !lookup_noticed (db, keys->sender, LOOKUP_SENT_STATUS, keys->notice_most, now, &facts->noticed, error))
    return false;
  for (guint i = 0; keys->is_feedback && i < facts->tickets->len; i++)
    {
      const TmTicketFacts *ticket = g_ptr_array_index (facts->tickets, i);
      gint64 is_told;
      if (!db_get_int (db, SQL_FEEDBACK_TOLD, DB_VALUES (value_int (ticket->id)), 0, &is_told, error))
        return false;
      facts->is_feedback_told = facts->is_feedback_told || is_told != 0;
    }
  return true;
}

bool
lookup_facts (TmDb *db, const TmKeys *keys, gint64 now, TmFacts **facts_out, GError **error)
{
  g_autoptr (TmFacts) facts = facts_new ();
  if (!find_earlier (db, keys, now, facts, error) || !find_own_id (db, keys, facts, error)
      || !find_correlated (db, keys, facts, error) || !find_named (db, keys, facts, error)
      || !find_writer (db, keys, facts, error) || !find_acknowledged (db, keys, now, facts, error)
      || !find_asked_or_said (db, keys, now, facts, error) || !find_failed (db, keys, now, facts, error)
      || !find_pages (db, keys, now, facts, error)
      || !lookup_for_agent (db, keys, facts, error))
    return false;
  *facts_out = g_steal_pointer (&facts);
  return true;
}
