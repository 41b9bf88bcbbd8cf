/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/ticket.h"

#include "base/clock.h"
#include "core/clock.h"

#include <string.h>

static const struct
{
  TmStatus status;
  const char *name;
} statuses[] = {
  { TM_STATUS_NEW, "new" },           { TM_STATUS_OPEN, "open" },     { TM_STATUS_WAITING, "waiting" },
  { TM_STATUS_PENDING, "pending" },   { TM_STATUS_RESOLVED, "resolved" }, { TM_STATUS_CLOSED, "closed" },
  { TM_STATUS_MERGED, "merged" },     { TM_STATUS_HELD, "held" },     { TM_STATUS_UNSORTED, "unsorted" },
  { TM_STATUS_SPAM, "spam" },
};

const char *
status_name (TmStatus status)
{
  for (size_t i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      return statuses[i].name;
  return NULL;
}

bool
status_parse (const char *name, TmStatus *status_out)
{
  for (size_t i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (strcmp (statuses[i].name, name) == 0)
      {
        *status_out = statuses[i].status;
        return true;
      }
  return false;
}

TmParticipant *
participant_new (const char *address, const char *by, bool receives)
{
  TmParticipant *participant = g_new0 (TmParticipant, 1);
  participant->address = g_strdup (address);
  participant->by = g_strdup (by);
  participant->receives = receives;
  return participant;
}

void
participant_free (TmParticipant *participant)
{
  if (participant == NULL)
    return;
  g_free (participant->address);
  g_free (participant->by);
  g_free (participant->answer_to);
  g_free (participant);
}

void
answer_free (TmAnswer *answer)
{
  if (answer == NULL)
    return;
  g_free (answer->agent);
  g_free (answer->login);
  g_free (answer->from);
  g_free (answer);
}

TmTicketFacts *
ticket_facts_new (gint64 id)
{
  TmTicketFacts *facts = g_new0 (TmTicketFacts, 1);
  facts->id = id;
  facts->status = TM_STATUS_NEW;
  facts->closed_at = facts->resolved_at = facts->notify_at = TM_NEVER;
  facts->after = (TmAfterState) { TM_NEVER, TM_NEVER, 0, TM_NEVER };
  facts->requester = g_strdup ("");
  facts->participants = g_ptr_array_new_with_free_func ((GDestroyNotify) participant_free);
  facts->queues = g_ptr_array_new_with_free_func (g_free);
  facts->missing = g_ptr_array_new_with_free_func (g_free);
  return facts;
}

void
ticket_facts_free (TmTicketFacts *facts)
{
  if (facts == NULL)
    return;
  g_free (facts->requester);
  g_ptr_array_unref (facts->participants);
  g_ptr_array_unref (facts->queues);
  g_free (facts->type);
  g_free (facts->priority);
  g_free (facts->priority_by);
  g_free (facts->workaround);
  g_ptr_array_unref (facts->missing);
  g_free (facts->assignee);
  g_free (facts->customer);
  g_free (facts->service_plan);
  g_free (facts->answer_to);
  g_clear_pointer (&facts->clocks, g_ptr_array_unref);
  g_clear_pointer (&facts->notified, g_ptr_array_unref);
  g_clear_pointer (&facts->leaked, g_array_unref);
  g_clear_pointer (&facts->answers, g_ptr_array_unref);
  g_free (facts);
}

bool
ticket_is_open (const TmTicketFacts *ticket)
{
  switch (ticket->status)
    {
    case TM_STATUS_NEW:
    case TM_STATUS_OPEN:
    case TM_STATUS_WAITING:
    case TM_STATUS_PENDING:
    case TM_STATUS_HELD:
      return true;
    case TM_STATUS_RESOLVED:
    case TM_STATUS_CLOSED:
    case TM_STATUS_MERGED:
    case TM_STATUS_UNSORTED:
    case TM_STATUS_SPAM:
      return false;
    }
  return false;
}

const TmParticipant *
ticket_participant (const TmTicketFacts *ticket, const char *address)
{
  for (guint i = 0; i < ticket->participants->len; i++)
    {
      const TmParticipant *participant = g_ptr_array_index (ticket->participants, i);
      if (strcmp (participant->address, address) == 0)
        return participant;
    }
  return NULL;
}

bool
ticket_may_receive (const TmTicketFacts *ticket, const char *address)
{
  if (*address == '\0')
    return false;
  const TmParticipant *participant = ticket_participant (ticket, address);
  return strcmp (ticket->requester, address) == 0 || (participant != NULL && participant->receives);
}

bool
ticket_may_write (const TmTicketFacts *ticket, const char *address)
{
  return *address != '\0' && (ticket_may_receive (ticket, address) || ticket_participant (ticket, address) != NULL);
}
