/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/audience.h"

#include <string.h>

static const char *
agents_address (const TmSite *site, const char *id)
{
  const TmAgent *agent = site_agent (site, id);
  return agent != NULL && agent->addresses->len > 0 ? g_ptr_array_index (agent->addresses, 0) : NULL;
}

static TmAddressee
find_manager (const TmSite *site, const TmTicketFacts *ticket)
{
  const TmCustomer *customer = customers_by_id (site->customers, ticket->customer);
  const char *address = customer != NULL ? customer->manager : NULL;
  return (TmAddressee) { TM_TO_MANAGER, NULL, address, address == NULL ? "the customer has no manager" : NULL };
}

static TmAddressee
find_on_call (const TmSite *site, const TmTicketFacts *ticket, gint64 at)
{
  const TmQueue *queue = ticket->queues->len > 0 ? site_queue (site, g_ptr_array_index (ticket->queues, 0)) : NULL;
  const TmRota *rota = queue != NULL ? queue->on_call : NULL;
  const char *address = rota != NULL ? agents_address (site, rota_on_call (rota, at)) : NULL;
  return (TmAddressee) { TM_TO_ROTA, NULL, address,
                         address != NULL ? NULL
                         : rota == NULL  ? "the ticket's queue has no rota"
                                         : "nobody is on call" };
}

static TmAddressee
find_assignee (const TmSite *site, const TmTicketFacts *ticket)
{
  const char *address = agents_address (site, ticket->assignee);
  return (TmAddressee) { TM_TO_ASSIGNEE, NULL, address,
                         address != NULL            ? NULL
                         : ticket->assignee == NULL ? "nobody has the ticket"
                                                    : "who has the ticket has no address" };
}

static TmAddressee
find_receiver (const TmSite *site, const char *name, bool is_open)
{
  const TmReceiver *receiver = site_receiver (site, name);
  if (receiver == NULL)
    return (TmAddressee) { name, NULL, NULL, "there is no such receiver any more" };
  const char *when = receiver->when == TM_RECEIVER_OPEN ? "only while the calendar is open"
                                                        : "only while the calendar is closed";
  return (TmAddressee) { receiver->id, receiver, receiver->address,
                         receiver_is_told (receiver, is_open) ? NULL : when };
}

static TmAddressee
find_one (const TmSite *site, const TmTicketFacts *ticket, const char *to, bool is_open, gint64 at)
{
  if (strcmp (to, TM_TO_MANAGER) == 0)
    return find_manager (site, ticket);
  if (strcmp (to, TM_TO_ROTA) == 0)
    return find_on_call (site, ticket, at);
  return strcmp (to, TM_TO_ASSIGNEE) == 0 ? find_assignee (site, ticket) : find_receiver (site, to, is_open);
}

static bool
has_address (const GArray *all, const char *address)
{
  for (guint i = 0; address != NULL && i < all->len; i++)
    {
      const TmAddressee *one = &g_array_index (all, TmAddressee, i);
      if (one->why_not == NULL && g_strcmp0 (one->address, address) == 0)
        return true;
    }
  return false;
}

GArray *
audience_of (const TmSite *site, const TmTicketFacts *ticket, const TmEscalationStep *step, bool is_open, gint64 at)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (TmAddressee));
  for (guint i = 0; i < step->to->len; i++)
    {
      const TmAddressee one = find_one (site, ticket, g_ptr_array_index (step->to, i), is_open, at);
      if (!has_address (all, one.address))
        g_array_append_val (all, one);
    }
  return all;
}

bool
addressee_is_paged (const TmAddressee *addressee)
{
  return addressee->receiver != NULL ? addressee->receiver->kind != TM_RECEIVER_MAIL
                                     : strcmp (addressee->to, TM_TO_ROTA) == 0;
}

bool
addressee_acknowledges (const TmAddressee *addressee)
{
  return addressee->receiver == NULL || !addressee->receiver->is_acked_outside;
}
