/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/site.h"

#include "core/address.h"
#include "core/after.h"
#include "core/rule_index.h"

#include <string.h>

TmSite *
site_new (void)
{
  TmSite *site = g_new0 (TmSite, 1);
  site->instance = g_strdup ("");
  site->language = g_strdup ("en");
  site->recipient_delimiter = '+';
  site->priorities = g_ptr_array_new ();
  site->types = g_ptr_array_new ();
  site->queues = g_ptr_array_new ();
  site->agents = g_ptr_array_new ();
  site->calendars = g_ptr_array_new_with_free_func ((GDestroyNotify) calendar_free);
  site->plans = g_ptr_array_new ();
  site->escalations = g_ptr_array_new_with_free_func ((GDestroyNotify) escalation_free);
  site->rotas = g_ptr_array_new_with_free_func ((GDestroyNotify) rota_free);
  site->logins = g_ptr_array_new ();
  site->customers = customers_new ();
  site->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
  site->spam = g_ptr_array_new_with_free_func ((GDestroyNotify) condition_free);
  site->match = (TmMatchLimits) TM_MATCH_LIMITS_DEFAULT;
  site->authserv_ids = g_new0 (char *, 1);
  site->grace_s = 14 * 86400;
  site->dedup_weak_s = 3600;
  site->keys = key_ring_new ();
  site->guards[TM_GUARD_NEXT] = TM_GUARD_NOTES;
  site->templates = templates_new ();
  site->ack = (TmAckSettings) { .sends = true,
                                .delay_s = 30,
                                .never_to = g_ptr_array_new_with_free_func (g_free),
                                .hour = 3, .day = 10,
                                .same_subject_s = 3 * 3600,
                                .minute = 60 };
  site->receivers = g_ptr_array_new_with_free_func ((GDestroyNotify) receiver_free);
  site->queue_by_address = g_hash_table_new (g_str_hash, g_str_equal);
  site->agent_by_address = g_hash_table_new (g_str_hash, g_str_equal);
  site->agent_by_login = g_hash_table_new (g_str_hash, g_str_equal);
  site->login_by_name = g_hash_table_new (g_str_hash, g_str_equal);
  return site;
}

static GPtrArray *
strings_new (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

TmPriority *
priority_new (const char *code, const char *name)
{
  TmPriority *priority = g_new0 (TmPriority, 1);
  priority->code = g_strdup (code);
  priority->name = g_strdup (name);
  priority->aliases = g_new0 (char *, 1);
  return priority;
}

static void
priority_free (TmPriority *priority)
{
  g_free (priority->code);
  g_free (priority->name);
  g_strfreev (priority->aliases);
  g_free (priority);
}

TmNeed *
need_new (const char *name)
{
  TmNeed *need = g_new0 (TmNeed, 1);
  need->name = g_strdup (name);
  need->conditions = g_ptr_array_new_with_free_func ((GDestroyNotify) condition_free);
  return need;
}

static void
need_free (TmNeed *need)
{
  g_free (need->name);
  g_ptr_array_unref (need->conditions);
  g_free (need);
}

TmType *
type_new (const char *code, const char *name)
{
  TmType *type = g_new0 (TmType, 1);
  type->code = g_strdup (code);
  type->name = g_strdup (name);
  type->aliases = g_new0 (char *, 1);
  type->otherwise = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  type->needs = g_ptr_array_new_with_free_func ((GDestroyNotify) need_free);
  return type;
}

static void
type_free (TmType *type)
{
  g_free (type->code);
  g_free (type->name);
  g_strfreev (type->aliases);
  g_clear_pointer (&type->priorities, g_ptr_array_unref);
  g_hash_table_unref (type->otherwise);
  g_ptr_array_unref (type->needs);
  g_free (type);
}

TmQueue *
queue_new (const char *id)
{
  TmQueue *queue = g_new0 (TmQueue, 1);
  queue->id = g_strdup (id);
  queue->name = g_strdup (id);
  queue->addresses = strings_new ();
  queue->agents = strings_new ();
  queue->reply_to = TM_REPLY_TO_KEEP;
  queue->copy_queue = queue->footer = true;
  queue->channels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return queue;
}

static void
queue_free (TmQueue *queue)
{
  g_free (queue->id);
  g_free (queue->name);
  g_ptr_array_unref (queue->addresses);
  g_free (queue->type);
  g_free (queue->priority);
  g_ptr_array_unref (queue->agents);
  g_free (queue->plan);
  g_free (queue->rota);
  g_free (queue->from);
  g_free (queue->language);
  g_clear_pointer (&queue->zone, g_time_zone_unref);
  g_hash_table_unref (queue->channels);
  g_free (queue);
}

TmCert *
cert_new (const char *subject, const char *issuer)
{
  TmCert *cert = g_new0 (TmCert, 1);
  cert->subject = g_strdup (subject);
  cert->issuer = g_strdup (issuer);
  return cert;
}

void
cert_free (TmCert *cert)
{
  g_free (cert->subject);
  g_free (cert->issuer);
  g_free (cert);
}

TmAgent *
agent_new (const char *id)
{
  TmAgent *agent = g_new0 (TmAgent, 1);
  agent->id = g_strdup (id);
  agent->name = g_strdup (id);
  agent->logins = strings_new ();
  agent->addresses = strings_new ();
  agent->proofs = TM_PROOF_SASL;
  agent->certs = g_ptr_array_new_with_free_func ((GDestroyNotify) cert_free);
  return agent;
}

static void
agent_free (TmAgent *agent)
{
  g_free (agent->id);
  g_free (agent->name);
  g_ptr_array_unref (agent->logins);
  g_ptr_array_unref (agent->addresses);
  g_ptr_array_unref (agent->certs);
  g_free (agent);
}

TmLogin *
login_new (const char *name)
{
  TmLogin *login = g_new0 (TmLogin, 1);
  login->name = g_strdup (name);
  login->addresses = strings_new ();
  return login;
}

static void
login_free (TmLogin *login)
{
  g_free (login->name);
  g_ptr_array_unref (login->addresses);
  g_free (login);
}

void
site_free (TmSite *site)
{
  if (site == NULL)
    return;
  rule_index_free (site->rule_index);
  g_clear_pointer (&site->zone, g_time_zone_unref);
  zone_table_free (site->zone_table);
  g_free (site->language);
  g_hash_table_unref (site->queue_by_address);
  g_hash_table_unref (site->agent_by_address);
  g_hash_table_unref (site->agent_by_login);
  g_hash_table_unref (site->login_by_name);
  g_free (site->instance);
  g_free (site->own_domain);
  g_ptr_array_set_free_func (site->priorities, (GDestroyNotify) priority_free);
  g_ptr_array_unref (site->priorities);
  g_ptr_array_set_free_func (site->types, (GDestroyNotify) type_free);
  g_ptr_array_unref (site->types);
  g_ptr_array_set_free_func (site->queues, (GDestroyNotify) queue_free);
  g_ptr_array_unref (site->queues);
  g_ptr_array_set_free_func (site->agents, (GDestroyNotify) agent_free);
  g_ptr_array_unref (site->agents);
  g_ptr_array_set_free_func (site->plans, (GDestroyNotify) service_plan_free);
  g_ptr_array_unref (site->plans);
  g_ptr_array_set_free_func (site->logins, (GDestroyNotify) login_free);
  g_ptr_array_unref (site->logins);
  g_ptr_array_unref (site->calendars);
  g_ptr_array_unref (site->escalations);
  g_ptr_array_unref (site->rotas);
  customers_free (site->customers);
  g_free (site->unknown_plan);
  g_ptr_array_unref (site->rules);
  g_ptr_array_unref (site->spam);
  g_strfreev (site->authserv_ids);
  key_ring_free (site->keys);
  templates_free (site->templates);
  g_ptr_array_unref (site->ack.never_to);
  after_settings_clear (&site->after);
  g_ptr_array_unref (site->receivers);
  g_free (site);
}

static void
index_strings (GHashTable *index, GPtrArray *keys, gpointer value)
{
  for (guint i = 0; i < keys->len; i++)
    g_hash_table_insert (index, g_ptr_array_index (keys, i), value);
}

static void
link_targets (const TmSite *site, const GPtrArray *all)
{
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      TmTargets *targets = g_ptr_array_index (all, i);
      for (int metric = 1; metric < TM_METRIC_END; metric++)
        targets->promises[metric].counts_by = site_calendar (site, targets->promises[metric].calendar);
    }
}

static void
link_calendars (TmSite *site)
{
  for (guint i = 0; i < site->plans->len; i++)
    {
      TmServicePlan *plan = g_ptr_array_index (site->plans, i);
      plan->counts_by = site_calendar (site, plan->calendar);
      plan->escalates = site_escalation (site, plan->escalation);
      link_targets (site, plan->targets);
    }
  for (guint i = 0; i < customers_count (site->customers); i++)
    {
      TmCustomer *customer = customers_nth_mutable (site->customers, i);
      customer->counts_by = site_calendar (site, customer->calendar);
      link_targets (site, customer->targets);
    }
}

static void
link_plans (TmSite *site)
{
  site->unknown_service_plan = site_service_plan (site, site->unknown_plan);
  for (guint i = 0; i < site->queues->len; i++)
    {
      TmQueue *queue = g_ptr_array_index (site->queues, i);
      queue->service_plan = site_service_plan (site, queue->plan);
    }
  for (guint i = 0; i < customers_count (site->customers); i++)
    {
      TmCustomer *customer = customers_nth_mutable (site->customers, i);
      customer->service_plan = site_service_plan (site, customer->plan);
    }
}

static void
link_rotas (TmSite *site)
{
  for (guint i = 0; i < site->rotas->len; i++)
    {
      TmRota *rota = g_ptr_array_index (site->rotas, i);
      GTimeZone *zone = rota->zone != NULL ? rota->zone : site->zone;
      if (zone != NULL && rota->table == NULL)
        rota->table = zone_table_new_whole (zone);
    }
  for (guint i = 0; i < site->queues->len; i++)
    {
      TmQueue *queue = g_ptr_array_index (site->queues, i);
      queue->on_call = site_rota (site, queue->rota);
    }
}

/* Nobody else's: mail under it is ours, wherever it comes from. */
static char *
make_own_domain (const TmSite *site)
{
  const TmQueue *first = site->queues->len > 0 ? g_ptr_array_index (site->queues, 0) : NULL;
  const char *at = first != NULL && first->addresses->len > 0 ? strrchr (g_ptr_array_index (first->addresses, 0), '@')
                                                              : NULL;
  return at != NULL && *site->instance != '\0' ? g_strconcat (site->instance, ".tickets.", at + 1, NULL) : NULL;
}

void
site_index (TmSite *site)
{
  g_free (site->own_domain);
  site->own_domain = make_own_domain (site);
  link_calendars (site);
  link_plans (site);
  link_rotas (site);
  if (site->zone != NULL && site->zone_table == NULL)
    site->zone_table = zone_table_new_whole (site->zone);
  for (guint i = 0; i < site->rules->len; i++)
    ((TmRule *) g_ptr_array_index (site->rules, i))->number = i;
  for (guint i = 0; i < site->queues->len; i++)
    {
      TmQueue *queue = g_ptr_array_index (site->queues, i);
      index_strings (site->queue_by_address, queue->addresses, queue);
    }
  for (guint i = 0; i < site->agents->len; i++)
    {
      TmAgent *agent = g_ptr_array_index (site->agents, i);
      index_strings (site->agent_by_address, agent->addresses, agent);
      index_strings (site->agent_by_login, agent->logins, agent);
    }
  for (guint i = 0; i < site->logins->len; i++)
    {
      TmLogin *login = g_ptr_array_index (site->logins, i);
      g_hash_table_insert (site->login_by_name, login->name, login);
    }
}

/* Priorities, types, queues, plans and agents all begin with their code or id. */
static gpointer
find_by_id (GPtrArray *values, const char *id, int *index_out)
{
  for (guint i = 0; id != NULL && i < values->len; i++)
    {
      char *const *value = g_ptr_array_index (values, i);
      if (strcmp (*value, id) == 0)
        {
          if (index_out != NULL)
            *index_out = (int) i;
          return g_ptr_array_index (values, i);
        }
    }
  return NULL;
}

G_STATIC_ASSERT (offsetof (TmPriority, code) == 0 && offsetof (TmType, code) == 0);
G_STATIC_ASSERT (offsetof (TmQueue, id) == 0 && offsetof (TmServicePlan, id) == 0);
G_STATIC_ASSERT (offsetof (TmRota, id) == 0 && offsetof (TmEscalation, id) == 0);
G_STATIC_ASSERT (offsetof (TmAgent, id) == 0);

const TmType *
site_type (const TmSite *site, const char *code)
{
  return find_by_id (site->types, code, NULL);
}

const TmAgent *
site_agent (const TmSite *site, const char *id)
{
  return find_by_id (site->agents, id, NULL);
}

const TmQueue *
site_queue (const TmSite *site, const char *id)
{
  return find_by_id (site->queues, id, NULL);
}

const TmServicePlan *
site_service_plan (const TmSite *site, const char *id)
{
  return find_by_id (site->plans, id, NULL);
}

const TmEscalation *
site_escalation (const TmSite *site, const char *id)
{
  return find_by_id (site->escalations, id, NULL);
}

const TmRota *
site_rota (const TmSite *site, const char *id)
{
  return find_by_id (site->rotas, id, NULL);
}

const TmCalendar *
site_calendar (const TmSite *site, const char *name)
{
  for (guint i = 0; name != NULL && i < site->calendars->len; i++)
    if (strcmp (calendar_name (g_ptr_array_index (site->calendars, i)), name) == 0)
      return g_ptr_array_index (site->calendars, i);
  return NULL;
}

const TmReceiver *
site_receiver (const TmSite *site, const char *id)
{
  return find_by_id (site->receivers, id, NULL);
}

int
site_priority_rank (const TmSite *site, const char *code)
{
  int rank = -1;
  find_by_id (site->priorities, code, &rank);
  return rank;
}

const TmQueue *
site_queue_by_address (const TmSite *site, const char *address)
{
  const TmQueue *queue = g_hash_table_lookup (site->queue_by_address, address);
  if (queue != NULL)
    return queue;
  g_autofree char *base = NULL, *extension = NULL;
  address_split_extension (address, site->recipient_delimiter, &base, &extension);
  return extension != NULL ? g_hash_table_lookup (site->queue_by_address, base) : NULL;
}

const TmAgent *
site_agent_by_address (const TmSite *site, const char *address)
{
  return g_hash_table_lookup (site->agent_by_address, address);
}

const TmAgent *
site_agent_by_login (const TmSite *site, const char *login)
{
  return login != NULL ? g_hash_table_lookup (site->agent_by_login, login) : NULL;
}

const TmAgent *
site_agent_by_cert (const TmSite *site, const char *subject, const char *issuer)
{
  for (guint i = 0; subject != NULL && issuer != NULL && i < site->agents->len; i++)
    {
      const TmAgent *agent = g_ptr_array_index (site->agents, i);
      for (guint k = 0; k < agent->certs->len; k++)
        {
          const TmCert *cert = g_ptr_array_index (agent->certs, k);
          if (strcmp (cert->subject, subject) == 0 && strcmp (cert->issuer, issuer) == 0)
            return agent;
        }
    }
  return NULL;
}

bool
site_login_has_address (const TmSite *site, const char *login, const char *address)
{
  const TmAgent *agent = site_agent_by_login (site, login);
  if (login == NULL)
    return false;
  if (agent != NULL && site_agent_by_address (site, address) == agent)
    return true;
  const TmLogin *mapped = g_hash_table_lookup (site->login_by_name, login);
  if (mapped != NULL && g_ptr_array_find_with_equal_func (mapped->addresses, address, g_str_equal, NULL))
    return true;
  g_autofree char *own = site->logins_are_addresses ? address_normalize (login) : NULL;
  return g_strcmp0 (own, address) == 0;
}

bool
queue_has_agent (const TmQueue *queue, const TmAgent *agent)
{
  for (guint i = 0; i < queue->agents->len; i++)
    if (strcmp (g_ptr_array_index (queue->agents, i), agent->id) == 0)
      return true;
  return false;
}
