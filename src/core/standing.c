/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/standing.h"

#include "base/text.h"
#include "core/footer.h"

#include <string.h>

/* Words of the customer's: what he can do nothing about has none of its own. */
typedef struct
{
  const char *code;
  const char *opening, *status, *owner, *nobody;
  const char *is_open, *is_waiting, *is_pending, *is_resolved, *is_closed;
} Words;

static const Words words[] = {
  { "en", "This is how your request stands.", "Status", "Looked after by", "nobody yet", "in work",
    "waiting for your answer", "waiting for somebody else", "resolved", "closed" },
  { "de", "So steht es um Ihre Anfrage.", "Stand", "Betreut von", "noch niemandem", "in Arbeit",
    "wartet auf Ihre Antwort", "wartet auf Dritte", "gelöst", "geschlossen" },
};

static const char *
status_word (const Words *language, TmStatus status)
{
  switch (status)
    {
    case TM_STATUS_WAITING:
      return language->is_waiting;
    case TM_STATUS_PENDING:
      return language->is_pending;
    case TM_STATUS_RESOLVED:
      return language->is_resolved;
    case TM_STATUS_CLOSED:
    case TM_STATUS_SPAM:
      return language->is_closed;
    case TM_STATUS_NEW:
    case TM_STATUS_OPEN:
    case TM_STATUS_MERGED:
    case TM_STATUS_HELD:
    case TM_STATUS_UNSORTED:
      return language->is_open;
    }
  return language->is_open;
}

static const char *
owner_name (const TmSite *site, const char *id)
{
  for (guint i = 0; id != NULL && i < site->agents->len; i++)
    {
      const TmAgent *agent = g_ptr_array_index (site->agents, i);
      if (strcmp (agent->id, id) == 0)
        return agent->name != NULL && *agent->name != '\0' ? agent->name : agent->id;
    }
  return NULL;
}

char *
standing_write (const TmSite *site, gint64 number, const TmTicketFacts *ticket, gint64 now)
{
  const TmQueue *queue = ticket->queues->len > 0 ? site_queue (site, g_ptr_array_index (ticket->queues, 0)) : NULL;
  const TmCustomer *customer = customers_by_id (site->customers, ticket->customer);
  const char *tag = footer_language (site, queue, customer);
  const Words *language = &words[0];
  char digits[TEXT_DIGITS];
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (text_is_language (tag, words[i].code))
      language = &words[i];
  const char *owner = owner_name (site, ticket->assignee);
  g_autofree char *outlook = footer_write (site->instance, text_number (number, digits), ticket, tag,
                                           footer_zone (site, queue, customer), now);
  return g_strdup_printf ("%s\n\n%s: %s\n%s: %s\n\n%s\n", language->opening, language->status,
                          status_word (language, ticket->status), language->owner,
                          owner != NULL ? owner : language->nobody, outlook);
}
