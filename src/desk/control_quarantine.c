/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/control_quarantine.h"

#include "base/clock.h"
#include "base/text.h"
#include "desk/control_receive.h"
#include "store/quarantine.h"
#include "store/task.h"

#include <string.h>

enum { US_PER_S = 1000000 };

static bool
asks_for (const TmWire *request, const char *verb)
{
  return g_strcmp0 (wire_get (request, "do"), verb) == 0;
}

bool
control_is_quarantine (const TmWire *request)
{
  return asks_for (request, "quarantine-release") || asks_for (request, "quarantine-drop");
}

static bool
take_ids (const TmWire *request, GArray *ids, GError **error)
{
  const char *value;
  for (unsigned i = 0; (value = wire_next (request, "message", &i)) != NULL;)
    {
      guint64 number;
      if (!text_parse_number (value, G_MAXINT64, &number))
        {
          g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no message's number", value);
          return false;
        }
      gint64 id = (gint64) number;
      g_array_append_val (ids, id);
    }
  if (ids->len == 1 || (ids->len > 0 && asks_for (request, "quarantine-drop")))
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "control socket: the request is not complete");
  return false;
}

/* Nobody's client, nobody's login: what its own fields prove is all that is known of it. */
static TmEnvelope *
make_envelope (const TmQuarantined *kept, const TmSite *site)
{
  TmEnvelope *envelope = envelope_new ();
  envelope_set_sender (envelope, kept->sender);
  for (guint i = 0; i < kept->recipients->len; i++)
    envelope_add_recipient (envelope, site, g_ptr_array_index (kept->recipients, i));
  if (*kept->queue_id != '\0')
    {
      g_free (envelope->queue_id);
      envelope->queue_id = g_strdup (kept->queue_id);
    }
  envelope->received_at = kept->at;
  envelope->is_released = true;
  return envelope;
}

static bool
is_recorded (const TmPlan *plan)
{
  return plan->action == TM_ACTION_OPEN || plan->action == TM_ACTION_APPEND || plan->action == TM_ACTION_NOTE
         || plan->action == TM_ACTION_DUPLICATE;
}

static bool
release (const TmControl *control, TmPolicy *policy, const GArray *ids, gint64 deadline_us, TmWire *answer,
         GError **error)
{
  g_autoptr (TmReader) reader = NULL;
  g_autoptr (TmQuarantined) kept = NULL;
  g_autoptr (TmPlan) plan = NULL;
  if (!reader_open (store_path (control->store), &reader, error)
      || !reader_get_quarantined (reader, g_array_index (ids, gint64, 0), &kept, error))
    return false;
  if (kept->raw == NULL)
    {
      g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
                   "message %" G_GINT64_FORMAT " in quarantine was not kept as it came: it can only be dropped",
                   kept->id);
      return false;
    }
  g_autoptr (TmEnvelope) envelope = make_envelope (kept, policy->site);
  if (!envelope_has_queue (envelope))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_DENIED,
                   "message %" G_GINT64_FORMAT " stays in quarantine: none of its recipients is a queue's", kept->id);
      return false;
    }
  return control_take_message (control, policy, g_steal_pointer (&envelope), kept->raw, deadline_us, answer, &plan,
                               error)
         && (!is_recorded (plan) || store_drop_quarantined (control->store, ids, deadline_us, error));
}

static bool
drop (const TmControl *control, const GArray *ids, gint64 deadline_us, TmWire *answer, GError **error)
{
  if (!store_drop_quarantined (control->store, ids, deadline_us, error))
    return false;
  g_autofree char *said = g_strdup_printf ("%u %s dropped", ids->len, ids->len == 1 ? "message" : "messages");
  wire_add (answer, "said", said);
  return true;
}

bool
control_run_quarantine (const TmControl *control, const TmWire *request, TmWire *answer, GError **error)
{
  g_autoptr (TmPolicy) policy = control->policy (control->data);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 deadline_us = clock_monotonic_us () + policy->daemon.deadline_s * US_PER_S;
  if (!take_ids (request, ids, error))
    return false;
  return asks_for (request, "quarantine-release") ? release (control, policy, ids, deadline_us, answer, error)
                                                  : drop (control, ids, deadline_us, answer, error);
}
