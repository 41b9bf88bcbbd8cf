/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/agents.h"

#include "core/agents.h"
#include "core/command.h"
#include "mime/mime.h"
#include "mime/rewrite.h"
#include "mime/shortage.h"

#include <string.h>

/* --- commands --- */

/* Of the tokens that he wrote to, `-close` in support+1042-r…-close@. */
static GPtrArray *
find_token_commands (const TmEnvelope *envelope)
{
  GPtrArray *commands = g_ptr_array_new ();
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient_is_agents_token (recipient) && *recipient->token.command != '\0')
        g_ptr_array_add (commands, recipient->token.command);
    }
  return commands;
}

/* Tried on the message as it came: whether they can be removed does not depend on what becomes of it. */
static const char *
why_stuck (const TmInbound *inbound, const TmLimits *limits)
{
  g_autoptr (GPtrArray) lines = commands_lines (inbound->commands);
  g_autoptr (TmRewritten) unused = NULL;
  TmRewriteOrder order = { .remove = lines };
  if (lines->len == 0 || inbound->commands->error != NULL)
    return NULL;
  TmRewriteResult result = mime_rewrite (inbound->raw, &order, limits, &unused);
  return result == TM_REWRITE_DONE ? NULL : rewrite_result_why (result);
}

void
agents_read (TmInbound *inbound, const TmLimits *limits)
{
  if (inbound->agent == NULL)
    return;
  g_autoptr (GPtrArray) token_commands = find_token_commands (inbound->envelope);
  g_autofree char *own = mail_reply_text (inbound->mail);
  inbound->commands = commands_read (own, token_commands);
  inbound->stuck = why_stuck (inbound, limits);
  /* A body that is one text has no other. */
  if (strcmp (inbound->mail->content_type, "text/plain") != 0 || inbound->mail->attachments->len > 0)
    inbound->texts = mime_texts (inbound->raw, limits);
  agents_resolve (inbound);
  g_autoptr (GPtrArray) shared = commands_shared (inbound->commands);
  keys_add_agent (inbound->keys, inbound->site, inbound->agent, inbound->mail, inbound->envelope, inbound->texts,
                  shared);
  if (inbound->on_behalf != NULL)
    keys_set_sender (inbound->keys, inbound->on_behalf);
}

/* --- the body --- */

static void
add_body (const TmInbound *inbound, TmRewritten *rewritten, TmPlan *plan)
{
  for (guint i = 0; i < rewritten->fields->len; i++)
    {
      const TmHeader *field = g_ptr_array_index (rewritten->fields, i);
      edits_set_field (plan->edits, inbound->raw, field->name, field->value);
    }
  g_ptr_array_add (plan->edits, edit_new_body (rewritten->body));
}

bool
agents_rewrite (const TmInbound *inbound, const TmLimits *limits, TmPlan *plan, GError **error)
{
  bool removes = plan->removes_commands && inbound->commands != NULL;
  if (plan->is_discarded || (!removes && plan->footer == NULL))
    return true;
  g_autoptr (GPtrArray) lines = removes ? commands_lines (inbound->commands) : NULL;
  g_autoptr (TmRewritten) rewritten = NULL;
  TmRewriteOrder order = { .remove = lines, .footer = plan->footer };
  TmRewriteResult result = mime_rewrite (inbound->raw, &order, limits, &rewritten);
  bool must_remove = removes && lines->len > 0, is_sure = shortage_check (must_remove ? error : NULL);
  if (!is_sure)
    return !must_remove; /* it is recorded: for a footer alone nobody sends it again */
  if (result == TM_REWRITE_DONE)
    add_body (inbound, rewritten, plan);
  else if (must_remove)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_TEMP, "ticket %" G_GINT64_FORMAT
                   ": the commands in the body could not be removed: %s", plan->ticket, rewrite_result_why (result));
      return false;
    }
  return true;
}
