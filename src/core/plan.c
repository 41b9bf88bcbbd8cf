/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/plan.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/acknowledge.h"

enum { USUAL_STEPS = 12 };

TmPlan *
plan_new (TmAction action)
{
  TmPlan *plan = g_new0 (TmPlan, 1);
  plan->action = action;
  plan->direction = TM_DIRECTION_IN;
  plan->is_verified = true;
  plan->next_due_at = plan->notify_at = TM_NEVER;
  plan->steps = g_ptr_array_new_full (USUAL_STEPS, g_free);
  plan->edits = g_ptr_array_new_full (USUAL_STEPS, (GDestroyNotify) edit_free);
  return plan;
}

void
plan_free (TmPlan *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->reason);
  g_ptr_array_unref (plan->steps);
  g_ptr_array_unref (plan->edits);
  acknowledgement_free (plan->ack);
  g_clear_pointer (&plan->outgoing, g_ptr_array_unref);
  g_free (plan->marks);
  marks_free (plan->unfinished);
  g_clear_pointer (&plan->changes, g_ptr_array_unref);
  g_free (plan->footer);
  g_free (plan->queue);
  g_free (plan->type);
  g_free (plan->priority);
  g_free (plan->priority_by);
  g_free (plan->status);
  g_free (plan->assignee);
  g_free (plan->requester);
  g_free (plan->subject);
  g_free (plan->customer);
  g_free (plan->service_plan);
  g_free (plan->answer_to);
  g_free (plan->rule);
  g_free (plan->limited);
  g_clear_pointer (&plan->clocks, g_ptr_array_unref);
  g_free (plan->uncounted);
  g_free (plan->reply_code);
  g_free (plan->reply_enhanced);
  g_free (plan->reply_text);
  g_free (plan);
}

void
plan_add_step (TmPlan *plan, TmStepKind kind, const char *actor, const char *key, const char *value, gint64 number)
{
  size_t actor_room = text_room (actor), key_room = text_room (key), value_room = text_room (value);
  TmStep *step = g_malloc (sizeof *step + actor_room + key_room + value_room);
  char *at = (char *) (step + 1);
  step->kind = kind;
  step->actor = text_put (&at, actor, actor_room);
  step->key = text_put (&at, key, key_room);
  step->value = text_put (&at, value, value_room);
  step->number = number;
  g_ptr_array_add (plan->steps, step);
}

void
plan_add_outgoing (TmPlan *plan, TmOutgoing *outgoing)
{
  if (outgoing->recipients->len == 0 && outgoing->receiver == NULL)
    {
      outgoing_free (outgoing);
      return;
    }
  if (plan->outgoing == NULL)
    plan->outgoing = g_ptr_array_new_with_free_func ((GDestroyNotify) outgoing_free);
  g_ptr_array_add (plan->outgoing, outgoing);
  plan_add_step (plan, TM_STEP_OUTBOX, NULL, NULL, NULL, plan->outgoing->len);
}

const char *
action_name (TmAction action)
{
  switch (action)
    {
    case TM_ACTION_OPEN:
      return "open";
    case TM_ACTION_APPEND:
      return "append";
    case TM_ACTION_NOTE:
      return "note";
    case TM_ACTION_PASS:
      return "pass";
    case TM_ACTION_IGNORE:
      return "ignore";
    case TM_ACTION_REFUSE:
      return "refuse";
    case TM_ACTION_DISCARD:
      return "discard";
    case TM_ACTION_DUPLICATE:
      return "duplicate";
    case TM_ACTION_CHANGE:
      return "change";
    }
  return "";
}

const char *
evidence_name (TmEvidence evidence)
{
  switch (evidence)
    {
    case TM_EVIDENCE_NONE:
      return "none";
    case TM_EVIDENCE_TOKEN:
      return "token";
    case TM_EVIDENCE_REFERENCES:
      return "references";
    case TM_EVIDENCE_SUBJECT:
      return "subject";
    case TM_EVIDENCE_CORRELATION:
      return "correlation";
    }
  return "";
}

const char *
direction_name (TmDirection direction)
{
  switch (direction)
    {
    case TM_DIRECTION_IN:
      return "in";
    case TM_DIRECTION_OUT:
      return "out";
    case TM_DIRECTION_NOTE:
      return "note";
    }
  return "";
}

static const char *const step_names[] = {
  [TM_STEP_CREATE] = "create", [TM_STEP_SET] = "set", [TM_STEP_LEAVE] = "leave", [TM_STEP_QUEUE] = "queue",
  [TM_STEP_TAG] = "tag", [TM_STEP_PARTICIPANT] = "participant", [TM_STEP_ANSWER_TO] = "answer_to",
  [TM_STEP_RELATE] = "relate", [TM_STEP_MISSING] = "missing", [TM_STEP_FOUND] = "found",
  [TM_STEP_CORRELATE] = "correlate", [TM_STEP_QUARANTINE] = "quarantine", [TM_STEP_MESSAGE] = "message",
  [TM_STEP_FAILURE] = "failure", [TM_STEP_SILENCE] = "silence", [TM_STEP_CLOCK] = "clock", [TM_STEP_DUE] = "due",
  [TM_STEP_NOTIFY] = "notify", [TM_STEP_AFTER] = "after", [TM_STEP_QUIET] = "quiet", [TM_STEP_EVENT] = "event",
  [TM_STEP_OUTBOX] = "outbox", [TM_STEP_DELAY_ACK] = "delay_ack", [TM_STEP_CONFIRM] = "confirm",
  [TM_STEP_FEEDBACK] = "feedback", [TM_STEP_DROP_ACK] = "drop_ack", [TM_STEP_PAGED] = "paged",
  [TM_STEP_ACKNOWLEDGED] = "acknowledged", [TM_STEP_TICKET] = "ticket", [TM_STEP_UNTAG] = "untag",
  [TM_STEP_UNSHARE] = "unshare", [TM_STEP_WRITER] = "writer", [TM_STEP_NOTE] = "note", [TM_STEP_ANSWER] = "answer",
  [TM_STEP_MOVE] = "move", [TM_STEP_MERGE] = "merge", [TM_STEP_VERIFY] = "verify", [TM_STEP_CONTACT] = "contact",
};

static void
print_word (GString *out, const char *name, const char *value)
{
  if (value != NULL)
    g_string_append_printf (out, " %s=%s", name, value);
}

static void
print_instant (GString *out, const char *name, gint64 at)
{
  g_autofree char *text = instant_format (at);
  print_word (out, name, text);
}

static void
print_clock (GString *out, const TmClock *clock)
{
  g_string_append_printf (out, "step clock %s %u", metric_name (clock->metric), clock->cycle);
  print_word (out, "target", clock->target);
  print_word (out, "calendar", clock->calendar);
  print_word (out, "priority", clock->priority);
  print_instant (out, "start", clock->started_at);
  if (clock->base_at != clock->started_at)
    print_instant (out, "from", clock->base_at);
  print_instant (out, "due", clock->due_at);
  print_instant (out, "met", clock->met_at);
  print_instant (out, "ended", clock->ended_at);
  for (guint i = 0; clock->pauses != NULL && i < clock->pauses->len; i++)
    {
      const TmInterval *pause = &g_array_index (clock->pauses, TmInterval, i);
      print_instant (out, "paused", pause->from_at);
      print_instant (out, "until", pause->to_at);
    }
  g_string_append (out, clock->is_breached ? " breached\n" : "\n");
}

/* On one line. */
static void
print_text (GString *out, const char *name, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *line = g_strjoinv ("\\n", lines);
  print_word (out, name, line);
}

static void
print_outgoing (GString *out, const TmOutgoing *outgoing)
{
  g_autofree char *recipients = outgoing_recipients (outgoing);
  const char sender[] = { outgoing->sender_purpose, '\0' }, reply[] = { outgoing->reply_purpose, '\0' };
  g_string_append_printf (out, "step outbox %s", outgoing_kind_name (outgoing->kind));
  if (outgoing->message != 0)
    g_string_append_printf (out, " #%" G_GINT64_FORMAT, outgoing->message);
  print_text (out, "to", recipients);
  print_word (out, "sender", *sender != '\0' ? sender : NULL);
  print_word (out, "reply", *reply != '\0' ? reply : NULL);
  print_word (out, "by", outgoing->actor);
  if (outgoing->not_before != 0)
    print_instant (out, "at", outgoing->not_before);
  print_word (out, "repeat", outgoing->may_repeat ? "yes" : "no");
  print_text (out, "subject", outgoing->subject);
  print_text (out, "text", outgoing->text);
  print_word (out, "html", outgoing->html != NULL ? "yes" : NULL);
  print_word (out, "counts", outgoing->rate_key);
  print_word (out, "receiver", outgoing->receiver);
  if (outgoing->page != NULL)
    print_text (out, "page", outgoing->page);
  g_string_append_c (out, '\n');
}

static void
print_step (GString *out, const TmPlan *plan, const TmStep *step)
{
  if (step->kind == TM_STEP_OUTBOX)
    {
      print_outgoing (out, g_ptr_array_index (plan->outgoing, (guint) step->number - 1));
      return;
    }
  if (step->kind == TM_STEP_CLOCK)
    {
      print_clock (out, g_ptr_array_index (plan->clocks, (guint) step->number - 1));
      return;
    }
  if (step->kind == TM_STEP_DUE || step->kind == TM_STEP_NOTIFY)
    {
      g_autofree char *at = instant_format (step->number);
      g_string_append_printf (out, "step due %s\n", at != NULL ? at : "never");
      return;
    }
  if (step->kind == TM_STEP_AFTER)
    {
      g_autofree char *at = instant_format (step->number);
      g_string_append_printf (out, "step after %s since %s\n", at != NULL ? at : "never",
                              step->value != NULL ? step->value : "never");
      return;
    }
  g_string_append_printf (out, "step %s", step_names[step->kind]);
  if (step->number > 0)
    g_string_append_printf (out, " #%" G_GINT64_FORMAT, step->number);
  if (step->key != NULL)
    g_string_append_printf (out, " %s", step->key);
  if (step->value != NULL)
    g_string_append_printf (out, "%s%s", step->key != NULL ? "=" : " ", step->value);
  print_word (out, "by", step->actor);
  g_string_append_c (out, '\n');
}

static void
print_edit (GString *out, const TmEdit *edit)
{
  g_string_append_printf (out, "edit %s", edit_op_name (edit->op));
  if (edit->header != NULL)
    g_string_append_printf (out, " %s", edit->header);
  if (edit->index > 0)
    g_string_append_printf (out, "[%d]", edit->index);
  if (edit->value != NULL)
    {
      g_auto (GStrv) folds = g_strsplit (edit->value, "\n", -1);
      g_autofree char *value = g_strjoinv ("\\n", folds);
      g_string_append_printf (out, "%s %s", edit->header != NULL ? ":" : "", value);
    }
  if (edit->body != NULL)
    g_string_append_printf (out, " %" G_GSIZE_FORMAT " bytes", g_bytes_get_size (edit->body));
  g_string_append_c (out, '\n');
}

static void
print_lines (GString *out, const char *name, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (char **line = lines; *line != NULL && text != NULL; line++)
    g_string_append_printf (out, "%s %s\n", name, *line);
}

char *
plan_print (const TmPlan *plan)
{
  GString *out = g_string_new (NULL);
  g_string_append_printf (out, "action %s", action_name (plan->action));
  if (plan->ticket > 0)
    g_string_append_printf (out, " #%" G_GINT64_FORMAT, plan->ticket);
  else if (plan->action == TM_ACTION_OPEN)
    g_string_append (out, " #NEW");
  g_string_append_printf (out, "\nevidence %s\nreason %s\n", evidence_name (plan->evidence), plan->reason);
  if (plan->status != NULL)
    {
      g_string_append (out, "ticket");
      print_word (out, "queue", plan->queue);
      print_word (out, "status", plan->status);
      print_word (out, "type", plan->type);
      print_word (out, "priority", plan->priority);
      print_word (out, "priority_by", plan->priority_by);
      print_word (out, "assignee", plan->assignee);
      print_word (out, "requester", plan->requester);
      print_word (out, "customer", plan->customer);
      print_word (out, "plan", plan->service_plan);
      print_word (out, "answer_to", plan->answer_to);
      g_string_append_printf (out, "\nmessage direction=%s verified=%d auto=%d bounce=%d",
                              direction_name (plan->direction), plan->is_verified, plan->is_auto, plan->is_bounce);
      g_autofree const char **flags = mail_flag_names (plan->flags);
      for (const char **flag = flags; *flag != NULL; flag++)
        g_string_append_printf (out, " %s", *flag);
      g_string_append_c (out, '\n');
    }
  if (plan->failed_message > 0)
    g_string_append_printf (out, "failed message %" G_GINT64_FORMAT "\n", plan->failed_message);
  if (plan->limited != NULL)
    g_string_append_printf (out, "limited %s\n", plan->limited);
  if (plan->uncounted != NULL)
    g_string_append_printf (out, "uncounted %s\n", plan->uncounted);
  for (guint i = 0; i < plan->steps->len; i++)
    print_step (out, plan, g_ptr_array_index (plan->steps, i));
  for (guint i = 0; i < plan->edits->len; i++)
    print_edit (out, g_ptr_array_index (plan->edits, i));
  if (plan->removes_commands)
    g_string_append (out, "commands removed\n");
  print_lines (out, "footer", plan->footer);
  if (plan->reply_code != NULL)
    g_string_append_printf (out, "verdict %s %s %s\n", plan->reply_code, plan->reply_enhanced, plan->reply_text);
  else
    g_string_append (out, plan->is_discarded ? "verdict discard\n" : "verdict accept\n");
  return g_string_free (out, FALSE);
}

/* Whether the plan is what a rule of `classification` said: refuse, ignore or discard. */
static bool
gave_verdict (const TmClassification *classification, const TmPlan *plan)
{
  return plan->rule != NULL && g_strcmp0 (classification->verdict_rule, plan->rule) == 0;
}

const TmClassification *
plan_classification (const TmInbound *inbound, const TmPlan *plan)
{
  if (inbound->as_followup == NULL || plan->evidence == TM_EVIDENCE_CORRELATION)
    return inbound->as_new;
  bool is_followup
    = plan->ticket != 0 || (gave_verdict (inbound->as_followup, plan) && !gave_verdict (inbound->as_new, plan));
  return is_followup ? inbound->as_followup : inbound->as_new;
}
