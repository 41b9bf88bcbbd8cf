/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/plan_bounce.h"

#include "core/detail.h"

#include <string.h>

typedef struct
{
  TmPlan *plan;
  const TmInbound *inbound;
  const TmFacts *facts;
  const TmTicketFacts *ticket;
} Draft;

/* Only mail to those who receive leaves the desk for a ticket.  Our own addresses are the administrator's to repair:
 * silenced, agents would miss what customers write. */
static bool
was_sent_to (const Draft *draft, const char *address)
{
  const TmSite *site = draft->inbound->site;
  return *address != '\0' && ticket_may_receive (draft->ticket, address)
         && site_queue_by_address (site, address) == NULL && site_agent_by_address (site, address) == NULL;
}

/* The address as the desk knows it: mail may have been forwarded from there. */
static const char *
known_address (const Draft *draft, const TmFailure *failure)
{
  return was_sent_to (draft, failure->original) && !was_sent_to (draft, failure->recipient) ? failure->original
                                                                                           : failure->recipient;
}

/* X.1.7 and X.1.8 find fault with the sender's address (RFC 3463 §3.2), not with this one. */
static bool
is_bad_address (const char *status)
{
  return g_str_has_prefix (status, "5.1.") && strcmp (status, "5.1.7") != 0 && strcmp (status, "5.1.8") != 0;
}

static void
add_event (const Draft *draft, const char *action, char *detail)
{
  plan_add_step (draft->plan, TM_STEP_EVENT, "desk", action, detail, 0);
  g_free (detail);
}

static void
silence (const Draft *draft, const char *address, const TmFailure *failure)
{
  const TmAddressFacts *known
    = draft->facts->addresses != NULL ? g_hash_table_lookup (draft->facts->addresses, address) : NULL;
  bool is_bad = is_bad_address (failure->status);
  if ((known != NULL && known->is_silenced) || (!is_bad && (known == NULL || !known->failed_lately)))
    return;
  g_autofree char *why = g_strconcat (failure->status, is_bad ? "" : ", not the first failure within 7 days", NULL);
  plan_add_step (draft->plan, TM_STEP_SILENCE, NULL, address, why, 0);
  add_event (draft, "silence", detail_new ("address", address, "why", why, NULL));
}

static void
add_failure (const Draft *draft, const TmFailure *failure, guint position)
{
  const char *address = known_address (draft, failure);
  gint64 message = draft->facts->failed_message;
  bool counts = message > 0 && failure->is_final && *failure->status == '5' && was_sent_to (draft, address);
  if (message > 0)
    plan_add_step (draft->plan, TM_STEP_FAILURE, NULL, address, counts ? "counts" : NULL, (gint64) position + 1);
  add_event (draft, "undelivered",
             detail_new ("recipient", address, "status", failure->status, "final", failure->is_final ? "yes" : "no",
                         "why", failure->diagnostic, NULL));
  if (counts)
    silence (draft, address, failure);
}

/* A text names many an address; the one that we wrote to is the one that it is about, else the first is shown. */
static bool
is_meant (const Draft *draft, const GPtrArray *failures, guint i)
{
  const TmFailure *failure = g_ptr_array_index (failures, i);
  if (!failure->is_guess || was_sent_to (draft, failure->recipient))
    return true;
  for (guint k = 0; k < failures->len; k++)
    if (was_sent_to (draft, ((const TmFailure *) g_ptr_array_index (failures, k))->recipient))
      return false;
  return i == 0;
}

void
plan_add_bounce (TmPlan *plan, const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket)
{
  const Draft draft = { plan, inbound, facts, ticket };
  const GPtrArray *failures = inbound->keys->failures;
  if (failures == NULL || facts_ticket (facts, inbound->keys->bounce_ticket) != ticket)
    return;
  plan->failed_message = facts->failed_message;
  for (guint i = 0; i < failures->len; i++)
    if (is_meant (&draft, failures, i))
      add_failure (&draft, g_ptr_array_index (failures, i), i);
}
