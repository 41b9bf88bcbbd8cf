/* SPDX-License-Identifier: BSD-2-Clause */
#include "desk/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "core/backoff.h"
#include "desk/outgoing.h"
#include "outbox/smtp.h"
#include "store/task.h"

#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>

enum
{
  CONNECT_S = 30,
  ANSWER_S = 600,
  STORE_S = 20,     /* for a commit */
  TROUBLE_S = 5,    /* until a store that failed is asked again */
  NAP_S = 60,       /* no longer asleep: the clock may have been set */
  US_PER_S = 1000000
};

struct TmSender
{
  TmSenderOptions options;
  pthread_t thread;

  /* the thread's own */
  TmReader *reader;
  TmSubmitter *submitter;
  gint64 server_tries; /* in a row that found no server; 0: it takes mail */
  gint64 server_at;    /* UTC seconds: when it is tried again */
  bool has_trouble;    /* with the store, and said so */

  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t wake;
  bool is_woken, is_stopping;
  gint64 stop_us;      /* clock_monotonic_us() at which a try is broken off */
};

void
sender_init (void)
{
  submitter_init ();
}

/* --- waiting --- */

/* Whether there is time for one more. */
static bool
goes_on (TmSender *sender)
{
  pthread_mutex_lock (&sender->mutex);
  bool is_over = sender->is_stopping && clock_monotonic_us () >= sender->stop_us;
  pthread_mutex_unlock (&sender->mutex);
  return !is_over;
}

static bool
is_stopped (gpointer data)
{
  return !goes_on (data);
}

/* Until `at` (UTC seconds), or something new; false when it is time to end. */
static bool
wait_until (TmSender *sender, gint64 at)
{
  gint64 now = clock_now ();
  gint64 seconds = at <= now ? 0 : at - now > NAP_S ? NAP_S : at - now;
  const struct timespec until = clock_timespec (clock_monotonic_us () + seconds * US_PER_S);
  int rc = 0;
  pthread_mutex_lock (&sender->mutex);
  while (!sender->is_woken && !sender->is_stopping && rc == 0)
    rc = pthread_cond_timedwait (&sender->wake, &sender->mutex, &until);
  sender->is_woken = false;
  bool is_stopping = sender->is_stopping;
  pthread_mutex_unlock (&sender->mutex);
  return !is_stopping;
}

/* The same without an ear for news. */
static bool
pause_for (TmSender *sender, gint64 seconds)
{
  const struct timespec until = clock_timespec (clock_monotonic_us () + seconds * US_PER_S);
  int rc = 0;
  pthread_mutex_lock (&sender->mutex);
  while (!sender->is_stopping && rc == 0)
    rc = pthread_cond_timedwait (&sender->wake, &sender->mutex, &until);
  bool is_stopping = sender->is_stopping;
  pthread_mutex_unlock (&sender->mutex);
  return !is_stopping;
}

/* --- what is logged --- */

static void
log_trouble (TmSender *sender, const GError *error)
{
  if (!sender->has_trouble)
    log_warning ("outbox: put off, the database does not answer: %s", error->message);
  sender->has_trouble = true;
}

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
  if (sending->state == TM_OUTBOX_SENT && sending->told == NULL)
    log_info ("outbox: mail=%" G_GINT64_FORMAT " ticket=%" G_GINT64_FORMAT " kind=%s state=sent to=%s n=%u said=%s",
              row->id, row->ticket, row->kind, to, recipients->len, why);
  else if (sending->state != TM_OUTBOX_WAITING || g_strcmp0 (row->error, sending->error) != 0)
    log_warning ("outbox: mail=%" G_GINT64_FORMAT " ticket=%" G_GINT64_FORMAT " kind=%s state=%s to=%s n=%u why=%s",
                 row->id, row->ticket, row->kind, state, to, recipients->len, why);
}

static void
count_mail (const TmSending *sending)
{
  switch (sending->state)
    {
    case TM_OUTBOX_SENT:
      metrics_count (TM_COUNT_OUTBOX_SENT);
      break;
    case TM_OUTBOX_FAILED:
      metrics_count (TM_COUNT_OUTBOX_FAILED);
      break;
    case TM_OUTBOX_UNKNOWN:
      metrics_count (TM_COUNT_OUTBOX_UNKNOWN);
      break;
    case TM_OUTBOX_WAITING:
      metrics_count (TM_COUNT_OUTBOX_DEFERRED);
      break;
    case TM_OUTBOX_SENDING:
    case TM_OUTBOX_CANCELLED:
      break;
    }
}

/* --- one mail --- */

static void
submit (TmSender *sender, const TmPolicy *policy, const TmOutboxRow *row, TmComposed *composed,
        TmSubmitResult *result_out)
{
  if (composed->recipients->len == 0)
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

/* Until it is recorded, or there is no more time: then it counts as interrupted. */
static void
record (TmSender *sender, gint64 id, const TmSending *sending)
{
  g_autoptr (GError) error = NULL;
  while (!store_end_outgoing (sender->options.store, id, sending, clock_monotonic_us () + STORE_S * US_PER_S, &error))
    {
      log_trouble (sender, error);
      g_clear_error (&error);
      if (!pause_for (sender, TROUBLE_S))
        return;
    }
}

static void
send_row (TmSender *sender, const TmPolicy *policy, const TmOutboxRow *row)
{
  g_autoptr (TmComposed) composed = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (TmSubmitResult) result = { .outcome = TM_SUBMIT_LATER };
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  if (outgoing_compose (sender->reader, policy, row, clock_now (), &composed, &error))
    submit (sender, policy, row, composed, &result);
  else
    submit_result_init (&result, error->code == TM_ERROR_TEMP ? TM_SUBMIT_LATER : TM_SUBMIT_FAILED, error->message);
  const GPtrArray *tried = composed != NULL ? composed->recipients : nobody;
  g_autoptr (TmSending) sending = sending_decide (row, tried, &result, sender->server_at, clock_now ());
  record (sender, row->id, sending);
  count_mail (sending);
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
  gint64 deadline_us = clock_monotonic_us () + STORE_S * US_PER_S;
  if (!reader_next_outgoing (sender->reader, next_at_out, &error)
      || (*next_at_out <= clock_now ()
          && !store_take_outgoing (sender->options.store, policy->site->own_domain, deadline_us, &row, &error)))
    {
      log_trouble (sender, error);
      return false;
    }
  sender->has_trouble = false;
  if (row != NULL)
    send_row (sender, policy, row);
  return true;
}

/* Gives when there is something to do again (UTC seconds). */
static gint64
send_due (TmSender *sender)
{
  gint64 next_at = 0;
  while (goes_on (sender))
    {
      gint64 now = clock_now ();
      /* A clock that was set back must not make it wait for ever. */
      sender->server_at = MIN (sender->server_at, now + 2 * backoff_server.most_s);
      if (sender->server_at > now)
        return sender->server_at;
      if (!send_one (sender, &next_at))
        return now + TROUBLE_S;
      if (next_at > now)
        return next_at;
    }
  return TM_NEVER;
}

static bool
resume_once (TmSender *sender, GError **error)
{
  gint64 n_sending;
  return reader_count_sending (sender->reader, &n_sending, error)
         && (n_sending == 0
             || store_resume_outbox (sender->options.store, clock_monotonic_us () + STORE_S * US_PER_S, error));
}

static bool
resume (TmSender *sender)
{
  g_autoptr (GError) error = NULL;
  while (!resume_once (sender, &error))
    {
      log_trouble (sender, error);
      g_clear_error (&error);
      if (!pause_for (sender, TROUBLE_S))
        return false;
    }
  return true;
}

static void *
sender_main (void *data)
{
  TmSender *sender = data;
  prctl (PR_SET_NAME, "outbox-sender");
  if (!resume (sender))
    return NULL;
  while (wait_until (sender, send_due (sender)))
    ;
  /* What came while it was told to end. */
  (void) send_due (sender);
  return NULL;
}

/* --- from outside --- */

static void
sender_free (TmSender *sender)
{
  submitter_free (sender->submitter);
  reader_close (sender->reader);
  pthread_cond_destroy (&sender->wake);
  pthread_mutex_destroy (&sender->mutex);
  g_free (sender);
}

bool
sender_start (const TmSenderOptions *options, TmSender **sender_out, GError **error)
{
  TmSender *sender = g_new0 (TmSender, 1);
  pthread_condattr_t attributes;
  sender->options = *options;
  if (sender->options.answer_s == 0)
    sender->options.answer_s = ANSWER_S;
  pthread_mutex_init (&sender->mutex, NULL);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&sender->wake, &attributes);
  pthread_condattr_destroy (&attributes);
  sender->submitter = submitter_new ();
  if (reader_open (store_path (options->store), &sender->reader, error))
    {
      int rc = pthread_create (&sender->thread, NULL, sender_main, sender);
      if (rc == 0)
        {
          *sender_out = sender;
          return true;
        }
      g_set_error (error, TM_ERROR, TM_ERROR_UNAVAILABLE, "cannot start a thread: %s", g_strerror (rc));
    }
  sender_free (sender);
  return false;
}

void
sender_wake (TmSender *sender)
{
  pthread_mutex_lock (&sender->mutex);
  sender->is_woken = true;
  pthread_cond_signal (&sender->wake);
  pthread_mutex_unlock (&sender->mutex);
}

void
sender_stop (TmSender *sender, unsigned drain_s)
{
  if (sender == NULL)
    return;
  pthread_mutex_lock (&sender->mutex);
  sender->is_stopping = true;
  sender->stop_us = clock_monotonic_us () + (gint64) drain_s * US_PER_S;
  pthread_cond_signal (&sender->wake);
  pthread_mutex_unlock (&sender->mutex);
  pthread_join (sender->thread, NULL);
  sender_free (sender);
}
