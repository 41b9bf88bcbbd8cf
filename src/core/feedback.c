/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/feedback.h"

#include "core/reply_readers.h"

#include <string.h>

static const char *const names[] = { [TM_FEEDBACK_GOOD] = "good", [TM_FEEDBACK_BAD] = "bad" };

const char *
feedback_name (TmFeedback value)
{
  return names[value];
}

bool
feedback_parse (const char *name, TmFeedback *value_out)
{
  *value_out = strcmp (name, names[TM_FEEDBACK_GOOD]) == 0  ? TM_FEEDBACK_GOOD
               : strcmp (name, names[TM_FEEDBACK_BAD]) == 0 ? TM_FEEDBACK_BAD
                                                            : TM_FEEDBACK_NONE;
  return *value_out != TM_FEEDBACK_NONE;
}

char *
feedback_address (const TmSite *site, const TmQueue *queue, gint64 ticket, TmFeedback value)
{
  const char *address = queue != NULL ? queue_address (queue) : NULL;
  const char *at = address != NULL ? strrchr (address, '@') : NULL;
  g_autofree char *token = at != NULL ? token_sign (site->keys, ticket, 'f', NULL) : NULL;
  if (token == NULL)
    return NULL;
  return g_strdup_printf ("%.*s%c%s-%s%s", (int) (at - address), address, site->recipient_delimiter, token,
                          feedback_name (value), at);
}

static bool
is_feedback (const TmRecipient *recipient)
{
  return recipient->has_token && recipient->token.purpose == 'f';
}

bool
feedback_of_mail (const TmInbound *inbound, const TmFacts *facts, const TmTicketFacts *ticket, TmFeedback *value_out)
{
  bool has = false;
  *value_out = TM_FEEDBACK_NONE;
  for (guint i = 0; ticket != NULL && i < inbound->envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (inbound->envelope->recipients, i);
      if (!is_feedback (recipient) || facts_ticket (facts, recipient->token.ticket) != ticket)
        continue;
      has = true;
      if (*value_out == TM_FEEDBACK_NONE)
        feedback_parse (recipient->token.command, value_out);
    }
  return has;
}

bool
feedback_is_only (const TmEnvelope *envelope)
{
  bool has = false;
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->queue != NULL && !is_feedback (recipient))
        return false;
      has = has || is_feedback (recipient);
    }
  return has;
}
