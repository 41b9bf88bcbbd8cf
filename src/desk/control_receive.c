/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/control_receive.h"

#include "base/clock.h"
#include "base/metrics.h"
#include "base/text.h"
#include "desk/receive.h"

/* --- request → envelope --- */

static bool
take_instant (const TmWire *request, TmEnvelope *envelope, GError **error)
{
  const char *text = wire_get (request, "at");
  guint64 at = 0;
  if (text == NULL)
    return true;
  if (text_parse_number (text, G_MAXINT64, &at) && (gint64) at <= clock_now ())
    {
      envelope->received_at = (gint64) at;
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE,
               "a message can only have come between 1970 and now: give the time of its arrival");
  return false;
}

static bool
fill_envelope (const TmWire *request, const TmPolicy *policy, TmEnvelope *envelope, GError **error)
{
  const char *sender = wire_get (request, "sender");
  const char *rcpt;
  envelope_set_sender (envelope, sender != NULL ? sender : "");
  for (unsigned i = 0; (rcpt = wire_next (request, "rcpt", &i)) != NULL;)
    envelope_add_recipient (envelope, policy->site, rcpt);
  envelope->login = g_strdup (wire_get (request, "login"));
  envelope->client_address = g_strdup (wire_get (request, "client"));
  if (envelope->recipients->len > 0)
    return take_instant (request, envelope, error);
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "control socket: the message has no recipient");
  return false;
}

/* --- plan → answer --- */

/* Nothing behind us passes it on: who feeds it has to hear that. */
static const char *
what_else (const TmPlan *plan)
{
  if (plan->is_discarded)
    return "; see `ticketctl quarantine list`";
  return plan->action == TM_ACTION_PASS || plan->action == TM_ACTION_IGNORE ? "; not recorded" : "";
}

static void
say_plan (TmWire *answer, const TmPlan *plan)
{
  g_autoptr (GString) said = g_string_new (action_name (plan->action));
  wire_add (answer, "action", action_name (plan->action));
  if (plan->ticket != 0)
    {
      wire_add_number (answer, "ticket", plan->ticket);
      g_string_append_printf (said, ", ticket %" G_GINT64_FORMAT, plan->ticket);
    }
  wire_add (answer, "evidence", evidence_name (plan->evidence));
  wire_add (answer, "reason", plan->reason);
  wire_add (answer, "queue", plan->queue);
  wire_add (answer, "status", plan->status);
  wire_add (answer, "type", plan->type);
  wire_add (answer, "priority", plan->priority);
  wire_add (answer, "requester", plan->requester);
  wire_add (answer, "code", plan->reply_code);
  wire_add (answer, "enhanced", plan->reply_enhanced);
  wire_add (answer, "text", plan->reply_text);
  wire_add (answer, "discarded", plan->is_discarded ? "yes" : NULL);
  if (plan->reply_code != NULL)
    return;
  g_string_append_printf (said, ": %s%s", plan->reason, what_else (plan));
  wire_add (answer, "said", said->str);
}

bool
control_take_message (const TmControl *control, TmPolicy *policy, TmEnvelope *envelope, GBytes *message,
                      gint64 deadline_us, TmWire *answer, TmPlan **plan_out, GError **error)
{
  envelope->is_fed = true;
  if (!receive_message (control->store, policy, envelope, message, NULL, deadline_us, NULL, plan_out, error))
    {
      metrics_count (TM_COUNT_TEMPFAIL);
      return false;
    }
  const TmPlan *plan = *plan_out;
  say_plan (answer, plan);
  if (plan->reply_code == NULL)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "refused: %s %s %s", plan->reply_code, plan->reply_enhanced,
               plan->reply_text);
  return false;
}

bool
control_receive (const TmControl *control, const TmWire *request, GBytes *message, TmWire *answer, GError **error)
{
  g_autoptr (TmPolicy) policy = control->policy (control->data);
  g_autoptr (TmEnvelope) envelope = envelope_new ();
  g_autoptr (TmPlan) plan = NULL;
  if (message == NULL || g_bytes_get_size (message) == 0)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "control socket: the request has no message");
      return false;
    }
  if (!fill_envelope (request, policy, envelope, error))
    return false;
  gint64 deadline_us = clock_monotonic_us () + policy->daemon.deadline_s * G_USEC_PER_SEC;
  return control_take_message (control, policy, g_steal_pointer (&envelope), message, deadline_us, answer, &plan,
                               error);
}
