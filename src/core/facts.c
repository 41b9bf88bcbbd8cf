/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/facts.h"

#include "base/clock.h"

TmFacts *
facts_new (void)
{
  TmFacts *facts = g_new0 (TmFacts, 1);
  facts->tickets = g_ptr_array_new_with_free_func ((GDestroyNotify) ticket_facts_free);
  facts->links = g_ptr_array_new_with_free_func ((GDestroyNotify) id_link_free);
  return facts;
}

void
facts_free (TmFacts *facts)
{
  if (facts == NULL)
    return;
  earlier_free (facts->earlier);
  contact_facts_free (facts->contact);
  ack_facts_free (facts->ack);
  ack_facts_free (facts->noticed);
  g_ptr_array_unref (facts->tickets);
  g_ptr_array_unref (facts->links);
  g_clear_pointer (&facts->merged, g_hash_table_unref);
  g_clear_pointer (&facts->addresses, g_hash_table_unref);
  g_clear_pointer (&facts->pages, g_ptr_array_unref);
  g_clear_pointer (&facts->others_pages, g_ptr_array_unref);
  g_clear_pointer (&facts->hidden_ids, g_ptr_array_unref);
  g_clear_pointer (&facts->subject_tickets, g_ptr_array_unref);
  g_clear_pointer (&facts->contacts, g_hash_table_unref);
  g_free (facts);
}

void
facts_add_merged (TmFacts *facts, gint64 number, gint64 ticket)
{
  if (facts->merged == NULL)
    facts->merged = g_hash_table_new (g_direct_hash, g_direct_equal);
  g_hash_table_insert (facts->merged, GSIZE_TO_POINTER ((gsize) number), GSIZE_TO_POINTER ((gsize) ticket));
}

static void
earlier_ack_free (gpointer data)
{
  TmEarlierAck *earlier = data;
  g_free (earlier->subject);
  g_free (earlier);
}

TmAckFacts *
ack_facts_new (void)
{
  TmAckFacts *ack = g_new0 (TmAckFacts, 1);
  ack->earlier = g_ptr_array_new_with_free_func (earlier_ack_free);
  ack->newest_at = ack->before_at = ack->nth_at = TM_NEVER;
  return ack;
}

void
ack_facts_free (TmAckFacts *ack)
{
  if (ack == NULL)
    return;
  g_ptr_array_unref (ack->earlier);
  g_free (ack);
}

void
ack_facts_add (TmAckFacts *ack, gint64 at, const char *subject, gint64 message)
{
  TmEarlierAck *earlier = g_new0 (TmEarlierAck, 1);
  earlier->at = at;
  earlier->subject = g_strdup (subject);
  earlier->message = message;
  g_ptr_array_add (ack->earlier, earlier);
}

void
subject_ticket_free (TmSubjectTicket *named)
{
  if (named == NULL)
    return;
  g_free (named->customer);
  g_free (named);
}

TmContactFacts *
contact_facts_new (gint64 id)
{
  TmContactFacts *contact = g_new0 (TmContactFacts, 1);
  contact->id = id;
  contact->confirmed_at = TM_NEVER;
  contact->addresses = g_ptr_array_new_with_free_func (g_free);
  return contact;
}

void
contact_facts_free (TmContactFacts *contact)
{
  if (contact == NULL)
    return;
  g_free (contact->customer);
  g_ptr_array_unref (contact->addresses);
  g_free (contact);
}

TmIdLink *
id_link_new (const char *message_id, gint64 ticket, bool had)
{
  TmIdLink *link = g_new0 (TmIdLink, 1);
  link->message_id = g_strdup (message_id);
  link->ticket = ticket;
  link->had = had;
  return link;
}

void
id_link_free (TmIdLink *link)
{
  if (link == NULL)
    return;
  g_free (link->message_id);
  g_free (link);
}

TmEarlier *
earlier_new (gint64 ticket, gint64 message, const char *marks)
{
  TmEarlier *earlier = g_new0 (TmEarlier, 1);
  earlier->ticket = ticket;
  earlier->message = message;
  earlier->marks = g_strdup (marks);
  earlier->queues = g_ptr_array_new_with_free_func (g_free);
  return earlier;
}

void
earlier_free (TmEarlier *earlier)
{
  if (earlier == NULL)
    return;
  g_free (earlier->marks);
  g_ptr_array_unref (earlier->queues);
  g_free (earlier);
}

const TmTicketFacts *
facts_ticket (const TmFacts *facts, gint64 number)
{
  gpointer target
    = facts->merged != NULL ? g_hash_table_lookup (facts->merged, GSIZE_TO_POINTER ((gsize) number)) : NULL;
  gint64 id = target != NULL ? (gint64) GPOINTER_TO_SIZE (target) : number;
  for (guint i = 0; i < facts->tickets->len; i++)
    {
      const TmTicketFacts *ticket = g_ptr_array_index (facts->tickets, i);
      if (ticket->id == id)
        return ticket;
    }
  return NULL;
}
