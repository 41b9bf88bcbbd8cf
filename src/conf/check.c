/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/check.h"

#include "conf/escalations.h"
#include "conf/rotas.h"

#include <string.h>

/* --- names that must exist --- */

static GPtrArray *
items_of (const TmSite *site, const char *noun)
{
  const struct
  {
    const char *noun;
    GPtrArray *items;
  } kinds[] = {
    { "queue", site->queues }, { "type", site->types }, { "priority", site->priorities }, { "agent", site->agents },
    { "plan", site->plans }, { "rota", site->rotas }, { "receiver", site->receivers },
    { "escalation", site->escalations },
  };
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].noun, noun) == 0)
      return kinds[i].items;
  return NULL;
}

/* Items of all these kinds begin with their name; see core/site.c. */
static GStrv
names_of (const GPtrArray *items)
{
  GStrv names = g_new0 (char *, items->len + 1);
  for (guint i = 0; i < items->len; i++)
    names[i] = g_strdup (*(char *const *) items->pdata[i]);
  return names;
}

static GStrv
calendar_names (const GPtrArray *calendars)
{
  GStrv names = g_new0 (char *, calendars->len + 1);
  for (guint i = 0; i < calendars->len; i++)
    names[i] = g_strdup (calendar_name (calendars->pdata[i]));
  return names;
}

static void
check_reference (TmTableReader *reader, const TmSite *site, const TmReference *reference)
{
  if (strcmp (reference->noun, "customer") == 0)
    {
      if (customers_by_id (site->customers, reference->name) == NULL)
        findings_error (reader->findings, &reference->mark, reference->path, "unknown customer `%s`", reference->name);
      return;
    }
  const GPtrArray *items = items_of (site, reference->noun);
  bool is_calendar = strcmp (reference->noun, "calendar") == 0;
  if (items == NULL && !is_calendar)
    return;
  g_auto (GStrv) names = is_calendar ? calendar_names (site->calendars) : names_of (items);
  const char *const *known = (const char *const *) names;
  if (g_strv_contains (known, reference->name))
    return;
  g_autofree char *hint = findings_did_you_mean (reference->name, known);
  findings_error (reader->findings, &reference->mark, reference->path, "unknown %s `%s`%s", reference->noun,
                reference->name, hint);
}

/* --- types --- */

static bool
has_string (GPtrArray *array, const char *text)
{
  return g_ptr_array_find_with_equal_func (array, text, g_str_equal, NULL);
}

static void
check_type (TmTableReader *reader, const TmType *type)
{
  GHashTableIter iter;
  gpointer from, to;
  g_hash_table_iter_init (&iter, type->otherwise);
  while (g_hash_table_iter_next (&iter, &from, &to))
    {
      const TmPlace *place = reader_place (reader, to);
      if (type->priorities == NULL)
        findings_error (reader->findings, &place->node->mark, place->path, "means nothing without `priorities`");
      else if (!has_string (type->priorities, to))
        findings_error (reader->findings, &place->node->mark, place->path,
                        "`%s` is not among the priorities of this type", (const char *) to);
      else if (has_string (type->priorities, from))
        findings_warning (reader->findings, &place->node->mark, place->path, "never used: this type may have `%s`",
                        (const char *) from);
    }
}

/* --- rules --- */

static bool
is_read_whole (const TmPlace *rule, const char *key, const GPtrArray *objects)
{
  const TmNode *list = node_get (rule->node, key);
  return list == NULL || (list->items != NULL && list->items->len == objects->len);
}

static void
add_groups (GPtrArray *names, const GPtrArray *conditions)
{
  for (guint i = 0; i < conditions->len; i++)
    for (const char *const *group = condition_groups (conditions->pdata[i]); *group != NULL; group++)
      g_ptr_array_add (names, g_strdup (*group));
}

/* What no condition captures can reach no effect; a condition that could not be read might have captured it. */
static void
check_groups (TmTableReader *reader, const TmRule *rule, const TmPlace *place)
{
  if (!is_read_whole (place, "all", rule->all) || !is_read_whole (place, "any", rule->any))
    return;
  GPtrArray *array = g_ptr_array_new ();
  add_groups (array, rule->all);
  add_groups (array, rule->any);
  g_ptr_array_add (array, NULL);
  g_auto (GStrv) known = (GStrv) g_ptr_array_free (array, FALSE);
  for (guint i = 0; i < rule->effects->len; i++)
    {
      const TmPlace *effect = reader_place (reader, rule->effects->pdata[i]);
      g_auto (GStrv) used = effect_groups (rule->effects->pdata[i]);
      for (GStrv name = used; *name != NULL; name++)
        if (!g_strv_contains ((const char *const *) known, *name))
          {
            g_autofree char *hint = findings_did_you_mean (*name, (const char *const *) known);
            findings_error (reader->findings, &effect->node->mark, effect->path,
                          "no condition under `all` or `any` has a group (?<%s>…)%s", *name, hint);
          }
    }
}

static bool
has_effect (const TmRule *rule, TmEffectKind kind)
{
  for (guint i = 0; i < rule->effects->len; i++)
    if (((const TmEffect *) rule->effects->pdata[i])->kind == kind)
      return true;
  return false;
}

static bool
is_unconditional (const TmPlace *rule)
{
  return node_get (rule->node, "all") == NULL && node_get (rule->node, "any") == NULL
         && node_get (rule->node, "none") == NULL;
}

static void
check_paged (TmTableReader *reader, const TmSite *site, const TmRule *rule, const TmPlace *place)
{
  for (guint i = 0; i < rule->effects->len; i++)
    {
      const TmEffect *effect = rule->effects->pdata[i];
      bool is_rotas = effect->kind == TM_EFFECT_PAGE
                      && (effect->value == NULL || strcmp (effect->value, TM_TO_ROTA) == 0);
      if (is_rotas && !check_has_rota (site) && !reader->findings->is_partial)
        findings_warning (reader->findings, &place->node->mark, place->path,
                          "pages who is on call, and no queue has a `rota`: nobody is paged; give the queue one, or "
                          "name a receiver: `page NAME`");
    }
}

static void
check_rules (TmTableReader *reader, const TmSite *site, const GPtrArray *rules)
{
  enum { NEW = 1, FOLLOWUP = 2 };
  static const unsigned asked_on[] = { [TM_ON_NEW] = NEW, [TM_ON_FOLLOWUP] = FOLLOWUP, [TM_ON_BOTH] = NEW | FOLLOWUP };
  unsigned stopped = 0;
  const char *stopper = "";
  for (guint i = 0; i < rules->len; i++)
    {
      const TmRule *rule = rules->pdata[i];
      const TmPlace *place = reader_place (reader, rule);
      check_groups (reader, rule, place);
      check_paged (reader, site, rule, place);
      if ((asked_on[rule->on] & ~stopped) == 0)
        findings_error (reader->findings, &place->node->mark, place->path,
                      "never reached: rule `%s` stops without a condition", stopper);
      if (place->node->kind == TM_NODE_MAP && node_get (place->node, "then") == NULL && !reader->findings->is_partial)
        findings_warning (reader->findings, &place->node->mark, place->path, "has no effects: `then` is missing");
      if (is_unconditional (place) && has_effect (rule, TM_EFFECT_STOP))
        {
          stopped |= asked_on[rule->on];
          stopper = rule->name;
        }
    }
}

/* --- the rest --- */

static void
check_trust (TmTableReader *reader, const TmSite *site, const TmExtras *extras)
{
  if (site->authserv_ids[0] == NULL || site->authserv_queue_id || extras->auth_milter_tempfails)
    return;
  const TmPlace *place = reader_place (reader, site->authserv_ids[0]);
  findings_warning (reader->findings, &place->node->mark, "authserv_ids",
                  "anybody's Authentication-Results count while the milter that writes them is down; set "
                  "authserv_queue_id: yes, or auth_milter_tempfails: yes if mail then waits");
}

static void
check_unknown_sender (TmTableReader *reader, const TmSite *site, const TmMark *top)
{
  const TmPlace *place = site->unknown_plan != NULL ? reader_place (reader, site->unknown_plan) : NULL;
  bool is_planned = site->unknown_policy == TM_UNKNOWN_PLAN;
  if (is_planned && site->unknown_plan == NULL && !reader->findings->is_partial)
    findings_error (reader->findings, top, "unknown_sender", "policy plan needs a `plan`");
  else if (!is_planned && place != NULL)
    findings_warning (reader->findings, &place->node->mark, place->path, "never used: the policy is not plan");
}

void
check_policy (TmTableReader *reader, const TmPolicy *policy, const TmExtras *extras)
{
  const TmSite *site = policy->site;
  const TmMark top = { reader->findings->files->pdata[0], 0, 0 };
  for (guint i = 0; i < reader->references->len && !reader->findings->is_partial; i++)
    check_reference (reader, site, reader->references->pdata[i]);
  for (guint i = 0; i < site->types->len; i++)
    check_type (reader, site->types->pdata[i]);
  check_queues (reader, site);
  check_agents (reader, site);
  check_service (reader, site);
  check_rotas (reader, site);
  check_escalations (reader, site);
  check_rules (reader, site, site->rules);
  check_trust (reader, site, extras);
  check_unknown_sender (reader, site, &top);
  if (policy->daemon.memory < policy->limits.max_size)
    findings_warning (reader->findings, &top, "memory",
                      "is smaller than max_size: the largest messages will never get in");
}
