/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/handover.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/subject.h"

#include <string.h>

#define NUMBER G_GINT64_FORMAT

typedef struct
{
  const char *code;
  int width; /* of the column of names */
  const char *why, *ticket, *subject, *requester, *customer, *queue, *owner, *type, *priority, *status, *due, *overdue;
  const char *yours, *your_queues;
  const char *merged[3]; /* two numbers stand between */
  const char *with_message, *answer;
} Words;

static const Words languages[] = {
  { "en", 10, "Why", "Ticket:", "Subject:", "Requester:", "Customer:", "Queue:", "Owner:", "Type:", "Priority:",
    "Status:", "Due:", "overdue",
    "this ticket is yours now.", "this ticket is your queue's now.",
    { "ticket ", " is a part of ticket ", " now, which is yours." },
    "The last message from outside comes with it.\n",
    "An answer to this mail goes to the requester, in the desk's name.\n" },
  { "de", 12, "Grund", "Ticket:", "Betreff:", "Anfragender:", "Kunde:", "Queue:", "Zuständig:", "Art:", "Priorität:",
    "Status:", "Fällig:", "überfällig",
    "Dieses Ticket gehört jetzt Ihnen.", "Dieses Ticket gehört jetzt Ihrer Queue.",
    { "Ticket ", " ist jetzt ein Teil von Ticket ", ", und das gehört Ihnen." },
    "Die letzte Nachricht von außen liegt bei.\n",
    "Eine Antwort auf diese Mail geht im Namen des Helpdesks an den Anfragenden.\n" },
};

/* The ticket as it is afterwards; all borrowed. */
typedef struct
{
  const TmChange *change;
  const TmTicketFacts *ticket;
  const char *subject, *queue, *type, *priority, *assignee, *status;
  gint64 message; /* the last one of the customer, 0 none */
} Handover;

bool
change_may_hand_over (const TmChange *change)
{
  return change->kind == TM_CHANGE_MERGE || change_setting (change, "assignee") != NULL
         || change_setting (change, "queue") != NULL;
}

/* --- who --- */

static const TmAgent *
find_agent (const TmSite *site, const char *id)
{
  for (guint i = 0; id != NULL && i < site->agents->len; i++)
    if (strcmp (((const TmAgent *) g_ptr_array_index (site->agents, i))->id, id) == 0)
      return g_ptr_array_index (site->agents, i);
  return NULL;
}

/* The agent's id behind "agent:ID"; NULL: another actor. */
static const char *
actor_agent (const TmChange *change)
{
  return g_str_has_prefix (change->actor, "agent:") ? change->actor + strlen ("agent:") : NULL;
}

static const char *
actor_name (const TmChange *change)
{
  const TmAgent *agent = find_agent (change->site, actor_agent (change));
  const char *colon = strchr (change->actor, ':');
  if (agent != NULL && agent->name != NULL && *agent->name != '\0')
    return agent->name;
  return colon != NULL ? colon + 1 : change->actor;
}

/* --- the text --- */

/* Agents read what their queue speaks. */
static const Words *
find_words (const Handover *handover)
{
  const TmSite *site = handover->change->site;
  const TmQueue *queue = handover->queue != NULL ? site_queue (site, handover->queue) : NULL;
  const char *tag = queue != NULL && queue->language != NULL ? queue->language : site->language;
  for (size_t i = 0; i < G_N_ELEMENTS (languages); i++)
    if (text_is_language (tag, languages[i].code))
      return &languages[i];
  return &languages[0];
}

static void
add_field (GString *text, const Words *words, const char *name, const char *value)
{
  int n_blanks = words->width - (int) g_utf8_strlen (name, -1) + 1;
  if (value != NULL && *value != '\0')
    g_string_append_printf (text, "%s%*s%s\n", name, n_blanks, "", value);
}

/* Those that run, in the desk's zone and in UTC. */
static void
add_due (GString *text, const Words *words, const TmSite *site, const GPtrArray *clocks)
{
  for (guint i = 0; clocks != NULL && i < clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (clocks, i);
      g_autofree char *utc = clock_is_running (clock) ? instant_format (clock->due_at) : NULL;
      if (utc == NULL)
        continue;
      gint32 offset_s = site->zone != NULL ? zone_offset (site->zone, clock->due_at) : 0;
      g_autofree char *local = instant_format_local (clock->due_at, offset_s);
      g_autofree char *value
          = g_strdup_printf ("%s %s (%s)%s%s", metric_name (clock->metric), local, utc,
                             clock->is_breached ? ", " : "", clock->is_breached ? words->overdue : "");
      add_field (text, words, words->due, value);
    }
}

static char *
write_text (const Handover *handover, const char *what, const GPtrArray *clocks)
{
  const TmChange *change = handover->change;
  const TmTicketFacts *ticket = handover->ticket;
  const Words *words = find_words (handover);
  GString *text = g_string_new (NULL);
  g_autofree char *number = g_strdup_printf ("%" NUMBER, ticket->id);
  g_string_append_printf (text, "%s: %s\n", actor_name (change), what);
  if (change->why != NULL)
    g_string_append_printf (text, "%s: %s\n", words->why, change->why);
  g_string_append_c (text, '\n');
  add_field (text, words, words->ticket, number);
  add_field (text, words, words->subject, handover->subject);
  add_field (text, words, words->requester, ticket->requester);
  add_field (text, words, words->customer, ticket->customer);
  add_field (text, words, words->queue, handover->queue);
  add_field (text, words, words->owner, handover->assignee);
  add_field (text, words, words->type, handover->type);
  add_field (text, words, words->priority, handover->priority);
  add_field (text, words, words->status, handover->status);
  add_due (text, words, change->site, clocks);
  g_string_append_printf (text, "\n%s%s", handover->message != 0 ? words->with_message : "", words->answer);
  return g_string_free (text, FALSE);
}

/* To nobody when `address` is NULL. */
static void
send (const Handover *handover, const char *address, const char *what, TmPlan *plan)
{
  const TmChange *change = handover->change;
  if (address == NULL)
    return;
  g_autofree char *subject = subject_with_tag (handover->subject, change->site->instance, handover->ticket->id);
  g_autofree char *text = write_text (handover, what, plan->clocks);
  TmOutgoing *outgoing = outgoing_new (TM_OUTGOING_HANDOVER, change->actor, subject, text);
  outgoing->message = handover->message;
  outgoing->reply_purpose = 'r';
  outgoing->may_repeat = true;
  outgoing_add_recipient (outgoing, address);
  plan_add_outgoing (plan, outgoing);
}

/* NULL: he does it himself, or has none. */
static const char *
agents_address (const TmChange *change, const char *id)
{
  const TmAgent *agent = find_agent (change->site, id);
  bool is_told = agent != NULL && agent->addresses->len > 0 && g_strcmp0 (actor_agent (change), id) != 0;
  return is_told ? g_ptr_array_index (agent->addresses, 0) : NULL;
}

static const char *
queues_address (const TmChange *change, const char *id)
{
  const TmQueue *queue = id != NULL ? site_queue (change->site, id) : NULL;
  return queue != NULL && queue->addresses->len > 0 ? g_ptr_array_index (queue->addresses, 0) : NULL;
}

/* --- when --- */

static const char *
own_queue (const TmTicketFacts *ticket)
{
  return ticket->queues->len > 0 ? g_ptr_array_index (ticket->queues, 0) : NULL;
}

static void
add_merged (const TmChange *change, const TmChangeFacts *facts, TmPlan *plan)
{
  const TmTicketFacts *into = facts->into;
  const Handover handover = { .change = change,
                              .ticket = into,
                              .subject = facts->into_subject,
                              .queue = own_queue (into),
                              .type = into->type,
                              .priority = into->priority,
                              .assignee = into->assignee,
                              .status = status_name (into->status),
                              .message = facts->last_message };
  const char *const *merged = find_words (&handover)->merged;
  g_autofree char *what = g_strdup_printf ("%s%" NUMBER "%s%" NUMBER "%s", merged[0], facts->ticket->id, merged[1],
                                           into->id, merged[2]);
  const char *address = into->assignee != NULL ? agents_address (change, into->assignee)
                                               : queues_address (change, handover.queue);
  if (address == NULL)
    return;
  plan_add_step (plan, TM_STEP_TICKET, NULL, NULL, NULL, into->id);
  send (&handover, address, what, plan);
}

static void
follow_step (const TmStep *step, Handover *handover, bool *has_owner_io, bool *has_queue_io)
{
  const struct
  {
    const char *key;
    const char **value;
    bool *is_new;
  } values[] = {
    { "subject", &handover->subject, NULL },   { "type", &handover->type, NULL },
    { "priority", &handover->priority, NULL }, { "status", &handover->status, NULL },
    { "assignee", &handover->assignee, has_owner_io }, { "queue", &handover->queue, has_queue_io },
  };
  for (size_t i = 0; step->kind == TM_STEP_SET && i < G_N_ELEMENTS (values); i++)
    if (strcmp (step->key, values[i].key) == 0)
      {
        *values[i].value = step->value;
        if (values[i].is_new != NULL)
          *values[i].is_new = true;
      }
}

static void
add_set (const TmChange *change, const TmChangeFacts *facts, TmPlan *plan)
{
  const TmTicketFacts *ticket = facts->ticket;
  Handover handover = { .change = change,
                        .ticket = ticket,
                        .subject = facts->subject,
                        .queue = own_queue (ticket),
                        .type = ticket->type,
                        .priority = ticket->priority,
                        .assignee = ticket->assignee,
                        .status = status_name (ticket->status),
                        .message = facts->last_message };
  bool has_owner = false, has_queue = false;
  for (guint i = 0; i < plan->steps->len; i++)
    follow_step (g_ptr_array_index (plan->steps, i), &handover, &has_owner, &has_queue);
  if (has_owner && handover.assignee != NULL)
    send (&handover, agents_address (change, handover.assignee), find_words (&handover)->yours, plan);
  if (has_queue)
    send (&handover, queues_address (change, handover.queue), find_words (&handover)->your_queues, plan);
}

void
handover_add (const TmChange *change, const TmChangeFacts *facts, TmPlan *plan)
{
  if (!change_may_hand_over (change))
    return;
  (change->kind == TM_CHANGE_MERGE ? add_merged : add_set) (change, facts, plan);
}
