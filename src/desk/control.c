/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/control.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "desk/control_contact.h"
#include "desk/control_erase.h"
#include "desk/control_outbox.h"
#include "desk/control_quarantine.h"
#include "desk/control_receive.h"
#include "desk/control_receiver.h"
#include "desk/stats.h"

#include <pwd.h>
#include <string.h>

enum { WHY_MAX = 500, FINDINGS_MAX = 200, US_PER_S = 1000000 };

static const struct
{
  const char *name;
  TmChangeKind kind;
} verbs[] = {
  { "set", TM_CHANGE_SET },     { "close", TM_CHANGE_CLOSE }, { "reopen", TM_CHANGE_REOPEN },
  { "note", TM_CHANGE_NOTE },   { "merge", TM_CHANGE_MERGE }, { "split", TM_CHANGE_SPLIT },
  { "join", TM_CHANGE_JOIN },   { "answered", TM_CHANGE_ANSWERED }, { "share", TM_CHANGE_SHARE },
  { "unshare", TM_CHANGE_UNSHARE }, { "reply", TM_CHANGE_REPLY },
  { "ack", TM_CHANGE_ACK },
};

/* --- request → change --- */

static bool
take_number (const TmWire *request, const char *name, gint64 *number_out, GError **error)
{
  const char *text = wire_get (request, name);
  guint64 number = 0;
  if (text != NULL && text_parse_number (text, G_MAXINT64, &number))
    {
      *number_out = (gint64) number;
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "control socket: %s is missing or no number", name);
  return false;
}

static bool
take_why (const TmWire *request, TmChange *change, GError **error)
{
  const char *why = wire_get (request, "why");
  if (why == NULL)
    return true;
  change->why = text_one_line (why, 0);
  if (*change->why != '\0' && strlen (change->why) <= WHY_MAX)
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "a reason is one line of 1 to %d bytes", WHY_MAX);
  return false;
}

static bool
take_lists (const TmWire *request, TmChange *change, GError **error)
{
  const char *value;
  for (unsigned i = 0; (value = wire_next (request, "setting", &i)) != NULL;)
    g_ptr_array_add (change->settings, g_strdup (value));
  for (unsigned i = 0; (value = wire_next (request, "message", &i)) != NULL;)
    {
      guint64 number;
      if (!text_parse_number (value, G_MAXINT64, &number))
        {
          g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is no message's number", value);
          return false;
        }
      gint64 id = (gint64) number;
      g_array_append_val (change->messages, id);
    }
  for (unsigned i = 0; (value = wire_next (request, "address", &i)) != NULL;)
    g_ptr_array_add (change->addresses, g_strdup (value));
  change->text = g_strdup (wire_get (request, "text"));
  change->always = wire_get (request, "always") != NULL;
  change->sends = wire_get (request, "send") != NULL;
  change->channel = g_strdup (wire_get (request, "channel"));
  const char *at = wire_get (request, "at");
  return at == NULL || change_parse_instant (change->site, at, &change->at, error);
}

/* Whether there is what the kind needs. */
static bool
is_complete (const TmChange *change)
{
  switch (change->kind)
    {
    case TM_CHANGE_SET:
      return change->settings->len > 0;
    case TM_CHANGE_NOTE:
    case TM_CHANGE_REPLY:
      return change->text != NULL;
    case TM_CHANGE_MERGE:
      return change->into > 0;
    case TM_CHANGE_SPLIT:
      return change->messages->len > 0;
    case TM_CHANGE_ANSWERED:
      return g_strcmp0 (change->channel, "phone") == 0 || g_strcmp0 (change->channel, "chat") == 0;
    case TM_CHANGE_JOIN:
      return change->messages->len == 1;
    case TM_CHANGE_SHARE:
    case TM_CHANGE_UNSHARE:
      return change->addresses->len > 0;
    case TM_CHANGE_RECORD:
      return change->text != NULL;
    case TM_CHANGE_CLOSE:
    case TM_CHANGE_REOPEN:
    case TM_CHANGE_ACK:
      return true;
    }
  return false;
}

static bool
fill_change (const TmWire *request, const char *user, TmChange *change, GError **error)
{
  const char *by = wire_get (request, "by");
  if (!take_number (request, "ticket", &change->ticket, error)
      || (change->kind == TM_CHANGE_MERGE && !take_number (request, "into", &change->into, error))
      || !take_lists (request, change, error) || !take_why (request, change, error)
      || !change_set_actor (change, by != NULL ? by : user, user, error))
    return false;
  if (is_complete (change))
    return true;
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "control socket: the request is not complete");
  return false;
}

static bool
build_change (const TmWire *request, TmPolicy *policy, const char *user, TmChange **change_out, GError **error)
{
  const char *verb = wire_get (request, "do");
  for (size_t i = 0; verb != NULL && i < G_N_ELEMENTS (verbs); i++)
    {
      if (strcmp (verbs[i].name, verb) != 0)
        continue;
      g_autoptr (TmChange) change = change_new (verbs[i].kind, 0);
      change->site = policy->site;
      change->policy = policy_ref (policy);
      change->policy_unref = (GDestroyNotify) policy_unref;
      if (!fill_change (request, user, change, error))
        return false;
      *change_out = g_steal_pointer (&change);
      return true;
    }
  g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "control socket: this ticketmilter knows no request `%s`",
               verb != NULL ? verb : "");
  return false;
}

/* --- answers --- */

static void
say_plan (TmWire *answer, const TmWire *request, const TmPlan *plan)
{
  const char *named = wire_get (request, "ticket");
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, plan->ticket);
  bool is_followed = strcmp (named, number) != 0 && strcmp (wire_get (request, "do"), "split") != 0
                     && strcmp (wire_get (request, "do"), "merge") != 0;
  g_autoptr (GString) said = g_string_new (NULL);
  g_string_printf (said, "ticket %s: %s%s", number, plan->reason,
                   plan->steps->len == 0 ? "; nothing had to be changed" : "");
  if (is_followed)
    g_string_append_printf (said, " (%s was merged into it)", named);
  wire_add (answer, "said", said->str);
  wire_add (answer, "ticket", number);
}

static bool
run_change (const TmControl *control, const TmWire *request, const char *user, TmWire *answer, GError **error)
{
  g_autoptr (TmPolicy) policy = control->policy (control->data);
  g_autoptr (TmChange) change = NULL;
  g_autoptr (TmPlan) plan = NULL;
  gint64 deadline_us = clock_monotonic_us () + policy->daemon.deadline_s * US_PER_S;
  if (!build_change (request, policy, user, &change, error)
      || !store_change (control->store, change, deadline_us, &plan, error))
    return false;
  if (plan->uncounted != NULL)
    log_warning ("clocks of ticket %" G_GINT64_FORMAT " are never due, nothing is open or the calendar is gone: %s",
                 plan->ticket, plan->uncounted);
  say_plan (answer, request, plan);
  return true;
}

static bool
run_reload (const TmControl *control, TmWire *answer, GError **error)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  bool ok = control->reload (control->data, findings, error);
  for (guint i = 0; i < findings->len && i < FINDINGS_MAX; i++)
    wire_add (answer, "finding", g_ptr_array_index (findings, i));
  if (ok)
    wire_add (answer, "said", "the daemon has the new configuration");
  return ok;
}

static void
run_stats (const TmControl *control, TmWire *answer)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);
  stats_gather (control, list);
  wire_add (answer, "said", "statistics");
  stats_to_wire (list, answer);
}

static bool
asks_for (const TmWire *request, const char *verb)
{
  return g_strcmp0 (wire_get (request, "do"), verb) == 0;
}

static bool
run (const TmControl *control, const TmWire *request, GBytes *message, const char *user, TmWire *answer, GError **error)
{
  if (asks_for (request, "receive"))
    return control_receive (control, request, message, answer, error);
  if (control->reload != NULL && asks_for (request, "reload"))
    return run_reload (control, answer, error);
  if (asks_for (request, "contact-erase"))
    return control_run_erase (control, request, user, answer, error);
  if (control_is_outbox (request))
    return control_run_outbox (control, request, answer, error);
  if (control_is_receiver (request))
    return control_run_receiver (control, request, user, answer, error);
  if (control_is_quarantine (request))
    return control_run_quarantine (control, request, answer, error);
  if (control_is_contact (request))
    return control_run_contact (control, request, user, answer, error);
  if (control->memory_used == NULL || !asks_for (request, "stats"))
    return run_change (control, request, user, answer, error);
  run_stats (control, answer);
  return true;
}

bool
control_message_size (const TmControl *control, const TmWire *request, gsize *size_out, GError **error)
{
  g_autoptr (TmPolicy) policy = control->policy (control->data);
  const char *text = wire_get (request, "bytes");
  guint64 size = 0;
  bool ok = text == NULL || !asks_for (request, "receive") || text_parse_number (text, policy->limits.max_size, &size);
  if (!ok)
    g_set_error (error, TM_ERROR, TM_ERROR_MESSAGE, "the message has more bytes than max_size: %" G_GUINT64_FORMAT,
                 policy->limits.max_size);
  *size_out = size;
  return ok;
}

TmWire *
control_answer (const TmControl *control, const TmWire *request, GBytes *message, const char *user)
{
  g_autoptr (TmWire) answer = wire_new ();
  g_autoptr (GError) error = NULL;
  if (run (control, request, message, user, answer, &error))
    return g_steal_pointer (&answer);
  wire_add_number (answer, "error", error->code);
  wire_add (answer, "said", error->message);
  return g_steal_pointer (&answer);
}

bool
control_is_refused (const TmWire *answer, GError **error)
{
  const char *kind = wire_get (answer, "error");
  const char *said = wire_get (answer, "said");
  guint64 code = 0;
  if (kind == NULL && said != NULL)
    return false;
  if (kind == NULL || said == NULL || !(text_parse_number (kind, TM_ERROR_N_KINDS - 1, &code) || *kind == '0'))
    g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "control socket: the answer is not one of ticketmilter");
  else
    g_set_error_literal (error, TM_ERROR, (int) code, said);
  return true;
}

char *
control_user_name (uid_t uid)
{
  struct passwd entry, *found = NULL;
  char buffer[16384];
  if (getpwuid_r (uid, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
    {
      g_autofree char *valid = text_make_valid (entry.pw_name, strlen (entry.pw_name));
      return text_one_line (valid, 64);
    }
  return g_strdup_printf ("%u", (unsigned) uid);
}
