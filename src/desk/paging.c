/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/paging.h"

#include "base/clock.h"
#include "desk/outgoing.h"
#include "outbox/hook.h"
#include "outbox/http.h"
#include "outbox/smtp.h"

struct TmCarrier
{
  TmPoster *poster;
  TmSubmitter *submitter;
};

TmCarrier *
carrier_new (void)
{
  TmCarrier *carrier = g_new0 (TmCarrier, 1);
  carrier->poster = poster_new ();
  carrier->submitter = submitter_new ();
  return carrier;
}

void
carrier_free (TmCarrier *carrier)
{
  if (carrier == NULL)
    return;
  poster_free (carrier->poster);
  submitter_free (carrier->submitter);
  g_free (carrier);
}

/* --- by kind --- */

static void
post (const TmPaging *paging, const TmReceiver *receiver, const TmOutboxRow *row, const char *body,
      TmSubmitResult *result_out)
{
  g_autofree char *id = g_strdup_printf ("%s-%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, paging->policy->site->instance,
                                         row->id, row->created_at);
  g_autofree char *url = page_url (receiver);
  g_auto (GStrv) headers = page_headers (receiver, body, id);
  const TmPost request = { .url = url,
                           .body = body,
                           .headers = headers,
                           .ca_file = receiver->ca_file,
                           .timeout_s = receiver->timeout_s,
                           .is_stopped = paging->is_stopped,
                           .data = paging->data };
  poster_post (paging->carrier->poster, &request, result_out);
}

static void
run (const TmPaging *paging, const TmReceiver *receiver, const char *body, TmSubmitResult *result_out)
{
  const TmHook hook = { .argv = receiver->argv,
                        .body = body,
                        .timeout_s = receiver->timeout_s,
                        .is_stopped = paging->is_stopped,
                        .data = paging->data };
  hook_run (&hook, result_out);
}

static void
submit (const TmPaging *paging, const TmReceiver *receiver, TmComposed *composed, TmSubmitResult *result_out)
{
  if (composed->recipients->len == 0)
    {
      submit_result_init (result_out, TM_SUBMIT_FAILED, "nothing is sent there any more: `ticketctl contact list`");
      return;
    }
  const TmSubmission submission = { .url = paging->policy->daemon.submit,
                                    .sender = composed->sender,
                                    .recipients = composed->recipients,
                                    .message = composed->bytes,
                                    .connect_s = receiver->timeout_s,
                                    .answer_s = receiver->timeout_s,
                                    .is_stopped = paging->is_stopped,
                                    .data = paging->data };
  submitter_submit (paging->carrier->submitter, &submission, result_out);
}

static void
mail (const TmPaging *paging, const TmReceiver *receiver, const TmOutboxRow *row, TmSubmitResult *result_out)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  g_autoptr (TmComposed) composed = NULL;
  g_autoptr (GError) error = NULL;
  TmOutboxRow addressed = *row;
  addressed.recipients = recipients;
  addressed.settled = nobody;
  g_ptr_array_add (recipients, receiver->address);
  if (paging->reader == NULL)
    submit_result_init (result_out, TM_SUBMIT_LATER, "there is no database yet, and mail needs one");
  else if (outgoing_compose (paging->reader, paging->policy, &addressed, clock_now (), &composed, &error))
    submit (paging, receiver, composed, result_out);
  else
    submit_result_init (result_out, error->code == TM_ERROR_TEMP ? TM_SUBMIT_LATER : TM_SUBMIT_FAILED,
                        error->message);
}

void
paging_deliver (const TmPaging *paging, const TmOutboxRow *row, TmSubmitResult *result_out)
{
  const TmSite *site = paging->policy->site;
  const TmReceiver *receiver = site_receiver (site, row->receiver);
  g_autoptr (TmPage) page = page_of_row (row);
  if (receiver == NULL)
    {
      g_autofree char *why = g_strdup_printf ("there is no receiver `%s` in the configuration", row->receiver);
      submit_result_init (result_out, TM_SUBMIT_FAILED, why);
      return;
    }
  if (page == NULL)
    {
      submit_result_init (result_out, TM_SUBMIT_LATER, "a newer ticketmilter knows what this page says");
      return;
    }
  g_autofree char *body = page_body (page, receiver, site->instance);
  switch (receiver->kind)
    {
    case TM_RECEIVER_MAIL:
      mail (paging, receiver, row, result_out);
      break;
    case TM_RECEIVER_EXEC:
      run (paging, receiver, body, result_out);
      break;
    case TM_RECEIVER_PAGERDUTY:
    case TM_RECEIVER_SLACK:
    case TM_RECEIVER_GENERIC:
    case TM_RECEIVER_END:
      post (paging, receiver, row, body, result_out);
      break;
    }
}

/* --- a test --- */

void
paging_test (const TmPaging *paging, const char *receiver, TmPageEvent event, const char *by,
             TmSubmitResult *result_out)
{
  static const char *const texts[] = { [TM_PAGE_TRIGGER] = "If you read this, pages reach you.  Nothing is wrong.",
                                       [TM_PAGE_ACKNOWLEDGE] = "If you read this, acknowledgements reach you.",
                                       [TM_PAGE_RESOLVE] = "If you read this, it reaches you that all is well." };
  g_autofree char *summary = g_strdup_printf ("Test of receiver %s by ticketmilter %s", receiver,
                                              paging->policy->site->instance);
  g_autoptr (TmPage) page = page_new (event, TM_PAGE_TEST, summary, by);
  g_free (page->text);
  page->text = g_strdup (texts[event]);
  g_autoptr (TmOutgoing) outgoing = page_outgoing (page, receiver);
  const TmOutboxRow row = { .kind = (char *) (gsize) outgoing_kind_name (outgoing->kind),
                            .actor = outgoing->actor,
                            .sender_purpose = (char[]) { "" },
                            .reply_purpose = (char[]) { "" },
                            .subject = outgoing->subject,
                            .text = outgoing->text,
                            .receiver = outgoing->receiver,
                            .page = outgoing->page,
                            .may_repeat = true,
                            .created_at = clock_now () };
  paging_deliver (paging, &row, result_out);
}
