/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explanation.h"
#include "cli/json.h"

const TmClassification *
explanation_classification (const TmInbound *inbound, const TmPlan *plan)
{
  bool has_ticket = plan->ticket != 0 && inbound->as_followup != NULL;
  return has_ticket ? inbound->as_followup : inbound->as_new;
}

static void
put_rules (JsonBuilder *builder, const GPtrArray *trace)
{
  json_open_array (builder, "rules");
  for (guint i = 0; i < trace->len; i++)
    {
      const TmRuleTrace *rule = g_ptr_array_index (trace, i);
      json_builder_begin_object (builder);
      json_put_text (builder, "name", rule->rule);
      json_put_text (builder, "condition", rule->condition);
      json_put_bool (builder, "matched", rule->matched);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_classification (JsonBuilder *builder, const TmClassification *classification)
{
  json_builder_set_member_name (builder, "classification");
  json_builder_begin_object (builder);
  json_put_text (builder, "type", classification->type);
  json_put_text (builder, "type_by", classification->type_by);
  json_put_text (builder, "priority", classification->priority);
  json_put_text (builder, "priority_by", classification->priority_by);
  json_put_tags (builder, "tags", classification->tags);
  json_put_text (builder, "assignee", classification->assignee);
  json_put_strings (builder, "missing", classification->missing);
  json_put_strings (builder, "notes", classification->notes);
  json_put_bool (builder, "spam", classification->is_spam);
  json_builder_end_object (builder);
}

static void
put_edits (JsonBuilder *builder, const GPtrArray *edits)
{
  json_open_array (builder, "edits");
  for (guint i = 0; i < edits->len; i++)
    {
      const TmEdit *edit = g_ptr_array_index (edits, i);
      json_builder_begin_object (builder);
      json_put_text (builder, "op", edit_op_name (edit->op));
      json_put_text (builder, "header", edit->header);
      json_put_id (builder, "index", edit->index);
      json_put_text (builder, "value", edit->value);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* What the client is told: the MTA's own 250 when the plan accepts. */
static void
put_verdict (JsonBuilder *builder, const TmPlan *plan)
{
  json_builder_set_member_name (builder, "verdict");
  json_builder_begin_object (builder);
  json_put_text (builder, "code", plan->reply_code == NULL ? "250" : plan->reply_code);
  json_put_text (builder, "enhanced", plan->reply_enhanced);
  json_put_text (builder, "text", plan->reply_text);
  json_builder_end_object (builder);
}

void
explanation_add_json (GString *out, const TmScreen *screen, const TmInbound *inbound, const TmPlan *plan)
{
  const TmClassification *classification = explanation_classification (inbound, plan);
  g_autoptr (JsonBuilder) builder = json_begin ();
  json_put_text (builder, "action", action_name (plan->action));
  json_put_id (builder, "ticket", plan->ticket);
  json_put_text (builder, "evidence", evidence_name (plan->evidence));
  json_put_text (builder, "reason", plan->reason);
  json_put_text (builder, "queue", plan->queue);
  json_put_text (builder, "status", plan->status);
  json_put_value (builder, "requester", plan->requester);
  json_put_bool (builder, "authenticated", inbound->is_authenticated);
  json_put_bool (builder, "auto", inbound->automatic.is_auto);
  json_put_value (builder, "auto_reason", inbound->automatic.reason);
  put_rules (builder, classification->trace);
  put_classification (builder, classification);
  json_put_empty_array (builder, "clocks");
  put_edits (builder, plan->edits);
  put_verdict (builder, plan);
  json_end (builder, screen->is_tty, out);
}
