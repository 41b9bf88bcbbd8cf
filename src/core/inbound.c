/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/inbound.h"

#include "core/acknowledge.h"
#include "core/command.h"
#include "core/rule_index.h"

TmInbound *
inbound_new (void)
{
  TmInbound *inbound = g_new0 (TmInbound, 1);
  g_atomic_ref_count_init (&inbound->refs);
  return inbound;
}

TmInbound *
inbound_ref (TmInbound *inbound)
{
  g_atomic_ref_count_inc (&inbound->refs);
  return inbound;
}

void
inbound_unref (TmInbound *inbound)
{
  if (inbound == NULL || !g_atomic_ref_count_dec (&inbound->refs))
    return;
  envelope_free (inbound->envelope);
  mail_free (inbound->mail);
  g_clear_pointer (&inbound->raw, g_bytes_unref);
  keys_free (inbound->keys);
  commands_free (inbound->commands);
  g_clear_pointer (&inbound->texts, g_ptr_array_unref);
  classification_free (inbound->as_new);
  classification_free (inbound->as_followup);
  if (inbound->policy_unref != NULL)
    inbound->policy_unref (inbound->policy);
  g_free (inbound);
}

static void
ask_correlation (TmInbound *inbound)
{
  const TmClassification *class = inbound->as_new;
  if (class->correlate_key != NULL && inbound->queue != NULL)
    keys_set_correlation (inbound->keys, class->correlate_key,
                          class->queue != NULL ? class->queue : inbound->queue->id);
  else
    keys_set_correlation (inbound->keys, NULL, NULL);
}

/* Only of what may open a ticket of somebody who may be told of it: no look-up for the others. */
static void
ask_acknowledged (TmInbound *inbound)
{
  const char *word, *address = NULL;
  bool may = inbound->site->ack.sends && inbound->queue != NULL && inbound->agent == NULL
             && inbound->automatic.unwanted == NULL;
  if (may)
    address = acknowledge_recipient (inbound, inbound->as_new, &word);
  keys_set_acknowledged (inbound->keys, inbound->site, address);
}

TmRuleInput
inbound_rule_input (const TmInbound *inbound)
{
  return (TmRuleInput){ .site = inbound->site,
                        .mail = inbound->mail,
                        .envelope = inbound->envelope,
                        .queue = inbound->queue,
                        .customer = inbound->sender.customer,
                        .service_plan = inbound->service_plan,
                        .is_auto = inbound->automatic.is_auto,
                        .is_bounce = inbound->automatic.is_bounce,
                        .is_list = inbound->automatic.is_list,
                        .is_authenticated = inbound->is_authenticated,
                        .traces_all = inbound->traces_all,
                        .arrived_at = inbound->arrived_at };
}

void
inbound_classify (TmInbound *inbound)
{
  g_autoptr (TmRuleHits) hits = NULL;
  TmRuleInput input = inbound_rule_input (inbound);
  if (inbound->site->rule_index != NULL)
    input.hits = hits = rule_index_scan (inbound->site->rule_index, &input);
  g_clear_pointer (&inbound->as_new, classification_free);
  g_clear_pointer (&inbound->as_followup, classification_free);
  inbound->as_new = rules_eval (&input);
  ask_correlation (inbound);
  ask_acknowledged (inbound);
  inbound->keys->asks_pages = inbound->as_new->page_by != NULL;
  if (!keys_name_ticket (inbound->keys))
    return;
  input.is_followup = true;
  input.n_steps = inbound->as_new->n_steps;
  inbound->as_followup = rules_eval (&input);
  inbound->keys->asks_pages = inbound->keys->asks_pages || inbound->as_followup->page_by != NULL;
}
