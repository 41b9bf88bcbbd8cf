/* SPDX-License-Identifier: BSD-2-Clause */
/* An agent answers at a command line. */
#include "core/change.h"

#include "core/detail.h"
#include "core/draft.h"
#include "core/reply_readers.h"
#include "core/subject.h"

#include <string.h>

#define NUMBER G_GINT64_FORMAT

static const TmAgent *
find_actor (const TmChange *change)
{
  const TmSite *site = change->site;
  for (guint i = 0; g_str_has_prefix (change->actor, "agent:") && i < site->agents->len; i++)
    if (strcmp (((const TmAgent *) g_ptr_array_index (site->agents, i))->id, change->actor + strlen ("agent:")) == 0)
      return g_ptr_array_index (site->agents, i);
  return NULL;
}

static bool
has_right (const TmSite *site, const TmTicketFacts *ticket, const TmAgent *agent)
{
  for (guint i = 0; i < ticket->queues->len; i++)
    {
      const TmQueue *queue = site_queue (site, g_ptr_array_index (ticket->queues, i));
      if (queue != NULL && queue_has_agent (queue, agent))
        return true;
    }
  return false;
}

static bool
check_actor (const TmChange *change, const TmTicketFacts *ticket, GError **error)
{
  const TmAgent *agent = find_actor (change);
  if (agent == NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no agent: say who answers, with --as AGENT",
                 strchr (change->actor, ':') + 1);
  else if (!has_right (change->site, ticket, agent))
    g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "agent %s has no right on a queue of ticket %" NUMBER, agent->id,
                 ticket->id);
  else
    return true;
  return false;
}

static bool
check_status (const TmTicketFacts *ticket, GError **error)
{
  if (ticket->status != TM_STATUS_CLOSED && ticket->status != TM_STATUS_SPAM && ticket->status != TM_STATUS_HELD)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
               "ticket %" NUMBER " is %s, nobody is answered there: `ticketctl reopen %" NUMBER "` first", ticket->id,
               status_name (ticket->status), ticket->id);
  return false;
}

static char *
answer_subject (const TmChange *change, const TmChangeFacts *facts)
{
  bool is_answer = g_ascii_strncasecmp (facts->subject, "Re:", strlen ("Re:")) == 0;
  g_autofree char *subject = g_strconcat (is_answer ? "" : "Re: ", facts->subject, NULL);
  return subject_with_tag (subject, change->site->instance, facts->ticket->id);
}

static void
send (const TmChange *change, const GPtrArray *readers, const char *text, TmPlan *plan)
{
  TmOutgoing *outgoing = outgoing_new (TM_OUTGOING_AGENT_REPLY, change->actor, plan->subject, text);
  for (guint i = 0; i < readers->len; i++)
    outgoing_add_recipient (outgoing, g_ptr_array_index (readers, i));
  outgoing->message = TM_OUTGOING_ADDED;
  outgoing->sender_purpose = 'b';
  outgoing->reply_purpose = 'r';
  outgoing->may_repeat = true;
  plan_add_outgoing (plan, outgoing);
}

bool
change_plan_reply (const TmChange *change, const TmChangeFacts *facts, gint64 now G_GNUC_UNUSED, TmPlan *plan,
                   GError **error)
{
  const TmTicketFacts *ticket = facts->ticket;
  g_autofree char *text = g_strchomp (g_strdup (change->text));
  g_autoptr (GPtrArray) readers = readers_find (change->site, ticket);
  TmStatus status = draft_answered_status (change->site, ticket->service_plan, ticket->status);
  if (*text == '\0')
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "the answer is empty: give its text on standard input or with -m");
      return false;
    }
  if (!check_actor (change, ticket, error) || !check_status (ticket, error))
    return false;
  if (readers->len == 0)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "nobody receives ticket %" NUMBER ": `ticketctl share` it first",
                   ticket->id);
      return false;
    }
  plan->subject = answer_subject (change, facts);
  plan_add_step (plan, TM_STEP_ANSWER, NULL, change->address, text, 0);
  change_add_event (change, plan, "message", detail_new ("direction", "out", CHANGE_REASONS (change)));
  change_add_status (change, facts, status, plan);
  send (change, readers, text, plan);
  plan->reason = g_strdup_printf ("answered; mail to %u waits in the outbox", readers->len);
  return true;
}
