/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/rule_apply.h"

#include "core/address.h"
#include "core/classify_stated.h"

#include <string.h>

typedef struct
{
  const TmRule *rule;
  const TmRuleInput *input;
  GHashTable *groups;
  TmMatchBudget *budget;
  TmClassification *result;
} Apply;

static void
set_string (char **where, const char *value)
{
  g_free (*where);
  *where = g_strdup (value);
}

static void
set_by_rule (const Apply *apply, char **where)
{
  g_free (*where);
  *where = g_strconcat ("rule:", apply->rule->name, NULL);
}

/* --- priority --- */

static void
set_priority (const Apply *apply, const char *code)
{
  set_string (&apply->result->priority, code);
  set_by_rule (apply, &apply->result->priority_by);
  g_array_set_size (apply->result->priority_moves, 0);
}

/* What `priority=` and `type=` set while the writer's statement holds; it changes nothing. */
static bool
set_beside (const Apply *apply, char **value, char **by, const char *code)
{
  set_string (value, code);
  set_by_rule (apply, by);
  return false;
}

static bool
set_type (const Apply *apply, const char *code)
{
  TmClassification *result = apply->result;
  if (result->stated.type_holds)
    return set_beside (apply, &result->stated.other_type, &result->stated.other_type_by, code);
  set_string (&result->type, code);
  set_by_rule (apply, &result->type_by);
  return true;
}

static bool
choose_priority (const Apply *apply, const char *code)
{
  TmStatement *stated = &apply->result->stated;
  if (stated->priority_holds)
    return set_beside (apply, &stated->other_priority, &stated->other_priority_by, code);
  set_priority (apply, code);
  return true;
}

/* Whether it changes anything; nobody knows while the ticket's own priority is not known. */
static bool
move_priority (const Apply *apply, const TmEffect *effect, int direction)
{
  TmClassification *result = apply->result;
  const TmSite *site = apply->input->site;
  int lowest = (int) site->priorities->len - 1;
  int bound = effect->value != NULL ? site_priority_rank (site, effect->value) : direction < 0 ? 0 : lowest;
  TmPriorityMove move = { direction * (int) effect->steps, bound };
  int rank = result->priority != NULL ? site_priority_rank (site, result->priority) : -1;
  if (rank < 0)
    {
      g_array_append_val (result->priority_moves, move);
      set_by_rule (apply, &result->priority_by);
      return true;
    }
  int moved = classify_moved_rank (&move, rank);
  if (moved == rank)
    return false;
  const TmPriority *priority = g_ptr_array_index (site->priorities, moved);
  set_priority (apply, priority->code);
  return true;
}

/* --- tags and notes --- */

static bool
has_tag (const GPtrArray *tags, const char *key, const char *value)
{
  for (guint i = 0; i < tags->len; i++)
    {
      const TmTag *tag = g_ptr_array_index (tags, i);
      if (strcmp (tag->key, key) == 0 && strcmp (tag->value, value) == 0)
        return true;
    }
  return false;
}

/* Any of `all` is enough; of `any` it takes each. */
static bool
lists_clients (const TmRule *rule)
{
  guint n_any = 0;
  for (guint i = 0; i < rule->all->len; i++)
    if (condition_lists_clients (g_ptr_array_index (rule->all, i)))
      return true;
  for (guint i = 0; i < rule->any->len; i++)
    n_any += condition_lists_clients (g_ptr_array_index (rule->any, i));
  return n_any > 0 && n_any == rule->any->len;
}

static bool
add_tag (const Apply *apply, const TmEffect *effect)
{
  g_autofree char *value = effect_expand (effect, apply->groups);
  if (value == NULL || has_tag (apply->result->tags, effect->key, value))
    return false;
  TmTag *tag = tag_new (effect->key, value);
  tag->by_client = lists_clients (apply->rule);
  g_ptr_array_add (apply->result->tags, tag);
  return true;
}

static bool
add_note (const Apply *apply, const TmEffect *effect)
{
  char *note = effect_expand (effect, apply->groups);
  if (note != NULL)
    g_ptr_array_add (apply->result->notes, note);
  return note != NULL;
}

/* --- who asks --- */

/* What a form wrote is anybody's text: one plain address of somebody else, or nothing. */
static char *
usable_address (const TmSite *site, const char *text)
{
  g_autofree char *address = text != NULL ? address_normalize (text) : NULL;
  if (address == NULL || *address == '\0' || strpbrk (address, " \t,;:<>()[]\\\"") != NULL
      || site_queue_by_address (site, address) != NULL || site_agent_by_address (site, address) != NULL)
    return NULL;
  return g_steal_pointer (&address);
}

/* A rule that lists them said which form it is, and this one is about that. */
static bool
asks_for_client_tag (const Apply *apply)
{
  const GPtrArray *all = apply->rule->all, *tags = apply->result->tags;
  for (guint i = 0; i < all->len; i++)
    for (guint k = 0; k < tags->len; k++)
      {
        const TmTag *tag = g_ptr_array_index (tags, k);
        if (tag->by_client && condition_asks_tag (g_ptr_array_index (all, i), tag->key, tag->value))
          return true;
      }
  return false;
}

static bool
set_requester (const Apply *apply, const TmEffect *effect)
{
  const TmMail *mail = apply->input->mail;
  g_autofree char *captured = effect_requester (effect, apply->groups);
  const char *text = captured;
  if (*effect->value != '$' && mail->reply_to->len == 1)
    text = ((const TmMailbox *) g_ptr_array_index (mail->reply_to, 0))->address;
  char *address = usable_address (apply->input->site, text);
  if (address == NULL)
    return false;
  g_free (apply->result->requester);
  apply->result->requester = address;
  apply->result->requester_is_forms = lists_clients (apply->rule) || asks_for_client_tag (apply);
  set_by_rule (apply, &apply->result->requester_by);
  return true;
}

/* --- the rest --- */

static bool
set_queue (const Apply *apply, const TmEffect *effect)
{
  set_string (&apply->result->queue, effect->value);
  apply->result->moves_queue = effect->moves;
  return true;
}

static bool
set_verdict (const Apply *apply, TmRuleVerdict verdict, const char *text)
{
  apply->result->verdict = verdict;
  set_string (&apply->result->verdict_rule, apply->rule->name);
  set_string (&apply->result->verdict_text, text);
  return true;
}

/* A recovery that was given up is none: an alert that stays open is seen, one that is closed is not. */
static bool
set_correlation (const Apply *apply, const TmEffect *effect)
{
  TmClassification *result = apply->result;
  char *key = result->is_spam ? NULL : effect_expand (effect, apply->groups);
  if (key == NULL)
    return false;
  g_free (result->correlate_key);
  result->correlate_key = key;
  result->is_recovery
    = effect->recovery != NULL
      && condition_match (effect->recovery, apply->input, result, apply->budget, NULL) == TM_MATCH_YES;
  set_by_rule (apply, &result->correlate_by);
  classify_unstate (result);
  return true;
}

static bool
add_page (const Apply *apply, const TmEffect *effect)
{
  TmClassification *result = apply->result;
  const char *to = effect->value != NULL ? effect->value : TM_TO_ROTA;
  set_by_rule (apply, &result->page_by);
  if (!g_ptr_array_find_with_equal_func (result->page_to, to, g_str_equal, NULL))
    g_ptr_array_add (result->page_to, g_strdup (to));
  return true;
}

static void
set_human (const Apply *apply, bool is_human)
{
  apply->result->human = is_human;
  apply->result->machine = !is_human;
  if (is_human)
    classify_state (apply->input, apply->result);
  else
    classify_unstate (apply->result);
}

/* Whether the effect changed anything. */
static bool
apply_effect (const Apply *apply, const TmEffect *effect)
{
  TmClassification *result = apply->result;
  switch (effect->kind)
    {
    case TM_EFFECT_TYPE:
      return set_type (apply, effect->value);
    case TM_EFFECT_PRIORITY:
      return choose_priority (apply, effect->value);
    case TM_EFFECT_PRIORITY_RAISE:
      return move_priority (apply, effect, -1);
    case TM_EFFECT_PRIORITY_LOWER:
      return move_priority (apply, effect, 1);
    case TM_EFFECT_TAG:
      return add_tag (apply, effect);
    case TM_EFFECT_QUEUE:
      return set_queue (apply, effect);
    case TM_EFFECT_ASSIGN:
      set_string (&result->assignee, effect->value);
      return true;
    case TM_EFFECT_REQUESTER:
      return set_requester (apply, effect);
    case TM_EFFECT_PAGE:
      return add_page (apply, effect);
    case TM_EFFECT_WORKAROUND:
      set_by_rule (apply, &result->workaround_by);
      return true;
    case TM_EFFECT_NO_ACK:
      result->no_ack = true;
      return true;
    case TM_EFFECT_HUMAN:
    case TM_EFFECT_MACHINE:
      set_human (apply, effect->kind == TM_EFFECT_HUMAN);
      return true;
    case TM_EFFECT_IGNORE:
      return set_verdict (apply, TM_RULE_IGNORE, NULL);
    case TM_EFFECT_REJECT:
      return set_verdict (apply, TM_RULE_REJECT, effect->value);
    case TM_EFFECT_DISCARD:
      return set_verdict (apply, TM_RULE_DISCARD, NULL);
    case TM_EFFECT_CORRELATE:
      return set_correlation (apply, effect);
    case TM_EFFECT_NOTE:
      return add_note (apply, effect);
    case TM_EFFECT_STOP:
      return false;
    }
  return false;
}

bool
rule_apply (const TmRule *rule, const TmRuleInput *input, GHashTable *groups, TmMatchBudget *budget,
            TmClassification *result)
{
  const Apply apply = { rule, input, groups, budget, result };
  for (guint i = 0; i < rule->effects->len; i++)
    {
      const TmEffect *effect = g_ptr_array_index (rule->effects, i);
      if (effect->kind == TM_EFFECT_STOP)
        return false;
      if (apply_effect (&apply, effect))
        set_string (&result->last_rule, rule->name);
    }
  return true;
}
