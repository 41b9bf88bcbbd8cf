/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "cli/clocks.h"
#include "cli/explanation.h"
#include "core/acknowledge.h"

enum { LABEL = 16 };

static void
add_field (GString *out, const TmTerminal *terminal, const char *name, const char *value)
{
  g_autofree char *label = g_strconcat ("  ", name, NULL);
  terminal_add_field (out, terminal, TM_STYLE_DIM, label, LABEL, value);
}

static void
add_field_if (GString *out, const TmTerminal *terminal, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    add_field (out, terminal, name, value);
}

static void
add_strings (GString *out, const TmTerminal *terminal, const char *name, const GPtrArray *strings)
{
  for (guint i = 0; i < strings->len; i++)
    add_field (out, terminal, i == 0 ? name : "", g_ptr_array_index (strings, i));
}

static char *
describe_recipient (const TmRecipient *recipient)
{
  const char *what = recipient->has_token       ? ", valid token"
                     : recipient->has_bad_token ? ", token that no key of ours made"
                                                : "";
  if (recipient->queue != NULL)
    return g_strdup_printf ("<%s> (queue %s%s)", recipient->typed, recipient->queue->id, what);
  return g_strdup_printf ("<%s> (%s)", recipient->typed, recipient->is_ours ? "agent" : "not ours");
}

static char *
describe_automatic (const TmAutomatic *automatic)
{
  const char *kind = automatic->is_bounce ? "bounce"
                     : automatic->is_auto ? "automatic"
                     : automatic->no_answer ? "a person, but not to be answered automatically"
                                            : "a person";
  bool has_reason = automatic->reason != NULL && *automatic->reason != '\0';
  return g_strdup_printf ("%s%s%s", kind, has_reason ? ": " : "", has_reason ? automatic->reason : "");
}

/* Whose the sender is, and why: "acme (domain acme.example)". */
static char *
describe_customer (const TmCustomerMatch *match)
{
  if (match->customer != NULL)
    return g_strdup_printf ("%s (%s %s)", match->customer->id, customer_by_name (match->by), match->matched);
  return match->by == TM_CUSTOMER_BY_PUBLIC ? g_strdup_printf ("- (public domain %s)", match->matched) : NULL;
}

static void
add_message (GString *out, const TmTerminal *terminal, const TmInbound *inbound)
{
  const TmEnvelope *envelope = inbound->envelope;
  const TmMail *mail = inbound->mail;
  g_autofree char *sender = g_strdup_printf ("<%s>", envelope->sender);
  g_autofree char *from = mail->from == NULL ? NULL
                          : g_strdup_printf ("%s (%s)", mail->from->address,
                                             inbound->is_authenticated ? "authenticated" : "not authenticated");
  g_autofree char *automatic = describe_automatic (&inbound->automatic);
  g_autofree char *customer = describe_customer (&inbound->sender);
  terminal_add_heading (out, terminal, "message");
  add_field (out, terminal, "subject", mail->subject);
  add_field (out, terminal, "from", from);
  add_field_if (out, terminal, "customer", customer);
  add_field_if (out, terminal, "plan", inbound->service_plan != NULL ? inbound->service_plan->id : NULL);
  add_field (out, terminal, "sender", sender);
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      g_autofree char *recipient = describe_recipient (g_ptr_array_index (envelope->recipients, i));
      add_field (out, terminal, i == 0 ? "recipient" : "", recipient);
    }
  add_field_if (out, terminal, "agent", inbound->agent == NULL ? NULL : inbound->agent->id);
  add_field (out, terminal, "written by", automatic);
  g_autofree const char **flags = mail_flag_names (mail->flags);
  g_autofree char *marks = g_strjoinv (", ", (char **) (gpointer) flags);
  add_field_if (out, terminal, "marks", marks);
}

static char *
describe_rule (const TmRuleTrace *rule)
{
  if (rule->matched)
    return g_strdup_printf ("%s: matches", rule->rule);
  if (rule->condition == NULL)
    return g_strdup_printf ("%s: not asked", rule->rule);
  if (rule->limited)
    return g_strdup_printf ("%s: skipped, a bound of match was hit by %s", rule->rule, rule->condition);
  return g_strdup_printf ("%s: no, by %s", rule->rule, rule->condition);
}

static void
add_rules (GString *out, const TmTerminal *terminal, const TmClassification *classification)
{
  if (classification->trace->len == 0)
    return;
  terminal_add_heading (out, terminal, "rules");
  for (guint i = 0; i < classification->trace->len; i++)
    {
      const TmRuleTrace *rule = g_ptr_array_index (classification->trace, i);
      g_autofree char *value = describe_rule (rule);
      terminal_add_field (out, terminal, rule->matched ? TM_STYLE_GOOD : TM_STYLE_DIM, rule->matched ? "  +" : "  -", 4,
                        value);
    }
}

/* "P1 (by rule:outage)" */
static void
add_value_by (GString *out, const TmTerminal *terminal, const char *name, const char *value, const char *by)
{
  g_autofree char *text = value == NULL || by == NULL ? g_strdup (value) : g_strdup_printf ("%s (by %s)", value, by);
  add_field_if (out, terminal, name, text);
}

/* What the customer states, and where. */
static void
add_stated (GString *out, const TmTerminal *terminal, const char *name, const char *code, const char *where)
{
  g_autofree char *text = code == NULL ? NULL : g_strdup_printf ("%s (%s)", code, where);
  add_field_if (out, terminal, name, text);
}

static void
add_tags (GString *out, const TmTerminal *terminal, const GPtrArray *tags)
{
  for (guint i = 0; i < tags->len; i++)
    {
      const TmTag *tag = g_ptr_array_index (tags, i);
      g_autofree char *value = g_strconcat (tag->key, "=", tag->value, NULL);
      add_field (out, terminal, i == 0 ? "tags" : "", value);
    }
}

/* What else rules said. */
static void
add_effects (GString *out, const TmTerminal *terminal, const TmClassification *classification)
{
  const char *recovery = classification->is_recovery ? ", which has recovered" : "";
  const char *moved = classification->moves_queue ? ", moved there" : "";
  g_autofree char *queue = classification->queue == NULL ? NULL : g_strconcat (classification->queue, moved, NULL);
  g_autofree char *alert = classification->correlate_key == NULL
                             ? NULL
                             : g_strconcat (classification->correlate_key, recovery, NULL);
  add_field_if (out, terminal, "queue", queue);
  add_value_by (out, terminal, "requester", classification->requester, classification->requester_by);
  add_value_by (out, terminal, "alert", alert, classification->correlate_by);
  add_value_by (out, terminal, "page", classification->page_by == NULL ? NULL : "yes", classification->page_by);
  add_value_by (out, terminal, "workaround", classification->workaround_by == NULL ? NULL : "known",
                classification->workaround_by);
  add_field_if (out, terminal, "acknowledged", classification->no_ack ? "no" : NULL);
  add_field_if (out, terminal, "treated as", classification->human     ? "written by a person"
                                             : classification->machine ? "written by a machine"
                                                                       : NULL);
}

static void
add_classification (GString *out, const TmTerminal *terminal, const TmClassification *classification)
{
  gsize before = out->len;
  terminal_add_heading (out, terminal, "classification");
  gsize heading_end = out->len;
  add_value_by (out, terminal, "type", classification->type, classification->type_by);
  add_value_by (out, terminal, "priority", classification->priority, classification->priority_by);
  add_stated (out, terminal, "stated", classification->stated.priority, classification->stated.priority_where);
  add_stated (out, terminal, "stated type", classification->stated.type, classification->stated.type_where);
  add_tags (out, terminal, classification->tags);
  add_field_if (out, terminal, "assignee", classification->assignee);
  add_strings (out, terminal, "missing", classification->missing);
  add_strings (out, terminal, "notes", classification->notes);
  add_strings (out, terminal, "told", classification->told);
  add_field_if (out, terminal, "spam", classification->is_spam ? "yes" : NULL);
  add_effects (out, terminal, classification);
  if (out->len == heading_end)
    g_string_truncate (out, before);
}

/* One edit as a person would say it: "add X-Ticket-ID: 1042". */
static char *
describe_edit (const TmEdit *edit)
{
  switch (edit->op)
    {
    case TM_EDIT_ADD:
    case TM_EDIT_CHANGE:
      return g_strdup_printf ("%s: %s", edit->header, edit->value);
    case TM_EDIT_DELETE:
      return g_strdup_printf ("%s, instance %d", edit->header, edit->index);
    case TM_EDIT_ADD_RCPT:
    case TM_EDIT_DEL_RCPT:
    case TM_EDIT_SENDER:
      return g_strdup_printf ("<%s>", edit->value);
    case TM_EDIT_BODY:
      return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes", g_bytes_get_size (edit->body));
    }
  return NULL;
}

static void
add_edits (GString *out, const TmTerminal *terminal, const GPtrArray *edits)
{
  if (edits->len == 0)
    return;
  terminal_add_heading (out, terminal, "edits");
  for (guint i = 0; i < edits->len; i++)
    {
      const TmEdit *edit = g_ptr_array_index (edits, i);
      g_autofree char *value = describe_edit (edit);
      add_field (out, terminal, edit_op_name (edit->op), value);
    }
}

static void
add_related (GString *out, const TmTerminal *terminal, const GPtrArray *steps)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < steps->len; i++)
    {
      const TmStep *step = g_ptr_array_index (steps, i);
      if (step->kind == TM_STEP_RELATE)
        g_string_append_printf (list, "%s#%" G_GINT64_FORMAT, list->len > 0 ? ", " : "", step->number);
    }
  add_field_if (out, terminal, "related", list->str);
}

/* "eve@acme.example (envelope sender)", "no: a machine wrote it (Auto-Submitted)"; NULL: nothing is to be said. */
static char *
describe_acknowledgement (const TmAcknowledgement *ack)
{
  if (ack == NULL)
    return NULL;
  if (ack->to != NULL)
    return g_strdup_printf ("<%s> (%s)%s", ack->to, ack->to_whom,
                            ack->asks            ? ", asked to confirm his address"
                            : ack->tells_subject ? ", with his subject"
                                                 : "");
  return ack->mark != NULL ? g_strdup_printf ("no: %s (%s)", ack->why, ack->mark)
                           : g_strdup_printf ("no: %s", ack->why);
}

static void
add_decision (GString *out, const TmTerminal *terminal, const TmPlan *plan)
{
  g_autofree char *ticket = plan->ticket != 0 ? g_strdup_printf ("#%" G_GINT64_FORMAT, plan->ticket)
                            : plan->action == TM_ACTION_OPEN ? g_strdup ("new")
                                                             : NULL;
  g_autofree char *verdict = plan->is_discarded          ? g_strdup ("250, then discarded; kept in quarantine")
                             : plan->reply_code == NULL ? g_strdup ("250, accepted")
                             : g_strdup_printf ("%s %s %s", plan->reply_code,
                                                plan->reply_enhanced == NULL ? "" : plan->reply_enhanced,
                                                plan->reply_text == NULL ? "" : plan->reply_text);
  g_autofree char *acknowledged = describe_acknowledgement (plan->ack);
  terminal_add_heading (out, terminal, "decision");
  add_field (out, terminal, "action", action_name (plan->action));
  add_field_if (out, terminal, "ticket", ticket);
  add_field (out, terminal, "evidence", evidence_name (plan->evidence));
  add_field (out, terminal, "reason", plan->reason);
  add_field_if (out, terminal, "queue", plan->queue);
  add_field_if (out, terminal, "status", plan->status);
  add_field_if (out, terminal, "type", plan->type);
  add_field_if (out, terminal, "priority", plan->priority);
  add_field_if (out, terminal, "requester", plan->requester);
  add_related (out, terminal, plan->steps);
  add_field_if (out, terminal, "acknowledged", acknowledged);
  add_field (out, terminal, "verdict", verdict);
}

void
explanation_add_text (GString *out, const TmTerminal *terminal, const TmInbound *inbound, const TmPlan *plan)
{
  const TmClassification *classification = plan_classification (inbound, plan);
  add_message (out, terminal, inbound);
  add_rules (out, terminal, classification);
  add_classification (out, terminal, classification);
  add_decision (out, terminal, plan);
  clocks_add_text (out, terminal, plan->clocks, clock_now ());
  add_edits (out, terminal, plan->edits);
}
