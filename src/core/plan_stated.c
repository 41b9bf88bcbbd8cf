/* SPDX-License-Identifier: BSD-2-Clause */
/* What a message of an existing ticket states, and what it tells of the facts that were missing. */
#include "core/draft.h"

#include "base/text.h"
#include "core/classify_stated.h"
#include "core/condition.h"
#include "core/detail.h"
#include "core/workaround.h"

#include <string.h>

/* His own word: not a machine's, not an agent's note, not spam, from somebody who may write. */
static bool
is_customers_word (const TmDraft *draft)
{
  const TmClassification *class = draft->class;
  return draft->match->is_verified && draft->plan->direction == TM_DIRECTION_IN && !class->is_spam
         && !draft_folds (draft) && !draft_is_automatic (draft->inbound, class);
}

/* --- priority --- */

static void
tell (const TmDraft *draft, char *text)
{
  g_autofree char *detail = detail_new ("text", text, "to", "both", NULL);
  plan_add_step (draft->plan, TM_STEP_EVENT, "desk", "note", detail, 0);
  g_free (text);
}

static bool
is_agents (const char *by)
{
  return by != NULL && (g_str_has_prefix (by, "agent:") || g_str_has_prefix (by, "user:"));
}

/* What the type of the ticket makes of it. */
static const char *
fit_type (const TmDraft *draft, const char *priority)
{
  const TmStatement *stated = &draft->class->stated;
  const char *code = draft->class->type != NULL ? draft->class->type : draft->plan->type;
  const TmType *type = site_type (draft->inbound->site, code);
  const char *allowed = type != NULL ? classify_allowed_priority (draft->inbound->site, type, priority) : priority;
  if (strcmp (allowed, priority) != 0)
    tell (draft, g_strdup_printf ("stated priority %s (%s) became %s: type %s may not have %s", stated->priority,
                                  stated->priority_where, allowed, type->code, priority));
  return allowed;
}

const char *
draft_stated_priority (const TmDraft *draft)
{
  const TmSite *site = draft->inbound->site;
  const TmTicketFacts *ticket = draft->match->ticket;
  const TmStatement *stated = &draft->class->stated;
  if (stated->priority == NULL || !is_customers_word (draft) || g_strcmp0 (stated->priority, ticket->priority) == 0)
    return NULL;
  if (is_agents (ticket->priority_by))
    {
      tell (draft, g_strdup_printf ("stated priority %s (%s) does not count: the desk has set %s", stated->priority,
                                    stated->priority_where, ticket->priority));
      return NULL;
    }
  const TmServicePlan *plan = site_service_plan (site, ticket->service_plan);
  const char *given = classify_stated_priority (site, plan, stated->priority);
  if (g_strcmp0 (given, stated->priority) != 0)
    tell (draft, classify_describe_cap (plan, stated, given));
  return given != NULL ? fit_type (draft, given) : NULL;
}

/* --- a workaround --- */

void
draft_add_workaround (const TmDraft *draft, const char *without)
{
  const char *by = draft->class->workaround_by;
  if (by == NULL)
    return;
  g_autofree char *detail = detail_new ("from", "no", "to", "yes", NULL);
  plan_add_step (draft->plan, TM_STEP_SET, by, "workaround", without != NULL ? without : "", 0);
  plan_add_step (draft->plan, TM_STEP_EVENT, by, "workaround", detail, 0);
}

const char *
draft_workaround_priority (const TmDraft *draft)
{
  const TmTicketFacts *ticket = draft->match->ticket;
  const char *priority = draft->plan->priority;
  if (draft->class->workaround_by == NULL || ticket->workaround != NULL)
    return NULL;
  draft_add_workaround (draft, priority);
  const TmSite *site = draft->inbound->site;
  const char *lowered = workaround_lowered (site, site_service_plan (site, ticket->service_plan), priority);
  const TmType *type = site_type (site, draft->plan->type);
  if (lowered == NULL || is_agents (ticket->priority_by))
    return NULL;
  return type != NULL ? classify_allowed_priority (site, type, lowered) : lowered;
}

/* --- what was missing --- */

static const TmNeed *
find_need (const TmType *type, const char *name)
{
  for (guint i = 0; type != NULL && i < type->needs->len; i++)
    {
      const TmNeed *need = g_ptr_array_index (type->needs, i);
      if (strcmp (need->name, name) == 0)
        return need;
    }
  return NULL;
}

/* Whether the message names it. */
static bool
is_met (const TmNeed *need, const TmRuleInput *input, const TmClassification *class, TmMatchBudget *budget)
{
  for (guint i = 0; i < need->conditions->len; i++)
    if (condition_match (g_ptr_array_index (need->conditions, i), input, class, budget, NULL) == TM_MATCH_YES)
      return true;
  return false;
}

/* A quoted question is no answer to it, so only the writer's own text is asked. */
static void
split_missing (const TmDraft *draft, GPtrArray *found, GPtrArray *left)
{
  const TmInbound *inbound = draft->inbound;
  const GPtrArray *missing = draft->match->ticket->missing;
  const TmType *type = site_type (inbound->site, draft->plan->type);
  g_autofree char *text = mail_reply_text (inbound->mail);
  TmMail own = *inbound->mail;
  own.text = text;
  own.reply_start = 0;
  own.reply_len = strlen (text);
  TmRuleInput input = inbound_rule_input (inbound);
  input.mail = &own;
  input.is_followup = true;
  TmMatchBudget budget = { .steps = draft->class->n_steps };
  for (guint i = 0; i < missing->len; i++)
    {
      const TmNeed *need = find_need (type, g_ptr_array_index (missing, i));
      bool is_found = need != NULL && is_met (need, &input, draft->class, &budget);
      g_ptr_array_add (is_found ? found : left, g_ptr_array_index (missing, i));
    }
  match_budget_clear (&budget);
}

GPtrArray *
draft_find_missing (const TmDraft *draft)
{
  const GPtrArray *missing = draft->match->ticket->missing;
  GPtrArray *left = g_ptr_array_new ();
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  if (missing->len > 0 && is_customers_word (draft))
    split_missing (draft, found, left);
  else
    g_ptr_array_extend (left, (GPtrArray *) (gsize) missing, NULL, NULL);
  for (guint i = 0; i < found->len; i++)
    plan_add_step (draft->plan, TM_STEP_FOUND, NULL, NULL, g_ptr_array_index (found, i), 0);
  if (found->len == 0)
    return left;
  g_autofree char *before = text_list (missing);
  g_autofree char *after = text_list (left);
  g_autofree char *detail = detail_new ("from", before, "to", left->len > 0 ? after : NULL, NULL);
  plan_add_step (draft->plan, TM_STEP_EVENT, "customer", "missing", detail, 0);
  return left;
}
