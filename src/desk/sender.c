/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "core/backoff.h"
#include "desk/courier.h"
#include "desk/outgoing.h"
#include "outbox/smtp.h"
#include "store/task.h"

#include <string.h>

enum { CONNECT_S = 30, ANSWER_S = 600 };

struct TmSender
{
  TmSenderOptions options;
  TmWorker *worker;    /* of who holds it */

  /* the thread's own */
  TmCourier courier;
  TmSubmitter *submitter;
  gint64 server_tries; /* in a row that found no server; 0: it takes mail */
  gint64 server_at;    /* UTC seconds: when it is tried again */
};

void
sender_init (void)
{
  submitter_init ();
}

static bool
is_stopped (gpointer data)
{
  return !worker_goes_on (((TmSender *) data)->courier.thread);
}

/* --- what is logged --- */

/* A line for a change, none for each try. */
static void
log_server (TmSender *sender, const char *url, const TmSubmitResult *result, gint64 row, gint64 now)
{
  bool was_away = sender->server_tries > 0;
  if (result->outcome == TM_SUBMIT_AWAY)
    {
      sender->server_tries++;
      sender->server_at = now + backoff_delay (&backoff_server, sender->server_tries, (guint64) row);
      if (!was_away)
        log_warning ("outbox: %s takes no mail, what is to be sent waits: %s", url, result->text);
      return;
    }
  sender->server_tries = sender->server_at = 0;
  if (was_away)
    log_info ("outbox: %s takes mail again", url);
}

static void
log_mail (const TmOutboxRow *row, const GPtrArray *recipients, const TmSending *sending, const char *text)
{
  g_autofree char *to = recipients->len > 0 ? text_log_value (g_ptr_array_index (recipients, 0)) : g_strdup ("-");
  g_autofree char *why = text_log_value (sending->error != NULL ? sending->error : text);
  const char *state = outbox_state_name (sending->state);
  if (sending->state == TM_OUTBOX_CANCELLED)
    log_info ("outbox: mail=%" G_GINT64_FORMAT " ticket=%" G_GINT64_FORMAT " kind=%s state=cancelled why=%s", row->id,
              row->ticket, row->kind, why);
  else if (sending->state == TM_OUTBOX_SENT && sending->told == NULL)
    log_info ("outbox: mail=%" G_GINT64_FORMAT " ticket=%" G_GINT64_FORMAT " kind=%s state=sent to=%s n=%u said=%s",
              row->id, row->ticket, row->kind, to, recipients->len, why);
  else if (sending->state != TM_OUTBOX_WAITING || g_strcmp0 (row->error, sending->error) != 0)
    log_warning ("outbox: mail=%" G_GINT64_FORMAT " ticket=%" G_GINT64_FORMAT " kind=%s state=%s to=%s n=%u why=%s",
                 row->id, row->ticket, row->kind, state, to, recipients->len, why);
}

/* --- one mail --- */

static void
submit (TmSender *sender, const TmPolicy *policy, const TmOutboxRow *row, TmComposed *composed,
        TmSubmitResult *result_out)
{
  if (composed->needless != NULL)
    submit_result_init (result_out, TM_SUBMIT_NEEDLESS, composed->needless);
  else if (composed->recipients->len == 0)
    submit_result_init (result_out, composed->silenced->len > 0 ? TM_SUBMIT_FAILED : TM_SUBMIT_DONE,
                        "nobody is left to send it to");
  else
    {
      const TmSubmission submission = { .url = policy->daemon.submit,
                                        .sender = composed->sender,
                                        .recipients = composed->recipients,
                                        .message = composed->bytes,
                                        .connect_s = CONNECT_S,
                                        .answer_s = sender->options.answer_s,
                                        .is_stopped = is_stopped,
                                        .data = sender };
      submitter_submit (sender->submitter, &submission, result_out);
      log_server (sender, policy->daemon.submit, result_out, row->id, clock_now ());
    }
  for (guint i = 0; i < composed->silenced->len; i++)
    {
      const char *address = g_ptr_array_index (composed->silenced, i);
      submit_result_add (result_out, address, true,
                         "nothing is sent there any more: `ticketctl contact list`");
      g_ptr_array_add (composed->recipients, g_strdup (address));
    }
}

static void
send_row (TmSender *sender, const TmPolicy *policy, const TmOutboxRow *row)
{
  g_autoptr (TmComposed) composed = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (TmSubmitResult) result = { .outcome = TM_SUBMIT_LATER };
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  if (outgoing_compose (sender->courier.reader, policy, row, clock_now (), &composed, &error))
    submit (sender, policy, row, composed, &result);
  else
    submit_result_init (&result, error->code == TM_ERROR_TEMP ? TM_SUBMIT_LATER : TM_SUBMIT_FAILED, error->message);
  const GPtrArray *tried = composed != NULL ? composed->recipients : nobody;
  g_autoptr (TmSending) sending = sending_decide (row, tried, &result, sender->server_at, clock_now ());
  courier_record (&sender->courier, row->id, sending);
  if (result.outcome != TM_SUBMIT_AWAY || sending->state != TM_OUTBOX_WAITING)
    log_mail (row, tried, sending, result.text);
}

/* --- all that are due --- */

/* False: the store fails. */
static bool
send_one (TmSender *sender, gint64 *next_at_out)
{
  g_autoptr (TmPolicy) policy = sender->options.policy (sender->options.data);
  g_autoptr (TmOutboxRow) row = NULL;
  g_autoptr (GError) error = NULL;
  if (!reader_next_outgoing (sender->courier.reader, next_at_out, &error)
      || (*next_at_out <= clock_now ()
          && !store_take_outgoing (sender->options.store, policy->site->own_domain,
                                   courier_deadline_us (&sender->courier), &row, &error)))
    {
      courier_log_trouble (&sender->courier, error);
      return false;
    }
  sender->courier.has_trouble = false;
  if (row != NULL)
    send_row (sender, policy, row);
  return true;
}

/* Gives when there is something to do again (UTC seconds). */
static gint64
send_due (TmWorker *worker, gpointer data)
{
  TmSender *sender = data;
  gint64 next_at = 0;
  while (worker_goes_on (worker))
    {
      gint64 now = clock_now ();
      /* A clock that was set back must not make it wait for ever. */
      sender->server_at = MIN (sender->server_at, now + 2 * backoff_server.most_s);
      if (sender->server_at > now)
        return sender->server_at;
      if (!courier_recover (&sender->courier) || !send_one (sender, &next_at))
        return now + TM_COURIER_TROUBLE_S;
      if (next_at > now)
        return next_at;
    }
  return TM_NEVER;
}

static bool
begin (TmWorker *worker, gpointer data)
{
  return courier_resume (&((TmSender *) data)->courier, worker);
}

/* --- from outside --- */

static void
sender_free (TmSender *sender)
{
  submitter_free (sender->submitter);
  reader_close (sender->courier.reader);
  g_free (sender);
}

bool
sender_start (const TmSenderOptions *options, TmSender **sender_out, GError **error)
{
  TmSender *sender = g_new0 (TmSender, 1);
  const TmWorkerOptions thread = { .name = "outbox-sender", .begin = begin, .run = send_due, .data = sender };
  sender->options = *options;
  if (sender->options.answer_s == 0)
    sender->options.answer_s = ANSWER_S;
  sender->courier.store = options->store;
  sender->courier.commit_ms = options->commit_ms;
  sender->submitter = submitter_new ();
  if (reader_open (store_path (options->store), &sender->courier.reader, error)
      && worker_start (&thread, &sender->worker, error))
    {
      *sender_out = sender;
      return true;
    }
  sender_free (sender);
  return false;
}

void
sender_wake (TmSender *sender)
{
  worker_wake (sender->worker);
}

void
sender_stop (TmSender *sender, unsigned drain_s)
{
  if (sender == NULL)
    return;
  worker_stop (sender->worker, drain_s);
  sender_free (sender);
}
