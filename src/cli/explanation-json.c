/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explanation.h"
#include "cli/jsondoc.h"
#include "core/acknowledge.h"

static void
put_rules (JsonBuilder *builder, const GPtrArray *trace)
{
  jsondoc_open_array (builder, "rules");
  for (guint i = 0; i < trace->len; i++)
    {
      const TmRuleTrace *rule = g_ptr_array_index (trace, i);
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "name", rule->rule);
      jsondoc_put_text (builder, "condition", rule->condition);
      jsondoc_put_bool (builder, "matched", rule->matched);
      jsondoc_put_bool (builder, "limited", rule->limited);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* What the ticket has afterwards; without a ticket, what the rules said. */
static void
put_decided (JsonBuilder *builder, const char *name, const char *planned, const char *classified)
{
  jsondoc_put_text (builder, name, planned != NULL ? planned : classified);
}

/* What rules say about it; NULL: nothing. */
static const char *
written_by (const TmClassification *classification)
{
  return classification->human ? "human" : classification->machine ? "machine" : NULL;
}

static void
put_classification (JsonBuilder *builder, const TmPlan *plan, const TmClassification *classification)
{
  json_builder_set_member_name (builder, "classification");
  json_builder_begin_object (builder);
  put_decided (builder, "type", plan->type, classification->type);
  jsondoc_put_text (builder, "type_by", classification->type_by);
  put_decided (builder, "priority", plan->priority, classification->priority);
  put_decided (builder, "priority_by", plan->priority_by, classification->priority_by);
  jsondoc_put_tags (builder, "tags", classification->tags);
  put_decided (builder, "assignee", plan->assignee, classification->assignee);
  jsondoc_put_strings (builder, "missing", classification->missing);
  jsondoc_put_strings (builder, "notes", classification->notes);
  jsondoc_put_strings (builder, "told", classification->told);
  jsondoc_put_text (builder, "stated_priority", classification->stated.priority);
  jsondoc_put_text (builder, "stated_priority_at", classification->stated.priority_where);
  jsondoc_put_text (builder, "stated_type", classification->stated.type);
  jsondoc_put_text (builder, "stated_type_at", classification->stated.type_where);
  jsondoc_put_bool (builder, "spam", classification->is_spam);
  jsondoc_put_text (builder, "queue", classification->queue);
  jsondoc_put_bool (builder, "move", classification->moves_queue);
  jsondoc_put_text (builder, "requester", classification->requester);
  jsondoc_put_text (builder, "requester_by", classification->requester_by);
  jsondoc_put_text (builder, "page_by", classification->page_by);
  jsondoc_put_text (builder, "correlate", classification->correlate_key);
  jsondoc_put_text (builder, "correlate_by", classification->correlate_by);
  jsondoc_put_bool (builder, "recovery", classification->is_recovery);
  jsondoc_put_text (builder, "workaround_by", classification->workaround_by);
  jsondoc_put_bool (builder, "no_ack", classification->no_ack);
  jsondoc_put_text (builder, "written_by", written_by (classification));
  json_builder_end_object (builder);
}

static void
put_related (JsonBuilder *builder, const GPtrArray *steps)
{
  jsondoc_open_array (builder, "related");
  for (guint i = 0; i < steps->len; i++)
    {
      const TmStep *step = g_ptr_array_index (steps, i);
      if (step->kind == TM_STEP_RELATE)
        json_builder_add_int_value (builder, step->number);
    }
  json_builder_end_array (builder);
}

static void
put_edits (JsonBuilder *builder, const GPtrArray *edits)
{
  jsondoc_open_array (builder, "edits");
  for (guint i = 0; i < edits->len; i++)
    {
      const TmEdit *edit = g_ptr_array_index (edits, i);
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "op", edit_op_name (edit->op));
      jsondoc_put_text (builder, "header", edit->header);
      jsondoc_put_id (builder, "index", edit->index);
      jsondoc_put_text (builder, "value", edit->value);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* Null: nothing of that kind is to be decided. */
static void
put_acknowledgement (JsonBuilder *builder, const TmAcknowledgement *ack)
{
  json_builder_set_member_name (builder, "acknowledgement");
  if (ack == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "to", ack->to);
  jsondoc_put_text (builder, "to_whom", ack->to_whom);
  jsondoc_put_bool (builder, "asks_confirmation", ack->asks);
  jsondoc_put_bool (builder, "subject_told", ack->tells_subject);
  jsondoc_put_text (builder, "why", ack->why);
  jsondoc_put_text (builder, "by", ack->mark);
  json_builder_end_object (builder);
}

/* What the client is told: the MTA's own 250 when the plan accepts. */
static void
put_verdict (JsonBuilder *builder, const TmPlan *plan)
{
  json_builder_set_member_name (builder, "verdict");
  json_builder_begin_object (builder);
  jsondoc_put_text (builder, "code", plan->reply_code == NULL ? "250" : plan->reply_code);
  jsondoc_put_text (builder, "enhanced", plan->reply_enhanced);
  jsondoc_put_text (builder, "text", plan->reply_text);
  jsondoc_put_bool (builder, "discarded", plan->is_discarded);
  json_builder_end_object (builder);
}

void
explanation_add_json (GString *out, const TmTerminal *terminal, const TmInbound *inbound, const TmPlan *plan)
{
  const TmClassification *classification = plan_classification (inbound, plan);
  g_autoptr (JsonBuilder) builder = jsondoc_begin ();
  jsondoc_put_text (builder, "action", action_name (plan->action));
  jsondoc_put_id (builder, "ticket", plan->ticket);
  jsondoc_put_text (builder, "evidence", evidence_name (plan->evidence));
  jsondoc_put_text (builder, "reason", plan->reason);
  jsondoc_put_text (builder, "queue", plan->queue);
  jsondoc_put_text (builder, "status", plan->status);
  jsondoc_put_value (builder, "requester", plan->requester);
  jsondoc_put_text (builder, "customer", inbound->sender.customer != NULL ? inbound->sender.customer->id : NULL);
  jsondoc_put_text (builder, "customer_by", customer_by_name (inbound->sender.by));
  jsondoc_put_text (builder, "plan", inbound->service_plan != NULL ? inbound->service_plan->id : NULL);
  jsondoc_put_bool (builder, "known", !inbound->is_unknown);
  jsondoc_put_bool (builder, "authenticated", inbound->is_authenticated);
  jsondoc_put_bool (builder, "auto", inbound->automatic.is_auto);
  jsondoc_put_value (builder, "auto_reason", inbound->automatic.reason);
  put_related (builder, plan->steps);
  put_rules (builder, classification->trace);
  put_classification (builder, plan, classification);
  jsondoc_open_array (builder, "clocks");
  for (guint i = 0; plan->clocks != NULL && i < plan->clocks->len; i++)
    {
      const TmClock *clock = g_ptr_array_index (plan->clocks, i);
      if (!clock_is_running (clock))
        continue;
      json_builder_begin_object (builder);
      jsondoc_put_text (builder, "metric", metric_name (clock->metric));
      jsondoc_put_text (builder, "target", clock->target);
      jsondoc_put_text (builder, "calendar", clock->calendar);
      jsondoc_put_instant (builder, "due_at", clock->due_at);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  put_acknowledgement (builder, plan->ack);
  put_edits (builder, plan->edits);
  put_verdict (builder, plan);
  jsondoc_end (builder, terminal->is_tty, out);
}
