/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/control_outbox.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/outbox_send.h"

enum { US_PER_S = 1000000 };

static bool
asks_for (const TmWire *request, const char *verb)
{
  return g_strcmp0 (wire_get (request, "do"), verb) == 0;
}

bool
control_is_outbox (const TmWire *request)
{
  return asks_for (request, "outbox-retry") || asks_for (request, "outbox-drop");
}

bool
control_run_outbox (const TmControl *control, const TmWire *request, TmWire *answer, GError **error)
{
  g_autoptr (TmPolicy) policy = control->policy (control->data);
  const char *number = wire_get (request, "mail");
  guint64 id = 0;
  bool drops = asks_for (request, "outbox-drop");
  if (number == NULL || !text_parse_number (number, G_MAXINT64, &id))
    {
      g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "control socket: mail is missing or no number");
      return false;
    }
  gint64 deadline_us = clock_monotonic_us () + policy->daemon.deadline_s * US_PER_S;
  if (!store_set_outgoing (control->store, (gint64) id, drops, deadline_us, error))
    return false;
  g_autofree char *said = g_strdup_printf ("mail %s of the outbox %s", number,
                                           drops ? "is not sent any more" : "is tried again");
  wire_add (answer, "said", said);
  return true;
}
