/* SPDX-License-Identifier: BSD-2-Clause */
/* An agent answers at a command line. */
#include "core/change.h"

#include "core/command.h"
#include "core/detail.h"
#include "core/draft.h"
#include "core/reply_readers.h"
#include "core/subject.h"

#include <string.h>

#define NUMBER G_GINT64_FORMAT

static bool
check_actor (const TmChange *change, const TmTicketFacts *ticket, GError **error)
{
  const TmAgent *agent = change_agent (change);
  if (agent == NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no agent: say who answers, with --as AGENT",
                 strchr (change->actor, ':') + 1);
  else if (!guard_has_right (change->site, ticket, agent))
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

/* The answer behind `#send`, the only command that it may begin with: others would be carried out by mail, and must not
 * be taken for text here. */
static bool
read_text (const TmChange *change, bool *sends_out, const char **text_out, GError **error)
{
  g_autoptr (TmCommands) commands = commands_read (change->text, NULL);
  *sends_out = commands->sends;
  *text_out = change->text + commands->end;
  for (guint i = 0; commands->error == NULL && i < commands->commands->len; i++)
    {
      const TmCommand *command = g_ptr_array_index (commands->commands, i);
      if (strcmp (command->word, "send") != 0)
        {
          g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is a command, of which an answer by ticketctl may only "
                       "begin with #send; text begins with ##", command->line);
          return false;
        }
    }
  if (commands->error != NULL)
    g_set_error_literal (error, TM_ERROR, TM_ERROR_USAGE, commands->error);
  else if (commands->is_all)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "the answer is empty: give its text on standard input or with -m");
  return commands->error == NULL && !commands->is_all;
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
  const char *written;
  bool sends;
  g_autoptr (GPtrArray) readers = readers_find (change->site, ticket);
  TmStatus status = draft_answered_status (change->site, ticket->service_plan, ticket->status);
  if (!read_text (change, &sends, &written, error) || !check_actor (change, ticket, error)
      || !check_status (ticket, error))
    return false;
  if (readers->len == 0)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "nobody receives ticket %" NUMBER ": `ticketctl share` it first",
                   ticket->id);
      return false;
    }
  if (!change_ask_guards (change, facts, written, readers, sends, plan, error))
    return false;
  g_autofree char *text = g_strchomp (g_strdup (g_str_has_prefix (written, "##") ? written + 1 : written));
  plan->subject = answer_subject (change, facts);
  plan_add_step (plan, TM_STEP_ANSWER, NULL, change->address, text, 0);
  change_add_event (change, plan, "message", detail_new ("direction", "out", CHANGE_REASONS (change)));
  change_add_status (change, facts, status, plan);
  send (change, readers, text, plan);
  plan->reason = g_strdup_printf ("answered; mail to %u waits in the outbox", readers->len);
  return true;
}
