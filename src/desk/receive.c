/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/receive.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "core/acknowledge.h"
#include "core/fields.h"
#include "core/forwarded.h"
#include "core/reply.h"
#include "core/sender.h"
#include "desk/agents.h"
#include "mime/mime.h"
#include "mime/shortage.h"

#include <string.h>

static const TmQueue *
first_queue (const TmEnvelope *envelope)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const TmRecipient *recipient = g_ptr_array_index (envelope->recipients, i);
      if (recipient->queue != NULL)
        return recipient->queue;
    }
  return NULL;
}

static TmAutomatic
judge_automatic (const TmSite *site, const TmMail *mail, const TmEnvelope *envelope)
{
  TmAutomaticContext context = { .sender = envelope->sender,
                                 .loop_token = site->instance,
                                 .own_domain = site->own_domain,
                                 .at_bounce_address = envelope_has_token (envelope, 'b'),
                                 .answers_us_quickly
                                 = envelope_has_token (envelope, 'c') || envelope_has_token (envelope, 'k')
                                   || envelope_has_token (envelope, 'f') || envelope_has_bad_token (envelope, 'k') };
  return automatic_judge (mail, &context);
}

/* The body of `raw`, for callers that did not stream it. */
static void
digest_body (GBytes *raw, guint8 out[TM_DIGEST_LEN])
{
  gsize len;
  const char *data = g_bytes_get_data (raw, &len);
  TmFieldWalk walk;
  TmField field;
  field_walk_init (&walk, data, len);
  while (field_walk_next (&walk, &field))
    ;
  const char *body = walk.at;
  if (body < walk.end && *body == '\r')
    body++;
  if (body < walk.end && *body == '\n')
    body++;
  TmBodyDigest digest;
  body_digest_init (&digest);
  body_digest_update (&digest, body, (gsize) (walk.end - body));
  body_digest_finish (&digest, out);
}

/* An agent's mail that only queues get, and no ticket's address: an answer need not be searched for a forward's
 * block. */
static bool
may_be_forward (const TmInbound *inbound)
{
  const TmEnvelope *envelope = inbound->envelope;
  return inbound->agent != NULL && inbound->mail->forwarded == NULL && !envelope_is_mixed (envelope)
         && !envelope_has_token (envelope, 'r') && !envelope_has_token (envelope, 'n')
         && !envelope_has_token (envelope, 'k');
}

/* All that is known before the rules. */
static TmInbound *
read_message (TmPolicy *policy, TmEnvelope *envelope, GBytes *raw, const guint8 *body_digest)
{
  TmInbound *inbound = inbound_new ();
  guint8 digest[TM_DIGEST_LEN];
  inbound->policy = policy_ref (policy);
  inbound->policy_unref = (GDestroyNotify) policy_unref;
  inbound->site = policy->site;
  inbound->envelope = envelope;
  inbound->raw = g_bytes_ref (raw);
  inbound->arrived_at = envelope->received_at != 0 ? envelope->received_at : clock_now ();
  inbound->mail = mime_read (raw, &policy->limits);
  inbound->queue = first_queue (envelope);
  sender_authenticate (inbound);
  if (may_be_forward (inbound))
    inbound->mail->forwarded = forwarded_read (inbound->mail->text);
  inbound->automatic = judge_automatic (policy->site, inbound->mail, envelope);
  if (body_digest == NULL)
    {
      digest_body (raw, digest);
      body_digest = digest;
    }
  inbound->keys = keys_gather (policy->site, inbound->mail, envelope, body_digest, policy->limits.references);
  if (inbound->agent != NULL)
    keys_set_agent (inbound->keys, policy->site, inbound->agent, envelope, body_digest);
  agents_read (inbound, &policy->limits);
  if (inbound->automatic.is_bounce && (inbound->mail->flags & TM_FLAG_MALFORMED) == 0)
    keys_add_bounce (inbound->keys, inbound->mail, envelope);
  sender_resolve (inbound);
  return inbound;
}

TmInbound *
receive_prepare (TmPolicy *policy, TmEnvelope *envelope, GBytes *raw, const guint8 *body_digest)
{
  TmInbound *inbound = read_message (policy, envelope, raw, body_digest);
  inbound_classify (inbound);
  return inbound;
}

/* --- what is counted --- */

static void
count_action (TmAction action)
{
  switch (action)
    {
    case TM_ACTION_OPEN:
      metrics_count (TM_COUNT_OPEN);
      break;
    case TM_ACTION_APPEND:
      metrics_count (TM_COUNT_APPEND);
      break;
    case TM_ACTION_NOTE:
      metrics_count (TM_COUNT_NOTE);
      break;
    case TM_ACTION_PASS:
      metrics_count (TM_COUNT_PASS);
      break;
    case TM_ACTION_IGNORE:
      metrics_count (TM_COUNT_IGNORE);
      break;
    case TM_ACTION_REFUSE:
      metrics_count (TM_COUNT_REFUSE);
      break;
    case TM_ACTION_DISCARD:
      metrics_count (TM_COUNT_DISCARD);
      break;
    case TM_ACTION_DUPLICATE:
      metrics_count (TM_COUNT_DUPLICATE);
      break;
    case TM_ACTION_CHANGE: /* no message */
      break;
    }
}

/* By what was decided; a retry's rules were counted when it first came. */
static void
count_rules (const TmPolicy *policy, const TmInbound *inbound, const TmPlan *plan)
{
  if (plan->action == TM_ACTION_DUPLICATE)
    return;
  const GPtrArray *trace = plan_classification (inbound, plan)->trace;
  for (guint i = 0; i < trace->len; i++)
    {
      const TmRuleTrace *rule = g_ptr_array_index (trace, i);
      TmRuleCounts *counts = g_ptr_array_index (policy->rule_counts, rule->number);
      if (rule->matched)
        atomic_fetch_add_explicit (&counts->hits, 1, memory_order_relaxed);
      if (rule->limited)
        atomic_fetch_add_explicit (&counts->limits, 1, memory_order_relaxed);
    }
}

static void
count_acknowledgement (const TmSite *site, const TmPlan *plan)
{
  if (plan->ack == NULL)
    return;
  bool is_written = plan->ack->to != NULL;
  if (plan->ack->asks)
    metrics_count (is_written ? TM_COUNT_CONFIRM_ASKED : TM_COUNT_CONFIRM_WITHHELD);
  else
    metrics_count (is_written ? TM_COUNT_ACK_WRITTEN : TM_COUNT_ACK_WITHHELD);
  if (!plan->ack->is_last)
    return;
  metrics_count (TM_COUNT_ACK_FLOODS);
  log_warning ("acknowledgements: %u within a minute, the last for ticket %" G_GINT64_FORMAT
               ": none is sent for an hour; look at who writes, then at ack.minute", site->ack.minute, plan->ticket);
}

static void
note_confirmation (const TmInbound *inbound, const TmPlan *plan)
{
  if (!plan->confirms)
    return;
  g_autofree char *address = text_log_value (sender_address (inbound));
  metrics_count (TM_COUNT_CONFIRMED);
  log_info ("contact: address=%s ticket=%" G_GINT64_FORMAT " confirmed by mail", address, plan->ticket);
}

/* An agent's mail to others that names no ticket need not wait for anything. */
static bool
pass_by (TmInbound *inbound, TmInbound **inbound_out, TmPlan **plan_out)
{
  g_autoptr (TmFacts) nothing = facts_new ();
  *plan_out = plan_inbound (inbound, nothing, clock_now ());
  count_action ((*plan_out)->action);
  if (inbound_out != NULL)
    *inbound_out = inbound_ref (inbound);
  return true;
}

bool
receive_message (TmStore *store, TmPolicy *policy, TmEnvelope *envelope, GBytes *raw, const guint8 *body_digest,
                 gint64 deadline_us, TmInbound **inbound_out, TmPlan **plan_out, GError **error)
{
  gint64 began_us = clock_monotonic_us ();
  shortage_begin ();
  g_autoptr (TmInbound) inbound = read_message (policy, envelope, raw, body_digest);
  gint64 read_us = clock_monotonic_us ();
  if (!shortage_check (error)) /* a retry would read another message: with another key */
    return false;
  inbound_classify (inbound);
  metrics_observe (TM_SPREAD_READ, read_us - began_us);
  metrics_observe (TM_SPREAD_RULES, clock_monotonic_us () - read_us);
  if (inbound->queue == NULL && !keys_name_ticket (inbound->keys))
    return pass_by (inbound, inbound_out, plan_out);
  g_autoptr (GBytes) packed = store_pack (raw);
  g_autoptr (TmPlan) plan = NULL;
  if (!store_submit (store, inbound, packed, deadline_us, &plan, error)
      || !agents_rewrite (inbound, &policy->limits, plan, error))
    return false;
  *plan_out = g_steal_pointer (&plan);
  metrics_observe (TM_SPREAD_MESSAGE, clock_monotonic_us () - began_us);
  count_action ((*plan_out)->action);
  count_rules (policy, inbound, *plan_out);
  count_acknowledgement (policy->site, *plan_out);
  note_confirmation (inbound, *plan_out);
  if (inbound_out != NULL)
    *inbound_out = g_steal_pointer (&inbound);
  return true;
}

bool
receive_explain (TmReader *reader, TmPolicy *policy, TmEnvelope *envelope, GBytes *raw, gint64 now,
                 TmInbound **inbound_out, TmPlan **plan_out, GError **error)
{
  envelope->received_at = now; /* what rules ask about the hour */
  shortage_begin ();
  g_autoptr (TmInbound) inbound = read_message (policy, envelope, raw, NULL);
  g_autoptr (TmFacts) facts = NULL;
  if (!shortage_check (error))
    return false;
  inbound->traces_all = true;
  inbound_classify (inbound);
  if (reader == NULL)
    facts = facts_new ();
  else if (!reader_find_facts (reader, inbound->keys, now, &facts, error))
    return false;
  if (sender_settle (inbound, facts) && reader != NULL)
    {
      g_clear_pointer (&facts, facts_free);
      if (!reader_find_facts (reader, inbound->keys, now, &facts, error))
        return false;
    }
  g_autoptr (TmPlan) plan = plan_inbound (inbound, facts, now);
  reply_finish_foreseen (inbound, facts, now, plan);
  if (!agents_rewrite (inbound, &policy->limits, plan, error))
    return false;
  *plan_out = g_steal_pointer (&plan);
  if (inbound_out != NULL)
    *inbound_out = g_steal_pointer (&inbound);
  return true;
}
