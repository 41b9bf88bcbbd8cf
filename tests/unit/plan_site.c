/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/plan_site.h"

#include "core/condition.h"
#include "core/escalation.h"
#include "core/notice.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void
add_targets (TmServicePlan *plan, const char *priority, const char *const *words)
{
  TmTargets *targets = targets_new (priority);
  for (; *words != NULL; words += 2)
    {
      const char *why;
      TmMetric metric;
      TmTarget *target = g_new0 (TmTarget, 1);
      ck_assert (metric_parse (words[0], &metric) && target_parse (words[1], target, &why));
      targets->promises[metric].target = target;
    }
  g_ptr_array_add (plan->targets, targets);
}

/* gold: gold.example and its plan, and somebody from elsewhere who writes for him; other: nothing. */
static void
add_customers (TmSite *site)
{
  TmCustomer *gold = customer_new ("gold");
  gold->domains = g_ptr_array_new_with_free_func (g_free);
  gold->writers = g_ptr_array_new_with_free_func (g_free);
  gold->plan = g_strdup ("best");
  g_ptr_array_add (gold->domains, g_strdup ("gold.example"));
  g_ptr_array_add (gold->writers, g_strdup ("helper@elsewhere.example"));
  customers_add (site->customers, gold);
  customers_put_domain (site->customers, gold->domains->pdata[0], gold);
  customers_add (site->customers, customer_new ("other"));
  TmServicePlan *best = service_plan_new ("best");
  add_targets (best, "P1", (const char *const[]) { "dispatch", "15m", "first_response", "20m", "next_response", "20m",
                                                   "update", "1h", "resolution", "2h", "ack", "10m", NULL });
  add_targets (best, "P3", (const char *const[]) { "dispatch", "1h", "first_response", "4h", "next_response", "4h",
                                                   "update", "8h", "resolution", "48h", "ack", "30m", NULL });
  g_ptr_array_add (site->plans, best);
  g_ptr_array_add (site->plans, service_plan_new ("trial"));
  site->unknown_plan = g_strdup ("trial");
}

/* Type problem needs the environment; customers of plan capped may state P2 only. */
static void
add_stated (TmSite *site)
{
  TmType *problem = type_new ("problem", "Problem");
  TmNeed *need = need_new ("environment");
  TmCondition *condition;
  TmServicePlan *capped = service_plan_new ("capped");
  ck_assert (condition_parse ("text =~ /prod|staging/", &condition, NULL, NULL));
  g_ptr_array_add (need->conditions, condition);
  g_ptr_array_add (problem->needs, need);
  g_ptr_array_add (site->types, problem);
  capped->stated_priority = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (capped->stated_priority, g_strdup ("P2"));
  capped->workaround_lower = 1;
  g_ptr_array_add (site->plans, capped);
}

/* Anna is on call for support, for whoever is asked to page. */
static void
add_pagers (TmSite *site)
{
  TmReceiver *pager = receiver_new ("pager"), *desk = receiver_new ("desk");
  TmRota *rota = rota_new ("ops");
  pager->kind = TM_RECEIVER_PAGERDUTY;
  desk->address = g_strdup ("desk@example.com");
  rota->handover = g_new0 (TmHandover, 1);
  rota->handover->days = 1;
  g_ptr_array_add (rota->agents, g_strdup ("anna"));
  g_ptr_array_add (site->rotas, rota);
  g_ptr_array_add (site->receivers, pager);
  g_ptr_array_add (site->receivers, desk);
  ((TmQueue *) site->queues->pdata[0])->rota = g_strdup ("ops");
}

TmSite *
plan_site (void)
{
  static const guint8 secret[TM_KEY_LEN] = "the first secret is 32 bytes lon";
  static const char *const ids[] = { "support", "hosting", "remote", "asks" };
  static const char *const ranks[] = { "P1", "P2", "P3" };
  static const char *const agents[] = { "anna", "carl" };
  TmSite *site = site_new ();
  site->ack.sends = false;
  g_free (site->instance);
  site->instance = g_strdup ("example");
  for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      TmQueue *queue = queue_new (ids[i]);
      g_ptr_array_add (queue->addresses, g_strconcat (ids[i], "@example.com", NULL));
      g_ptr_array_add (queue->agents, g_strdup ("anna"));
      g_ptr_array_add (site->queues, queue);
    }
  ((TmQueue *) site->queues->pdata[2])->mailboxes = TM_MAILBOXES_REMOTE;
  ((TmQueue *) site->queues->pdata[3])->reply_to = TM_REPLY_TO_TOKEN;
  for (size_t i = 0; i < G_N_ELEMENTS (ranks); i++)
    g_ptr_array_add (site->priorities, priority_new (ranks[i], ranks[i]));
  TmType *question = type_new ("question", "How-to question");
  question->priorities = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (question->priorities, g_strdup ("P1"));
  g_ptr_array_add (question->priorities, g_strdup ("P2"));
  g_ptr_array_add (site->types, question);
  add_stated (site);
  /* Carl has rights on hosting only. */
  g_ptr_array_add (((TmQueue *) site->queues->pdata[1])->agents, g_strdup ("carl"));
  for (size_t i = 0; i < G_N_ELEMENTS (agents); i++)
    {
      TmAgent *agent = agent_new (agents[i]);
      g_ptr_array_add (agent->addresses, g_strconcat (agents[i], "@example.com", NULL));
      g_ptr_array_add (agent->logins, g_strdup (agents[i]));
      g_ptr_array_add (site->agents, agent);
    }
  g_ptr_array_add (site->keys->keys, key_new ("k1", TM_KEY_ACTIVE, 0, secret));
  add_customers (site);
  add_pagers (site);
  site_index (site);
  return site;
}

static void
put_template (TmSite *site, const char *template)
{
  const char *const *names = notice_values_of (template);
  g_autoptr (GPtrArray) faults = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new ("Subject: {tag} Arrived\n\n");
  for (const char *const *name = names; *name != NULL; name++)
    g_string_append_printf (text, "{?%s}\n%s: {%s}\n{/%s}\n", *name, *name, *name, *name);
  templates_put (site->templates, template, "en", NULL,
                 template_parse (text->str, text->len, TM_TEMPLATE_TEXT, names, faults),
                 template_parse ("<p>{tag}</p>", strlen ("<p>{tag}</p>"), TM_TEMPLATE_HTML, names, faults));
  ck_assert_uint_eq (faults->len, 0);
}

void
plan_site_acknowledges (TmSite *site)
{
  site->ack.sends = true;
  put_template (site, "ack");
  put_template (site, "confirm");
}

char *
plan_address (const TmSite *site, const char *word)
{
  if (*word != '@')
    return g_strdup (word);
  const char *person = word[1] == 'c' ? "eve@acme.example" : word[1] == 'k' ? "anna@example.com" : NULL;
  g_autofree char *token = token_sign (site->keys, atoi (word + 2), word[1], person);
  const char *command = strchr (word, '-');
  return g_strconcat ("support+", token, command != NULL ? command : "", "@example.com", NULL);
}

char *
plan_golden (const char *name)
{
  const char *srcdir = g_getenv ("srcdir") != NULL ? g_getenv ("srcdir") : ".";
  g_autofree char *path = g_build_filename (srcdir, "tests/data/plans.golden", NULL);
  g_autofree char *all = NULL;
  if (!g_file_get_contents (path, &all, NULL, NULL))
    return g_strdup ("");
  g_autofree char *title = g_strconcat ("== ", name, "\n", NULL);
  const char *start = strstr (all, title);
  if (start == NULL)
    return g_strdup ("");
  start += strlen (title);
  const char *end = strstr (start, "\n== ");
  return end != NULL ? g_strndup (start, (gsize) (end + 1 - start)) : g_strdup (start);
}

void
plan_page_ticket (TmTicketFacts *ticket, int paged, bool has_clock, gint64 at)
{
  if (paged == 0)
    return;
  TmNotified *page = g_new0 (TmNotified, 1);
  page->metric = TM_METRIC_ACK;
  page->cycle = 1;
  page->kind = TM_NOTIFICATION_PAGE;
  page->level = 1;
  page->fired_at = at;
  page->told = g_strdup (TM_TO_ROTA);
  page->acked_by = paged > 1 ? g_strdup ("agent:anna") : NULL;
  ticket->notified = g_ptr_array_new_with_free_func ((GDestroyNotify) notified_free);
  g_ptr_array_add (ticket->notified, page);
  if (!has_clock || paged > 1)
    return;
  TmClock *clock = clock_new (TM_METRIC_ACK, 1);
  clock->target = g_strdup ("30m");
  clock->started_at = clock->base_at = at;
  clock->due_at = at + 1800;
  g_ptr_array_add (ticket->clocks, clock);
}

void
plan_page_others (TmFacts *facts, int n)
{
  facts->pages = g_ptr_array_new_with_free_func (g_free);
  facts->others_pages = g_ptr_array_new_with_free_func (g_free);
  for (int i = 0; i < n; i++)
    g_ptr_array_add (facts->others_pages, g_strdup ("pager " TM_TO_ROTA));
}

TmTicketFacts *
plan_ticket (gint64 id, TmStatus status)
{
  TmTicketFacts *ticket = ticket_facts_new (id);
  ticket->status = status;
  g_free (ticket->requester);
  ticket->requester = g_strdup ("eve@acme.example");
  g_ptr_array_add (ticket->queues, g_strdup ("support"));
  ticket->type = g_strdup ("problem");
  ticket->priority = g_strdup ("P3");
  return ticket;
}
