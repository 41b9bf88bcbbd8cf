/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/control_erase.h"

#include "base/text.h"
#include "core/address.h"
#include "store/erase.h"

#include <string.h>

enum { WHY_MAX = 500, US_PER_S = 1000000 };

char *
control_erasable_address (const TmSite *site, const char *typed, GError **error)
{
  g_autofree char *address = address_normalize (typed);
  if (address == NULL || *address == '\0')
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no address: give one like joe@example.com", typed);
  else if (site_agent_by_address (site, address) != NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "<%s> is an agent's: take it out of the configuration first", address);
  else if (site_queue_by_address (site, address) != NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_DENIED, "<%s> is a queue's: take it out of the configuration first",
                 address);
  else
    return g_steal_pointer (&address);
  return NULL;
}

static bool
take_why (const TmWire *request, const char **why_out, GError **error)
{
  const char *why = *why_out = wire_get (request, "why");
  g_autofree char *line = why != NULL ? text_one_line (why, 0) : NULL;
  if (why == NULL || (*why != '\0' && strlen (why) <= WHY_MAX && strcmp (line, why) == 0))
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "a reason is one line of 1 to %d bytes", WHY_MAX);
  return false;
}

/* What was said is logged: it does not name the address again. */
static void
say_report (TmWire *answer, const TmEraseReport *report)
{
  g_autoptr (GString) said = g_string_new (NULL);
  for (int kind = 0; kind < TM_ERASED_N_KINDS; kind++)
    {
      wire_add_number (answer, erased_name ((TmErasedKind) kind), report->counts[kind]);
      if (report->counts[kind] > 0)
        g_string_append_printf (said, "%s%s: %" G_GINT64_FORMAT, said->len > 0 ? ", " : "",
                                erased_name ((TmErasedKind) kind), report->counts[kind]);
    }
  for (guint i = 0; i < report->others->len; i++)
    wire_add (answer, "other", g_ptr_array_index (report->others, i));
  if (report->is_scrubbed)
    wire_add (answer, "scrubbed", "yes");
  g_string_prepend (said, said->len > 0 ? "erased " : "nothing had to be erased");
  wire_add (answer, "said", said->str);
}

bool
control_run_erase (const TmControl *control, const TmWire *request, const char *user, TmWire *answer, GError **error)
{
  g_autoptr (TmPolicy) policy = control->policy (control->data);
  g_autoptr (TmEraseReport) report = NULL;
  const char *who = wire_get (request, "who");
  const char *by = wire_get (request, "by");
  const char *why;
  const TmAgent *agent;
  g_autofree char *address = control_erasable_address (policy->site, who != NULL ? who : "", error);
  if (address == NULL || !take_why (request, &why, error))
    return false;
  g_autofree char *actor = change_actor (policy->site, by != NULL ? by : user, &agent, error);
  if (actor == NULL
      || !store_erase (control->store, address, actor, why, policy->daemon.deadline_s * US_PER_S, &report, error))
    return false;
  say_report (answer, report);
  return true;
}
