/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/control_receiver.h"

#include "desk/paging.h"

#include <string.h>

bool
control_is_receiver (const TmWire *request)
{
  return g_strcmp0 (wire_get (request, "do"), "receiver-test") == 0;
}

const TmReceiver *
receiver_find (const TmSite *site, const char *name, GError **error)
{
  const TmReceiver *receiver = site_receiver (site, name);
  if (receiver != NULL)
    return receiver;
  g_autoptr (GString) known = g_string_new (NULL);
  for (guint i = 0; i < site->receivers->len; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "there is ",
                            ((const TmReceiver *) g_ptr_array_index (site->receivers, i))->id);
  g_set_error (error, TM_ERROR, TM_ERROR_NOT_FOUND, "no receiver `%s` in the configuration that is in force: %s", name,
               known->len > 0 ? known->str : "it names none under `receivers`");
  return NULL;
}

static bool
parse_event (const char *text, TmPageEvent *event_out, GError **error)
{
  *event_out = TM_PAGE_TRIGGER;
  for (int event = 0; text != NULL && event < TM_PAGE_N_EVENTS; event++)
    if (strcmp (page_event_name ((TmPageEvent) event), text) == 0)
      {
        *event_out = (TmPageEvent) event;
        return true;
      }
  if (text != NULL)
    g_set_error (error, TM_ERROR, TM_ERROR_USAGE, "`%s` is none of: trigger, acknowledge, resolve", text);
  return text == NULL;
}

static void
say (const TmReceiver *receiver, const TmSubmitResult *result, TmWire *answer)
{
  static const char *const outcomes[]
    = { [TM_SUBMIT_DONE] = "done",     [TM_SUBMIT_AWAY] = "later",   [TM_SUBMIT_LATER] = "later",
        [TM_SUBMIT_FAILED] = "failed", [TM_SUBMIT_UNKNOWN] = "later", [TM_SUBMIT_NEEDLESS] = "needless" };
  wire_add (answer, "outcome", outcomes[result->outcome]);
  wire_add (answer, "kind", receiver_kind_name (receiver->kind));
  wire_add (answer, "said", result->text);
}

/* Mail alone needs the database. */
static bool
open_reader (const TmPolicy *policy, const TmReceiver *receiver, TmReader **reader_out, GError **error)
{
  return receiver->kind != TM_RECEIVER_MAIL || reader_open (policy->daemon.database, reader_out, error);
}

bool
receiver_test (const TmPolicy *policy, const TmWire *request, const char *user, TmWire *answer, GError **error)
{
  const char *name = wire_get (request, "receiver");
  const TmReceiver *receiver = receiver_find (policy->site, name != NULL ? name : "", error);
  g_autofree char *by = g_strconcat ("user:", user, NULL);
  g_autoptr (TmCarrier) carrier = carrier_new ();
  g_autoptr (TmReader) reader = NULL;
  g_auto (TmSubmitResult) result = { 0 };
  TmPageEvent event;
  if (receiver == NULL || !parse_event (wire_get (request, "event"), &event, error)
      || !open_reader (policy, receiver, &reader, error))
    return false;
  const TmPaging paging = { .carrier = carrier, .policy = policy, .reader = reader };
  paging_test (&paging, name, event, by, &result);
  say (receiver, &result, answer);
  return true;
}

bool
control_run_receiver (const TmControl *control, const TmWire *request, const char *user, TmWire *answer,
                      GError **error)
{
  g_autoptr (TmPolicy) policy = control->policy (control->data);
  return receiver_test (policy, request, user, answer, error);
}
