/* SPDX-License-Identifier: BSD-2-Clause */
/* Who receives what is sent for a ticket, by hand. */
#include "core/change.h"

#include "base/text.h"
#include "core/address.h"
#include "core/detail.h"

#include <string.h>

enum { ADDRESSES_MAX = 50 };

GPtrArray *
change_read_addresses (const TmChange *change, GError **error)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < change->addresses->len; i++)
    {
      const char *typed = g_ptr_array_index (change->addresses, i);
      g_autofree char *address = address_normalize (typed);
      if (address == NULL || *address == '\0')
        {
          g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no address: give one like bob@example.com", typed);
          return NULL;
        }
      if (!g_ptr_array_find_with_equal_func (addresses, address, g_str_equal, NULL))
        g_ptr_array_add (addresses, g_steal_pointer (&address));
    }
  if (addresses->len > 0 && addresses->len <= ADDRESSES_MAX)
    return g_steal_pointer (&addresses);
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "give 1 to %d addresses at once", ADDRESSES_MAX);
  return NULL;
}

/* Mail to a queue would come back to us, and agents have the queue's. */
static bool
check_outsider (const TmSite *site, const char *address, GError **error)
{
  const TmQueue *queue = site_queue_by_address (site, address);
  const TmAgent *agent = queue == NULL ? site_agent_by_address (site, address) : NULL;
  if (queue != NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
                 "%s is an address of queue %s: a ticket is shared with people outside", address, queue->id);
  else if (agent != NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "%s is agent %s: agents see a ticket by their right on its queue",
                 address, agent->id);
  return queue == NULL && agent == NULL;
}

bool
change_plan_share (const TmChange *change, const TmChangeFacts *facts, gint64 now G_GNUC_UNUSED, TmPlan *plan,
                   GError **error)
{
  g_autoptr (GPtrArray) addresses = change_read_addresses (change, error);
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      const char *address = g_ptr_array_index (addresses, i);
      if (!check_outsider (change->site, address, error))
        return false;
      if (ticket_may_receive (facts->ticket, address))
        continue;
      plan_add_step (plan, TM_STEP_PARTICIPANT, NULL, address, change->actor, 0);
      change_add_event (change, plan, "share", detail_new ("address", address, CHANGE_REASONS (change)));
    }
  if (addresses == NULL || !change_ask_guards (change, facts, NULL, addresses, change->sends, plan, error))
    return false;
  g_autofree char *all = text_list (addresses);
  plan->reason = g_strdup_printf ("shared with %s from now on", all);
  return true;
}

bool
change_plan_unshare (const TmChange *change, const TmChangeFacts *facts, gint64 now G_GNUC_UNUSED, TmPlan *plan,
                     GError **error)
{
  const TmTicketFacts *ticket = facts->ticket;
  g_autoptr (GPtrArray) addresses = change_read_addresses (change, error);
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      const char *address = g_ptr_array_index (addresses, i);
      const TmParticipant *participant = ticket_participant (ticket, address);
      if (strcmp (ticket->requester, address) == 0)
        {
          g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "%s is the requester of ticket %" G_GINT64_FORMAT
                       ", who receives what is sent for it", address, ticket->id);
          return false;
        }
      if (participant == NULL || !participant->receives)
        continue;
      plan_add_step (plan, TM_STEP_UNSHARE, NULL, address, NULL, 0);
      change_add_event (change, plan, "unshare", detail_new ("address", address, CHANGE_REASONS (change)));
    }
  g_autofree char *all = addresses != NULL ? text_list (addresses) : NULL;
  plan->reason = g_strdup_printf ("not shared with %s any more", all);
  return addresses != NULL;
}
