/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/change.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

enum { ACTOR_MAX = 64 };

/* --- values --- */

TmChange *
change_new (TmChangeKind kind, gint64 ticket)
{
  TmChange *change = g_new0 (TmChange, 1);
  g_atomic_ref_count_init (&change->refs);
  change->kind = kind;
  change->ticket = ticket;
  change->settings = g_ptr_array_new_with_free_func (g_free);
  change->messages = g_array_new (FALSE, FALSE, sizeof (gint64));
  change->addresses = g_ptr_array_new_with_free_func (g_free);
  change->address = g_strdup ("");
  change->at = TM_NEVER;
  return change;
}

TmChange *
change_ref (TmChange *change)
{
  g_atomic_ref_count_inc (&change->refs);
  return change;
}

void
change_unref (TmChange *change)
{
  if (change == NULL || !g_atomic_ref_count_dec (&change->refs))
    return;
  g_ptr_array_unref (change->settings);
  g_array_unref (change->messages);
  g_ptr_array_unref (change->addresses);
  g_free (change->text);
  g_free (change->channel);
  g_free (change->why);
  g_free (change->actor);
  g_free (change->address);
  g_free (change->as);
  if (change->policy_unref != NULL)
    change->policy_unref (change->policy);
  g_free (change);
}

static const TmAgent *
find_agent (const TmSite *site, const char *name)
{
  for (guint i = 0; i < site->agents->len; i++)
    {
      const TmAgent *agent = g_ptr_array_index (site->agents, i);
      if (strcmp (agent->id, name) == 0)
        return agent;
    }
  return site_agent_by_login (site, name);
}

char *
change_actor (const TmSite *site, const char *name, const TmAgent **agent_out, GError **error)
{
  g_autofree char *clean = text_one_line (name, 0);
  if (*name == '\0' || strlen (name) > ACTOR_MAX || strcmp (clean, name) != 0)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no name: give an agent's or a user's, at most %d bytes",
                   name, ACTOR_MAX);
      return NULL;
    }
  const TmAgent *agent = *agent_out = find_agent (site, name);
  return agent != NULL ? g_strconcat ("agent:", agent->id, NULL) : g_strconcat ("user:", name, NULL);
}

bool
change_set_actor (TmChange *change, const char *name, const char *user, GError **error)
{
  const TmAgent *agent;
  char *actor = change_actor (change->site, name, &agent, error);
  if (actor == NULL)
    return false;
  g_free (change->actor);
  change->actor = actor;
  if (agent != NULL && agent->addresses->len > 0)
    {
      g_free (change->address);
      change->address = g_strdup (g_ptr_array_index (agent->addresses, 0));
    }
  g_free (change->as);
  change->as = strcmp (name, user) == 0 ? NULL : g_strdup (user);
  return true;
}

const TmAgent *
change_agent (const TmChange *change)
{
  const GPtrArray *agents = change->site->agents;
  for (guint i = 0; g_str_has_prefix (change->actor, "agent:") && i < agents->len; i++)
    if (strcmp (((const TmAgent *) g_ptr_array_index (agents, i))->id, change->actor + strlen ("agent:")) == 0)
      return g_ptr_array_index (agents, i);
  return NULL;
}

TmMessageFacts *
message_facts_new (gint64 id)
{
  TmMessageFacts *message = g_new0 (TmMessageFacts, 1);
  message->id = id;
  message->direction = TM_DIRECTION_IN;
  return message;
}

void
message_facts_free (TmMessageFacts *message)
{
  if (message == NULL)
    return;
  g_free (message->from);
  g_free (message->subject);
  g_free (message);
}

TmChangeFacts *
change_facts_new (void)
{
  TmChangeFacts *facts = g_new0 (TmChangeFacts, 1);
  facts->subject = g_strdup ("");
  facts->tags = g_ptr_array_new_with_free_func ((GDestroyNotify) tag_free);
  facts->related = g_array_new (FALSE, FALSE, sizeof (gint64));
  facts->guarded = facts_new ();
  facts->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) message_facts_free);
  facts->unanswered_at = TM_NEVER;
  return facts;
}

void
change_facts_free (TmChangeFacts *facts)
{
  if (facts == NULL)
    return;
  ticket_facts_free (facts->ticket);
  ticket_facts_free (facts->into);
  g_free (facts->subject);
  g_free (facts->into_subject);
  facts_free (facts->guarded);
  g_ptr_array_unref (facts->tags);
  g_array_unref (facts->related);
  g_ptr_array_unref (facts->messages);
  g_free (facts);
}
