/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of priorities, types, queues, agents, logins, rules, plans, customers and receivers.
 */
#include "conf/tables.h"

#include "conf/values.h"

#include <stddef.h>

static const char *const mailboxes_choices[]
  = { [TM_MAILBOXES_LOCAL] = "local", [TM_MAILBOXES_REMOTE] = "remote", NULL };
static const char *const reply_to_choices[] = { [TM_REPLY_TO_TOKEN] = "token", [TM_REPLY_TO_KEEP] = "keep", NULL };
/* The places are those of TmProof's bits. */
static const char *const proof_choices[] = { "sasl", "dmarc", NULL };
G_STATIC_ASSERT (TM_PROOF_SASL == 1 << 0 && TM_PROOF_DMARC == 1 << 1);
static const char *const raise_choices[]
  = { [TM_RAISE_FROM_NOW] = "from_now", [TM_RAISE_FROM_START] = "from_start", NULL };
static const char *const reply_choices[] = { [TM_REPLY_WAITING] = "waiting", [TM_REPLY_OPEN] = "open", NULL };
static const char *const pending_choices[] = { "counts", "pauses", NULL };
static const char *const on_choices[]
  = { [TM_ON_NEW] = "new", [TM_ON_FOLLOWUP] = "followup", [TM_ON_BOTH] = "both", NULL };

static const char *const when_choices[]
  = { [TM_RECEIVER_ALWAYS] = "always", [TM_RECEIVER_OPEN] = "open", [TM_RECEIVER_CLOSED] = "closed", NULL };
static const char *const ack_choices[] = { "internal", "external", NULL };

const TmOption options_priority[] = {
  { "code", .type = &type_code, .is_required = true, .unique = "priority", AT (ITEM, TmPriority, code),
    .help = "short name, as rules and headers have it" },
  { "name", .type = &type_text, .is_default_name = true, AT (ITEM, TmPriority, name),
    .help = "what people read; without it the code" },
  { "aliases", .shape = TM_SHAPE_STRV, .type = &type_text, AT (ITEM, TmPriority, aliases),
    .help = "other names that people use for it" },
  { .key = NULL },
};

static const TmOption options_need[] = {
  { "", .shape = TM_SHAPE_LIST, .type = &type_condition, .is_filled = true, AT (ITEM, TmNeed, conditions),
    .help = "conditions; one that holds is enough" },
  { .key = NULL },
};

static void *
make_need (void *type, const char *name)
{
  TmNeed *need = need_new (name);
  g_ptr_array_add (((TmType *) type)->needs, need);
  return need;
}

const TmOption options_type[] = {
  { "name", .type = &type_text, .is_default_name = true, AT (ITEM, TmType, name),
    .help = "what people read; without it the name itself" },
  { "aliases", .shape = TM_SHAPE_STRV, .type = &type_text, AT (ITEM, TmType, aliases),
    .help = "other names that people use for it" },
  { "priorities", .shape = TM_SHAPE_LIST, .type = &type_priority, .is_filled = true, AT (ITEM, TmType, priorities),
    .help = "the priorities that it may have; without it, any" },
  { "otherwise", .shape = TM_SHAPE_PAIRS, .type = &type_priority, AT (ITEM, TmType, otherwise),
    .help = "what a priority that it may not have becomes" },
  { "needs", .shape = TM_SHAPE_NAMED, .type = &type_code, .table = options_need, .make = make_need,
    .help = "facts that a request of this type must name, each with conditions of which one that holds is enough" },
  { .key = NULL },
};

const TmOption options_queue[] = {
  { "name", .type = &type_text, .is_default_name = true, AT (ITEM, TmQueue, name),
    .help = "what people read; without it the name itself" },
  { "addresses", .shape = TM_SHAPE_LIST, .type = &type_address, .is_required = true, .unique = "address",
    AT (ITEM, TmQueue, addresses), .help = "as the MTA gets them, before aliases; the first is the queue's own" },
  { "type", .type = &type_type, AT (ITEM, TmQueue, type), .help = "the type of new tickets" },
  { "priority", .type = &type_priority, AT (ITEM, TmQueue, priority), .help = "the priority of new tickets" },
  { "plan", .type = &type_plan, AT (ITEM, TmQueue, plan), .help = "the plan of senders who have none of their own" },
  { "agents", .shape = TM_SHAPE_LIST, .type = &type_agent, AT (ITEM, TmQueue, agents),
    .help = "agents with rights on the queue" },
  { "mailboxes", .type = &type_choice, .by_default = "local", .choices = mailboxes_choices,
    AT (ITEM, TmQueue, mailboxes),
    .help = "where the agents' mailboxes are: remote means that somebody verifies signatures behind us" },
  { "reply_to", .type = &type_choice, .by_default = "token", .choices = reply_to_choices, AT (ITEM, TmQueue, reply_to),
    .help = "what becomes of Reply-To in mail to the agents: token puts the ticket's signed address there; keep where "
            "no agent of the queue can prove who he is" },
  { "copy_queue", .type = &type_yes_no, .by_default = "yes", AT (ITEM, TmQueue, copy_queue),
    .help = "whether the queue's mailbox gets a copy of every answer" },
  { "from", .type = &type_display, .by_default = "{agent} via {queue}", AT (ITEM, TmQueue, from),
    .help = "the name in From of answers" },
  { "footer", .type = &type_yes_no, .by_default = "yes", AT (ITEM, TmQueue, footer),
    .help = "whether answers get a footer with the ticket's number and due time" },
  { "zone", .type = &type_zone, AT (ITEM, TmQueue, zone),
    .help = "the zone of times in mail to this queue's customers; without it the desk's" },
  { "language", .type = &type_language, AT (ITEM, TmQueue, language),
    .help = "the language of the desk's own words to this queue's customers; without it the desk's" },
  { "rota", .type = &type_rota, AT (ITEM, TmQueue, rota), .help = "who is on call for this queue" },
  { "channel", .shape = TM_SHAPE_PAIRS, .type = &type_text, AT (ITEM, TmQueue, channels),
    .help = "for priorities where to turn with such a request, as the acknowledgement tells it" },
  { .key = NULL },
};

static const TmOption options_cert[] = {
  { "subject", .type = &type_text, .is_required = true, AT (ITEM, TmCert, subject),
    .help = "the subject, exactly as the MTA has it in {cert_subject}" },
  { "issuer", .type = &type_text, .is_required = true, AT (ITEM, TmCert, issuer),
    .help = "the issuer, exactly as the MTA has it in {cert_issuer}" },
  { .key = NULL },
};

static void *
make_cert (void *agent, const char *name G_GNUC_UNUSED)
{
  TmCert *cert = cert_new ("", "");
  g_ptr_array_add (((TmAgent *) agent)->certs, cert);
  return cert;
}

const TmOption options_agent[] = {
  { "name", .type = &type_text, .is_default_name = true, AT (ITEM, TmAgent, name),
    .help = "what people read; without it the name itself" },
  { "logins", .shape = TM_SHAPE_LIST, .type = &type_text, .unique = "login", AT (ITEM, TmAgent, logins),
    .help = "SASL logins, exactly as the MTA has them" },
  { "certs", .shape = TM_SHAPE_ROWS, .table = options_cert, .make = make_cert,
    .help = "client certificates" },
  { "addresses", .shape = TM_SHAPE_LIST, .type = &type_address, .unique = "address", AT (ITEM, TmAgent, addresses),
    .help = "the agent's own mail addresses" },
  { "proof", .shape = TM_SHAPE_BITS, .type = &type_choice, .by_default = "sasl", .choices = proof_choices,
    .is_filled = true, AT (ITEM, TmAgent, proofs), .help = "what makes a message the agent's" },
  { .key = NULL },
};

const TmOption options_login[] = {
  { "", .shape = TM_SHAPE_LIST, .type = &type_address, .is_filled = true, AT (ITEM, TmLogin, addresses),
    .help = "the addresses that this login writes as" },
  { .key = NULL },
};

const TmOption options_rule[] = {
  { "name", .type = &type_text, .is_required = true, .unique = "rule", AT (ITEM, TmRule, name),
    .help = "as log and explain have it" },
  { "on", .type = &type_choice, .by_default = "new", .choices = on_choices, AT (ITEM, TmRule, on),
    .help = "asked for new tickets, for follow-ups or for both" },
  { "all", .shape = TM_SHAPE_LIST, .type = &type_condition, .is_filled = true, AT (ITEM, TmRule, all),
    .help = "conditions that must all hold" },
  { "any", .shape = TM_SHAPE_LIST, .type = &type_condition, .is_filled = true, AT (ITEM, TmRule, any),
    .help = "conditions of which one must hold" },
  { "none", .shape = TM_SHAPE_LIST, .type = &type_condition, .is_filled = true, AT (ITEM, TmRule, none),
    .help = "conditions of which none may hold" },
  { "then", .shape = TM_SHAPE_LIST, .type = &type_effect, .is_filled = true, AT (ITEM, TmRule, effects),
    .help = "effects, in order" },
  { .key = NULL },
};

static const TmOption workaround_options[] = {
  { "lower", .type = &type_number, .by_default = "0", .min = 0, .max = 100,
    AT (ITEM, TmServicePlan, workaround_lower), .help = "so many ranks down" },
  { "floor", .type = &type_priority, AT (ITEM, TmServicePlan, workaround_floor),
    .help = "the priority below which it does not go" },
  { .key = NULL },
};

/* --- targets --- */

static const TmOption options_promise[] = {
  { "target", .type = &type_target, .is_required = true, AT (ITEM, TmPromise, target),
    .help = "how long it may take, or none" },
  { "calendar", .type = &type_calendar, AT (ITEM, TmPromise, calendar),
    .help = "the calendar that this target counts by" },
  { .key = NULL },
};

static void *
make_promise (void *targets, const char *name)
{
  TmMetric metric = TM_METRIC_DISPATCH;
  metric_parse (name, &metric);
  return &((TmTargets *) targets)->promises[metric];
}

static const TmOption options_targets[] = {
  { "", .shape = TM_SHAPE_NAMED, .type = &type_metric, .table = options_promise, .make = make_promise,
    .is_brief = true, .help = "a target for each metric" },
  { .key = NULL },
};

static void *
make_plan_targets (void *plan, const char *name)
{
  TmTargets *targets = targets_new (name);
  g_ptr_array_add (((TmServicePlan *) plan)->targets, targets);
  return targets;
}

static void *
make_customer_targets (void *customer, const char *name)
{
  return customer_add_targets (customer, name);
}

const TmOption options_plan[] = {
  { "default_priority", .type = &type_priority, AT (ITEM, TmServicePlan, default_priority),
    .help = "the priority of new tickets whose queue names none" },
  { "stated_priority", .shape = TM_SHAPE_LIST, .type = &type_priority, AT (ITEM, TmServicePlan, stated_priority),
    .help = "the priorities that a customer may state himself; without it, any" },
  { "workaround", .shape = TM_SHAPE_MAP, .table = workaround_options,
    .help = "what becomes of the priority once a workaround is known" },
  { "calendar", .type = &type_calendar, AT (ITEM, TmServicePlan, calendar),
    .help = "the calendar that its targets count by" },
  { "escalation", .type = &type_escalation, AT (ITEM, TmServicePlan, escalation),
    .help = "who is told when its clocks run out; without it, nobody" },
  { "targets", .shape = TM_SHAPE_NAMED, .type = &type_priority, .table = options_targets, .make = make_plan_targets,
    .help = "for each priority how long what may take; a metric without one has no clock" },
  { "on_raise", .type = &type_choice, .by_default = "from_now", .choices = raise_choices,
    AT (ITEM, TmServicePlan, on_raise),
    .help = "from when the target of a higher priority counts; from_now: unless what held before is due earlier" },
  { "on_reply", .type = &type_choice, .by_default = "waiting", .choices = reply_choices,
    AT (ITEM, TmServicePlan, on_reply), .help = "the status that an agent's message to the requester leaves behind" },
  { "on_pending", .type = &type_choice, .by_default = "counts", .choices = pending_choices,
    AT (ITEM, TmServicePlan, pauses_pending),
    .help = "whether the time of a resolution goes on while the ticket is pending; while it is waiting it never does" },
  { .key = NULL },
};

const TmOption options_customer[] = {
  { "name", .type = &type_text, .is_default_name = true, AT (ITEM, TmCustomer, name),
    .help = "what people read; without it the name itself" },
  { "domains", .shape = TM_SHAPE_LIST, .type = &type_domain, AT (ITEM, TmCustomer, domains),
    .help = "whoever writes from there or from below writes for this customer" },
  { "addresses", .shape = TM_SHAPE_LIST, .type = &type_address, AT (ITEM, TmCustomer, addresses),
    .help = "single addresses that are this customer's, whatever their domain" },
  { "writers", .shape = TM_SHAPE_LIST, .type = &type_address, AT (ITEM, TmCustomer, writers),
    .help = "addresses from elsewhere that may write to this customer's tickets once they are authenticated" },
  { "plan", .type = &type_plan, AT (ITEM, TmCustomer, plan), .help = "the plan; without it the queue's" },
  { "manager", .type = &type_address, AT (ITEM, TmCustomer, manager), .help = "who looks after this customer" },
  { "contact", .type = &type_address, AT (ITEM, TmCustomer, contact), .help = "whom to turn to at the customer" },
  { "zone", .type = &type_zone, AT (ITEM, TmCustomer, zone),
    .help = "the zone of times in mail to this customer; without it the queue's" },
  { "language", .type = &type_language, AT (ITEM, TmCustomer, language),
    .help = "the language of the desk's own words to this customer; without it the queue's" },
  { "tags", .shape = TM_SHAPE_PAIRS, .type = &type_tag, AT (ITEM, TmCustomer, tags),
    .help = "tags that new tickets of this customer get" },
  { "calendar", .type = &type_calendar, AT (ITEM, TmCustomer, calendar),
    .help = "the calendar, instead of the plan's" },
  { "targets", .shape = TM_SHAPE_NAMED, .type = &type_priority, .table = options_targets,
    .make = make_customer_targets, .help = "targets of this contract, instead of the plan's" },
  { .key = NULL },
};

const TmOption options_receiver[] = {
  { "mail", .type = &type_address, AT (ITEM, TmReceiver, address), .help = "a mailbox" },
  { "exec", .shape = TM_SHAPE_STRV, .type = &type_text, AT (ITEM, TmReceiver, argv),
    .help = "a program by its absolute path, and its arguments; it gets JSON on standard input" },
  { "pagerduty", .type = &type_url, AT (ITEM, TmReceiver, url),
    .help = "the URL of PagerDuty's Events API v2, or of what understands the same" },
  { "slack", .type = &type_url, AT (ITEM, TmReceiver, url),
    .help = "the URL of one of Slack's incoming web hooks, or of what understands the same" },
  { "generic", .type = &type_url, AT (ITEM, TmReceiver, url), .help = "the URL that signed JSON is posted to" },
  { "key_file", .type = &type_path, AT (ITEM, TmReceiver, key_file),
    .help = "a file with the routing key, the key that signs, or the end of slack's URL; refused when others may read "
            "it" },
  { "ca_file", .type = &type_path, AT (ITEM, TmReceiver, ca_file),
    .help = "PEM certificates that the server's is held against, instead of the system's" },
  { "timeout", .type = &type_duration, .by_default = "10s", .min = 1, .max = 60, AT (ITEM, TmReceiver, timeout_s),
    .help = "how long one try may take" },
  { "when", .type = &type_choice, .by_default = "always", .choices = when_choices, AT (ITEM, TmReceiver, when),
    .help = "told always, or only while the calendar of the metric is open or closed" },
  { "ack", .type = &type_choice, .by_default = "internal", .choices = ack_choices,
    AT (ITEM, TmReceiver, is_acked_outside),
    .help = "external: it escalates by itself, so that its pages start no ack clock" },
  { .key = NULL },
};

void *
make_receiver (void *site, const char *name)
{
  TmReceiver *receiver = receiver_new (name);
  g_ptr_array_add (((TmSite *) site)->receivers, receiver);
  return receiver;
}

void *
make_plan (void *site, const char *name)
{
  TmServicePlan *plan = service_plan_new (name);
  g_ptr_array_add (((TmSite *) site)->plans, plan);
  return plan;
}

void *
make_login (void *site, const char *name)
{
  TmLogin *login = login_new (name);
  g_ptr_array_add (((TmSite *) site)->logins, login);
  return login;
}

void *
make_customer (void *site, const char *name)
{
  TmCustomer *customer = customer_new (name);
  customer->tags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  customers_add (((TmSite *) site)->customers, customer);
  return customer;
}

void *
make_priority (void *site, const char *name)
{
  TmPriority *priority = priority_new (name, name);
  g_ptr_array_add (((TmSite *) site)->priorities, priority);
  return priority;
}

void *
make_type (void *site, const char *name)
{
  TmType *type = type_new (name, name);
  g_ptr_array_add (((TmSite *) site)->types, type);
  return type;
}

void *
make_queue (void *site, const char *name)
{
  TmQueue *queue = queue_new (name);
  g_ptr_array_add (((TmSite *) site)->queues, queue);
  return queue;
}

void *
make_agent (void *site, const char *name)
{
  TmAgent *agent = agent_new (name);
  g_ptr_array_add (((TmSite *) site)->agents, agent);
  return agent;
}

void *
make_rule (void *site, const char *name)
{
  TmRule *rule = rule_new (name);
  g_ptr_array_add (((TmSite *) site)->rules, rule);
  return rule;
}
